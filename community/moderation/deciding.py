"""A moderator decides, and the member whom it concerns is told by whom and why."""

from dataclasses import replace
from typing import Any

from community import clock
from community.audience import STEWARDS, Viewer, member_key
from community.chat.actions import take_down
from community.chat.models import Message, Room
from community.chat.policies import moderates
from community.discussions.approving import approve, give_back, readied
from community.discussions.desk import moderating
from community.discussions.hiding import hide_reply, put_aside, restore_reply
from community.discussions.managing import hide_thread, restore_thread
from community.discussions.models import HeldPost, Reply, Thread
from community.discussions.policies import can_moderate, moderators_key
from community.discussions.powers import POWERS
from community.discussions.rules import RULES
from community.errors import Conflict, Invalid, NotFound, Refused, ensure
from community.files.actions import forget_files_of
from community.moderation.facts import FlagDecided, Ruled
from community.moderation.models import Flag, Ruling
from community.moderation.words import address_of, split_subject
from community.storage import announce, execute, row, rows, unit_of_work
from community.text.gettext import _


async def approve_post(actor: Viewer, held_id: int) -> Reply:
    """Let a newcomer's post through. Raises NotFound, Refused, Conflict."""
    ready = await readied(actor, held_id)
    async with unit_of_work():
        reply = await approve(actor, held_id, ready)
        thread = await Thread.visible_to(actor).one(id=reply.thread_id)
        await _rule(actor, thread, reply.author_id, "approved", url=f"/replies/{reply.id}")
    return reply


async def return_post(actor: Viewer, held_id: int, because: str) -> HeldPost:
    """Give a newcomer's post back with a reason. Raises NotFound, Refused, Conflict, Invalid("because")."""
    async with unit_of_work():
        held = await give_back(actor, held_id, because)
        place = held.title or await _title_of(actor, held.thread_id)
        ruling = {"verb": "returned", "because": because[:500], "place": place, "url": "/drafts"}
        await _write_rulings(actor, held.audience, held.author_id, **ruling)
    return held


async def _title_of(actor: Viewer, thread_id: int | None) -> str:
    thread = await Thread.visible_to(actor).get_or_none(id=thread_id) if thread_id else None
    return thread.title if thread else ""


async def rule_on_reply(actor: Viewer, reply_id: int, verb: str, rule: str = "", because: str = "") -> Reply:
    """Hide a post under a rule, or restore it. Raises NotFound, Refused, Invalid("rule"), Conflict for whoever is second."""
    async with unit_of_work():
        if verb == "restore":
            reply = await restore_reply(actor, reply_id)
        else:
            reply = await hide_reply(actor, reply_id, _checked(rule))
        thread = await Thread.visible_to(await moderating(actor)).one(id=reply.thread_id)
        _ensure_not_own(actor, reply.author_id)
        if verb != "restore":
            await _close_flags(actor, f"reply:{reply.id}", "hidden")
        done = "restored" if verb == "restore" else "hidden"
        await _rule(actor, thread, reply.author_id, done, rule=rule, because=because, url=f"/replies/{reply.id}")
    return reply


async def rule_on_thread(actor: Viewer, thread_id: int, verb: str, rule: str = "", because: str = "") -> Thread:
    """Hide a whole thread, or restore it. Raises NotFound, Refused, Invalid("rule"), Conflict for whoever is second."""
    async with unit_of_work():
        if verb == "restore":
            thread = await restore_thread(actor, thread_id)
        else:
            _checked(rule)
            thread = await hide_thread(actor, thread_id)
        _ensure_not_own(actor, thread.author_id)
        done = "restored" if verb == "restore" else "hidden"
        await _rule(actor, thread, thread.author_id, done, rule=rule, because=because, url=f"/threads/{thread.id}")
    return thread


async def decide_flag(actor: Viewer, flag_id: int, verb: str, rule: str = "", because: str = "") -> Flag:
    """Hide what was flagged, or leave it; a message that would be hidden is deleted.

    Raises NotFound, Refused, Invalid, and Conflict for whoever decides second.
    """
    desk = await moderating(actor)
    seen = await Flag.visible_to(desk).one(id=flag_id)
    async with unit_of_work():
        place = await _lock_place_of(desk, seen)
        flag = await Flag.visible_to(desk).locked(flag_id)
        _ensure_open(flag)
        _ensure_not_own(actor, flag.author_id)
        ensure(_may(actor, flag, place, verb))
        if verb == "hide":
            await _hide(place, flag.subject, _checked(rule))
        await _close_flags(actor, flag.subject, "hidden" if verb == "hide" else "left")
        await _rule_on_flag(actor, flag, verb, rule, because)
        await announce(FlagDecided(flag.id))
    return flag


_PLACE_OF = {
    "reply": "SELECT t.id, t.audience FROM threads AS t JOIN replies AS r ON r.thread_id = t.id WHERE r.id = :id",
    "message": "SELECT o.id, o.audience FROM rooms AS o JOIN messages AS m ON m.room_id = o.id WHERE m.id = :id",
}


async def _lock_place_of(desk: Viewer, flag: Flag) -> Thread | Room:
    """The thread or room is locked before the flag, as those who flag do. A copy stands for what its stewards may not read."""
    kind, number = split_subject(flag.subject)
    found = await row(_PLACE_OF[kind], id=number)
    if found is None:
        raise NotFound
    reader = replace(desk, audiences=frozenset({found["audience"]})) if flag.audience == STEWARDS else desk
    if kind == "message":
        return await Room.visible_to(reader).locked(found["id"])
    return await Thread.visible_to(reader).locked(found["id"])


def _may(actor: Viewer, flag: Flag, place: Thread | Room, verb: str) -> bool:
    if flag.audience == STEWARDS:
        return actor.is_steward and flag.shown_from <= clock.now() and verb in POWERS["steward", "copy"]
    return moderates(actor, place) if isinstance(place, Room) else can_moderate(actor, place, verb)


def _ensure_open(flag: Flag) -> None:
    if flag.state == "hidden":
        raise Conflict(_("Another moderator has hidden this meanwhile."))
    if flag.state != "open":
        raise Conflict(_("Another moderator has looked at this meanwhile and left it as it is."))


def _ensure_not_own(actor: Viewer, author_id: int) -> None:
    if author_id == actor.member:
        raise Refused("own", _("Somebody else has to decide on what you wrote yourself."))


def _checked(rule: str) -> str:
    if rule not in RULES:
        raise Invalid("rule", _("Choose the rule that it breaks. The author is told."))
    return rule


async def _hide(place: Thread | Room, subject: str, rule: str) -> None:
    """Once, however often it is asked for. What a room says is taken away for good: its log tells of it."""
    _kind, number = split_subject(subject)
    if isinstance(place, Room):
        message = await Message.get(id=number)
        if message.state == "posted":
            await take_down(place, message)
        return
    reply = await Reply.get(id=number)
    if reply.state == "posted":
        await put_aside(place, reply, rule)


async def _close_flags(actor: Viewer, subject: str, state: str) -> None:
    """Every open row of the subject, and its reports. The copy has served."""
    for flag in await rows("SELECT id FROM flags WHERE subject = :subject AND state = 'open'", subject=subject):
        await forget_files_of(f"flag:{flag['id']}")
    await execute(
        """UPDATE flags SET state = :state, decided_by_id = :me, decided_at = :at, copy_html = ''
           WHERE subject = :subject AND state = 'open'""",
        state=state, me=actor.member, at=clock.now(), subject=subject,
    )  # fmt: skip
    await execute("UPDATE reports SET state = :state WHERE subject = :subject AND state = 'open'", state=state, subject=subject)


async def _rule_on_flag(actor: Viewer, flag: Flag, verb: str, rule: str, because: str) -> None:
    """Who was reported without cause is not told of it."""
    taken_away = "deleted" if flag.subject.startswith("message:") else "hidden"
    ruling = {"verb": taken_away if verb == "hide" else "left", "rule": rule, "because": because, "place": flag.place}
    await _write_rulings(actor, flag.audience, flag.author_id, **ruling, url=address_of(flag.subject))


async def _rule(actor: Viewer, thread: Thread, member_id: int, verb: str, **more: str) -> None:
    key = moderators_key(thread.category_id, thread.audience_when_released or thread.audience)
    await _write_rulings(actor, key, member_id, verb=verb, place=thread.title, **more)


async def _write_rulings(actor: Viewer, key: str, member_id: int, **ruling: str) -> None:
    """Two readers, two rows: the moderators' log, and the member's own."""
    values: dict[str, Any] = {"member_id": member_id, "decided_by_id": actor.member, **ruling}
    # Stewards do not learn what a closed space talks about: only the copy was for them.
    await Ruling.create(audience=key, **values | ({"place": "", "url": ""} if key == STEWARDS else {}))
    if ruling["verb"] != "left":
        own = await Ruling.create(audience=member_key(member_id), is_for_member=True, **values)
        await announce(Ruled(own.id))

"""Anybody who sees a post or a message can say that it breaks a rule."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from community import clock
from community.audience import STEWARDS, Viewer, member_key
from community.chat.locking import locate as locate_message
from community.chat.models import Message, Room
from community.conversations.queries import as_asked
from community.discussions.actions import locate as locate_reply
from community.discussions.models import Reply, Thread
from community.discussions.policies import moderators_key
from community.discussions.rules import RULES
from community.errors import Invalid, NotFound, Refused
from community.files.actions import copy_files
from community.moderation.facts import ThingFlagged
from community.moderation.models import Flag, Report
from community.storage import announce, once, unit_of_work, value
from community.text.gettext import _

HEAD_START = timedelta(days=1)  # a space's own moderators see its flags before the stewards see the copy
MOST_NOTES = 20
_UNMODERATED = ("conversation:", "event:")  # keys of rooms whose hosts have no queue


@dataclass(frozen=True)
class Flagged:
    """What is reported, as it stands. `audience` is that of its thread or room, `moderators` the key of those who decide there."""

    subject: str
    author_id: int
    place: str
    lang: str
    html: str
    is_posted: bool
    audience: str
    moderators: str


@dataclass(frozen=True)
class Complaint:
    """What is wrong with it: one of the house rules, and the reporter's words."""

    rule: str
    note: str
    client_id: UUID


async def flag_reply(actor: Viewer, reply_id: int, rule: str, note: str, client_id: UUID) -> Report:
    """Report a post to those who moderate its place. A second report by the same member changes nothing.

    Raises NotFound, Invalid("rule"), Refused for one's own post.
    """
    thread, reply = await locate_reply(actor, reply_id)
    _check(actor, rule, reply.author_id, _("This is your own post. You can edit or delete it."))
    async with unit_of_work():
        thread = await Thread.visible_to(actor).locked(thread.id)
        reply = await Reply.get(id=reply_id)
        base = thread.audience_when_released or thread.audience
        key = moderators_key(thread.category_id, base)
        it = Flagged(f"reply:{reply.id}", reply.author_id, thread.title, reply.lang, reply.html, reply.state == "posted", base, key)
        return await _report(actor, it, Complaint(rule, note, client_id))


async def flag_message(actor: Viewer, message_id: int, rule: str, note: str, client_id: UUID) -> Report:
    """Report a message of a room, likewise. Those of a space go to its moderators, those of the whole site to the stewards."""
    actor, _request = await as_asked(actor, message_id)
    room, message = await locate_message(actor, message_id)
    _check(actor, rule, message.author_id, _("This is your own message. You can edit or delete it."))
    async with unit_of_work():
        room = await Room.visible_to(actor).locked(room.id)
        message = await Message.get(id=message_id)
        base = room.audience_when_released or room.audience
        it = Flagged(
            f"message:{message.id}", message.author_id, room.name or _("a conversation"), message.lang, message.html,
            message.state == "posted", base, f"moderators:{base}",
        )  # fmt: skip
        return await _report(actor, it, Complaint(rule, note, client_id))


def _check(actor: Viewer, rule: str, author_id: int, own: str) -> None:
    if rule not in RULES:
        raise Invalid("rule", _("Choose the rule that it breaks."))
    if author_id == actor.member:
        raise Refused("own", own)


async def _report(actor: Viewer, it: Flagged, said: Complaint) -> Report:
    if earlier := await Report.visible_to(actor).filter(subject=it.subject, state="open").first():
        return earlier
    if not it.is_posted:
        raise NotFound
    values = {"subject": it.subject, "place": it.place, "rule": said.rule, "note": said.note}
    report, is_new = await once(Report, actor, said.client_id, audience=member_key(actor.member or 0), **values)
    if is_new:
        await _tell_moderators(it, report)
    return report


async def _tell_moderators(it: Flagged, report: Report) -> None:
    if it.audience.startswith(_UNMODERATED):  # the stewards get a copy of what was flagged, and nothing else
        await _raise_flag(STEWARDS, it, report, it.html, clock.now())
        return
    await _raise_flag(it.moderators, it, report, "", clock.now())
    if it.audience.startswith("space:"):
        first = clock.now() + HEAD_START if await _has_moderators(it.audience, it.author_id) else clock.now()
        await _raise_flag(STEWARDS, it, report, it.html, first)


async def _raise_flag(key: str, it: Flagged, report: Report, copy_html: str, shown_from: object) -> None:
    """One open flag a subject and key: further reports add to it. The copy is of what was first reported."""
    flag = await Flag.visible_to(Viewer(audiences=frozenset({key}))).filter(subject=it.subject, state="open").first()
    if flag is None:
        flag = Flag(
            audience=key, subject=it.subject, author_id=it.author_id, place=it.place, lang=it.lang,
            copy_html=copy_html, shown_from=shown_from,
        )  # fmt: skip
    flag.reports += 1
    flag.notes = [*flag.notes, [report.rule, report.note]][:MOST_NOTES]
    is_new = flag.id is None
    await flag.save()
    if is_new and key == STEWARDS:  # they see what was reported, and nothing else of where it stands
        await copy_files(it.subject, f"flag:{flag.id}", key)
    await announce(ThingFlagged(flag.id))


async def _has_moderators(space_key: str, but: int) -> bool:
    found = await value(
        "SELECT COUNT(*) FROM grants WHERE audience = :key AND role = 'moderator' AND holder <> :but",
        key=space_key, but=member_key(but),
    )  # fmt: skip
    return bool(found)

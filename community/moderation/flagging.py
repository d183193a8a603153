"""Anybody who sees a post can say that it breaks a rule."""

from datetime import timedelta
from uuid import UUID

from community import clock
from community.audience import STEWARDS, Viewer, member_key
from community.discussions.actions import locate
from community.discussions.models import Reply, Thread
from community.discussions.policies import moderators_key
from community.discussions.rules import RULES
from community.errors import Invalid, NotFound, Refused
from community.moderation.facts import ThingFlagged
from community.moderation.models import Flag, Report
from community.storage import announce, once, unit_of_work, value
from community.text.gettext import _

HEAD_START = timedelta(days=1)  # a space's own moderators see its flags before the stewards see the copy
MOST_NOTES = 20


async def flag_reply(actor: Viewer, reply_id: int, rule: str, note: str, client_id: UUID) -> Report:
    """Report a post to those who moderate its place. A second report by the same member changes nothing.

    Raises NotFound, Invalid("rule"), Refused for one's own post.
    """
    if rule not in RULES:
        raise Invalid("rule", _("Choose the rule that it breaks."))
    thread, reply = await locate(actor, reply_id)
    if reply.author_id == actor.member:
        raise Refused("own", _("This is your own post. You can edit or delete it."))
    async with unit_of_work():
        thread = await Thread.visible_to(actor).locked(thread.id)
        reply = await Reply.get(id=reply_id)
        subject = f"reply:{reply.id}"
        if earlier := await Report.visible_to(actor).filter(subject=subject, state="open").first():
            return earlier
        if reply.state != "posted":
            raise NotFound
        values = {"audience": member_key(actor.member or 0), "subject": subject, "place": thread.title, "rule": rule, "note": note}
        report, is_new = await once(Report, actor, client_id, **values)
        if is_new:
            await _tell_moderators(thread, reply, report)
    return report


async def _tell_moderators(thread: Thread, reply: Reply, report: Report) -> None:
    base = thread.audience_when_released or thread.audience
    key = moderators_key(thread.category_id, base)
    await _raise_flag(key, thread, reply, report, "", clock.now())
    if base.startswith("space:"):
        first = clock.now() + HEAD_START if await _has_moderators(base, reply.author_id) else clock.now()
        await _raise_flag(STEWARDS, thread, reply, report, reply.html, first)


async def _raise_flag(key: str, thread: Thread, reply: Reply, report: Report, copy_html: str, shown_from: object) -> None:
    """One open flag a subject and key: further reports add to it. The copy is of what was first reported."""
    flag = await Flag.visible_to(Viewer(audiences=frozenset({key}))).filter(subject=report.subject, state="open").first()
    if flag is None:
        flag = Flag(
            audience=key, subject=report.subject, author_id=reply.author_id, place=thread.title, lang=reply.lang,
            copy_html=copy_html, shown_from=shown_from,
        )  # fmt: skip
    flag.reports += 1
    flag.notes = [*flag.notes, [report.rule, report.note]][:MOST_NOTES]
    await flag.save()
    await announce(ThingFlagged(flag.id))


async def _has_moderators(space_key: str, but: int) -> bool:
    found = await value(
        "SELECT COUNT(*) FROM grants WHERE audience = :key AND role = 'moderator' AND holder <> :but",
        key=space_key, but=member_key(but),
    )  # fmt: skip
    return bool(found)

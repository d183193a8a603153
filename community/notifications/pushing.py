"""Pushes: one more way in which what waits is told, under the same choices, hours and rights as a letter.

A lock screen is read by whoever is near. So a push says who did what, and where if that place is one that all members know; what
was said, and the name of a closed place, are read on the site.
"""

from datetime import timedelta
from typing import Any

from community import clock
from community.accounts.identity import viewer_for
from community.accounts.sealing import pseudonym
from community.audience import MEMBERS, PUBLIC, Viewer
from community.notifications.choosing import choices_of
from community.notifications.hours import Hours
from community.notifications.kinds import group_of
from community.notifications.queries import Waiting, waiting_as
from community.notifications.quiet import quiet_until
from community.notifications.wording import happened
from community.push.delivering import deliver
from community.storage import enqueue, job, row, rows, unit_of_work
from community.text.gettext import _, language, spoken, using_language
from community.text.vocabularies import direction

AFTER = timedelta(seconds=8)  # who is on the page reads it meanwhile
MOST_TRIES = 5
OLDEST = timedelta(days=1)
MOST_LETTERS = 200


async def push_soon(member_id: int, notification_id: int, hours: Hours) -> None:
    """Tell each device of a member, after their quiet hours. In the caller's unit."""
    due = hours.after_quiet(clock.now()) or clock.now() + AFTER
    for device in await rows("SELECT id FROM push_devices WHERE member_id = :member ORDER BY id", member=member_id):
        await enqueue(push, run_at=due, device_id=device["id"], notification_id=notification_id)


@job
async def push(device_id: int, notification_id: int, tries: int = 0) -> None:
    """Tell one device of one thing that still waits. It may come twice, and is one line on the screen: both have the same tag."""
    told = await row(_TOLD, device=device_id, notification=notification_id, oldest=clock.now() - OLDEST)
    if told is None:
        return
    viewer = await viewer_for(told["member_id"])
    if quiet := await quiet_until(told["member_id"], clock.now()):
        await _again(device_id, notification_id, tries, quiet)
        return
    with using_language(spoken(viewer.language)):
        said = await _said(viewer, told, notification_id)
        outcome = await deliver(device_id, said, topic_of(viewer, said["tag"])) if said else "gone"
    if isinstance(outcome, int) and tries + 1 < MOST_TRIES:
        await _again(device_id, notification_id, tries + 1, clock.now() + timedelta(seconds=outcome * 2**tries))


_TOLD = """
    SELECT n.member_id, n.kind, n.audience FROM notifications AS n JOIN push_devices AS d ON d.member_id = n.member_id
    WHERE n.id = :notification AND d.id = :device AND n.push AND n.created_at > :oldest
"""


async def _again(device_id: int, notification_id: int, tries: int, at: Any) -> None:
    async with unit_of_work():
        await enqueue(push, run_at=at, device_id=device_id, notification_id=notification_id, tries=tries)


async def _said(viewer: Viewer, told: dict[str, Any], notification_id: int) -> dict[str, str]:
    """What stands on the screen; nothing for what was read on the site meanwhile, may not be seen or is not wanted any more."""
    code = group_of(told["kind"]).code
    if not any(one.push for one in await choices_of(viewer) if one.code == code):
        return {}
    waiting = await waiting_as(viewer, notification_id)
    return words_of(waiting, is_open=told["audience"] in {PUBLIC, MEMBERS}) if waiting else {}


def words_of(waiting: Waiting, *, is_open: bool) -> dict[str, str]:
    said = happened(waiting.kind, waiting.actor.name if waiting.actor else "", waiting.others)
    where = waiting.subject.title if is_open else ""
    return {
        "title": (said or where or _("Something waits for you"))[:MOST_LETTERS], "body": where[:MOST_LETTERS] if said else "",
        "href": waiting.subject.href, "tag": f"{waiting.root} {waiting.kind}", "lang": language(), "dir": direction(language()),
    }  # fmt: skip


def topic_of(viewer: Viewer, tag: str) -> str:
    """A newer push about the same replaces one that the service still holds; the name tells the service nothing."""
    return pseudonym(f"push {viewer.member} {tag}")[:32]

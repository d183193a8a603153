"""Letters of what waits, written as they leave: in the reader's language and zone, of what the reader may see at that moment."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from community import clock
from community.accounts.identity import viewer_for
from community.audience import Viewer, visible_sql
from community.mail.composing import Composed, NotBefore, composes
from community.mail.letters import Words, written
from community.mail.models import Mail
from community.mail.reply_addresses import reply_address
from community.mail.sending import host, message_id
from community.notifications.choosing import choices_of, hours_of
from community.notifications.hours import zone_named
from community.notifications.kinds import group_of, label_of
from community.notifications.queries import Waiting, told_by
from community.notifications.quiet import quiet_until
from community.notifications.unsubscribing import DIGEST, stop_headers, stop_url
from community.storage import row
from community.text.gettext import language, spoken, using_language
from community.text.plain import first_bytes, plain, without_quotations
from community.web.formats import day_and_time
from community.web.reader import zone

WORDS_BYTES = 2400  # of a post's words in UTF-8: they stand in a letter twice, in base64, and it stays under 10 KB


@composes("notice")
async def notice(mail: Mail) -> Composed | NotBefore | None:
    """One thing that has just happened. Nothing for what was read on the site meanwhile, or is not to be mailed any more."""
    async with _reading(mail) as viewer:
        if wait := await _quiet(viewer):
            return wait
        told = await told_by(viewer, mail.id)
        if not told or not await _is_wanted(viewer, told[0].kind):
            return None
        return await _post_letter(viewer, told[0]) or _letter(viewer, told[0])


@composes("digest")
async def digest(mail: Mail) -> Composed | NotBefore | None:
    """A line for each thing that a morning's letter was given, as far as it still waits."""
    async with _reading(mail) as viewer:
        if wait := await _quiet(viewer):
            return wait
        told, hours = await told_by(viewer, mail.id), await hours_of(viewer)
        if not told or hours.rhythm == "off":
            return None
        context = {"lines": [_digest_line(one) for one in told], "rhythm": hours.rhythm, "number": len(told)}
        return _composed("digest", context, viewer, DIGEST, {"List-Id": f"<digest.{host()}>"})


@asynccontextmanager
async def _reading(mail: Mail) -> AsyncIterator[Viewer]:
    """The reader with the rights of this moment; the house speaks their language and counts their hours meanwhile."""
    viewer = await viewer_for(mail.member_id)
    token = zone.set(zone_named(viewer.time_zone))
    try:
        with using_language(spoken(viewer.language)):
            yield viewer
    finally:
        zone.reset(token)


async def _quiet(viewer: Viewer) -> NotBefore | None:
    ends = await quiet_until(viewer.member or 0, clock.now())
    return NotBefore(ends) if ends else None


async def _is_wanted(viewer: Viewer, kind: str) -> bool:
    code = group_of(kind).code
    return any(one.mail == "once" for one in await choices_of(viewer) if one.code == code)


def _letter(viewer: Viewer, told: Waiting) -> Composed:
    """Of anything but a post: what happened, and where it stands."""
    context = {
        "title": told.subject.title, "happened": told.happened, "excerpt": Words(told.subject.excerpt), "href": told.subject.href,
        "because": told.because,
    }  # fmt: skip
    return _composed("notice", context, viewer, group_of(told.kind).code, {"List-Id": f"<notices.{host()}>"})


_POST = """
    SELECT r.id, r.number, r.html, r.lang, r.created_at, t.id AS thread_id, t.title, c.code,
        (SELECT MIN(q.quoted_id) FROM quotes AS q WHERE q.reply_id = r.id) AS quoted
    FROM replies AS r JOIN threads AS t ON t.id = r.thread_id JOIN categories AS c ON c.id = t.category_id
    WHERE r.id = :id AND r.state = 'posted' AND {seen}
"""


async def _post_letter(viewer: Viewer, told: Waiting) -> Composed | None:
    """Of a post: its words, so that it can be read without opening the site, and answered from there."""
    kind, _colon, number = told.cause.partition(":")
    if kind != "reply":
        return None
    seen, keys = visible_sql(viewer, "t.audience")
    post = await row(_POST.format(seen=seen), id=int(number), **keys)
    if post is None:
        return None
    answers_at = reply_address(viewer.member or 0, f"thread:{post['thread_id']}")
    words, is_all = first_bytes(plain(without_quotations(post["html"])), WORDS_BYTES)
    context = {
        "title": post["title"], "is_first": post["number"] == 1, "happened": told.happened, "because": told.because,
        "when": day_and_time(post["created_at"]), "words": Words(words), "is_all": is_all, "href": told.subject.href,
        "answers": bool(answers_at),
    }  # fmt: skip
    headers = _threading(viewer.member or 0, post) | ({"Reply-To": answers_at} if answers_at else {})
    return _composed("post", context, viewer, group_of(told.kind).code, headers)


def _threading(member_id: int, post: dict[str, Any]) -> dict[str, str]:
    """All letters of a discussion hang on one name, whether or not the reader ever got that of its opening (RFC 5322 3.6.4)."""
    opening = f"<thread-{post['thread_id']}@{host()}>"
    quoted = message_id(f"reply:{post['quoted']}", member_id) if post["quoted"] else ""
    return {
        "List-Id": f"<{post['code']}.{host()}>",
        "In-Reply-To": quoted or opening,
        "References": f"{opening} {quoted}".strip(),
    }


def _digest_line(told: Waiting) -> dict[str, Any]:
    return {
        "title": told.subject.title, "happened": told.happened, "new": told.new, "because": told.because,
        "href": told.subject.href,
    }  # fmt: skip


def _composed(template: str, context: dict[str, Any], viewer: Viewer, code: str, headers: dict[str, str]) -> Composed:
    stop = {"stop_url": stop_url(viewer.member or 0, code), "stops": label_of(code)}
    letter = written(f"notifications/{template}", language(), context | stop)
    return Composed(letter.subject, letter.text, language(), headers | stop_headers(viewer.member or 0, code))

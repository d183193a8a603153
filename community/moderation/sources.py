"""What waits here and in the slices below."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from markupsafe import Markup

from community import clock
from community.accounts.queries import Applicant, waiting_applicants
from community.audience import STEWARDS, Viewer, visible_sql
from community.discussions.desk import moderating
from community.discussions.places import place_name
from community.discussions.rules import rule_name
from community.files.queries import FileLine, files_of_parts
from community.institutions.queries import AskedDomain, Person, asked_domains, people
from community.moderation.queue import MOST_OF_A_KIND, Choice, Waiting, provides
from community.moderation.words import address_of
from community.practices.desk import count_submissions, waiting_submissions
from community.storage import rows, value
from community.text.gettext import _, language, ngettext
from community.web.formats import file_size

_HELD = """
    SELECT h.id, h.title, h.html, h.lang, h.author_id, h.created_at, h.thread_id, t.title AS thread_title, c.code,
        m.created_at AS joined_at
    FROM held_posts AS h
    JOIN categories AS c ON c.id = h.category_id
    JOIN members AS m ON m.id = h.author_id
    LEFT JOIN threads AS t ON t.id = h.thread_id AND {thread_seen}
    WHERE h.state = 'waiting' AND h.author_id <> :me AND {seen} ORDER BY h.id LIMIT :most
"""

_FLAGS = """
    SELECT f.id, f.subject, f.author_id, f.place, f.lang, f.copy_html, f.notes, f.reports, f.created_at, f.audience,
        COALESCE(r.html, m.html) AS html
    FROM flags AS f LEFT JOIN replies AS r ON f.subject = 'reply:' || r.id
    LEFT JOIN messages AS m ON f.subject = 'message:' || m.id
    WHERE f.state = 'open' AND f.author_id <> :me AND f.shown_from <= :at AND {seen} ORDER BY f.id LIMIT :most
"""


async def count_held(viewer: Viewer) -> int:
    seen, keys = visible_sql(await moderating(viewer))
    sql = f"SELECT COUNT(*) FROM held_posts WHERE state = 'waiting' AND author_id <> :me AND {seen}"
    return int(await value(sql, me=viewer.member, **keys) or 0)


@provides("held", count=count_held)
async def held_posts(viewer: Viewer) -> list[Waiting]:
    desk = await moderating(viewer)
    seen, keys = visible_sql(desk, "h.audience")
    thread_seen, _keys = visible_sql(desk, "t.audience")
    found = await rows(_HELD.format(seen=seen, thread_seen=thread_seen), me=viewer.member, most=MOST_OF_A_KIND, **keys)
    by = await people(row["author_id"] for row in found)
    return [_held(row, by.get(row["author_id"])) for row in found]


def _held(row: dict[str, Any], by: Person | None) -> Waiting:
    if row["thread_id"]:
        title = _("First post in “%(title)s”") % {"title": row["thread_title"] or "…"}
    else:
        title = _("First discussion: “%(title)s”") % {"title": row["title"]}
    return Waiting(
        key=f"held:{row['id']}", tag=_("First post"), tone="green", title=title, since=row["created_at"], by=by,
        html=Markup(row["html"]), lang=row["lang"], meta=(place_name(row["code"], None, language()), _joined(row["joined_at"])),  # noqa: S704 - ours
        look=f"/threads/{row['thread_id']}" if row["thread_title"] else "", action=f"/stewardship/queue/held/{row['id']}",
        choices=(Choice("approve", _("Let it through"), "pri"), Choice("return", _("Send it back"))), asks=frozenset({"reason"}),
    )  # fmt: skip


def _joined(at: Any) -> str:
    days = (clock.now() - at) // timedelta(days=1)
    return ngettext("account %(num)d day old", "account %(num)d days old", days) % {"num": days}


async def count_flags(viewer: Viewer) -> int:
    seen, keys = visible_sql(await moderating(viewer))
    sql = f"SELECT COUNT(*) FROM flags WHERE state = 'open' AND author_id <> :me AND shown_from <= :at AND {seen}"
    return int(await value(sql, me=viewer.member, at=clock.now(), **keys) or 0)


@provides("flags", count=count_flags)
async def flags(viewer: Viewer) -> list[Waiting]:
    seen, keys = visible_sql(await moderating(viewer), "f.audience")
    found = await rows(_FLAGS.format(seen=seen), me=viewer.member, at=clock.now(), most=MOST_OF_A_KIND, **keys)
    by = await people(row["author_id"] for row in found)
    files = await files_of_parts([_part(row) for row in found])
    return [_flag(row, by.get(row["author_id"]), files.get(_part(row), ())) for row in found]


def _part(row: dict[str, Any]) -> str:
    """What the files hang on that this row shows: those of the copy, or of the message as it is now."""
    return f"flag:{row['id']}" if row["audience"] == STEWARDS else str(row["subject"])


def _flag(row: dict[str, Any], by: Person | None, files: Sequence[FileLine]) -> Waiting:
    """A steward's row of a closed space shows the copy; a moderator's the post as it is now, and the way to it."""
    is_copy, is_message = row["audience"] == STEWARDS, row["subject"].startswith("message:")
    notes = [(rule_name(rule), words) for rule, words in json.loads(row["notes"])]
    reported = ngettext("Reported by %(num)d", "Reported by %(num)d", row["reports"]) % {"num": row["reports"]}
    return Waiting(
        key=f"flag:{row['id']}", tag=reported, tone="lead" if row["reports"] > 1 else "brass", since=row["created_at"], by=by,
        lang=row["lang"],
        title=_flagged_where("" if is_copy else row["place"], is_message=is_message),
        html=Markup(row["copy_html"] if is_copy else row["html"] or "") + _links(files),  # noqa: S704 - stored as safe HTML
        meta=tuple(dict.fromkeys(rule for rule, _words in notes)), notes=tuple(words for _rule, words in notes if words),
        look="" if is_copy else address_of(row["subject"]), action=f"/stewardship/queue/flags/{row['id']}",
        choices=(Choice("hide", _("Delete it") if is_message else _("Hide it"), "pri"), Choice("leave", _("Leave it"))),
        asks=frozenset({"rule", "reason"}),
    )  # fmt: skip


def _links(files: Sequence[FileLine]) -> Markup:
    """Nobody sees a picture that was reported before they press its name."""
    return Markup("").join(Markup('<p><a href="{}">{}</a> {}</p>').format(one.url, one.name, file_size(one.size)) for one in files)


def _flagged_where(place: str, *, is_message: bool) -> str:
    if not place:
        return _("Message in a closed space") if is_message else _("Post in a closed space")
    return (_("Message in “%(title)s”") if is_message else _("Post in “%(title)s”")) % {"title": place}


async def count_practices(viewer: Viewer) -> int:
    return await count_submissions(viewer)


@provides("practices", count=count_practices)
async def practices(viewer: Viewer) -> list[Waiting]:
    """Those handed in, for stewards: decided on a page of their own, where the whole record is read."""
    return [
        Waiting(
            key=f"practice:{one.id}", tag=_("Review"), tone="green", title=one.title, since=one.at, by=one.by, lang=one.lang,
            meta=(_("Practice"),), look=one.url,
        )
        for one in await waiting_submissions(viewer)
    ]  # fmt: skip


async def count_applicants(viewer: Viewer) -> int:
    return len(await waiting_applicants(viewer))


@provides("applicants", count=count_applicants)
async def applicants(viewer: Viewer) -> list[Waiting]:
    """Those who asked to join with one line. Only stewards decide."""
    return [_applicant(one) for one in await waiting_applicants(viewer)]


def _applicant(one: Applicant) -> Waiting:
    asked = (_("Asked: %(question)s") % {"question": one.question},) if one.question else ()
    answered = (_("Answered: %(answer)s") % {"answer": one.answer},) if one.answer else ()
    return Waiting(
        key=f"applicant:{one.member_id}", tag=_("New member"), tone="green", title=one.name, since=one.applied_at,
        html=Markup("<p>{}</p>").format(one.line), lang=one.language, meta=(f"@{one.domain}",), notes=asked + answered,
        action=f"/stewardship/queue/applicants/{one.member_id}", asks=frozenset({"words"}),
        choices=(Choice("accept", _("Let them in"), "pri"), Choice("decline", _("Not now")), Choice("ask", _("Ask them"))),
    )  # fmt: skip


async def count_domains(viewer: Viewer) -> int:
    return len(await asked_domains(viewer))


@provides("domains", count=count_domains)
async def domains(viewer: Viewer) -> list[Waiting]:
    """Mail domains that coordinators name. Only stewards decide: whoever has an address there will be let in unseen."""
    asked = await asked_domains(viewer)
    by = await people(one.author_id for one in asked)
    return [_domain(one, by.get(one.author_id)) for one in asked]


def _domain(one: AskedDomain, by: Person | None) -> Waiting:
    warnings = tuple(_("Looks like %(other)s") % {"other": other} for other in one.looks_like)
    return Waiting(
        key=f"domain:{one.id}", tag=_("Mail domain"), tone="lead" if warnings else "brass", title=one.name, by=by,
        since=one.asked_at,
        meta=(one.institution, _("and all below it") if one.subdomains else _("this one alone")), notes=warnings,
        look=f"/institutions/{one.slug}", action=f"/stewardship/queue/domains/{one.id}", asks=frozenset({"words"}),
        choices=(Choice("accept", _("It is theirs"), "pri"), Choice("decline", _("It is not"))),
    )  # fmt: skip

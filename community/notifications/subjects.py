"""What a notification is about, read through whoever reads it."""

from collections.abc import Sequence

from community.accounts.holders import holders
from community.audience import Viewer, visible_sql
from community.chat.hanging import NOTHING, Hanging, hanging_on
from community.chat.naming import called
from community.conversations.queries import requests_for
from community.notifications.queries import Subject, describes
from community.storage import rows
from community.text.gettext import _
from community.text.plain import excerpt, plain

EXCERPT = 160


@describes("reply")
@describes("answer")
async def posts(viewer: Viewer, ids: Sequence[int]) -> dict[int, Subject]:
    seen, keys = visible_sql(viewer, "t.audience")
    found = await rows(
        f"""SELECT r.id, r.html, r.lang, t.title FROM replies AS r JOIN threads AS t ON t.id = r.thread_id
            WHERE r.id IN :ids AND r.state = 'posted' AND {seen}""",
        ids=list(ids), **keys,
    )  # fmt: skip
    return {
        row["id"]: Subject(row["title"], f"/replies/{row['id']}", excerpt(plain(row["html"]), EXCERPT), row["lang"])
        for row in found
    }


@describes("message")
async def messages(viewer: Viewer, ids: Sequence[int]) -> dict[int, Subject]:
    seen, keys = visible_sql(viewer, "r.audience")
    found = await rows(
        f"""SELECT m.id, m.html, m.lang, m.attached, r.id AS room_id, r.kind, r.name
            FROM messages AS m JOIN rooms AS r ON r.id = m.room_id
            WHERE m.id IN :ids AND m.state = 'posted' AND {seen}""",
        ids=list(ids), **keys,
    )  # fmt: skip
    names = await called(viewer, [(row["room_id"], row["kind"], row["name"]) for row in found])
    hanging = await hanging_on(found)
    return {
        row["id"]: Subject(
            names[row["room_id"]].name, f"/rooms/{row['room_id']}", _said(row["html"], hanging.get(row["id"], NOTHING)), row["lang"]
        )
        for row in found
    }


def _said(html: str, hanging: Hanging) -> str:
    """The words, or of a message without any what hangs on it."""
    return excerpt(plain(html), EXCERPT) or ", ".join(file.name for file in hanging.files)


@describes("harvest")
async def harvests(viewer: Viewer, ids: Sequence[int]) -> dict[int, Subject]:
    """For those who are asked and have said nothing yet."""
    found = await rows(
        """SELECT h.id, r.name, r.lang, r.audience FROM harvests AS h JOIN rooms AS r ON r.id = h.room_id
           JOIN harvest_answers AS a ON a.harvest_id = h.id AND a.member_id = :me AND a.answer = '' WHERE h.id IN :ids""",
        ids=list(ids), me=viewer.member or 0,
    )  # fmt: skip
    return {
        row["id"]: Subject(row["name"] if viewer.holds(row["audience"]) else _("A room"), f"/harvests/{row['id']}", "", row["lang"])
        for row in found
    }


@describes("request")
async def requests(viewer: Viewer, ids: Sequence[int]) -> dict[int, Subject]:
    """Who asks into a conversation, from where, and what they wrote."""
    return {
        one.id: Subject(one.by.institution, one.url, excerpt(plain(one.html), EXCERPT) if one.html else "", one.lang)
        for one in await requests_for(viewer) if one.id in ids
    }  # fmt: skip


@describes("accepted")
async def accepted(viewer: Viewer, ids: Sequence[int]) -> dict[int, Subject]:
    seen, keys = visible_sql(viewer, "c.audience")
    found = await rows(
        f"""SELECT q.id, r.id AS room_id, r.kind, r.name FROM conversation_requests AS q
            JOIN conversations AS c ON c.id = q.conversation_id JOIN rooms AS r ON r.id = c.room_id
            WHERE q.id IN :ids AND q.state = 'accepted' AND {seen}""",
        ids=list(ids), **keys,
    )  # fmt: skip
    names = await called(viewer, [(row["room_id"], row["kind"], row["name"]) for row in found])
    return {row["id"]: Subject(names[row["room_id"]].name, f"/rooms/{row['room_id']}#end") for row in found}


@describes("inquiry")
async def inquiries(viewer: Viewer, ids: Sequence[int]) -> dict[int, Subject]:
    seen, keys = visible_sql(viewer, "q.audience")
    found = await rows(
        f"""SELECT q.id, l.title, l.language, g.name AS guest FROM inquiries AS q JOIN listings AS l ON l.id = q.listing_id
            JOIN institutions AS g ON g.id = q.guest_id WHERE q.id IN :ids AND {seen}""",
        ids=list(ids), **keys,
    )  # fmt: skip
    return {row["id"]: Subject(row["title"], f"/inquiries/{row['id']}", row["guest"], row["language"]) for row in found}


@describes("listing")
async def listings(viewer: Viewer, ids: Sequence[int]) -> dict[int, Subject]:
    seen, keys = visible_sql(viewer, "l.audience")
    found = await rows(
        f"SELECT l.id, l.ref, l.title, l.language FROM listings AS l WHERE l.id IN :ids AND {seen}", ids=list(ids), **keys
    )
    return {row["id"]: Subject(row["title"], f"/listings/{row['ref']}", "", row["language"]) for row in found}


@describes("proposal")
async def proposals(viewer: Viewer, ids: Sequence[int]) -> dict[int, Subject]:
    seen, keys = visible_sql(viewer, "p.audience")
    found = await rows(f"SELECT p.id FROM ring_proposals AS p WHERE p.id IN :ids AND {seen}", ids=list(ids), **keys)
    return {row["id"]: Subject(_("A ring of exchanges fits your listing"), "/exchange/yours") for row in found}


@describes("practice")
async def practices(viewer: Viewer, ids: Sequence[int]) -> dict[int, Subject]:
    seen, keys = visible_sql(viewer, "e.audience")
    found = await rows(
        f"SELECT e.id, e.title, e.lang, e.practice_id FROM editions AS e WHERE e.id IN :ids AND {seen}", ids=list(ids), **keys
    )
    return {
        row["id"]: Subject(row["title"] or _("Untitled practice"), f"/practices/{row['practice_id']}", "", row["lang"])
        for row in found
    }


@describes("knock")
async def knocks(viewer: Viewer, ids: Sequence[int]) -> dict[int, Subject]:
    """An invitation for whom it invites, while whoever sent it moderates there; a question for those who moderate there now."""
    found = await rows(
        """SELECT k.id, k.kind, k.line, k.member_id, k.by_id, s.id AS space, s.slug, s.name, s.language
           FROM space_knocks AS k JOIN spaces AS s ON s.id = k.space_id WHERE k.id IN :ids""",
        ids=list(ids),
    )  # fmt: skip
    described = {}
    for one in found:
        key, is_mine = f"space:{one['space']}", one["kind"] == "invited" and one["member_id"] == viewer.member
        stands = is_mine and one["by_id"] in await holders(key, "moderator")
        if stands or (one["kind"] == "asked" and viewer.has_role(key, "moderator")):
            described[one["id"]] = Subject(one["name"], f"/spaces/{one['slug']}", one["line"], one["language"])
    return described


@describes("claim")
async def claims(viewer: Viewer, ids: Sequence[int]) -> dict[int, Subject]:
    found = await rows(
        """SELECT a.id, i.name, i.slug FROM affiliations AS a JOIN institutions AS i ON i.id = a.institution_id
           WHERE a.id IN :ids AND a.confirmed_at IS NULL AND a.institution_id IN :own""",
        ids=list(ids), own=sorted(viewer.coordinates),
    )  # fmt: skip
    return {row["id"]: Subject(row["name"], f"/institutions/{row['slug']}#claims") for row in found}


@describes("event")
async def events(viewer: Viewer, ids: Sequence[int]) -> dict[int, Subject]:
    seen, keys = visible_sql(viewer, "e.audience")
    found = await rows(
        f"SELECT e.id, e.slug, e.title, e.language, e.cancelled_because FROM events AS e WHERE e.id IN :ids AND {seen}",
        ids=list(ids), **keys,
    )  # fmt: skip
    return {row["id"]: Subject(row["title"], f"/events/{row['slug']}", row["cancelled_because"], row["language"]) for row in found}

"""Members as the search sees them: one document a tier, so that a hidden word is nowhere near a public one."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from community.audience import MEMBERS, PUBLIC
from community.members.people import Person, people
from community.members.roles import role_name
from community.storage import rows
from community.text.plain import plain
from search.documents import Document

KINDS = ("member",)

_MEMBERS = """
    SELECT id, name, handle, version, is_under_18, created_at FROM members
    WHERE id IN :ids AND confirmed_at IS NOT NULL AND admitted_at IS NOT NULL AND suspended_at IS NULL
"""
_DETAILS = """
    SELECT member_id, audience, kind, value, html, lang FROM profile_details WHERE member_id IN :ids ORDER BY position, id
"""
# What only the member sees is searched by nobody, not even by them; guests do not find who is under 18.
TIERS = (PUBLIC, MEMBERS)


async def documents(kind: str, ids: Sequence[int]) -> list[Document]:
    """The documents of those who have joined: under "member:5:public" and "member:5:members", where there is something to find."""
    details: dict[tuple[int, str], list[dict[str, Any]]] = defaultdict(list)
    for row in await rows(_DETAILS, ids=list(ids)):
        details[row["member_id"], row["audience"]].append(row)
    found = await rows(_MEMBERS, ids=list(ids))
    shown = await people(row["id"] for row in found)
    return [
        _document(row, tier, details[row["id"], tier], shown[row["id"]])
        for row in found
        for tier in TIERS
        if tier == MEMBERS or (details[row["id"], tier] and not row["is_under_18"])
    ]


def _document(row: dict[str, Any], tier: str, details: list[dict[str, Any]], person: Person) -> Document:
    by_kind: dict[str, list[str]] = defaultdict(list)
    for one in details:
        by_kind[one["kind"]].append(plain(one["html"]) if one["html"] else one["value"])
    words = [*by_kind["headline"], *by_kind["help"], *by_kind["learn"], *by_kind["biography"], person.institution, person.city]
    roles = [role_name(code) for code in by_kind["role"]]
    return Document(
        key=f"member:{row['id']}:{tier}", kind="member", audience=tier, title=row["name"], url=f"/people/{row['handle']}",
        version=row["version"], body="\n".join(word for word in [f"@{row['handle']}", *words, *roles] if word),
        country=next(iter(by_kind["country"]), person.country), fields=tuple(by_kind["field"]),
        meta={"headline": person.headline, "institution": person.institution}, updated_at=row["created_at"],
    )  # fmt: skip


async def ids_of(kind: str, after: int, limit: int) -> list[int]:
    """Ids in order, for building an index anew."""
    found = await rows("SELECT id FROM members WHERE id > :after ORDER BY id LIMIT :most", after=after, most=limit)
    return [row["id"] for row in found]

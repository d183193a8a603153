"""The list of members: filtered by what the viewer may read of them, and paged by key."""

from dataclasses import dataclass
from typing import Any

from community.audience import Viewer, visible_sql
from community.members.people import Person, people
from community.storage import rows, value
from community.text import fold

SHOWN = 30

_JOINED = "m.confirmed_at IS NOT NULL AND m.admitted_at IS NOT NULL AND m.suspended_at IS NULL"
_SAYS = "EXISTS (SELECT 1 FROM profile_details AS d WHERE d.member_id = m.id AND {seen} AND {what})"
_COUNTED = """
    SELECT d.kind, d.value AS code, COUNT(DISTINCT m.id) AS number FROM profile_details AS d JOIN members AS m ON m.id = d.member_id
    WHERE {listed} AND {seen} AND d.kind IN ('role', 'country', 'language') GROUP BY d.kind, d.value
    UNION ALL
    SELECT d.kind, SUBSTR(d.value, 1, 2), COUNT(DISTINCT m.id) FROM profile_details AS d JOIN members AS m ON m.id = d.member_id
    WHERE {listed} AND {seen} AND d.kind = 'field' GROUP BY d.kind, SUBSTR(d.value, 1, 2)
"""


@dataclass(frozen=True)
class Sought:
    """What a reader looks for. `helps` are words of "can help with"; `fields` two-digit ISCED-F; the others codes."""

    words: str = ""
    helps: str = ""
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()

    @property
    def filters(self) -> int:
        return sum(map(len, (self.countries, self.languages, self.roles, self.fields))) + bool(self.helps)


@dataclass(frozen=True)
class ListedMember:
    person: Person
    name_folded: str
    helps: tuple[str, ...]

    @property
    def key(self) -> tuple[str | int, ...]:
        return self.name_folded, self.person.id


async def members(viewer: Viewer, sought: Sought, key: tuple[str | int, ...] | None, *, backwards: bool) -> list[ListedMember]:
    """Up to SHOWN + 1 from after `key` on, by name, in three queries; in reversed order when going backwards."""
    where, parameters = _where(viewer, sought)
    if key and len(key) == 2 and isinstance(key[0], str) and isinstance(key[1], int):
        sign = "<" if backwards else ">"
        where.append(f"(m.name_folded {sign} :from_name OR (m.name_folded = :from_name AND m.id {sign} :from_id))")
        parameters |= {"from_name": key[0], "from_id": key[1]}
    way = "DESC" if backwards else "ASC"
    found = await rows(
        f"SELECT m.id, m.name_folded FROM members AS m WHERE {' AND '.join(where)} "
        f"ORDER BY m.name_folded {way}, m.id {way} LIMIT :most",
        most=SHOWN + 1, **parameters,
    )  # fmt: skip
    ids = [one["id"] for one in found]
    shown, helps = await people(ids), await _helps(viewer, ids)
    return [ListedMember(shown[one["id"]], one["name_folded"], helps.get(one["id"], ())) for one in found]


async def how_many(viewer: Viewer, sought: Sought) -> int:
    where, parameters = _where(viewer, sought)
    return int(await value(f"SELECT COUNT(*) FROM members AS m WHERE {' AND '.join(where)}", **parameters))


async def counts(viewer: Viewer) -> dict[str, dict[str, int]]:
    """How many members say a thing that the viewer may read, by kind ("role", "country", "language", "field") and code."""
    seen, parameters = visible_sql(viewer, "d.audience")
    listed, more = _listed(viewer)
    found: dict[str, dict[str, int]] = {"role": {}, "country": {}, "language": {}, "field": {}}
    for row in await rows(_COUNTED.format(listed=" AND ".join(listed), seen=seen), **parameters | more):
        found[row["kind"]][row["code"]] = row["number"]
    return found


def _listed(viewer: Viewer) -> tuple[list[str], dict[str, Any]]:
    """Everybody, for members. A guest is shown only adults who tell everybody something about themselves."""
    if viewer.signed_in:
        return [_JOINED], {}
    seen, parameters = visible_sql(viewer, "d.audience")
    return [_JOINED, "m.is_under_18 = :young", _SAYS.format(seen=seen, what="1 = 1")], parameters | {"young": False}


def _where(viewer: Viewer, sought: Sought) -> tuple[list[str], dict[str, Any]]:
    seen, parameters = visible_sql(viewer, "d.audience")
    where, more = _listed(viewer)
    wanted: list[tuple[str, dict[str, Any]]] = []
    for kind, codes in (("country", sought.countries), ("language", sought.languages), ("role", sought.roles)):
        if codes:
            wanted.append((f"d.kind = '{kind}' AND d.value IN :{kind}", {kind: list(codes)}))
    if sought.fields:
        wanted.append(("d.kind = 'field' AND SUBSTR(d.value, 1, 2) IN :fields", {"fields": list(sought.fields)}))
    if helps := fold(sought.helps):
        wanted.append(("d.kind = 'help' AND d.value_folded LIKE :helps ESCAPE '!'", {"helps": like(helps)}))
    for what, values in wanted:
        where.append(_SAYS.format(seen=seen, what=what))
        more |= parameters | values
    if words := fold(sought.words):
        where.append("m.name_folded LIKE :words ESCAPE '!'")
        more |= {"words": like(words)}
    return where, more


def like(words: str) -> str:
    """Words anywhere, for LIKE ... ESCAPE '!': % and _ mean themselves."""
    return "%" + words.replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%"


async def _helps(viewer: Viewer, ids: list[int]) -> dict[int, tuple[str, ...]]:
    if not ids:
        return {}
    seen, parameters = visible_sql(viewer, "d.audience")
    found: dict[int, tuple[str, ...]] = {}
    for row in await rows(
        f"SELECT d.member_id, d.value FROM profile_details AS d WHERE d.member_id IN :ids AND d.kind = 'help' AND {seen} "
        "ORDER BY d.position, d.id",
        ids=ids, **parameters,
    ):  # fmt: skip
        found[row["member_id"]] = (*found.get(row["member_id"], ()), row["value"])
    return found

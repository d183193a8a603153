"""The list of institutions: filtered, counted, and paged by key."""

from dataclasses import dataclass
from typing import Any

from community.audience import Viewer, visible_sql
from community.storage import rows, value
from community.text import fold
from community.text.plain import excerpt, plain

SHOWN = 24

_LISTED = """
    SELECT i.id, i.slug, i.name, i.name_folded, i.name_language, i.country, i.city, i.category, i.mark,
        i.about_html, i.about_language, i.verified_at,
        (SELECT COUNT(*) FROM affiliations AS a
         WHERE a.institution_id = i.id AND a.confirmed_at IS NOT NULL AND a.until IS NULL) AS members
    FROM institutions AS i WHERE {where} ORDER BY i.name_folded {way}, i.id {way} LIMIT :most
"""
_COUNTED = """
    SELECT 'region' AS facet, i.region AS code, COUNT(*) AS number FROM institutions AS i WHERE {seen} GROUP BY i.region
    UNION ALL SELECT 'category', i.category, COUNT(*) FROM institutions AS i WHERE {seen} GROUP BY i.category
    UNION ALL SELECT 'country', i.country, COUNT(*) FROM institutions AS i WHERE {seen} GROUP BY i.country
    UNION ALL SELECT 'field', SUBSTR(t.code, 1, 2), COUNT(DISTINCT i.id) FROM institutions AS i
        JOIN institution_traits AS t ON t.institution_id = i.id AND t.kind = 'field' WHERE {seen} GROUP BY SUBSTR(t.code, 1, 2)
"""


@dataclass(frozen=True)
class Asked:
    """What a reader looks for: part of a name, codes of the vocabularies, and two-digit ISCED-F codes as `fields`."""

    words: str = ""
    countries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()

    @property
    def filters(self) -> int:
        return sum(map(len, (self.countries, self.regions, self.categories, self.fields)))


@dataclass(frozen=True)
class Listed:
    """One institution of the list; `about` is its beginning, plain."""

    id: int
    slug: str
    name: str
    name_folded: str
    name_language: str
    country: str
    city: str
    category: str
    mark: str
    about: str
    about_language: str
    verified: bool
    members: int

    @property
    def key(self) -> tuple[str | int, ...]:
        return self.name_folded, self.id


async def institutions(viewer: Viewer, asked: Asked, key: tuple[str | int, ...] | None, *, backwards: bool) -> list[Listed]:
    """Up to SHOWN + 1 from after `key` on, by name; before it, in reversed order, when going backwards."""
    where, parameters = _where(viewer, asked)
    if key and len(key) == 2 and isinstance(key[0], str) and isinstance(key[1], int):
        sign = "<" if backwards else ">"
        where.append(f"(i.name_folded {sign} :name OR (i.name_folded = :name AND i.id {sign} :id))")
        parameters |= {"name": key[0], "id": key[1]}
    sql = _LISTED.format(where=" AND ".join(where), way="DESC" if backwards else "ASC")
    return [_listed(row) for row in await rows(sql, most=SHOWN + 1, **parameters)]


async def how_many(viewer: Viewer, asked: Asked) -> int:
    where, parameters = _where(viewer, asked)
    return int(await value(f"SELECT COUNT(*) FROM institutions AS i WHERE {' AND '.join(where)}", **parameters))


def _where(viewer: Viewer, asked: Asked) -> tuple[list[str], dict[str, Any]]:
    seen, parameters = visible_sql(viewer, "i.audience")
    where = [seen]
    for column, codes in (("country", asked.countries), ("region", asked.regions), ("category", asked.categories)):
        if codes:
            where.append(f"i.{column} IN :{column}")
            parameters[column] = list(codes)
    if asked.fields:
        where.append(
            "EXISTS (SELECT 1 FROM institution_traits AS t WHERE t.institution_id = i.id AND t.kind = 'field' "
            "AND SUBSTR(t.code, 1, 2) IN :fields)"
        )
        parameters["fields"] = list(asked.fields)
    if words := fold(asked.words):
        where.append("i.name_folded LIKE :words ESCAPE '!'")
        parameters["words"] = f"%{escaped(words)}%"
    return where, parameters


def escaped(words: str) -> str:
    """Words for LIKE ... ESCAPE '!', so that % and _ mean themselves."""
    return words.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _listed(row: dict[str, Any]) -> Listed:
    values = {name: row[name] for name in Listed.__dataclass_fields__ if name in row}
    return Listed(**values | {"about": excerpt(plain(row["about_html"]), 160)}, verified=row["verified_at"] is not None)


async def counts(viewer: Viewer) -> dict[str, dict[str, int]]:
    """How many institutions there are by facet ("region", "category", "country", "field") and code."""
    seen, parameters = visible_sql(viewer, "i.audience")
    found: dict[str, dict[str, int]] = {"region": {}, "category": {}, "country": {}, "field": {}}
    for row in await rows(_COUNTED.format(seen=seen), **parameters):
        if row["code"]:
            found[row["facet"]][row["code"]] = row["number"]
    return found

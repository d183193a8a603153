"""Practices as they stand in lists."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from community.audience import Viewer, visible_sql
from community.practices import labels
from community.storage import rows
from community.text.vocabularies import country_name, is_field, isced_field, language_name

CARDS = """
    SELECT e.id, e.practice_id, e.number, e.title, e.summary, e.lang, e.country, e.place, e.cost_level, e.institution_name,
        e.published_at, p.kind, p.origin_id, p.source_id, i.name AS institution, i.slug, i.mark,
        (SELECT COUNT(*) FROM practice_endorsements AS n WHERE n.practice_id = p.id) AS endorsements,
        (SELECT COUNT(*) FROM practices AS a JOIN editions AS d ON d.practice_id = a.id AND d.is_current
         WHERE a.origin_practice_id = p.id AND {adaptation_seen}) AS adaptations
    FROM editions AS e JOIN practices AS p ON p.id = e.practice_id
    LEFT JOIN institutions AS i ON i.id = e.institution_id AND {maker_seen}
    WHERE e.is_current AND e.state = 'published' AND {seen}
"""
_FIELDS = "SELECT edition_id, code FROM practice_codes WHERE edition_id IN :ids AND kind = 'field' ORDER BY code"


@dataclass(frozen=True)
class PracticeCard:
    """A practice in a list, by its current edition. `kind` is "practice" or "lead"; `is_paraphrased`: from a public report.

    `maker` is an institution's name or "", `mark` its symbol or "", `facts` a few words such as field, cost and language.
    """

    id: int
    edition_id: int
    kind: str
    title: str
    summary: str
    lang: str
    country: str
    country_name: str
    maker: str
    mark: str
    facts: tuple[str, ...]
    adaptations: int
    endorsements: int
    is_adaptation: bool
    is_paraphrased: bool
    published_at: datetime

    @property
    def url(self) -> str:
        return f"/practices/{self.id}"

    @property
    def is_lead(self) -> bool:
        return self.kind == "lead"


def cards_sql(viewer: Viewer) -> tuple[str, dict[str, Any]]:
    """The query for the current editions this viewer sees, to which conditions can be added, and its parameters."""
    seen, keys = visible_sql(viewer, "e.audience")
    adaptation_seen, _keys = visible_sql(viewer, "d.audience")
    maker_seen, _keys = visible_sql(viewer, "i.audience")
    return CARDS.format(seen=seen, adaptation_seen=adaptation_seen, maker_seen=maker_seen), keys


async def recent(viewer: Viewer, most: int) -> list[PracticeCard]:
    """The practices published last, leads left out."""
    text, keys = cards_sql(viewer)
    text += " AND p.kind = 'practice' ORDER BY e.published_at DESC, e.id DESC LIMIT :most"
    return await made(await rows(text, most=most, **keys))


async def made(found: Iterable[Mapping[str, Any]]) -> list[PracticeCard]:
    """Cards of rows of the query, with one query for their fields."""
    listed = list(found)
    fields: dict[int, list[str]] = defaultdict(list)
    if listed:
        for row in await rows(_FIELDS, ids=[one["id"] for one in listed]):
            fields[row["edition_id"]].append(row["code"])
    return [_card(row, fields[row["id"]]) for row in listed]


def _card(row: Mapping[str, Any], fields: list[str]) -> PracticeCard:
    return PracticeCard(
        id=row["practice_id"], edition_id=row["id"], kind=row["kind"], title=row["title"], summary=row["summary"], lang=row["lang"],
        country=row["country"], country_name=country_name(row["country"]) if row["country"] else "",
        maker=row["institution"] or row["institution_name"], mark=row["mark"] or "", facts=_facts(row, fields),
        adaptations=row["adaptations"], endorsements=row["endorsements"], is_adaptation=row["origin_id"] is not None,
        is_paraphrased=row["source_id"] is not None, published_at=row["published_at"],
    )  # fmt: skip


def _facts(row: Mapping[str, Any], fields: list[str]) -> tuple[str, ...]:
    named = [isced_field(code).coded() for code in fields[:2] if is_field(code)]
    return tuple(fact for fact in (*named, labels.costs().get(row["cost_level"], ""), language_name(row["lang"])) if fact)

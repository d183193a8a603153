"""From stored listings to the frozen sides that matching compares."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from community.exchange.sides import Language, Side
from community.storage import rows

_LISTINGS = """
    SELECT l.id, l.institution_id, l.direction, l.activity, l.participant, l.mode, l.status, l.places, l.starts, l.ends,
        l.min_days, l.max_days, l.min_age, l.country, l.levels, l.wanted_countries, l.excluded_countries, l.wanted_regions,
        l.costs, l.accommodation, l.reciprocity, i.country AS home, i.region
    FROM listings AS l JOIN institutions AS i ON i.id = l.institution_id
    WHERE l.id IN :ids ORDER BY l.id
"""
_CODES = "SELECT listing_id, code FROM listing_fields WHERE listing_id IN :ids"
_SPOKEN = "SELECT listing_id, tag, level, required FROM listing_languages WHERE listing_id IN :ids ORDER BY id"


async def sides(ids: Iterable[int]) -> dict[int, Side]:
    """The sides of these listings by id, in id order; three queries however many."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    codes, spoken = defaultdict(set), defaultdict(list)
    for row in await rows(_CODES, ids=wanted):
        codes[row["listing_id"]].add(str(row["code"]))
    for row in await rows(_SPOKEN, ids=wanted):
        spoken[row["listing_id"]].append(Language(row["tag"], row["level"] or None, bool(row["required"])))
    found = await rows(_LISTINGS, ids=wanted)
    return {row["id"]: _side(row, frozenset(codes[row["id"]]), tuple(spoken[row["id"]])) for row in found}


def _side(row: Mapping[str, Any], codes: frozenset[str], spoken: tuple[Language, ...]) -> Side:
    costs = {item: entry["coverage"] for item, entry in json.loads(row["costs"]).items()}
    # A region is the institution's own entry; elsewhere than at home none is known, and none is guessed.
    region = row["region"] if row["country"] == row["home"] else ""
    return Side(
        id=row["id"], institution=row["institution_id"], direction=row["direction"], activity=row["activity"],
        participant=row["participant"], mode=row["mode"], is_open=row["status"] == "open", places=row["places"],
        fields=codes, levels=frozenset(json.loads(row["levels"])), starts=row["starts"], ends=row["ends"],
        min_days=row["min_days"], max_days=row["max_days"], languages=spoken, min_age=row["min_age"],
        country=row["country"] or None, region=region or None,
        wanted_countries=frozenset(json.loads(row["wanted_countries"])),
        excluded_countries=frozenset(json.loads(row["excluded_countries"])),
        wanted_regions=frozenset(json.loads(row["wanted_regions"])), costs=costs,
        accommodation=row["accommodation"] or None, reciprocity=row["reciprocity"],
    )  # fmt: skip

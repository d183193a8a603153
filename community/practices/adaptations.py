"""The tree of a practice and its adaptations, and what it says in sum. One query, whatever the tree."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from community.audience import Viewer, visible_sql
from community.practices import labels
from community.storage import rows
from community.text.gettext import _, ngettext
from community.text.lists import listed
from community.text.vocabularies import country_name
from community.web.maps import Point

MOST_NODES = 200
DEEPEST = 12

# Up from the practice to the first original, then down through every adaptation. UNION ends where a circle would begin.
_TREE = """
    WITH RECURSIVE above (id, origin_id, depth) AS (
        SELECT p.id, p.origin_practice_id, 0 FROM practices AS p WHERE p.id = :id
        UNION SELECT p.id, p.origin_practice_id, above.depth + 1 FROM practices AS p JOIN above ON p.id = above.origin_id
        WHERE above.depth < :deepest
    ), below (id, origin_id, depth) AS (
        SELECT above.id, above.origin_id, 0 FROM above WHERE above.depth = (SELECT MAX(depth) FROM above)
        UNION SELECT p.id, p.origin_practice_id, below.depth + 1 FROM practices AS p JOIN below ON p.origin_practice_id = below.id
        WHERE below.depth < :deepest
    )
    SELECT below.id, below.origin_id, e.title, e.lang, e.country, e.place, e.outcome, e.published_at,
        i.mark, i.latitude, i.longitude,
        (SELECT COUNT(*) FROM practice_codes AS c WHERE c.edition_id = e.id AND c.kind = 'need' AND c.code = 'internet') AS internet
    FROM below JOIN editions AS e ON e.practice_id = below.id AND e.is_current AND {seen}
    LEFT JOIN institutions AS i ON i.id = e.institution_id AND {maker_seen}
    ORDER BY below.depth, below.id LIMIT {most}
"""


@dataclass(frozen=True)
class Node:
    """A practice in the tree. `href` is "" for the one whose page this is; `detail` says where, when and how it went."""

    id: int
    title: str
    href: str
    mark: str
    detail: str
    lang: str
    children: tuple["Node", ...]


@dataclass(frozen=True)
class Adaptations:
    """`evidence` are sentences on how it went elsewhere. `tree` is None where there is nothing but the practice itself."""

    tree: Node | None = None
    evidence: tuple[str, ...] = ()
    points: tuple[Point, ...] = ()


async def adaptations_of(viewer: Viewer, practice_id: int) -> Adaptations:
    """What this viewer sees of the tree. What hangs below something hidden hangs below the original."""
    seen, keys = visible_sql(viewer, "e.audience")
    maker_seen, _keys = visible_sql(viewer, "i.audience")
    text = _TREE.format(seen=seen, maker_seen=maker_seen, most=MOST_NODES)
    found = await rows(text, id=practice_id, deepest=DEEPEST, **keys)
    if not found:
        return Adaptations()
    below: dict[int, list[Mapping[str, Any]]] = {}
    known = {row["id"] for row in found}
    for row in found[1:]:
        below.setdefault(row["origin_id"] if row["origin_id"] in known else found[0]["id"], []).append(row)
    tree = _node(found[0], below, practice_id, original=True) if len(found) > 1 else None
    return Adaptations(tree, _evidence(found[1:]), _points(found))


def _node(row: Mapping[str, Any], below: Mapping[int, list[Mapping[str, Any]]], here: int, *, original: bool = False) -> Node:
    where = country_name(row["country"]) if row["country"] else row["place"]
    year = str(row["published_at"].year) if row["published_at"] else ""
    went = _("original") if original else labels.outcomes().get(row["outcome"], "")
    return Node(
        id=row["id"], title=row["title"], href="" if row["id"] == here else f"/practices/{row['id']}", mark=row["mark"] or "",
        detail=" · ".join(part for part in (listed((where, year)), went) if part), lang=row["lang"],
        children=tuple(_node(child, below, here) for child in below.get(row["id"], ())),
    )  # fmt: skip


def _evidence(adapted: list[dict[str, Any]]) -> tuple[str, ...]:
    """Tried where, how it went, and where it worked without internet: what the domain calls the evidence in sum."""
    countries = len({row["country"] for row in adapted if row["country"]})
    went = Counter(row["outcome"] for row in adapted)
    offline = len({row["country"] for row in adapted if row["outcome"] == "worked" and not row["internet"]})
    said = []
    if countries:
        said.append(ngettext("Tried in %(n)d other country.", "Tried in %(n)d other countries.", countries) % {"n": countries})
    worded = {"worked": _("Worked: %(n)d."), "partly": _("In part: %(n)d."), "failed": _("Did not work: %(n)d.")}
    said += [words % {"n": went[outcome]} for outcome, words in worded.items() if went[outcome]]
    if offline:
        said.append(_("Worked without internet: %(n)d.") % {"n": offline})
    return tuple(said)


def _points(found: list[dict[str, Any]]) -> tuple[Point, ...]:
    return tuple(
        Point(row["latitude"], row["longitude"], "match" if place else "you", row["place"] or row["country"])
        for place, row in enumerate(found)
        if row["latitude"] is not None and row["longitude"] is not None
    )

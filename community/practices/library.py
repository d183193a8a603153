"""The library: one page of cards, what the filters would give, how many there are. Four queries."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from community.audience import Viewer, visible_sql
from community.practices import labels
from community.practices.cards import PracticeCard, cards_sql, made
from community.practices.filters import CODES, COLUMNS, NAMES, Filters
from community.storage import rows
from community.text.gettext import _, ngettext
from community.text.vocabularies import country_name, isced_field, language_name, level, theme
from community.web.paging import Cursor, Page, moment_of, page_of

PAGE = 20
MOST_OPTIONS = 30

_COUNT = """SELECT '' AS facet, '' AS code, COUNT(*) AS n FROM editions AS e JOIN practices AS p ON p.id = e.practice_id
    WHERE e.is_current AND e.state = 'published' AND {seen}{where}"""
_FACET = """SELECT '{name}' AS facet, {code} AS code, COUNT(*) AS n
    FROM editions AS e JOIN practices AS p ON p.id = e.practice_id{join}
    WHERE e.is_current AND e.state = 'published' AND {seen}{where} GROUP BY {code}"""


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    count: int
    checked: bool


@dataclass(frozen=True)
class Group:
    name: str
    legend: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Chosen:
    """A filter that is on, and the address without it."""

    label: str
    href: str


@dataclass(frozen=True)
class LibraryPage:
    """`status` says what is shown, in a sentence; `older` and `newer` are addresses or ""."""

    cards: list[PracticeCard]
    groups: tuple[Group, ...]
    filters: Filters
    chosen: tuple[Chosen, ...]
    total: int
    status: str
    older: str
    newer: str
    can_share: bool
    own_drafts: int


async def library_page(viewer: Viewer, filters: Filters, cursor: Cursor) -> LibraryPage:
    page = await _cards(viewer, filters, cursor)
    counts = await _counts(viewer, filters)
    total = counts.pop("", {}).get("", 0)
    words = ngettext("%(n)d practice", "%(n)d practices", total) % {"n": total}
    return LibraryPage(
        cards=page.items, groups=_groups(filters, counts), filters=filters, chosen=_chosen(filters), total=total,
        status=_("%(practices)s with “%(words)s”") % {"practices": words, "words": filters.q} if filters.q else words,
        older=filters.address(after=page.next) if page.next else "",
        newer=filters.address(before=page.previous) if page.previous else "",
        can_share=viewer.signed_in, own_drafts=await _own_drafts(viewer),
    )  # fmt: skip


async def _cards(viewer: Viewer, filters: Filters, cursor: Cursor) -> Page[PracticeCard]:
    text, keys = cards_sql(viewer)
    where, values = filters.conditions()
    after = _cursor_values(filters, cursor)
    cursor = cursor if after else Cursor()
    column = "adaptations" if filters.order == "adapted" else "published_at"
    sign, order = (">", "ASC") if cursor.backwards else ("<", "DESC")
    begins = f"WHERE {column} {sign} :at OR ({column} = :at AND id {sign} :last)" if after else ""
    found = await rows(
        f"SELECT * FROM ({text}{where}) AS found {begins} ORDER BY {column} {order}, id {order} LIMIT {PAGE + 1}",
        **keys, **values, **after,
    )  # fmt: skip
    return page_of(await made(found), PAGE, _key_of(filters), cursor)


def _key_of(filters: Filters) -> Callable[[PracticeCard], tuple[str | int, ...]]:
    if filters.order == "adapted":
        return lambda card: (card.adaptations, card.edition_id)
    return lambda card: (card.published_at.isoformat(), card.edition_id)


def _cursor_values(filters: Filters, cursor: Cursor) -> dict[str, Any]:
    """The parameters of a cursor; none for one that a list in another order has made."""
    at, last = cursor.key if cursor.key and len(cursor.key) == 2 else (None, None)
    if not isinstance(last, int):
        return {}
    if filters.order == "adapted":
        return {"at": at, "last": last} if isinstance(at, int) else {}
    moment = moment_of(at or "")
    return {"at": moment, "last": last} if moment else {}


async def _counts(viewer: Viewer, filters: Filters) -> dict[str, dict[str, int]]:
    """How many each value of each filter would give: counted without that filter, with all the others. "" is the total."""
    seen, keys = visible_sql(viewer, "e.audience")
    where, values = filters.conditions()
    parts = [_COUNT.format(seen=seen, where=where)]
    for name in NAMES:
        others, more = filters.conditions(but=name)
        values |= more
        parts.append(_facet(name, seen, others))
    counted: dict[str, dict[str, int]] = {}
    for row in await rows(" UNION ALL ".join(parts), **keys, **values):
        counted.setdefault(row["facet"], {})[row["code"]] = row["n"]
    return counted


def _facet(name: str, seen: str, where: str) -> str:
    if name in COLUMNS:
        return _FACET.format(name=name, code=COLUMNS[name], join="", seen=seen, where=where)
    join = f" JOIN practice_codes AS f ON f.edition_id = e.id AND f.kind = '{CODES[name]}'"
    return _FACET.format(name=name, code="f.code", join=join, seen=seen, where=where)


def _groups(filters: Filters, counts: Mapping[str, Mapping[str, int]]) -> tuple[Group, ...]:
    legends = {
        "theme": _("Theme"), "country": _("Country"), "field": _("Field (ISCED-F)"), "level": _("Level (ISCED)"),
        "language": _("Language"), "cost": _("Cost to begin"), "needs": _("Needs"), "scale": _("Scale"),
        "kind": _("How much is known"),
    }  # fmt: skip
    return tuple(Group(name, legends[name], _options(name, filters, counts.get(name, {}))) for name in NAMES)


def _options(name: str, filters: Filters, counts: Mapping[str, int]) -> tuple[Option, ...]:
    """Those that would give something, the frequent ones first, and whatever is on."""
    on = getattr(filters, name)
    codes = [code for code, n in counts.items() if code and n] + [code for code in on if code not in counts]
    ordered = sorted(codes, key=lambda code: (-counts.get(code, 0), code))[:MOST_OPTIONS]
    return tuple(Option(code, label_of(name, code), counts.get(code, 0), code in on) for code in ordered)


def label_of(name: str, code: str) -> str:
    """The words of one value of a filter; a code nobody knows any more is its own."""
    worded: Mapping[str, Callable[[str], str]] = {
        "theme": lambda code: theme(code).label(),
        "country": country_name,
        "field": lambda code: isced_field(code).coded(),
        "level": lambda code: level(code).coded(),
        "language": language_name,
        "cost": lambda code: labels.costs()[code],
        "needs": lambda code: labels.needs()[code],
        "scale": lambda code: labels.scales()[code],
        "kind": lambda code: {"practice": _("Described"), "lead": _("A lead: more is wanted")}[code],
    }
    try:
        return worded[name](code)
    except KeyError:
        return code


def _chosen(filters: Filters) -> tuple[Chosen, ...]:
    return tuple(
        Chosen(label_of(name, code), filters.without(name, code).address()) for name in NAMES for code in getattr(filters, name)
    )


async def _own_drafts(viewer: Viewer) -> int:
    if not viewer.signed_in:
        return 0
    found = await rows(
        """SELECT COUNT(*) AS n FROM editions WHERE author_id = :member
           AND state IN ('draft', 'changes_requested', 'submitted')""",
        member=viewer.member,
    )
    return int(found[0]["n"])

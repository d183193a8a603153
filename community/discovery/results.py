"""What the search page shows of an answer."""

from collections.abc import Mapping
from dataclasses import dataclass

from community.discovery.asked import MAX_PAGE, PAGE_SIZE, TABS, Asked
from community.text.gettext import _, language, ngettext
from community.text.vocabularies import country_name, language_name, themes
from search.documents import Hit, Results, Segment

SHOWN_VALUES = 8
ICONS = {"message": "room", "practice": "book", "listing": "swap", "member": "people", "institution": "people", "space": "people",
         "event": "calendar"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    href: str
    title: tuple[Segment, ...]
    snippet: tuple[Segment, ...]
    lang: str
    icon: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The best hits of one tab, and the way to all of them."""

    tab: str
    title: str
    href: str
    total: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    count: int | None
    checked: bool


@dataclass(frozen=True, slots=True)
class Facet:
    name: str
    legend: str
    options: tuple[Option, ...]


def tab_names() -> dict[str, str]:
    return {
        "discussions": _("Discussions"),
        "practices": _("Practices"),
        "exchange": _("Exchange"),
        "events": _("Events"),
        "rooms": _("Rooms"),
        "people": _("People"),
        "institutions": _("Institutions and spaces"),
    }


def tabs(asked: Asked, results: Results) -> list[tuple[str, str, bool, int]]:
    """(label, address, whether current, hits) of everything and of each tab that has some."""
    counts = tab_counts(results)
    named = [(name, label) for name, label in tab_names().items() if counts[name] or asked.tab == name]
    every = (_("Everything"), asked.href(tab="", text=asked.words), not asked.tab, sum(counts.values()))
    return [every, *((label, asked.href(tab=name, text=asked.words), asked.tab == name, counts[name]) for name, label in named)]


def tab_counts(results: Results) -> dict[str, int]:
    return {name: sum(results.facets.kind.get(kind, 0) for kind in shown) for name, shown in TABS.items()}


def facets(asked: Asked, results: Results) -> list[Facet]:
    theme_names = {term.code: term.label() for term in themes()}
    found = results.facets
    return [
        Facet("theme", _("Theme"), _options(found.theme, asked.themes, theme_names.get)),
        Facet("country", _("Country"), _options(found.country, asked.countries, country_name)),
        Facet("language", _("Language"), _options(found.language, asked.languages, language_name)),
    ]


def rows(hits: tuple[Hit, ...]) -> tuple[Row, ...]:
    return tuple(map(_row, hits))


def groups(asked: Asked, results: Results, hits: tuple[Hit, ...], each: int) -> list[Group]:
    """The tabs in the order of their best hits."""
    counts, names = tab_counts(results), tab_names()
    by_tab: dict[str, list[Hit]] = {}
    for hit in hits:
        tab = next((name for name, kinds in TABS.items() if hit.kind in kinds), "")
        if tab and len(by_tab.setdefault(tab, [])) < each:
            by_tab[tab].append(hit)
    return [Group(tab, names[tab], asked.href(tab=tab), counts[tab], rows(tuple(found))) for tab, found in by_tab.items()]


def pager(asked: Asked, results: Results) -> tuple[str, str]:
    """The addresses of the next and the previous page, "" where there is none."""
    more = results.total > asked.page * PAGE_SIZE and asked.page < MAX_PAGE
    return asked.href(page=asked.page + 1) if more else "", asked.href(page=asked.page - 1) if asked.page > 1 else ""


def _options(counts: Mapping[str, int], chosen: tuple[str, ...], label: object) -> tuple[Option, ...]:
    """What is chosen, then the commonest."""
    assert callable(label)
    common = sorted(counts, key=lambda value: (-counts[value], value))
    shown = dict.fromkeys([*chosen, *common[:SHOWN_VALUES]])
    return tuple(Option(value, label(value) or value, counts.get(value, 0), value in chosen) for value in shown)


def _row(hit: Hit) -> Row:
    snippet = hit.snippet if _words(hit.snippet) != _words(hit.title) else ()
    return Row(hit.url, hit.title, snippet, hit.language or language(), ICONS.get(hit.kind, "talk"), _facts(hit))


def _words(segments: tuple[Segment, ...]) -> str:
    """What is read: a short message is its own title, and is not said twice."""
    return " ".join("".join(segment.text for segment in segments).split())


def _facts(hit: Hit) -> tuple[str, ...]:
    """Small facts below a hit; what a slice calls itself is known here, since its codes are no words."""
    place = hit.meta.get("in", "") if hit.kind in {"reply", "message"} else country_name(hit.country) if hit.country else ""
    by = next((hit.meta[name] for name in ("author", "maker", "institution", "headline") if hit.meta.get(name)), "")
    replies = int(hit.meta.get("replies", "0") or 0) if hit.meta.get("replies", "0").isdecimal() else 0
    answered = ngettext("%(num)d reply", "%(num)d replies", replies) % {"num": replies} if replies else ""
    return tuple(fact for fact in (_kind(hit), by, place, answered) if fact)


def _kind(hit: Hit) -> str:
    if hit.kind == "listing":
        return _("Request") if hit.meta.get("direction") == "request" else _("Offer")
    if hit.kind == "practice" and hit.meta.get("kind") == "lead":
        return _("Lead")
    return {
        "thread": _("Discussion"),
        "reply": _("Reply"),
        "message": _("Message"),
        "practice": _("Practice"),
        "member": _("Member"),
        "institution": _("Institution"),
        "space": _("Space"),
        "event": _("Event"),
    }.get(hit.kind, "")

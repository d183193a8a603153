"""What of a record is shown, and in which order: the six sections, the facts of the title block. Nothing empty is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from community.practices import labels
from community.practices.record import Record, Resource
from community.text.gettext import _, language
from community.text.lists import listed
from community.text.vocabularies import (
    country_name,
    is_field,
    isced_field,
    language_name,
    level,
    licence,
    licences,
    sdg_targets,
    theme,
)


@dataclass(frozen=True)
class Fact:
    """One cell of the title block. `href` is "" where the value leads nowhere, `lang` where it is in the reader's language."""

    label: str
    value: str
    href: str = ""
    lang: str = ""


@dataclass(frozen=True)
class Part:
    """A piece of a section: `title` is "" for the section's own words. `html` is safe."""

    title: str
    html: str


@dataclass(frozen=True)
class Chapter:
    """One of the six sections. `number` counts those that are shown; `anchor` is fixed for each, whatever is shown."""

    number: int
    anchor: str
    title: str
    parts: tuple[Part, ...] = ()
    resources: tuple[Resource, ...] = ()


@dataclass(frozen=True)
class Maker:
    """Who signs: a registered institution with its address and mark, or just a name."""

    name: str = ""
    href: str = ""
    mark: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True)
class Reading:
    """A record as it is read."""

    title: str
    summary: str
    lang: str
    country: str
    country_name: str
    maker: Maker
    chapters: tuple[Chapter, ...]
    facts: tuple[Fact, ...]
    tags: tuple[str, ...]
    themes: tuple[tuple[str, str], ...]

    @property
    def blocks(self) -> list[tuple[str, list[Fact]]]:
        """The facts by their labels: two themes stand in one cell."""
        cells: dict[str, list[Fact]] = {}
        for fact in self.facts:
            cells.setdefault(fact.label, []).append(fact)
        return list(cells.items())


CHAPTERS: Mapping[str, tuple[str, ...]] = {
    "context": ("context",),
    "challenge": ("challenge",),
    "solution": ("solution", "stakeholders", "financing"),
    "results": ("results",),
    "transfer": ("changes", "transfer", "lessons"),
    "resources": (),
}
"""The six sections in their order, and what of the record stands in each; the first is the section's own text."""


def reading(record: Record, html: Mapping[str, str], maker: Maker | None = None) -> Reading:
    """`html` maps names of sections to their safe HTML."""
    signed = maker or Maker(record.institution_name)
    return Reading(
        title=record.title, summary=_not_said_twice(record), lang=record.lang, country=record.country,
        country_name=country_name(record.country) if record.country else "", maker=signed,
        chapters=_chapters(record, html), facts=_facts(record, signed), tags=record.tags,
        themes=tuple((code, theme(code).label()) for code in record.themes),
    )  # fmt: skip


def _not_said_twice(record: Record) -> str:
    """The summary, unless a section begins with the same words."""
    words = record.summary.rstrip("…")
    return "" if any(text.startswith(words) for text in record.sections.values()) else record.summary


def _chapters(record: Record, html: Mapping[str, str]) -> tuple[Chapter, ...]:
    titles = {**labels.section_names(), "resources": _("Resources")}
    shown: list[Chapter] = []
    for name, sections in CHAPTERS.items():
        parts = tuple(Part("" if part == name else titles[part], html[part]) for part in sections if html.get(part))
        resources = record.resources if name == "resources" else ()
        if parts or resources:
            shown.append(Chapter(len(shown) + 1, name, titles[name], parts, resources))
    return tuple(shown)


def _facts(record: Record, maker: Maker) -> tuple[Fact, ...]:
    where = listed((record.place, country_name(record.country) if record.country else ""))
    facts = (
        Fact(_("Maker"), maker.name, maker.href, record.lang),
        Fact(_("Where"), where),
        Fact(_("How it went"), labels.outcomes().get(record.outcome, "")),
        *(Fact(_("Theme"), theme(code).label(), f"/practices?theme={code}") for code in record.themes),
        *(_field(code) for code in record.fields if is_field(code)),
        Fact(_("Level"), listed(f"{code} {level(code).label()}" for code in record.levels)),
        Fact(_("For whom"), record.target_groups, lang=record.lang),
        Fact(_("Scale"), labels.scales().get(record.scale, "")),
        Fact(_("When"), period(record.starts, record.ends)),
        Fact(_("Cost to begin"), labels.costs().get(record.cost_level, "")),
        Fact(_("Needs"), listed(labels.needs()[need] for need in record.needs if need in labels.needs())),
        Fact(_("Evidence"), labels.evidence().get(record.evidence, "")),
        Fact(_("Partners"), "; ".join(record.partners), lang=record.lang),
        Fact(_("SDG targets"), listed(_targets(record))),
        Fact(_("Written in"), language_name(record.lang) if record.lang else ""),
        _licence(record.licence),
    )
    return tuple(fact for fact in facts if fact.value)


def _field(code: str) -> Fact:
    label = isced_field(code).coded()
    return Fact(_("Field"), label, f"/practices?field={code}", "" if label.lang == language() else label.lang)


def _targets(record: Record) -> list[str]:
    known = {target.code for target in sdg_targets()}
    return [code for code in record.targets if code in known]


def _licence(code: str) -> Fact:
    if code not in {known.code for known in licences()}:
        return Fact(_("Licence"), "")
    return Fact(_("Licence"), code, licence(code).url)


def period(starts: date | None, ends: date | None) -> str:
    """Years are enough: "2019", "2019 to 2023", "since 2019"."""
    if starts and ends:
        return (
            str(starts.year) if starts.year == ends.year else _("%(first)d to %(last)d") % {"first": starts.year, "last": ends.year}
        )
    if starts:
        return _("since %(year)d") % {"year": starts.year}
    return _("until %(year)d") % {"year": ends.year} if ends else ""

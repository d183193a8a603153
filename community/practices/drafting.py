"""What the pages of a draft show: the form as it stands, what is wrong with it, where the edition is on its way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from markupsafe import Markup

from community.audience import Viewer, visible_sql
from community.discussions.beneath import beneath
from community.errors import NotFound
from community.practices import entries, labels
from community.practices.models import Edition, Practice, PracticeDecision
from community.practices.policies import can_edit
from community.practices.queries import Pointer, maker_of
from community.practices.reading import Reading, reading
from community.practices.record import SECTIONS, Record
from community.practices.storing import contents_of
from community.practices.workflow import OPEN, verbs
from community.storage import row, rows
from community.text.gettext import language
from community.text.vocabularies import countries, country_name, isced_fields, languages, levels, licences, themes

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Choices:
    """What the form offers: (value, words) each. `fields` are lines to complete from, `institutions` those of the writer."""

    countries: Pairs
    languages: list[tuple[str, str, str]]
    themes: Pairs
    levels: Pairs
    licences: Pairs
    scales: Pairs
    costs: Pairs
    needs: Pairs
    evidence: Pairs
    outcomes: Pairs
    institutions: Pairs
    fields: list[str]


@dataclass(frozen=True)
class DecisionLine:
    """What the stewards said: `html` is safe."""

    verdict: str
    html: str
    at: datetime


@dataclass(frozen=True)
class DraftPage:
    """A practice that is being written.

    `id` is None for a practice that is not stored yet. `values` are the fields as they were typed or stored; `version` goes back
    with them. `conflict` is set where another window saved meanwhile. `read` is the text as readers would see it: where it cannot
    be changed now, or as a preview.
    """

    id: int | None
    number: int
    version: int
    state: str
    can_edit: bool
    can_submit: bool
    can_withdraw: bool
    values: Mapping[str, Any]
    choices: Choices
    is_adaptation: bool
    original: Pointer | None
    decision: DecisionLine | None
    saved_at: datetime | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    conflict: str = ""
    read: Reading | None = None
    client_id: str = ""
    beneath: Markup | str = ""

    @property
    def action(self) -> str:
        return f"/practices/{self.id}/draft" if self.id else "/practices"

    @property
    def state_name(self) -> str:
        return labels.states()[self.state]

    def several(self, name: str) -> list[str]:
        """A field that may come more than once, as a list."""
        value = self.values.get(name) or []
        return [value] if isinstance(value, str) else list(value)

    def rows(self, name: str, most: int) -> list[str]:
        """The same, with empty ones to fill in."""
        found = self.several(name)
        return found + [""] * max(1, most - len(found))

    @property
    def sections(self) -> list[tuple[str, str, str, int]]:
        """(name, label, hint, rows) of the long texts, in their order."""
        names, hints = labels.section_names(), labels.section_hints()
        tall = {"context": 6, "challenge": 6, "solution": 12}
        return [(name, names[name], hints[name], tall.get(name, 5)) for name in SECTIONS if name != "changes"]


async def new_page(viewer: Viewer, values: Mapping[str, Any] | None = None, errors: Mapping[str, str] | None = None) -> DraftPage:
    """The empty form, or what was typed into it."""
    return DraftPage(
        id=None, number=1, version=0, state="draft", can_edit=True, can_submit=True, can_withdraw=False,
        values=values or {"lang": viewer.language or language()}, choices=await choices(viewer), is_adaptation=False, original=None,
        decision=None, errors=errors or {}, client_id=str((values or {}).get("client_id", "")),
    )  # fmt: skip


async def draft_page(
    viewer: Viewer, practice_id: int, values: Mapping[str, Any] | None = None, errors: Mapping[str, str] | None = None,
    conflict: str = "", read: Reading | None = None, version: int | None = None,
) -> DraftPage:  # fmt: skip
    """The edition on its way, or the one that was not accepted, for its authors. Raises NotFound for everybody else.

    `version` is the one that was read, where what was typed is not saved.
    """
    edition = await _draft(viewer, practice_id)
    record, prose = await contents_of(edition)
    practice = await Practice.get(id=practice_id)
    editable = can_edit(viewer, edition)
    shown = reading(record, {name: one.html for name, one in prose.items()}, await maker_of(viewer, record))
    return DraftPage(
        id=practice_id, number=edition.number, state=edition.state, can_edit=editable,
        version=edition.version if version is None else version,
        can_submit="submit" in verbs(edition.state, "author"), can_withdraw="withdraw" in verbs(edition.state, "author"),
        values=values or values_of(record), choices=await choices(viewer), is_adaptation=practice.origin_id is not None,
        original=await _original(viewer, practice), decision=await _decision(viewer, edition), saved_at=edition.saved_at,
        errors=errors or {}, conflict=conflict, read=read if editable else shown,
        beneath=await beneath(viewer, practice.key) if practice.harvested else Markup(),
    )  # fmt: skip


async def _draft(viewer: Viewer, practice_id: int) -> Edition:
    wanted = sorted(OPEN | {"rejected"})
    found = await Edition.visible_to(viewer).filter(practice_id=practice_id, state__in=wanted).order_by("-number").first()
    if found is None or not viewer.holds(f"practice:{practice_id}"):
        raise NotFound
    return found


def values_of(record: Record) -> dict[str, Any]:
    """A record as the form's fields."""
    plain = {name: getattr(record, name) for name in _PLAIN}
    return plain | dict(record.sections) | {
        "institution": str(record.institution_id or ""),
        "partners": "\n".join(record.partners),
        "tags": ", ".join(record.tags),
        "targets": ", ".join(record.targets),
        "fields": [entries.field_entry(code) for code in record.fields],
        "themes": list(record.themes), "levels": list(record.levels), "needs": list(record.needs),
        "resources": entries.resource_lines(record.resources),
        "starts": record.starts.isoformat() if record.starts else "",
        "ends": record.ends.isoformat() if record.ends else "",
    }  # fmt: skip


_PLAIN = (
    "title", "summary", "lang", "country", "place", "institution_name", "scale", "target_groups", "cost_level", "evidence",
    "outcome", "licence",
)  # fmt: skip


async def choices(viewer: Viewer) -> Choices:
    return Choices(
        countries=[(country.code, country_name(country.code)) for country in countries()],
        languages=[(tag, own, tag) for tag, own in languages()],
        themes=[(term.code, term.label()) for term in themes()],
        levels=[(term.code, term.coded()) for term in levels()],
        licences=[(known.code, f"{known.code}: {known.name}") for known in licences()],
        scales=list(labels.scales().items()), costs=list(labels.costs().items()), needs=list(labels.needs().items()),
        evidence=list(labels.evidence().items()), outcomes=list(labels.outcomes().items()),
        institutions=await _institutions(viewer),
        fields=[entries.field_entry(known.code) for known in isced_fields() if known.depth != "broad"],
    )  # fmt: skip


async def _institutions(viewer: Viewer) -> Pairs:
    """Those that the writer belongs to."""
    found = await rows(
        """SELECT i.id, i.name FROM affiliations AS a JOIN institutions AS i ON i.id = a.institution_id
           WHERE a.member_id = :member AND a.confirmed_at IS NOT NULL ORDER BY i.name_folded""",
        member=viewer.member or 0,
    )
    return [(str(one["id"]), one["name"]) for one in found]


async def _original(viewer: Viewer, practice: Practice) -> Pointer | None:
    """What this adapts, while it is still to be read."""
    seen, keys = visible_sql(viewer)
    found = await row(
        f"SELECT practice_id, number, title, lang FROM editions WHERE id = :id AND {seen}", id=practice.origin_id or 0, **keys
    )
    if found is None:
        return None
    return Pointer(found["title"], f"/practices/{found['practice_id']}/editions/{found['number']}", found["lang"])


async def _decision(viewer: Viewer, edition: Edition) -> DecisionLine | None:
    """The last words of the stewards, while they are what the authors work on."""
    if edition.state not in {"changes_requested", "rejected"}:
        return None
    last = await PracticeDecision.visible_to(viewer).filter(edition_id=edition.id).order_by("-id").first()
    return DecisionLine(last.verdict, last.html, last.decided_at) if last else None


@dataclass(frozen=True)
class OwnLine:
    """One of the member's practices, by its newest edition. `state` is its code, `state_name` the words."""

    title: str
    href: str
    lang: str
    state: str
    state_name: str
    at: datetime


@dataclass(frozen=True)
class OwnPage:
    lines: list[OwnLine]


_OWN = """
    SELECT e.practice_id, e.title, e.lang, e.state, e.saved_at FROM editions AS e
    WHERE e.practice_id IN :ids AND {seen}
        AND e.number = (SELECT MAX(last.number) FROM editions AS last WHERE last.practice_id = e.practice_id)
    ORDER BY e.saved_at DESC, e.id DESC LIMIT 200
"""


async def own_page(viewer: Viewer) -> OwnPage:
    """What the member is an author of, the last saved first. One query."""
    ids = [int(key.partition(":")[2]) for key in viewer.audiences if key.startswith("practice:")]
    seen, keys = visible_sql(viewer, "e.audience")
    found = await rows(_OWN.format(seen=seen), ids=ids, **keys) if ids else []
    return OwnPage([_own_line(one) for one in found])


def _own_line(found: Mapping[str, Any]) -> OwnLine:
    on_its_way = found["state"] in OPEN | {"rejected"}
    href = f"/practices/{found['practice_id']}{'/draft' if on_its_way else ''}"
    return OwnLine(found["title"], href, found["lang"], found["state"], labels.states()[found["state"]], found["saved_at"])

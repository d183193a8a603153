"""A Record into the rows of an edition, and back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from community import clock
from community.audience import Viewer
from community.files.actions import attach
from community.practices.models import Edition, PracticeCode, PracticeResource, PracticeSection
from community.practices.record import CODES, COLUMNS, SECTIONS, Record, Resource
from community.text.markdown import RENDER_VERSION, rendered
from community.text.references import record_references

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Prose:
    """One section ready to be stored. `names` are the keys of what it names: "member:5", "file:3"."""

    source: str
    html: str
    names: tuple[str, ...] = ()


async def prepared(actor: Viewer, sections: Mapping[str, str], before: Mapping[str, Prose]) -> dict[str, Prose]:
    """Render what has changed. To be awaited before the unit of work. Raises Invalid with the section's name."""
    ready: dict[str, Prose] = {}
    for name, source in sections.items():
        if name in before and before[name].source == source:
            ready[name] = before[name]
            continue
        body = await rendered(source, actor, "practice", field=name)
        ready[name] = Prose(body.source, body.html, body.references)
    return ready


async def sections_of(edition_id: int) -> dict[str, Prose]:
    """By name, in the order in which they are read."""
    found = {section.name: section for section in await PracticeSection.filter(edition_id=edition_id)}
    return {name: Prose(found[name].source, found[name].html, tuple(found[name].names)) for name in SECTIONS if name in found}


async def contents_of(edition: Edition) -> tuple[Record, dict[str, Prose]]:
    """What an edition says, and its sections ready to be shown, in three queries."""
    codes = await PracticeCode.filter(edition_id=edition.id).order_by("code")
    resources = await PracticeResource.filter(edition_id=edition.id).order_by("position")
    prose = await sections_of(edition.id)
    said: dict[str, Any] = {name: getattr(edition, name) for name in COLUMNS}
    said |= {name: tuple(row.code for row in codes if row.kind == kind) for name, kind in CODES.items()}
    said |= {"partners": tuple(edition.partners), "tags": tuple(edition.tags)}
    said["resources"] = tuple(Resource(row.title, row.url, row.licence) for row in resources)
    said["sections"] = {name: one.source for name, one in prose.items()}
    return Record(**said), prose


async def record_of(edition: Edition) -> Record:
    return (await contents_of(edition))[0]


async def store(edition: Edition, record: Record, prose: Mapping[str, Prose], actor: Viewer | None = None) -> None:
    """Write the record into a locked edition, with its next version. Inside a unit of work."""
    for name in COLUMNS:
        value = getattr(record, name)
        setattr(edition, name, list(value) if isinstance(value, tuple) else value)
    edition.search_words = record.search_words()
    edition.saved_at, edition.version = clock.now(), edition.version + 1
    await edition.save()
    await _replace(PracticeCode, edition.id, _code_rows(record))
    await _replace(PracticeResource, edition.id, _resource_rows(record))
    await _replace(PracticeSection, edition.id, _section_rows(prose))
    await _note_names(edition, record, prose, actor)


def _code_rows(record: Record) -> Rows:
    return [{"kind": kind, "code": code} for name, kind in CODES.items() for code in getattr(record, name)]


def _resource_rows(record: Record) -> Rows:
    return [
        {"position": place, "title": one.title, "url": one.url, "licence": one.licence}
        for place, one in enumerate(record.resources)
    ]


def _section_rows(prose: Mapping[str, Prose]) -> Rows:
    return [
        {"name": name, "source": one.source, "html": one.html, "names": list(one.names), "render_version": RENDER_VERSION}
        for name, one in prose.items()
    ]


async def _replace(model: Any, edition_id: int, rows: Rows) -> None:
    await model.filter(edition_id=edition_id).delete()
    await model.bulk_create([model(edition_id=edition_id, **row) for row in rows])


async def _note_names(edition: Edition, record: Record, prose: Mapping[str, Prose], actor: Viewer | None) -> None:
    """Remember what the text names, and post the author's files with it."""
    named = [key for one in prose.values() for key in one.names]
    named += [f"file:{one.url.split('/')[2]}" for one in record.resources if one.url.startswith("/files/")]
    await record_references(f"edition:{edition.id}", edition.version, named)
    files = [int(key[5:]) for key in named if key.startswith("file:") and key[5:].isdigit() and len(key) < 24]
    if actor and files:
        await attach(actor, files, f"edition:{edition.id}", edition.audience)

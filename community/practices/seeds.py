"""The practices of public reports, for the demonstration network: paraphrased by the house, endorsed by nobody.

Records of the type "full" become published practices, the others leads: unreviewed pointers that ask "do you know more?". What a
report does not say is left out. No person is named as a contact of a real institution.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from community import clock
from community.audience import PUBLIC
from community.practices.facts import PracticePublished
from community.practices.models import Edition, Practice
from community.practices.record import Record
from community.practices.storing import Prose, store
from community.storage import announce, unit_of_work
from community.text.markdown import render_markdown

RECORDS: Final = Path(__file__).parents[1] / "demo" / "data" / "practices_from_seeds.json"

THEME_OF_TAG: Final[Mapping[str, str]] = {
    "access": "inclusion",
    "advanced manufacturing": "innovation",
    "artificial intelligence": "innovation",
    "blended learning": "innovation",
    "career guidance": "inclusion",
    "centre of excellence": "private_sector",
    "challenge-based learning": "innovation",
    "circular economy": "greening",
    "cloud": "innovation",
    "curriculum": "innovation",
    "data in teaching": "innovation",
    "data systems": "innovation",
    "digital skills": "innovation",
    "digital transformation": "innovation",
    "digitalization": "innovation",
    "education for sustainable development": "greening",
    "entrepreneurial learning": "private_sector",
    "entrepreneurship": "private_sector",
    "flexible pathways": "inclusion",
    "governance": "innovation",
    "greening TVET": "greening",
    "health and environment": "greening",
    "image of TVET": "inclusion",
    "inclusion": "inclusion",
    "indigenous communities": "inclusion",
    "industry 4.0": "innovation",
    "industry partnership": "private_sector",
    "innovation accelerator": "innovation",
    "innovation framework": "innovation",
    "international exchange": "inclusion",
    "knowledge sharing": "innovation",
    "labour market information": "private_sector",
    "learner engagement": "inclusion",
    "learning spaces": "innovation",
    "mobile learning": "inclusion",
    "mobility": "inclusion",
    "new skills": "innovation",
    "open learning spaces": "innovation",
    "permeability": "inclusion",
    "personalisation": "inclusion",
    "problem-based learning": "innovation",
    "renewable energy": "greening",
    "robotics": "innovation",
    "RPL": "inclusion",
    "rural development": "inclusion",
    "self-financing schools": "private_sector",
    "skills competitions": "inclusion",
    "SMEs": "private_sector",
    "social dialogue": "private_sector",
    "stakeholder engagement": "private_sector",
    "student entrepreneurship": "private_sector",
    "upskilling": "private_sector",
    "virtual and 360-degree learning": "innovation",
    "virtual reality": "innovation",
    "vocational excellence": "private_sector",
    "water technology": "greening",
}
"""Editorial: which of the four themes a free tag of the records belongs to. Tags that say nothing of a theme are left out."""

NAMED_HERE: Final = {"tknika-untitled": "A practice on digitalization handed in by Tknika"}
"""A report that gives no title is given words of ours."""


async def load_reports(entered_by: int | None = None, path: Path = RECORDS) -> int:
    """Load what is not there yet, as published or as leads, and say how many there are. Running it again adds nothing.

    `entered_by` is the member on whose desk they were entered: no author, and never shown as one.
    """
    records = _records(path)
    # Leads first, so that what is described stands above them among the newest.
    for record in sorted(records, key=lambda one: bool(one["record_type"] == "full")):
        await _load(record, entered_by)
    return len(records)


def _records(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["practices"]
    return found


async def _load(found: Mapping[str, Any], entered_by: int | None) -> None:
    record = record_of_seed(found)
    prose = {name: _rendered(source) for name, source in record.sections.items()}
    async with unit_of_work():
        if await Practice.filter(source_id=found["id"]).exists():
            return
        kind = "practice" if found["record_type"] == "full" else "lead"
        practice = await Practice.create(kind=kind, source_id=found["id"], author_id=entered_by)
        edition = await Edition.create(
            practice_id=practice.id, number=1, audience=PUBLIC, state="published", is_current=True, published_at=clock.now()
        )
        await store(edition, record, prose)
        await announce(PracticePublished(practice.id, edition.id))


def record_of_seed(found: Mapping[str, Any]) -> Record:
    """What the report says, and nothing it does not."""
    said = {"context": found["context"], "challenge": found["challenge"], "solution": found["solution"],
            "results": found["results"], "lessons": found["lessons_or_message"]}  # fmt: skip
    tags = tuple(found["themes"])
    return Record(
        title=NAMED_HERE.get(found["id"], found["title"]),
        summary=_summary(found),
        country=found["country_iso2"] or "",
        place=found["place"] or "",
        institution_name=found["institution"] or "",
        partners=tuple(found["partners"]),
        target_groups=found["target_group"] or "",
        tags=tags,
        themes=tuple(sorted({THEME_OF_TAG[tag] for tag in tags if tag in THEME_OF_TAG})),
        sections={name: text for name, text in said.items() if text and found["record_type"] == "full"},
    )


def _summary(found: Mapping[str, Any]) -> str:
    """All that a report says of a lead; of a practice, the beginning of its solution."""
    words = str(found["solution"] or found["context"] or "")
    return words if len(words) <= 300 else words[:300].rsplit(" ", 1)[0] + "…"


def _rendered(source: str) -> Prose:
    body = render_markdown(source, profile="practice")
    return Prose(body.source, body.html)

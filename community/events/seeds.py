"""The events of public reports, for the demonstration network: paraphrased by the house, endorsed by nobody.

A report that names a month or a year is not made to name a day, and what it does not say is left out.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from community.audience import PUBLIC
from community.events.facts import EventChanged
from community.events.models import Event, EventSession
from community.events.planning import moment
from community.events.timing import span_of
from community.practices.seeds import RECORDS
from community.storage import announce, unit_of_work

UTC = ZoneInfo("UTC")


async def load_reported_events(entered_by: int, path: Path = RECORDS) -> int:
    """Load what is not there yet and say how many there are. Running it again adds nothing.

    `entered_by` is the member on whose desk they were entered, and never shown.
    """
    records = _records(path)
    for record in records:
        await _load(record, entered_by)
    return len(records)


def _records(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["events"]
    return found


async def _load(found: Mapping[str, Any], entered_by: int) -> None:
    async with unit_of_work():
        if await Event.filter(source_id=found["id"]).exists():
            return
        event = await Event.create(
            slug=found["id"], source_id=found["id"], author_id=entered_by, client_id=uuid5(NAMESPACE_URL, found["id"]),
            audience=PUBLIC, **_columns(found),
        )  # fmt: skip
        await EventSession.bulk_create(_sessions(event.id, found.get("follow_up")))
        await announce(EventChanged(event.id))


def _columns(found: Mapping[str, Any]) -> dict[str, Any]:
    mode, _comma, place = (found["mode"] or "").partition(", ")
    registered = found["registered"]
    return {
        "title": found["title"], "host": found["host"] or "", "partners": found["partners"],
        "mode": {"online": "online", "in person": "on_site"}.get(mode, ""), "place": place,
        "registrants_said": registered if isinstance(registered, int) else None,
        "registrants_note": registered if isinstance(registered, str) else "", "countries_said": found["countries"],
        "documents": [{"name": name[:1].upper() + name[1:], "url": ""} for name in found.get("documents", [])],
    } | moment(span_of(found["date"], UTC))  # fmt: skip


def _sessions(event_id: int, follow_up: Mapping[str, Any] | None) -> list[EventSession]:
    """A later day whose workshops exclude each other."""
    if not follow_up:
        return []
    kind = str(follow_up["kind"]).partition(",")[0].capitalize()
    return [
        EventSession(
            event_id=event_id, number=number, code=one["code"], title=one["title"], pick_one=kind,
            **moment(span_of(follow_up["date"], UTC)),
        )
        for number, one in enumerate(follow_up["workshops"], 1)
    ]  # fmt: skip

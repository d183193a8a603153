"""Listings made through the actions, so that a test begins where a coordinator would."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from community import clock
from community.audience import Viewer
from community.exchange.actions import begin_listing, change_listing
from community.exchange.drafting import Draft
from community.exchange.models import Listing
from community.exchange.sides import Language
from community.institutions.models import Institution
from tests.factories import make_coordinator, make_institution
from tests.viewers import viewer_of

TERM = timedelta(days=60)


def complete(**said: Any) -> Draft:
    """Everything an open offer needs; `fields` and `languages` are its parts, the rest its columns."""
    first = clock.today() + timedelta(days=30)
    codes = tuple(said.pop("fields", ("0713",)))
    languages = tuple(said.pop("languages", (Language("en", "B1"),)))
    columns: dict[str, Any] = {
        "title": "Two weeks in the solar workshop", "summary": "Fault-finding on small systems, with our second-year learners.",
        "about": "You work beside our trainers.", "language": "en", "direction": "offer", "activity": "job_shadowing",
        "mode": "physical", "participant": "teacher", "places": 2, "starts": first, "ends": first + TERM, "country": "KE",
        "city": "Kisumu", "levels": [4], "max_days": 14,
    }  # fmt: skip
    return Draft(columns | said, codes, languages)


async def house(name: str, country: str = "KE", region: str = "africa", **kw: Any) -> tuple[Institution, Viewer]:
    """An institution and the viewer of its coordinator."""
    institution = await make_institution(name, country, region=region, **kw)
    return institution, await viewer_of(await make_coordinator(institution, f"Coordinator of {name}"))


async def make_draft(institution: Institution, coordinator: Viewer, **said: Any) -> Listing:
    return await begin_listing(coordinator, institution.id, complete(country=institution.country, **said), uuid4())


async def make_listing(institution: Institution, coordinator: Viewer, **said: Any) -> Listing:
    """An open listing."""
    listing = await make_draft(institution, coordinator, **said)
    return await change_listing(coordinator, listing.id, "publish")


def days_from_now(days: int) -> date:
    return clock.today() + timedelta(days=days)

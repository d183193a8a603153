"""The listings of the demonstration network, and one inquiry that waits for an answer."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from community import clock
from community.accounts.identity import viewer_for
from community.accounts.models import Member
from community.audience import Viewer
from community.demo.reading import table
from community.demo.settling_in import client_id
from community.exchange.actions import begin_listing, change_listing
from community.exchange.drafting import Draft
from community.exchange.inquiring import send_inquiry
from community.exchange.models import Listing
from community.exchange.sides import Language
from community.institutions.models import Institution

CORE = 30
PLAIN = (
    "title", "summary", "about", "direction", "activity", "participant", "places", "min_days", "max_days", "min_age", "safeguarding",
    "accommodation", "recognition", "reciprocity", "wanted_countries", "wanted_regions", "levels",
)  # fmt: skip


async def make_listings(members: Mapping[str, Member], institutions: Mapping[str, Institution]) -> list[Listing]:
    """All listings, open."""
    speaks = coordinators()
    made = []
    for number, said in enumerate(table("listings")["listing"]):
        institution = institutions[said["by"]]
        actor = await viewer_for(members[speaks[said["by"]]].id)
        with clock.frozen(clock.now() - _before(number)):
            made.append(await _make(actor, institution, said, number))
    return made


def _before(number: int) -> timedelta:
    """The thirty of the core were published in the last three weeks, the others in the month before."""
    return timedelta(days=20, hours=-number * 11) if number < CORE else timedelta(days=50, hours=-(number - CORE) * 8)


def coordinators() -> dict[str, str]:
    """Institution -> handle of its coordinator."""
    return {one["institution"]: one["handle"] for one in table("members")["member"] if one.get("coordinator")}


async def _make(actor: Viewer, institution: Institution, said: Mapping[str, Any], number: int) -> Listing:
    today = clock.today()
    columns = {name: said[name] for name in PLAIN if name in said} | {
        "language": said.get("language", "en"), "mode": said.get("mode", "physical"), "country": institution.country,
        "city": institution.city, "latitude": institution.latitude, "longitude": institution.longitude,
        "starts": today + timedelta(days=said["starts"]), "ends": today + timedelta(days=said["ends"]),
        "costs": {name: {"coverage": how} for name, how in said.get("costs", {}).items()},
    }  # fmt: skip
    draft = Draft(columns, tuple(said["fields"]), tuple(_language(one) for one in said["languages"]))
    listing = await begin_listing(actor, institution.id, draft, client_id(f"listing-{number}"))
    return await change_listing(actor, listing.id, "publish")


def _language(text: str) -> Language:
    tag, level = text.rstrip("!").split(":")
    return Language(tag, level, text.endswith("!"))


async def ask(members: Mapping[str, Member], institutions: Mapping[str, Institution], listings: list[Listing]) -> None:
    """Kisumu asks Thiès, so that the coordinator's sign-in finds something that waits."""
    actor = await viewer_for(members["otieno-j"].id)
    words = "Akinyi could come for three weeks in the second half. She teaches batteries and would bring her own tools. Does that suit you?"
    await send_inquiry(actor, listings[2].id, institutions["lakeside-kisumu"].id, words, "en", client_id("inquiry"), listings[3].id)

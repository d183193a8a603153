"""What coordinators do with the listings of their institution."""

import secrets
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from community import clock
from community.audience import Viewer, coordinators_key
from community.errors import Conflict, Invalid, NotFound, ensure
from community.exchange.drafting import Draft, lacking
from community.exchange.facts import ListingChanged
from community.exchange.jobs import schedule_expiry
from community.exchange.models import Listing, ListingField, ListingLanguage
from community.exchange.policies import can_edit, can_list_for, role_at_listing
from community.exchange.settling import settle, stand_in_index
from community.exchange.sides import Language
from community.exchange.workflows import LISTING, LISTING_WHO, move
from community.institutions.models import Institution
from community.storage import announce, once, unit_of_work, value
from community.text import fold
from community.text.gettext import _
from community.text.markdown import RENDER_VERSION, rendered

LONGEST_OPEN = timedelta(days=365)
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without 0 and O, 1, I and L: a reference is read out on the telephone."""


async def begin_listing(actor: Viewer, institution_id: int, draft: Draft, client_id: UUID) -> Listing:
    """Keep a first draft of a listing of `institution_id`, for its coordinators only.

    Raises NotFound for an institution that the actor does not coordinate, Invalid("about").
    """
    body = await _rendered_about(actor, draft)
    async with unit_of_work():
        if not can_list_for(actor, institution_id):
            raise NotFound
        institution = await Institution.visible_to(actor).one(id=institution_id)
        known = {"ref": await _new_ref(institution.country), "institution_id": institution_id} | _position(institution, draft)
        listing, new = await once(
            Listing, actor, client_id, audience=coordinators_key(institution_id), **{**known, **draft.columns, **body}
        )
        if not new and listing.status == "draft":  # the same form again, perhaps written further in between
            await listing.update_from_dict({**draft.columns, **body, "updated_at": clock.now()}).save()
        if new or listing.status == "draft":
            await _keep_parts(listing, draft)
    return listing


async def edit_listing(actor: Viewer, listing_id: int, draft: Draft, version: int) -> Listing:
    """Replace what a listing says. One that is not a draft must stay complete.

    Raises NotFound, Refused, Invalid, and Conflict when somebody has changed it since `version` was read.
    """
    body = await _rendered_about(actor, draft)
    async with unit_of_work():
        listing = await Listing.visible_to(actor).locked(listing_id)
        ensure(can_edit(actor, listing))
        if listing.version != version:
            raise Conflict(_("A colleague has changed this listing meanwhile. Compare with it before you save again."))
        if listing.status != "draft" and (wrong := lacking(draft, clock.today())):
            raise Invalid.many(wrong)
        place = _position(await Institution.visible_to(actor).one(id=listing.institution_id), draft)
        now = {"version": version + 1, "updated_at": clock.now()}
        await listing.update_from_dict({**place, **draft.columns, **body, **now}).save()
        await _keep_parts(listing, draft)
        if listing.status in {"open", "paused"}:
            await _renew_expiry(listing)
        if listing.status != "draft":
            await announce(ListingChanged(listing.id))
    return listing


async def change_listing(actor: Viewer, listing_id: int, verb: str) -> Listing:
    """Publish, pause, reopen, fill, withdraw (coordinators), remove or restore (stewards).

    Doing it twice is doing it once. Raises NotFound, Refused, Conflict where the state has moved on, and Invalid with
    everything that is lacking where the listing is to be open.
    """
    async with unit_of_work():
        listing = await Listing.visible_to(actor).locked(listing_id)
        role = role_at_listing(actor, listing)
        ensure(verb in LISTING_WHO and (role == LISTING_WHO[verb] or (actor.is_steward and LISTING_WHO[verb] == "steward")))
        if not _is_done(listing.status, verb):
            listing.status = move(LISTING, LISTING_WHO, listing.status, verb, LISTING_WHO[verb])
            if listing.status == "open":
                await _open(listing)
            await settle(listing)
    return listing


async def draft_of(listing: Listing) -> Draft:
    """What a stored listing says, in the form that its editing takes."""
    columns = {name: getattr(listing, name) for name in EDITED}
    codes = await ListingField.filter(listing_id=listing.id).order_by("id").values_list("code", flat=True)
    spoken = await ListingLanguage.filter(listing_id=listing.id).order_by("id")
    return Draft(
        columns, tuple(str(code) for code in codes), tuple(Language(one.tag, one.level or None, one.required) for one in spoken)
    )


EDITED = (
    "title", "summary", "about", "language", "direction", "activity", "mode", "participant", "places", "starts", "ends",
    "min_days", "max_days", "weekly_hours", "min_age", "country", "city", "latitude", "longitude", "levels",
    "wanted_countries", "excluded_countries", "wanted_regions", "costs", "accommodation", "accessibility", "safeguarding",
    "outcomes", "recognition", "reciprocity", "programme", "deadline", "expires_at",
)  # fmt: skip


def _is_done(status: str, verb: str) -> bool:
    """Whether the listing already stands where the verb leads, and the verb leads nowhere else from here."""
    return (status, verb) not in LISTING and status in {to for (_from, name), to in LISTING.items() if name == verb}


def _position(institution: Institution, draft: Draft) -> dict[str, Any]:
    """A listing at its institution's own city stands where the institution does; elsewhere nothing is guessed."""
    said = draft.columns
    if "latitude" in said:
        return {}
    at_home = said.get("country") == institution.country and fold(said.get("city") or institution.city) == fold(institution.city)
    spot = (institution.latitude, institution.longitude) if at_home else (None, None)
    return dict(zip(("latitude", "longitude"), spot, strict=True))


async def _rendered_about(actor: Viewer, draft: Draft) -> dict[str, Any]:
    body = await rendered(str(draft.columns.get("about", "")), actor, "practice", field="about")
    return {"about_html": body.html, "render_version": RENDER_VERSION}


async def _new_ref(country: str) -> str:
    """CC-YYYY-XXXX. One in 800,000 for a country and year is taken: then another."""
    while True:
        ref = f"{country}-{clock.today().year}-{''.join(secrets.choice(ALPHABET) for _place in range(4))}"
        if not await value("SELECT 1 FROM listings WHERE ref = :ref", ref=ref):
            return ref


async def _keep_parts(listing: Listing, draft: Draft) -> None:
    await ListingField.filter(listing_id=listing.id).delete()
    await ListingField.bulk_create(ListingField(listing_id=listing.id, code=code) for code in dict.fromkeys(draft.codes))
    await ListingLanguage.filter(listing_id=listing.id).delete()
    await ListingLanguage.bulk_create(
        ListingLanguage(listing_id=listing.id, tag=one.tag, tongue=one.primary, level=one.level or "", required=one.required)
        for one in {one.tag: one for one in draft.languages}.values()
    )
    await stand_in_index(listing)


async def _open(listing: Listing) -> None:
    if wrong := lacking(await draft_of(listing), clock.today()):
        raise Invalid.many(wrong)
    listing.opened_at = listing.opened_at or clock.now()
    await _renew_expiry(listing)


async def _renew_expiry(listing: Listing) -> None:
    """Open until the day chosen, at most 12 months, and never past its own last day."""
    latest = min(clock.now() + LONGEST_OPEN, datetime.combine(listing.ends, time.max, UTC))
    chosen = listing.expires_at
    listing.expires_at = min(chosen, latest) if chosen and chosen > clock.now() else latest
    await listing.save(update_fields=["expires_at"])
    await schedule_expiry(listing.id, listing.expires_at)

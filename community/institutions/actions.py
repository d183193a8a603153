"""An institution's page, kept by its coordinators."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from community import clock
from community.audience import PUBLIC, Viewer, grant, member_key
from community.errors import Invalid, ensure
from community.institutions.facts import AffiliationSettled, InstitutionChanged
from community.institutions.models import Affiliation, Institution, Trait
from community.institutions.policies import can_appoint, can_edit, can_found, can_verify
from community.storage import announce, once, rows, unit_of_work
from community.text import fold, slugify
from community.text.gettext import _
from community.text.markdown import RENDER_VERSION, rendered


@dataclass(frozen=True)
class Portrait:
    """What a coordinator writes about the institution, checked by the form. `traits` are (kind, code)."""

    name: str
    name_language: str
    country: str
    city: str
    category: str
    region: str
    about: str
    about_language: str
    website: str
    mark: str
    traits: tuple[tuple[str, str], ...]
    latitude: float | None = None
    longitude: float | None = None


async def found(actor: Viewer, portrait: Portrait, client_id: UUID) -> Institution:
    """A steward enters an institution; it is verified by that."""
    values = await _values(actor, portrait)
    async with unit_of_work():
        ensure(can_found(actor))
        seal = {"verified_at": clock.now(), "verified_by_id": actor.member}
        institution, new = await once(
            Institution, actor, client_id, slug=await _free_slug(portrait.name), audience=PUBLIC, **values, **seal
        )
        if new:
            await _write_traits(institution, portrait.traits)
            await announce(InstitutionChanged(institution.id))
    return institution


async def edit(actor: Viewer, institution_id: int, portrait: Portrait) -> Institution:
    """Write the page anew; that also confirms that it holds true today."""
    values = await _values(actor, portrait)
    async with unit_of_work():
        institution = await Institution.visible_to(actor).locked(institution_id)
        ensure(can_edit(actor, institution))
        await change(institution, **values, confirmed_at=clock.now(), version=institution.version + 1)
        await _write_traits(institution, portrait.traits)
        await announce(InstitutionChanged(institution.id))
    return institution


async def _values(actor: Viewer, portrait: Portrait) -> dict[str, Any]:
    about = await rendered(portrait.about, actor, field="about")
    values = {key: value for key, value in vars(portrait).items() if key not in {"traits", "about"}}
    return values | {
        "name_folded": fold(portrait.name), "about": about.source, "about_html": about.html, "render_version": RENDER_VERSION,
    }  # fmt: skip


async def _write_traits(institution: Institution, traits: Iterable[tuple[str, str]]) -> None:
    await Trait.filter(institution_id=institution.id).delete()
    await Trait.bulk_create([Trait(institution_id=institution.id, kind=kind, code=code) for kind, code in dict.fromkeys(traits)])


async def _free_slug(name: str) -> str:
    stem = slugify(name) or "institution"
    taken = {row["slug"] for row in await rows("SELECT slug FROM institutions WHERE slug LIKE :stem", stem=f"{stem}%")}
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return stem if stem not in taken and stem != "new" else next(slug for slug in numbered if slug not in taken)


async def confirm_current(actor: Viewer, institution_id: int) -> None:
    """All of this still holds: ends the notice that the page has not been confirmed for a year."""
    async with unit_of_work():
        institution = await Institution.visible_to(actor).locked(institution_id)
        ensure(can_edit(actor, institution))
        await change(institution, confirmed_at=clock.now())


async def verify(actor: Viewer, institution_id: int) -> None:
    async with unit_of_work():
        institution = await Institution.visible_to(actor).locked(institution_id)
        ensure(can_verify(actor))
        if institution.verified_at is None:
            await change(institution, verified_at=clock.now(), verified_by_id=actor.member)
            await announce(InstitutionChanged(institution.id))


async def appoint(actor: Viewer, institution_id: int, member_id: int) -> None:
    """Make somebody who belongs to the institution one of its coordinators. Raises Invalid for anybody else."""
    async with unit_of_work():
        institution = await Institution.visible_to(actor).locked(institution_id)
        ensure(can_appoint(actor, institution))
        await _ensure_belongs(institution, member_id)
        await grant(institution.key, member_key(member_id), "coordinator")
        await announce(AffiliationSettled(member_id, institution.id))


async def name_successor(actor: Viewer, institution_id: int, member_id: int | None) -> None:
    """Who takes over when the last coordinator leaves; None for nobody."""
    async with unit_of_work():
        institution = await Institution.visible_to(actor).locked(institution_id)
        ensure(can_appoint(actor, institution))
        if member_id is not None:
            await _ensure_belongs(institution, member_id)
        await change(institution, successor_id=member_id)


async def _ensure_belongs(institution: Institution, member_id: int) -> None:
    found = Affiliation.filter(institution_id=institution.id, member_id=member_id, until=None).exclude(confirmed_at=None)
    if not await found.exists():
        raise Invalid("member_id", _("Choose somebody whose membership is confirmed."))


async def change(institution: Institution, **values: Any) -> None:
    """Write some columns of a row that is locked. In the caller's unit."""
    await institution.update_from_dict(values).save(update_fields=list(values))


async def institution_called(viewer: Viewer, slug: str) -> Institution:
    """The institution of an address. Raises NotFound."""
    return await Institution.visible_to(viewer).one(slug=slug)

"""Who belongs to an institution: claimed by the member, confirmed by a coordinator, ended by either."""

from datetime import date

from tortoise.expressions import F

from community import clock
from community.accounts.appointing import trust
from community.accounts.models import Member
from community.audience import Viewer, grant, member_key, revoke
from community.errors import NotFound, Refused, ensure
from community.grants import held_by
from community.institutions.actions import change
from community.institutions.facts import AffiliationClaimed, AffiliationSettled
from community.institutions.models import Affiliation, Institution
from community.institutions.policies import can_claim, can_end, can_vouch
from community.institutions.queries import coordinators, owner_of
from community.storage import announce, unit_of_work, value
from community.text.gettext import _


async def claim(actor: Viewer, institution_id: int, role: str, since: date | None) -> None:
    """Say that one belongs to an institution. Repeating it changes the words.

    Nobody else sees it before a coordinator confirms, or at once where the member's own address is at one of its mail domains.
    """
    async with unit_of_work():
        ensure(can_claim(actor))
        institution = await Institution.visible_to(actor).locked(institution_id)
        held = await Affiliation.get_or_none(member_id=actor.member, institution_id=institution.id)
        if held and held.confirmed_at and held.until is None:
            raise Refused("already", _("You belong to this institution already."))
        if held:
            await held.delete()
        made = await Affiliation.create(member_id=actor.member, institution_id=institution.id, role=role, since=since)
        own = await owner_of(str(await value("SELECT email FROM members WHERE id = :id", id=actor.member)))
        if own and own.institution_id == institution.id:
            await _confirm(made, own.decided_by_id)
            if held is None or held.confirmed_at is None:  # who comes back takes no trust back that a steward has taken
                await trust(made.member_id)
        else:
            await announce(AffiliationClaimed(made.id))


async def vouch(actor: Viewer, affiliation_id: int) -> None:
    """A coordinator confirms that somebody belongs; a newcomer becomes trusted by it. Repeating it changes nothing."""
    async with unit_of_work():
        affiliation, institution = await _of(actor, affiliation_id)
        ensure(can_vouch(actor, institution))
        if affiliation.confirmed_at is None:
            await _confirm(affiliation, actor.member)
            await trust(affiliation.member_id)


async def end(actor: Viewer, affiliation_id: int) -> None:
    """Leave, or be taken off the list. An unconfirmed claim disappears, a confirmed one stays as past. Ends coordinating too."""
    async with unit_of_work():
        affiliation, institution = await _of(actor, affiliation_id)
        ensure(can_end(actor, affiliation))
        await step_down(institution, affiliation.member_id)
        if affiliation.confirmed_at is None:
            await affiliation.delete()
        elif affiliation.until is None:
            await Affiliation.filter(id=affiliation.id).update(until=clock.today())
        await _tell(affiliation)


async def step_down(institution: Institution, member_id: int) -> None:
    """End coordinating, if the member does; the named successor takes over from the last one. In the caller's unit."""
    keys, _roles = await held_by(member_id)
    if institution.key not in keys:
        return
    heir = institution.successor_id
    if len(await coordinators(institution.id)) == 1:
        if heir is None or heir == member_id:
            raise Refused("last-coordinator", _("Name a successor first: somebody has to look after this page."))
        await grant(institution.key, member_key(heir), "coordinator")
        await change(institution, successor_id=None)
    await revoke(institution.key, member_key(member_id))


async def admit(member_id: int, institution: Institution, by: int | None, role: str = "") -> None:
    """Somebody came by a coordinator's invite or by a mail domain: they belong from now on. In the caller's unit."""
    held = await Affiliation.get_or_none(member_id=member_id, institution_id=institution.id)
    affiliation = held or await Affiliation.create(member_id=member_id, institution_id=institution.id, role=role)
    if affiliation.confirmed_at is None or affiliation.until is not None:
        await _confirm(affiliation, by)


async def belongs(member_id: int, institution_id: int) -> bool:
    found = Affiliation.filter(member_id=member_id, institution_id=institution_id, until=None)
    return await found.exclude(confirmed_at=None).exists()


async def _confirm(affiliation: Affiliation, by: int | None) -> None:
    await Affiliation.filter(id=affiliation.id).update(confirmed_by_id=by, confirmed_at=clock.now(), until=None)
    await _tell(affiliation)


async def _tell(affiliation: Affiliation) -> None:
    """What stands beside the member's name may be another now."""
    await Member.filter(id=affiliation.member_id).update(version=F("version") + 1)
    await announce(AffiliationSettled(affiliation.member_id, affiliation.institution_id))


async def _of(actor: Viewer, affiliation_id: int) -> tuple[Affiliation, Institution]:
    """The affiliation and its institution, locked. A claim that waits is there for its member and the coordinators only."""
    affiliation = await Affiliation.filter(id=affiliation_id).select_for_update().first()
    if affiliation is None:
        raise NotFound
    if affiliation.confirmed_at is None and not can_end(actor, affiliation):
        raise NotFound
    return affiliation, await Institution.visible_to(actor).locked(affiliation.institution_id)


async def of_institution(institution_id: int, affiliation_id: int) -> int:
    """The affiliation's id, if it is one of this institution's: under the wrong address it does not exist."""
    if not await Affiliation.filter(id=affiliation_id, institution_id=institution_id).exists():
        raise NotFound
    return affiliation_id

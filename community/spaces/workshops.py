"""Workshops: a code that lets a room full of people in, for some hours, into one institution or one space."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from community import clock
from community.accounts.appointing import trust
from community.accounts.identity import viewer_for
from community.accounts.joining import Newcomer, register
from community.accounts.models import Member
from community.accounts.pass_phrases import hashed
from community.audience import Viewer
from community.errors import NotFound, Refused, ensure
from community.institutions.belonging import admit, belongs
from community.institutions.models import Institution
from community.institutions.policies import can_invite
from community.spaces.membership import enter
from community.spaces.models import Space, Workshop, WorkshopGuest
from community.spaces.policies import can_host
from community.spaces.workshop_codes import code_of, read_code, stored
from community.storage import execute, once, unit_of_work
from community.text.gettext import _

MOST_USES, MOST_HOURS = 100, 72

_SPEND = """
    UPDATE workshops SET uses_spent = uses_spent + 1
    WHERE id = :id AND uses_spent < uses_allowed AND stopped_at IS NULL AND expires_at > :now
"""


@dataclass(frozen=True)
class Plan:
    """What a host asks for, checked by the form."""

    title: str
    uses: int
    hours: int


async def open_workshop(actor: Viewer, plan: Plan, place: Institution | Space, client_id: UUID) -> Workshop:
    """Make a code that leads to a place. Raises Refused for who neither coordinates the institution nor moderates the space."""
    by = {"institution_id": place.id} if isinstance(place, Institution) else {"space_id": place.id}
    async with unit_of_work():
        ensure_may_host(actor, place)
        made, _new = await once(
            Workshop, actor, client_id, code_hash=stored(code_of(client_id)), title=plan.title, uses_allowed=plan.uses,
            expires_at=clock.now() + timedelta(hours=plan.hours), **by,
        )  # fmt: skip
    return made


def ensure_may_host(actor: Viewer, place: Institution | Space) -> None:
    ensure(can_invite(actor, place) if isinstance(place, Institution) else can_host(actor, place))


async def hosted(actor: Viewer, workshop_id: int) -> Workshop:
    """A workshop whose place the viewer holds. Raises NotFound."""
    found = await Workshop.filter(id=workshop_id).select_related("institution", "space").first()
    if found is None or not _holds(actor, found):
        raise NotFound
    return found


def _holds(viewer: Viewer, workshop: Workshop) -> bool:
    if workshop.institution_id is not None:
        return can_invite(viewer, workshop.institution)
    return can_host(viewer, workshop.space)


async def living_workshop(typed: str) -> Workshop | None:
    """The workshop while its code may be used: not spent, not over, and its host still has the right. Changes nothing."""
    code = read_code(typed)
    found = await Workshop.filter(
        code_hash=stored(code), stopped_at=None, expires_at__gt=clock.now()
    ).select_related("institution", "space").first() if code else None  # fmt: skip
    if found is None or found.uses_spent >= found.uses_allowed:
        return None
    return found if _holds(await viewer_for(found.author_id), found) else None


async def join(typed: str, newcomer: Newcomer) -> None:
    """Make an account by a code: in at once, but a newcomer. Raises Refused("code-spent").

    An address that has an account spends a use as well, so that nobody reads off the number which addresses are known; its owner is
    told by mail.
    """
    pass_hash = await hashed(newcomer.pass_phrase)
    async with unit_of_work():
        workshop = await _spent(typed)
        member = await register(newcomer, pass_hash, trust="newcomer", admitted=True)
        if member:
            await _seat(workshop, member.id)


async def accept(actor: Viewer, typed: str) -> Workshop:
    """A member comes in by a code. Who is inside already spends nothing."""
    async with unit_of_work():
        workshop = await living_workshop(typed)
        if workshop is None or actor.member is None:
            raise over()
        if not await _is_inside(actor, workshop):
            await _seat(await _spent(typed), actor.member)
    return workshop


async def _is_inside(actor: Viewer, workshop: Workshop) -> bool:
    if workshop.institution_id is not None:
        return await belongs(actor.member or 0, workshop.institution_id)
    return actor.holds(workshop.space.key)


async def _spent(typed: str) -> Workshop:
    """One use: of two for the last one at the same moment, one gets it."""
    workshop = await living_workshop(typed)
    if workshop is None or not await execute(_SPEND, id=workshop.id, now=clock.now()):
        raise over()
    return workshop


def over() -> Refused:
    return Refused("code-spent", _("This code does not work, or not any more. Look at it again, or ask your host."))


async def _seat(workshop: Workshop, member_id: int) -> None:
    await WorkshopGuest.get_or_create(workshop_id=workshop.id, member_id=member_id)
    if workshop.institution_id is not None:
        await admit(member_id, workshop.institution, workshop.author_id)
    else:
        await enter(workshop.space, member_id)


async def stop(actor: Viewer, workshop_id: int) -> None:
    """The code admits nobody any more. Repeating it changes nothing."""
    async with unit_of_work():
        workshop = await hosted(actor, workshop_id)
        await Workshop.filter(id=workshop.id, stopped_at=None).update(stopped_at=clock.now())


async def approve(actor: Viewer, workshop_id: int, member_id: int | None = None) -> None:
    """The host knows them: one guest, or all who have confirmed their address, are trusted from now on."""
    async with unit_of_work():
        workshop = await hosted(actor, workshop_id)
        guests = WorkshopGuest.filter(workshop_id=workshop.id).exclude(member_id=actor.member)
        guests = guests if member_id is None else guests.filter(member_id=member_id)
        ids = [guest.member_id for guest in await guests]
        if member_id is not None and not ids:
            raise NotFound
        for one in await Member.filter(id__in=ids, suspended_at=None).exclude(confirmed_at=None).order_by("id"):
            await trust(one.id)

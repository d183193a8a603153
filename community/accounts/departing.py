"""A member goes for good. What was theirs goes in one unit of work; what they wrote stays, and says nobody's name.

The row of the member stays too, since posts point to it: emptied, suspended for good, under a handle that nobody can type. Each
slice registers in its `leaving.py` what of its own goes along, what others lose by it, and what can be emptied.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from community import clock
from community.accounts import second_step
from community.accounts.emptying import begin_emptying, empty_some
from community.accounts.facts import MemberLeft
from community.accounts.handles import retired
from community.accounts.jobs import LOOKED_AT_EVERY, forget_last_letter
from community.accounts.models import Departure, Member, Session
from community.accounts.policies import can_delete
from community.accounts.proving import ensure_phrase, is_fresh
from community.accounts.sessions import end_sessions
from community.accounts.unnaming import take_handle_out
from community.accounts.ways import locked_member
from community.audience import Grant, Viewer, member_key, raise_rights
from community.errors import Invalid, NotFound, Refused, ensure
from community.mail import send_mail
from community.mail.models import Mail
from community.settings import settings
from community.storage import announce, enqueue, job, unit_of_work
from community.storage.slices import import_all
from community.text.gettext import _

LATE = timedelta(hours=1)
TRIES, DEADLOCK = 3, "40P01"

Going = Callable[[int], Awaitable[None]]
Concern = Callable[[int], Awaitable[list[str]]]

_goings: list[Going] = []
_concerns: list[Concern] = []


def goes_along(going: Going) -> Going:
    """Register what goes with a member, in the transaction in which they go: called with their id. Doing it twice does no harm."""
    _goings.append(going)
    return going


def concerns_others(concern: Concern) -> Concern:
    """Register what others lose when this member goes: sentences, which are read and agreed to before."""
    _concerns.append(concern)
    return concern


@dataclass(frozen=True)
class Proof:
    """That it is they who sit here: the pass phrase, unless they have just shown it, and a code where a second step is on."""

    pass_phrase: str = ""
    code: str = ""


@dataclass(frozen=True)
class Farewell:
    """How somebody goes. `empties`: what they posted and said is emptied. `knows`: they have read what others lose."""

    empties: bool = False
    knows: bool = False


async def leave(actor: Viewer, proof: Proof, farewell: Farewell) -> None:
    """Delete one's own account. Of two at once, one does it.

    Raises Invalid("pass_phrase", "code", "knows"), Refused("last-steward"), NotFound where the session has ended meanwhile.
    """
    await _ensure_phrase(actor, proof)

    async def go() -> None:
        member = await _locked(actor, actor.member or 0)
        await _ensure_code(member, proof)
        await _depart(member, None, farewell)

    await _in_a_unit(go)


async def send_off(actor: Viewer, member_id: int, proof: Proof, farewell: Farewell) -> None:
    """A steward deletes the account of a member who has asked for it; the member is told. Raises as `leave` does, and Refused."""
    await _ensure_phrase(actor, proof)

    async def go() -> None:
        member = await _locked(actor, member_id)
        ensure(can_delete(actor, member), "steward", _("A steward deletes their own account. Nobody else does it for them."))
        await _ensure_code(await Member.get(id=actor.member), proof)
        await _depart(member, actor.member, farewell)

    await _in_a_unit(go)


async def _in_a_unit(go: Callable[[], Awaitable[None]]) -> None:
    """Somebody may ask them into a group at that moment, and hold the group while this holds the member: PostgreSQL then ends one
    of the two units of work. If it is this one, it begins again.
    """
    for attempt in range(1, TRIES + 1):
        try:
            async with unit_of_work():
                return await go()
        except Exception as error:
            if attempt == TRIES or getattr(error, "sqlstate", "") != DEADLOCK:
                raise
    return None


async def _ensure_phrase(actor: Viewer, proof: Proof) -> None:
    if not await is_fresh(actor):
        await ensure_phrase(actor, proof.pass_phrase, "pass_phrase")


async def _locked(actor: Viewer, member_id: int) -> Member:
    """The member, locked, for an actor whose session holds. Stewards are locked together, in one order: the last two who go at once
    must not both find the other. Raises NotFound.
    """
    if actor.is_steward:
        await Member.filter(trust="steward").order_by("id").select_for_update()
    member = await locked_member(member_id)
    if member.left_at or not await Session.filter(id=actor.session, member_id=actor.member).exists():
        raise NotFound
    return member


async def _ensure_code(member: Member, proof: Proof) -> None:
    if await second_step.is_on(member.id) and not await second_step.accept(member, proof.code):
        raise Invalid("code", _("This code does not fit, or was used already. Wait for the next one."))


async def _depart(member: Member, by: int | None, farewell: Farewell) -> None:
    """In the caller's unit, which has locked the member and knows that they want it."""
    if await is_last_steward(member):
        raise Refused("last-steward", last_steward_words())
    if not farewell.knows and await what_others_lose(member.id):
        raise Invalid("knows", _("Read what this means for others, and tick that you have."))
    await forget(member.id)
    await Departure.create(member_id=member.id, by_id=by, left_at=clock.now(), empties=farewell.empties, handle=member.handle)
    await enqueue(take_handle_out, member_id=member.id)
    await enqueue(forget_what_came_late, run_at=clock.now() + LATE, member_id=member.id)
    await _last_letter(member, farewell, asked=by is not None)
    await Member.filter(id=member.id).update(**_husk(member))
    if farewell.empties:
        await begin_emptying(member.id)
    await announce(MemberLeft(member.id))


async def is_last_steward(member: Member) -> bool:
    others = Member.filter(trust="steward", suspended_at=None).exclude(confirmed_at=None).exclude(id=member.id)
    return member.trust == "steward" and not await others.exists()


def last_steward_words() -> str:
    return _("You are the only steward. Somebody has to look after this site: let another steward be appointed first.")


async def what_others_lose(member_id: int) -> list[str]:
    """Sentences about what nobody looks after any more."""
    import_all("leaving")
    return [sentence for concern in _concerns for sentence in await concern(member_id)]


async def forget(member_id: int) -> None:
    """Take away all that was theirs and is no text of theirs. In the caller's unit; doing it twice does no harm."""
    import_all("leaving")
    for going in _goings:
        await going(member_id)
    await end_sessions(member_id)
    await Grant.filter(holder=member_key(member_id)).delete()
    await raise_rights(member_key(member_id))


@job
async def forget_what_came_late(member_id: int) -> None:
    """A large file that was on its way, a draft that another device saved as they went, a post that was being stored."""
    async with unit_of_work():
        await forget(member_id)
        await enqueue(take_handle_out, member_id=member_id)
        if await Departure.filter(member_id=member_id, empties=True).exists():
            await enqueue(empty_some, member_id=member_id)


async def _last_letter(member: Member, farewell: Farewell, *, asked: bool) -> None:
    """The one letter that still goes to the address. Then the address is forgotten as well."""
    cause = f"left:{member.id}"
    said = {"asked": asked, "empties": farewell.empties, "days": settings().backup_days}
    await send_mail(member.id, cause, "accounts/left", **said)
    letter = await Mail.get(member_id=member.id, cause=cause)
    await enqueue(forget_last_letter, run_at=clock.now() + LOOKED_AT_EVERY, mail_id=letter.id)


def _husk(member: Member) -> dict[str, Any]:
    """What is left of the row. No handle, address or name that anybody can type is one of these."""
    now, nobody = clock.now(), f"-{member.id}"
    return {
        "handle": nobody, "handle_folded": retired(member.handle_folded), "name": "", "name_folded": "", "email": nobody,
        "pass_hash": "", "trust": "newcomer", "language": "en", "time_zone": "UTC", "is_under_18": False,
        "suspended_at": now, "left_at": now, "version": member.version + 1,
    }  # fmt: skip

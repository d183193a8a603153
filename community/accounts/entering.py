"""From a proof to a session: at once, or after a second step."""

from dataclasses import dataclass

from community import clock
from community.accounts import begun_proofs, second_step
from community.accounts.begun_proofs import Begun
from community.accounts.models import BegunProof, Member
from community.accounts.sessions import OpenedSession, end_sessions, open_session
from community.accounts.ways import locked_member, tell
from community.audience import Viewer
from community.errors import Invalid, NotFound
from community.storage import unit_of_work
from community.text.gettext import _

Entry = OpenedSession | Begun


@dataclass(frozen=True)
class Door:
    """Where somebody comes in: who this browser was so far, what it calls itself, and whether the session outlives the window."""

    actor: Viewer
    user_agent: str
    keep: bool = False


def may_enter(member: Member) -> bool:
    return bool(member.confirmed_at and member.admitted_at and not member.suspended_at)


async def enter(door: Door, member_id: int) -> Entry | None:
    """After the first proof: a session, or a second step for those who have turned it on. None for who may not come in.

    In the caller's unit, which locks the member: a suspension or a second step turned on at the same moment counts.
    """
    if not may_enter(await locked_member(member_id)):
        return None
    if await second_step.is_on(member_id):
        return await begun_proofs.begin("code", member_id, keep=door.keep)
    return await let_in(door, member_id)


async def let_in(door: Door, member_id: int) -> OpenedSession:
    """Open the session, and end the one that this browser had. In the caller's unit."""
    if door.actor.member is not None:
        await end_sessions(door.actor.member, session_id=door.actor.session)
    return await open_session(member_id, door.user_agent, keep=door.keep)


async def finish(door: Door, token: str, code: str) -> OpenedSession:
    """Take the second step. Raises NotFound when it is to be begun anew, Invalid for a code that does not fit or was used."""
    async with unit_of_work():
        begun = await _locked(token)
        member = await Member.get(id=begun.member_id)
        if not may_enter(member):
            raise NotFound
        if await second_step.accept(member, code):
            await begun.delete()
            return await let_in(Door(door.actor, door.user_agent, begun.keep), member.id)
        await begun_proofs.failed(begun)
        if begun.failures + 1 >= begun_proofs.MOST_FAILURES:
            await tell(member.id, "wrong codes", cause=f"wrong codes:{clock.today()}")
    raise Invalid("code", _("This code does not fit, or was used already. Wait for the next one."))


async def _locked(token: str) -> BegunProof:
    """What was begun, its member locked first: whoever changes the account locks in that order, too."""
    begun = await begun_proofs.living(token, "code")
    if begun is None:
        raise NotFound
    await locked_member(begun.member_id)
    again = await begun_proofs.living(token, "code")
    if again is None:
        raise NotFound
    return again

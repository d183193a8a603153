"""What stewards decide about members: who is appointed, who is trusted, who is kept out."""

from datetime import timedelta

from community import clock
from community.accounts import mailed_tokens
from community.accounts.addresses import normal_address
from community.accounts.facts import MemberDistrusted, MemberReinstated, MemberSuspended, MemberTrusted
from community.accounts.handles import free_handle, skeleton
from community.accounts.models import Member
from community.accounts.policies import can_admit, can_suspend
from community.accounts.sessions import end_sessions
from community.audience import Viewer, member_key, raise_rights
from community.errors import NotFound, ensure
from community.settings import settings
from community.storage import announce, unit_of_work
from community.text import fold

FIRST_LINK_LIVES = timedelta(days=2)


async def appoint_steward(email: str) -> str:
    """Make somebody a steward, with an account if there is none; answers the link that sets a pass phrase.

    Only for the command line, which needs no steward: it is how the first one comes to be. Raises ValueError for what is no
    address.
    """
    email = normal_address(email)
    async with unit_of_work():
        member = await Member.get_or_none(email=email) or await _stewards_account(email)
        at = clock.now()
        pass_hash = member.pass_hash if member.confirmed_at else ""  # else it may be a stranger's, who waited for this
        await Member.filter(id=member.id).update(
            trust="steward", admitted_at=member.admitted_at or at, confirmed_at=member.confirmed_at or at, suspended_at=None,
            pass_hash=pass_hash,
        )  # fmt: skip
        token = await mailed_tokens.issue(member.id, "reset", FIRST_LINK_LIVES)
        await announce(MemberTrusted(member.id))
    return f"{settings().public_origin}/reset?token={mailed_tokens.text_of(token)}"


async def _stewards_account(email: str) -> Member:
    name = email.partition("@")[0].replace(".", " ").title()
    handle = await free_handle(name)
    return await Member.create(handle=handle, handle_folded=skeleton(handle), name=name, name_folded=fold(name), email=email)


async def trust(member_id: int) -> None:
    """A newcomer becomes trusted: one approved contribution is enough. In the caller's unit; repeating it changes nothing."""
    if await Member.filter(id=member_id, trust="newcomer").update(trust="trusted"):
        await announce(MemberTrusted(member_id))


async def distrust(actor: Viewer, member_id: int) -> None:
    """A steward takes trust back: posts wait for a moderator again until one is approved. Repeating it changes nothing."""
    async with unit_of_work():
        member = await Member.filter(id=member_id).select_for_update().first()
        if member is None:
            raise NotFound
        ensure(can_suspend(actor, member))
        if await Member.filter(id=member_id, trust="trusted").update(trust="newcomer"):
            await raise_rights(member_key(member_id))
            await announce(MemberDistrusted(member_id))


async def vouch_for(actor: Viewer, member_id: int) -> None:
    """A steward trusts a newcomer without waiting for a contribution. Repeating it changes nothing."""
    async with unit_of_work():
        if not await Member.filter(id=member_id).exists():
            raise NotFound
        ensure(can_admit(actor))
        await trust(member_id)


async def suspend(actor: Viewer, member_id: int) -> None:
    """Keep a member out: every session ends now, every open socket within a second."""
    async with unit_of_work():
        member = await Member.filter(id=member_id).select_for_update().first()
        if member is None:
            raise NotFound
        ensure(can_suspend(actor, member))
        if member.suspended_at:
            return
        await Member.filter(id=member_id).update(suspended_at=clock.now(), version=member.version + 1)
        await end_sessions(member_id)
        await raise_rights(member_key(member_id))
        await announce(MemberSuspended(member_id))


async def reinstate(actor: Viewer, member_id: int) -> None:
    async with unit_of_work():
        ensure(can_admit(actor))
        if await Member.filter(id=member_id, left_at=None).exclude(suspended_at=None).update(suspended_at=None):
            await announce(MemberReinstated(member_id))

"""What follows when a member's ways to sign in change: a letter, and the end of all other sessions."""

from typing import Literal
from uuid import uuid4

from community.accounts import begun_proofs
from community.accounts.models import Member
from community.accounts.sessions import OpenedSession, end_sessions, rotate
from community.audience import Viewer, member_key, raise_rights
from community.errors import NotFound
from community.mail import send_mail

Change = Literal[
    "app on",
    "app off",
    "codes new",
    "code used",
    "passkey new",
    "passkey gone",
    "passkey copied",
    "wrong codes",
    "help from the house",
]


async def locked_member(member_id: int | None) -> Member:
    """The member, locked until the unit ends: what concerns one account happens one after the other. Raises NotFound."""
    member = await Member.filter(id=member_id).select_for_update().first()
    if member is None:
        raise NotFound
    return member


async def changed(actor: Viewer, change: Change, user_agent: str, what: str = "") -> OpenedSession:
    """Tell the member, end all their sessions and give this device a fresh one. In the caller's unit."""
    member_id = actor.member or 0
    await tell(member_id, change, what)
    await begun_proofs.withdraw(member_id)
    return await rotate(actor, user_agent)


async def changed_by_the_house(member_id: int) -> None:
    """The same for what was done on the command line: every device is signed out. In the caller's unit."""
    await tell(member_id, "help from the house")
    await begun_proofs.withdraw(member_id)
    await end_sessions(member_id)
    await raise_rights(member_key(member_id))


async def tell(member_id: int, change: Change, what: str = "", cause: str = "") -> None:
    """Mail what has happened; with a `cause`, once for that cause. In the caller's unit."""
    await send_mail(member_id, cause or f"way:{uuid4()}", "accounts/way", change=change, what=what)

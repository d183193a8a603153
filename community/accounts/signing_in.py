"""Signing in: one answer, in one time, to an unknown name, a wrong phrase and an address that is not confirmed."""

from community.accounts.joining import mail_confirmation
from community.accounts.models import Member
from community.accounts.pass_phrases import fits
from community.accounts.sessions import OpenedSession, end_sessions, open_session
from community.audience import Viewer
from community.errors import Refused
from community.storage import unit_of_work
from community.text.gettext import _


async def sign_in(actor: Viewer, email: str, pass_phrase: str, user_agent: str, *, keep: bool) -> OpenedSession:
    """Begin a session, and end the one this browser had. `email` is normalised. Raises Refused("not-signed-in")."""
    member = await Member.get_or_none(email=email)
    right = await fits(member.pass_hash if member else "", pass_phrase)
    if member is None or not right or not _may_enter(member):
        raise Refused("not-signed-in", _("Address and pass phrase do not fit, or the address is not confirmed yet."))
    async with unit_of_work():
        if actor.member is not None:
            await end_sessions(actor.member, session_id=actor.session)
        return await open_session(member.id, user_agent, keep=keep)


def _may_enter(member: Member) -> bool:
    return bool(member.confirmed_at and member.admitted_at and not member.suspended_at)


async def confirmation_again(email: str) -> None:
    """Mail the confirming link anew to whoever still has to confirm. Nobody learns whether there was anything to mail."""
    async with unit_of_work():
        member = await Member.get_or_none(email=email)
        if member and not member.confirmed_at:
            await mail_confirmation(member.id)

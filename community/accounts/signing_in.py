"""Signing in: one answer, in one time, to an unknown name, a wrong phrase and an address that is not confirmed."""

from community.accounts.entering import Door, Entry, enter, may_enter
from community.accounts.jobs import NOBODY, mail_confirmation_again
from community.accounts.models import Member
from community.accounts.pass_phrases import fits
from community.errors import Refused
from community.storage import enqueue, unit_of_work
from community.text.gettext import _


async def sign_in(door: Door, email: str, pass_phrase: str) -> Entry:
    """Begin a session and end the one this browser had, or ask for the second step. `email` is normalised.

    Raises Refused("not-signed-in").
    """
    member = await Member.get_or_none(email=email)
    right = await fits(member.pass_hash if member else "", pass_phrase)
    entry = await _entered(door, member.id) if member and right and may_enter(member) else None
    if entry is None:
        raise Refused("not-signed-in", _("Address and pass phrase do not fit, or the address is not confirmed yet."))
    return entry


async def _entered(door: Door, member_id: int) -> Entry | None:
    async with unit_of_work():
        return await enter(door, member_id)


async def confirmation_again(email: str) -> None:
    """Mail the confirming link anew to whoever still has to confirm: one job, for nobody if need be, so that no time tells."""
    member = await Member.get_or_none(email=email)
    async with unit_of_work():
        await enqueue(mail_confirmation_again, member_id=member.id if member else NOBODY)

"""A forgotten pass phrase, and a new one."""

from community.accounts import begun_proofs, mailed_tokens
from community.accounts.entering import Door, Entry, enter
from community.accounts.jobs import NOBODY, mail_reset
from community.accounts.joining import note_confirmed
from community.accounts.models import Member, Session
from community.accounts.pass_phrases import fits, hashed
from community.accounts.sessions import OpenedSession, end_sessions, is_kept, open_session
from community.audience import Viewer, member_key, raise_rights
from community.errors import Invalid, NotFound
from community.mail.reply_addresses import revoke_reply_addresses
from community.storage import enqueue, unit_of_work
from community.text.gettext import _


async def ask_reset(email: str) -> None:
    """Write one job, for nobody if need be: neither the answer nor its time tells whether the address is known."""
    member = await Member.get_or_none(email=email)
    async with unit_of_work():
        await enqueue(mail_reset, member_id=member.id if member else NOBODY)


async def reset(door: Door, token: str, pass_phrase: str) -> Entry | None:
    """Set a new pass phrase by a mailed link: every session ends. The link proves the address as well.

    Opens a session, or asks for the second step, which a mail does not replace; None while a steward has still to admit the
    member. Raises NotFound for a link that is spent, old, or another's.
    """
    if await mailed_tokens.living(token, "reset") is None:
        raise NotFound
    pass_hash = await hashed(pass_phrase)
    async with unit_of_work():
        spent = await mailed_tokens.spend(token, "reset")
        if spent is None:
            raise NotFound
        member = await Member.get(id=spent.member_id)
        await _set(member.id, pass_hash)
        await note_confirmed(member)
        return await enter(door, member.id)


async def change_pass_phrase(actor: Viewer, current: str, new: str, user_agent: str) -> OpenedSession:
    """Change one's own: all sessions end, and this device gets a fresh one, kept as long as the old.

    Raises Invalid for a wrong current phrase, NotFound when the session in use has ended meanwhile.
    """
    if actor.member is None:
        raise NotFound
    member = await Member.get(id=actor.member)
    if not await fits(member.pass_hash, current):
        raise Invalid("current", _("This is not your present pass phrase."))
    pass_hash = await hashed(new)
    async with unit_of_work():
        used = await Session.get_or_none(id=actor.session, member_id=member.id)
        if used is None:
            raise NotFound
        await _set(member.id, pass_hash)
        return await open_session(member.id, user_agent, keep=is_kept(used))


async def _set(member_id: int, pass_hash: str) -> None:
    await Member.filter(id=member_id).update(pass_hash=pass_hash)
    await mailed_tokens.withdraw(member_id, "reset")
    await begun_proofs.withdraw(member_id)
    await end_sessions(member_id)
    await revoke_reply_addresses(member_id)
    await raise_rights(member_key(member_id))

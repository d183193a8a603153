"""Joining: an account is made, its address is confirmed, and somebody lets the person in."""

from dataclasses import dataclass
from typing import Literal

from tortoise.exceptions import IntegrityError

from community import clock
from community.accounts import mailed_tokens
from community.accounts.applying import APPLY_AGAIN_AFTER
from community.accounts.entering import Door, Entry, enter
from community.accounts.facts import MemberApplied, MemberJoined
from community.accounts.handles import free_handle, skeleton
from community.accounts.models import Application, Member
from community.accounts.pass_phrases import fits, hashed
from community.errors import Invalid, NotFound
from community.mail import send_mail
from community.mail.letters import Secret
from community.storage import announce, unit_of_work
from community.text import fold
from community.text.gettext import _


@dataclass(frozen=True)
class Newcomer:
    """Who wants to join, checked by the form. `email` is normalised."""

    name: str
    email: str
    pass_phrase: str
    language: str


async def register(newcomer: Newcomer, pass_hash: str, *, trust: Literal["newcomer", "trusted"], admitted: bool) -> Member | None:
    """Make the account and mail the link that confirms its address. In the caller's unit, the phrase hashed before it.

    None when the address has an account that is confirmed: its owner is told by mail, whoever filled in the form learns nothing.
    An account that nobody ever confirmed is taken over by the new form: it may have been a stranger's. So is one that was
    never let in, where now somebody lets it in, or where its application was declined a while ago.
    """
    try:
        async with unit_of_work():
            return await _registered(newcomer, pass_hash, trust=trust, admitted=admitted)
    except IntegrityError:
        # On PostgreSQL another connection may have taken the address or the handle since we looked: now it is seen.
        return await _registered(newcomer, pass_hash, trust=trust, admitted=admitted)


async def _registered(newcomer: Newcomer, pass_hash: str, *, trust: str, admitted: bool) -> Member | None:
    held = await Member.filter(email=newcomer.email).select_for_update().first()
    if held and not await _gives_way(held, admitted=admitted):
        await send_mail(held.id, f"known:{clock.today()}", "accounts/known" if held.admitted_at else "accounts/waiting")
        return None
    if held:
        await held.delete()
    handle = await free_handle(newcomer.name)
    member = await Member.create(
        handle=handle, handle_folded=skeleton(handle), name=newcomer.name, name_folded=fold(newcomer.name),
        email=newcomer.email, pass_hash=pass_hash, language=newcomer.language, trust=trust,
        admitted_at=clock.now() if admitted else None,
    )  # fmt: skip
    await mail_confirmation(member.id)
    return member


async def _gives_way(held: Member, *, admitted: bool) -> bool:
    if held.confirmed_at is None:
        return True
    if held.admitted_at:
        return False
    application = await Application.get_or_none(member_id=held.id)
    declined_at = application.decided_at if application else None
    return admitted or bool(declined_at and declined_at < clock.now() - APPLY_AGAIN_AFTER)


async def mail_confirmation(member_id: int) -> None:
    token = await mailed_tokens.issue(member_id, "confirm")
    await send_mail(member_id, f"confirm:{token.id}", "accounts/confirm", token=Secret(mailed_tokens.blank_of(token)))


async def apply(newcomer: Newcomer, line: str) -> None:
    """Ask to join without an invitation: a steward reads the line and decides."""
    pass_hash = await hashed(newcomer.pass_phrase)
    async with unit_of_work():
        member = await register(newcomer, pass_hash, trust="newcomer", admitted=False)
        if member:
            await Application.create(member_id=member.id, line=line)


async def confirm(door: Door, token: str, pass_phrase: str) -> Entry | None:
    """Prove the address, and come in when admitted already; None when a steward has still to decide.

    It takes the pass phrase too: with the link alone, an account that a stranger made with somebody's address would be
    confirmed by its victim. Raises NotFound for a link that is spent or old, Invalid for another phrase.
    """
    found = await mailed_tokens.living(token, "confirm")
    if found is None:
        raise NotFound
    member = await Member.get(id=found.member_id)
    if not await fits(member.pass_hash, pass_phrase):
        raise Invalid("pass_phrase", _("This is not the pass phrase this account was made with."))
    async with unit_of_work():
        if await mailed_tokens.spend(token, "confirm") is None:
            raise NotFound
        await note_confirmed(member)
        return await enter(door, member.id)


async def note_confirmed(member: Member) -> None:
    """The address is proven; whoever was admitted has now joined. In the caller's unit; repeating it changes nothing."""
    if not await Member.filter(id=member.id, confirmed_at=None).update(confirmed_at=clock.now()):
        return
    await announce(MemberJoined(member.id) if member.admitted_at else MemberApplied(member.id))

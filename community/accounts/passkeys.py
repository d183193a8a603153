"""Passkeys: added and removed by their owner, and coming in by one without a name or a pass phrase."""

from dataclasses import dataclass

from tortoise.exceptions import IntegrityError

from community import clock
from community.accounts import begun_proofs, credentials
from community.accounts.begun_proofs import Begun
from community.accounts.credentials import Account, NewCredential, NoProof
from community.accounts.entering import Door, let_in, may_enter
from community.accounts.models import Member, Passkey
from community.accounts.proving import ensure_fresh
from community.accounts.sealing import pseudonym
from community.accounts.sessions import OpenedSession, hash_of
from community.accounts.ways import changed, locked_member, tell
from community.audience import Viewer
from community.errors import Conflict, Invalid, NotFound, Refused
from community.storage import unit_of_work
from community.text.gettext import _

MOST_PASSKEYS = 20


@dataclass(frozen=True)
class Question:
    """What the browser hands to the device, as JSON, and what it must bring back beside the answer."""

    options: str
    begun: Begun


async def begin_adding(actor: Viewer) -> Question:
    """Ask a device for a new passkey. Raises Refused without a fresh proof, Conflict when there are too many."""
    async with unit_of_work():
        member = await locked_member(actor.member)
        await ensure_fresh(actor)
        held = await Passkey.filter(member_id=member.id).order_by("id")
        _ensure_room(held)
        begun = await begun_proofs.begin("new-passkey", member.id)
    account = Account(_handle_of(member.id, held), member.email, member.name)
    return Question(credentials.creation_options(begun.challenge, account, [key.credential_id for key in held]), begun)


def _ensure_room(held: list[Passkey]) -> None:
    if len(held) >= MOST_PASSKEYS:
        raise Conflict(_("Twenty passkeys are enough. Remove one that you no longer use."))


def _handle_of(member_id: int, held: list[Passkey]) -> str:
    """One for all passkeys of a member, so that a device shows one account."""
    return held[0].user_handle if held else pseudonym(f"member {member_id}")


async def add(actor: Viewer, token: str, name: str, sent: str, user_agent: str) -> OpenedSession:
    """Keep the passkey a device has made. Raises Refused, and Invalid for what is no answer to what this browser was asked."""
    begun = await begun_proofs.spend(token, "new-passkey")
    challenge = begun.challenge if begun and begun.member_id == actor.member else None
    try:
        made = credentials.new_credential(sent, challenge)
        return await _keep(actor, name, made, user_agent)
    except (NoProof, IntegrityError):
        raise Invalid("", _("This passkey could not be added. Please try again.")) from None


async def _keep(actor: Viewer, name: str, made: NewCredential, user_agent: str) -> OpenedSession:
    async with unit_of_work():
        member = await locked_member(actor.member)
        await ensure_fresh(actor)
        held = await Passkey.filter(member_id=member.id).order_by("id")
        _ensure_room(held)  # several devices may have been asked at once
        await Passkey.create(
            member_id=member.id, credential_hash=hash_of(made.id), credential_id=made.id, public_key=made.public_key,
            user_handle=_handle_of(member.id, held), sign_count=made.sign_count, name=name,
        )  # fmt: skip
        return await changed(actor, "passkey new", user_agent, name)


async def remove(actor: Viewer, passkey_id: int, user_agent: str) -> OpenedSession:
    """Raises Refused without a fresh proof; NotFound for one that is gone or somebody else's."""
    async with unit_of_work():
        member = await locked_member(actor.member)
        key = await Passkey.get_or_none(id=passkey_id, member_id=member.id)
        if key is None:
            raise NotFound
        await ensure_fresh(actor)
        await key.delete()
        return await changed(actor, "passkey gone", user_agent, key.name)


async def begin_signing_in() -> Question:
    """Ask whoever is there for a passkey of this site."""
    async with unit_of_work():
        begun = await begun_proofs.begin("passkey")
    return Question(credentials.request_options(begun.challenge), begun)


async def sign_in(door: Door, token: str, sent: str) -> OpenedSession:
    """Come in by a passkey, which is both: something one has, and a finger, a face or a PIN. Raises Refused("not-signed-in").

    The challenge is used up whatever becomes of it.
    """
    begun = await begun_proofs.spend(token, "passkey")
    try:
        claim = credentials.claim_of(sent)
        key = await Passkey.get_or_none(credential_hash=hash_of(claim.credential_id), user_handle=claim.user_handle)
        count = credentials.sign_count(sent, begun.challenge if begun else None, key.public_key if key else None)
        opened = await _come_in(door, key, count) if key else None
    except NoProof:
        opened = None
    if opened is None:
        raise Refused("not-signed-in", _("This passkey did not work. Try again, or sign in with your pass phrase."))
    return opened


async def _come_in(door: Door, found: Passkey, count: int) -> OpenedSession | None:
    """None for a member who may not come in, a passkey removed meanwhile, and one whose counter did not rise: it was copied."""
    async with unit_of_work():
        member: Member = await locked_member(found.member_id)
        key = await Passkey.get_or_none(id=found.id)
        if key is None or not may_enter(member):
            return None
        if (count or key.sign_count) and count <= key.sign_count:
            await tell(member.id, "passkey copied", key.name, cause=f"passkey copied:{key.id}:{clock.today()}")
            return None
        await Passkey.filter(id=key.id).update(sign_count=count, used_at=clock.now())
        return await let_in(door, member.id)

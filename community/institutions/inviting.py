"""Invitations: a link by which a coordinator admits people to the institution."""

from datetime import timedelta
from uuid import UUID

from community import clock
from community.accounts.appointing import trust
from community.accounts.joining import Newcomer, register
from community.accounts.models import Member
from community.accounts.pass_phrases import hashed
from community.accounts.sessions import hash_of
from community.audience import Viewer
from community.errors import NotFound, Refused, ensure
from community.grants import held_by
from community.institutions.belonging import admit, belongs
from community.institutions.invite_links import is_ours, token_of
from community.institutions.models import Institution, Invite
from community.institutions.policies import can_invite
from community.storage import execute, once, unit_of_work
from community.text.gettext import _

MOST_USES, MOST_DAYS = 100, 60

_SPEND = """
    UPDATE invites SET uses_spent = uses_spent + 1
    WHERE id = :id AND uses_spent < uses_allowed AND withdrawn_at IS NULL AND expires_at > :now
"""


async def invite(actor: Viewer, institution_id: int, uses: int, days: int, note: str, client_id: UUID) -> Invite:
    """Make a link for `uses` people that works `days` days."""
    token = token_of(client_id)
    async with unit_of_work():
        institution = await Institution.visible_to(actor).locked(institution_id)
        ensure(can_invite(actor, institution))
        made, _new = await once(
            Invite, actor, client_id, institution_id=institution.id, token_hash=hash_of(token), note=note, uses_allowed=uses,
            expires_at=clock.now() + timedelta(days=days),
        )  # fmt: skip
    return made


async def withdraw(actor: Viewer, invite_id: int) -> None:
    async with unit_of_work():
        found = await Invite.filter(id=invite_id).select_for_update().first()
        if found is None or not (actor.is_steward or found.institution_id in actor.coordinates):
            raise NotFound
        await Invite.filter(id=invite_id, withdrawn_at=None).update(withdrawn_at=clock.now())


async def living_invite(token: str, member_id: int | None = None) -> Invite | None:
    """The invitation while it may be used: not spent, not old, and its author still has the right to invite. Changes nothing.

    For the member whom it is kept for it is not spent.
    """
    if not is_ours(token):
        return None
    found = await Invite.filter(
        token_hash=hash_of(token), withdrawn_at=None, expires_at__gt=clock.now()
    ).select_related("institution").first()  # fmt: skip
    if found is None or not await _may_still_invite(found):
        return None
    is_kept = member_id is not None and found.kept_for_id == member_id
    return found if is_kept or found.uses_spent < found.uses_allowed else None


async def _may_still_invite(invitation: Invite) -> bool:
    author = await Member.get(id=invitation.author_id)
    keys, _roles = await held_by(author.id)
    return author.suspended_at is None and (author.trust == "steward" or invitation.institution.key in keys)


async def join(token: str, newcomer: Newcomer) -> None:
    """Make an account by an invitation: trusted at once, affiliated, open once the address is confirmed.

    Raises Refused("invite-spent"). An address that has an account spends a use as well, else the link would tell that it has one;
    the use is kept for its owner, who is told by mail.
    """
    pass_hash = await hashed(newcomer.pass_phrase)
    async with unit_of_work():
        found = await _living(token)
        await _spend(found)
        member = await register(newcomer, pass_hash, trust="trusted", admitted=True)
        if member:
            await admit(member.id, found.institution, found.author_id)
        else:
            owner = await Member.get(email=newcomer.email)
            await Invite.filter(id=found.id).update(kept_for_id=owner.id)


async def accept(actor: Viewer, token: str) -> Institution:
    """A member who has an account already joins the institution of an invitation. Repeating it spends nothing."""
    async with unit_of_work():
        found = await _living(token, actor.member)
        institution: Institution = found.institution
        if actor.member is None:
            raise NotFound
        if not await belongs(actor.member, institution.id):
            if found.kept_for_id == actor.member:
                await Invite.filter(id=found.id).update(kept_for_id=None)
            else:
                await _spend(found)
            await admit(actor.member, institution, found.author_id)
            await trust(actor.member)
    return institution


async def _living(token: str, member_id: int | None = None) -> Invite:
    found = await living_invite(token, member_id)
    if found is None:
        raise Refused("invite-spent", _("This invitation has been used up or is too old. Ask for a new one."))
    return found


async def _spend(invitation: Invite) -> None:
    """One use: of two for the last one at the same moment, one gets it."""
    if not await execute(_SPEND, id=invitation.id, now=clock.now()):
        raise Refused("invite-spent", _("This invitation has been used up or is too old. Ask for a new one."))

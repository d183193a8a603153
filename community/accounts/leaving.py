"""What of an account goes with its member, and what the house keeps below it."""

from tortoise.expressions import Q

from community.accounts import begun_proofs
from community.accounts.departing import goes_along
from community.accounts.models import Application, Authenticator, Block, MailedToken, Passkey, RecoveryCode
from community.audience import member_key
from community.files.actions import forget_files_of
from community.mail.models import Mail
from community.mail.reply_addresses import revoke_reply_addresses


@goes_along
async def ways_in(member_id: int) -> None:
    await begun_proofs.withdraw(member_id)
    for model in (Passkey, Authenticator, RecoveryCode, MailedToken, Application):
        await model.filter(member_id=member_id).delete()
    await Block.filter(Q(blocker_id=member_id) | Q(blocked_id=member_id)).delete()


@goes_along
async def letters_and_files(member_id: int) -> None:
    """Letters that wait, and the ledger of those that went, since it holds the address: all but the last one. Files in no post."""
    await Mail.filter(member_id=member_id).exclude(cause=f"left:{member_id}").delete()
    await revoke_reply_addresses(member_id)
    await forget_files_of(member_key(member_id))

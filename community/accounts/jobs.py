"""What accounts leave for later."""

from community.accounts import mailed_tokens
from community.accounts.joining import mail_confirmation
from community.accounts.models import Member
from community.mail import send_mail
from community.mail.letters import Secret
from community.storage import job, unit_of_work

NOBODY = 0


@job
async def mail_confirmation_again(member_id: int) -> None:
    """Mail the confirming link anew; nothing for NOBODY, or for an address that is confirmed."""
    async with unit_of_work():
        member = await Member.get_or_none(id=member_id)
        if member and not member.confirmed_at:
            await mail_confirmation(member.id)


@job
async def mail_reset(member_id: int) -> None:
    """Mail the link that sets a new pass phrase; nothing for NOBODY."""
    async with unit_of_work():
        member = await Member.get_or_none(id=member_id)
        if member and not member.suspended_at:
            token = await mailed_tokens.issue(member.id, "reset")
            await send_mail(member.id, f"reset:{token.id}", "accounts/reset", token=Secret(mailed_tokens.blank_of(token)))

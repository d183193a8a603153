"""What accounts leave for later."""

from datetime import timedelta

from community import clock
from community.accounts import mailed_tokens
from community.accounts.joining import mail_confirmation
from community.accounts.models import Member
from community.mail import send_mail
from community.mail.letters import Secret
from community.mail.models import WITHDRAWN, Mail
from community.storage import enqueue, job, unit_of_work

NOBODY = 0
LOOKED_AT_EVERY = timedelta(hours=1)
TRIED_FOR = timedelta(days=7)


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


@job
async def forget_last_letter(mail_id: int) -> None:
    """Once the last letter to somebody who has left was handed over, or cannot be, nothing here knows the address any more."""
    async with unit_of_work():
        mail = await Mail.get_or_none(id=mail_id)
        if mail is None:
            return
        if mail.sent_at or mail.failed or mail.created_at < clock.now() - TRIED_FOR:
            failed = None if mail.sent_at else mail.failed or WITHDRAWN
            await Mail.filter(id=mail.id).update(recipient="", subject="", text="", failed=failed)
        else:
            await enqueue(forget_last_letter, run_at=clock.now() + LOOKED_AT_EVERY, mail_id=mail.id)

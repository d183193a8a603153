"""What hands letters over."""

import aiosmtplib

from community import clock
from community.mail.blanks import filled
from community.mail.models import Mail
from community.mail.transport import hand_over, message, server
from community.storage import job, unit_of_work


@job
async def deliver(mail_id: int) -> None:
    """Hand one letter over. A failure that may pass is raised and tried again; one that will not is noted.

    A crash between the server's yes and our note sends the letter twice, under one Message-ID.
    """
    mail, to = await Mail.get_or_none(id=mail_id), server()
    if mail is None or to is None or mail.sent_at or mail.failed:
        return
    letter = message(
        sender=to.sender, recipient=mail.recipient, subject=mail.subject, text=await filled(mail.text),
        message_id=mail.message_id, language=mail.language,
    )  # fmt: skip
    try:
        await hand_over(to, letter)
    except (aiosmtplib.SMTPRecipientsRefused, aiosmtplib.SMTPResponseException) as error:
        if not _is_final(error):
            raise
        await _note(mail, failed=type(error).__name__)
        return
    await _note(mail, sent_at=clock.now())


def _is_final(error: aiosmtplib.SMTPException) -> bool:
    """5yz: the server will not take this letter, however often it is offered (RFC 5321 4.2.1)."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return all(refused.code >= 500 for refused in error.recipients)
    return isinstance(error, aiosmtplib.SMTPResponseException) and error.code >= 500


async def _note(mail: Mail, **what: object) -> None:
    async with unit_of_work():
        await Mail.filter(id=mail.id).update(text="", **what)

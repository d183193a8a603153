"""What hands letters over."""

import asyncio

import aiosmtplib

from community import clock
from community.mail.composing import Composed, NotBefore, composed
from community.mail.models import WITHDRAWN, Mail
from community.mail.transport import Server, hand_over, message, server
from community.storage import enqueue, job, unit_of_work
from community.storage.settling import settled

# What is said of one letter: of whom it goes to, and of its words.
_REFUSALS = (aiosmtplib.SMTPRecipientRefused, aiosmtplib.SMTPDataError)


class GoesAlready(RuntimeError):
    """Another job hands this letter over: one that was put off twice is due twice."""


@job
async def deliver(mail_id: int) -> None:
    """Hand one letter over. A failure that may pass is raised and tried again; one that will not is noted.

    A worker that dies between the server's yes and our note cannot know whether there was one. Of a link that somebody waits for
    it then sends another, under the same Message-ID; of a notice it never does: what it tells waits on the site as well.
    """
    mail, to = await Mail.get_or_none(id=mail_id), server()
    if mail is None or to is None or mail.sent_at or mail.failed:
        return
    if mail.handed_at:
        await _note(mail, failed="Interrupted")
        return
    letter = await composed(mail)
    if letter is None:
        await _note(mail, failed=WITHDRAWN)
    elif isinstance(letter, NotBefore):
        async with unit_of_work():
            await enqueue(deliver, run_at=letter.at, mail_id=mail.id)
    else:
        # Stopped in order, the worker stays until the server has said yes or no.
        await settled(asyncio.ensure_future(_hand_over(to, mail, letter)))


async def _hand_over(to: Server, mail: Mail, letter: Composed) -> None:
    made = message(
        sender=to.sender, recipient=mail.recipient, subject=letter.subject, text=letter.text, message_id=mail.message_id,
        language=letter.language, headers=letter.headers,
    )  # fmt: skip
    try:
        await hand_over(to, made, lambda: _begin(mail))
    except GoesAlready:
        return
    except _REFUSALS as error:
        if error.code < 500:
            await _begin_again(mail)
            raise
        await _note(mail, failed=type(error).__name__)  # 5yz: it will not take this letter, ever (RFC 5321 4.2.1)
    except (aiosmtplib.SMTPException, OSError):  # also a 5yz to our pass word or our sender: no letter's fault, and soon mended
        await _begin_again(mail)
        raise
    else:
        await _note(mail, sent_at=clock.now())


async def _begin(mail: Mail) -> None:
    """The next bytes on the line are the letter's."""
    if mail.composer:
        async with unit_of_work():
            if not await Mail.filter(id=mail.id, handed_at=None).update(handed_at=clock.now()):
                raise GoesAlready


async def _begin_again(mail: Mail) -> None:
    async with unit_of_work():
        await Mail.filter(id=mail.id).update(handed_at=None)


async def _note(mail: Mail, **what: object) -> None:
    async with unit_of_work():
        await Mail.filter(id=mail.id).update(text="", **what)

"""What hands letters over."""

import asyncio
import logging
from typing import Any
from uuid import uuid4

import aiosmtplib

from community import clock
from community.mail.composing import Composed, NotBefore, composed
from community.mail.models import WITHDRAWN, Mail
from community.mail.transport import Server, hand_over, message, server
from community.storage import enqueue, job, rows, unit_of_work
from community.storage.settling import settled
from community.storage.taking import LEASE

log = logging.getLogger(__name__)

# What is said of one letter: of whom it goes to, and of its words.
_REFUSALS = (aiosmtplib.SMTPRecipientRefused, aiosmtplib.SMTPDataError)

_TAKE = """
    UPDATE mails SET holder = :holder, held_until = :until
    WHERE id = :id AND sent_at IS NULL AND failed IS NULL AND (held_until IS NULL OR held_until <= :now) RETURNING handed_at
"""
_HELD = "SELECT held_until FROM mails WHERE id = :id AND sent_at IS NULL AND failed IS NULL"


class LostLease(RuntimeError):
    """This process stood still for so long that another hands the letter over."""


@job
async def deliver(mail_id: int) -> None:
    """Hand one letter over, under a lease: of two jobs for one letter, the second waits until the first is done or dead.

    A failure that may pass is raised and tried again; one that will not is noted. A worker that dies between the server's yes and
    our note cannot know whether there was one. A link that somebody waits for is then sent at least once, under the same
    Message-ID; a notice at most once: what it tells waits on the site as well.
    """
    mail, to, holder = await Mail.get_or_none(id=mail_id), server(), uuid4().hex
    if mail is None or to is None or not await _take(mail, holder):
        return
    keeping = asyncio.create_task(_keep(mail, holder))
    try:
        # Stopped in order, the worker stays until the server has said yes or no.
        await settled(asyncio.ensure_future(_carry(to, mail, holder)))
    finally:
        keeping.cancel()


async def _take(mail: Mail, holder: str) -> bool:
    """While another holds it this is put off: that one may fail or die. Nothing is left to do for what was sent or given up."""
    now = clock.now()
    async with unit_of_work():
        taken = await rows(_TAKE, id=mail.id, holder=holder, now=now, until=now + LEASE)
        if taken:
            mail.handed_at = taken[0]["handed_at"]
        else:
            for other in await rows(_HELD, id=mail.id):
                await enqueue(deliver, run_at=other["held_until"], mail_id=mail.id)
    return bool(taken)


async def _keep(mail: Mail, holder: str) -> None:
    """Put off the end of the lease while the server thinks."""
    while True:
        await asyncio.sleep(LEASE.total_seconds() / 3)
        try:
            async with unit_of_work():
                await Mail.filter(id=mail.id, holder=holder).update(held_until=clock.now() + LEASE)
        except Exception as error:
            log.error("the lease of a letter could not be extended: %s", type(error).__name__)  # noqa: TRY400 - no text


async def _carry(to: Server, mail: Mail, holder: str) -> None:
    try:
        outcome = await _outcome(to, mail, holder)
    except LostLease:
        return
    except Exception:
        await _let_go(mail, holder, handed_at=None)
        raise
    await _let_go(mail, holder, **outcome)


async def _outcome(to: Server, mail: Mail, holder: str) -> dict[str, Any]:
    """What is to be noted of the letter. Raises what may pass."""
    if mail.handed_at:
        return {"text": "", "failed": "Interrupted"}
    letter = await composed(mail)
    if letter is None:
        return {"text": "", "failed": WITHDRAWN}
    if isinstance(letter, NotBefore):
        async with unit_of_work():
            await enqueue(deliver, run_at=letter.at, mail_id=mail.id)
        return {}
    return {"text": ""} | await _hand_over(to, mail, letter, holder)


async def _hand_over(to: Server, mail: Mail, letter: Composed, holder: str) -> dict[str, Any]:
    made = message(
        sender=to.sender, recipient=mail.recipient, subject=letter.subject, text=letter.text, message_id=mail.message_id,
        language=letter.language, headers=letter.headers,
    )  # fmt: skip
    try:
        await hand_over(to, made, lambda: _begin(mail, holder))
    except _REFUSALS as error:
        if error.code < 500:
            raise
        return {"failed": type(error).__name__}  # 5yz: it will not take this letter, ever (RFC 5321 4.2.1)
    # Any other 5yz, to our pass word or our sender, is no letter's fault, and soon mended: it is raised.
    return {"sent_at": clock.now()}


async def _begin(mail: Mail, holder: str) -> None:
    """The next bytes on the line are the letter's."""
    async with unit_of_work():
        begins = {"handed_at": clock.now() if mail.composer else None, "held_until": clock.now() + LEASE}
        if not await Mail.filter(id=mail.id, holder=holder).update(**begins):
            raise LostLease


async def _let_go(mail: Mail, holder: str, **noted: Any) -> None:
    """A yes that was heard is noted by whoever heard it, though another had given the letter up meanwhile."""
    is_sent = "sent_at" in noted
    async with unit_of_work():
        found = Mail.filter(id=mail.id) if is_sent else Mail.filter(id=mail.id, holder=holder)
        await found.update(holder=None, held_until=None, **noted, **({"failed": None} if is_sent else {}))

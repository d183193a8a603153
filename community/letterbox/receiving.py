"""One function for every way in: a message becomes a post, or a letter that says why not, or nothing at all.

Two things decide, and both must hold. The address it came to is signed for one member and one thing (mail/reply_addresses.py): a
stranger cannot write one. And From is the member's own address: the letter may have been forwarded, with the address to answer at
in it, and whoever got it must not speak in the member's name by mistake. From can be forged, so alone it is worth nothing here.

What a member may do is asked at this moment and by the same action as on the page. Nothing is ever mailed to whoever sent a
message, only to the address that the member has confirmed (SECURITY 30, 38).
"""

import asyncio
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Literal
from uuid import UUID, uuid5

from community.accounts.addresses import same_mailbox
from community.accounts.identity import viewer_for
from community.discussions.models import HeldPost
from community.errors import DomainError, NotFound, Refused, TooMany
from community.letterbox.posting import answer
from community.letterbox.reading import Arrived, Unreadable, read
from community.letterbox.returning import give_back
from community.letterbox.trimming import TooLong, answer_in
from community.mail.reply_addresses import ReplyAddress, is_revoked, read_reply_address
from community.mail.transport import server
from community.settings import settings
from community.storage import row
from community.text.gettext import set_language

Outcome = Literal["posted", "waiting", "returned", "ignored"]
MOST_ANSWERED = 5  # addresses of ours in one message
MESSAGE_IDS = UUID("6b2a6f0e-5d0c-5b43-9a53-0d8a3f5d7c11")
_MEMBER = "SELECT email, language FROM members WHERE id = :id AND confirmed_at IS NOT NULL AND admitted_at IS NOT NULL"
DISPLAY_NAME = "Guildhall"

_readers = ThreadPoolExecutor(2, "letterbox")  # so many messages are unpacked at once


async def receive(raw: bytes, recipients: Iterable[str] = ()) -> list[Outcome]:
    """Take one message of RFC 5322: what became of it for each address of ours that it came to.

    `recipients` are those of the envelope; without them the message's own headers say. The same message twice is posted once.
    Raises TooMany, which is worth another try later.
    """
    try:
        arrived = await asyncio.get_running_loop().run_in_executor(_readers, read, raw)
    except Unreadable:
        return ["ignored"]
    if arrived.automatic:
        return ["ignored"]
    given = list(recipients) or arrived.recipients
    known = {address: found for address in given if (found := read_reply_address(address)) is not None}
    return [await _take(address, at, arrived) for address, at in list(known.items())[:MOST_ANSWERED]] or ["ignored"]


async def _take(address: str, at: ReplyAddress, arrived: Arrived) -> Outcome:
    member = await row(_MEMBER, id=at.member_id)
    if member is None:
        return "ignored"
    set_language(member["language"])
    client_id = uuid5(MESSAGE_IDS, f"{at.target} {arrived.message_id}")
    text = _words(arrived)
    reason, said = await _hindrance(member["email"], address, at, arrived, text), ""
    if not reason:
        reason, said = await _post(at, text or "", client_id)
    if reason == "posted":
        return "posted"
    await give_back(at.member_id, client_id, at.target, reason, said)
    return "waiting" if reason == "waiting" else "returned"


def _words(arrived: Arrived) -> str | None:
    """The answer; None for one that is far too long."""
    try:
        return answer_in(arrived.text, _of_the_house())
    except TooLong:
        return None


async def _hindrance(email: str, address: str, at: ReplyAddress, arrived: Arrived, text: str | None) -> str:
    """Why there is nothing to post, as a code of the letter that tells; "" if nothing stands in the way."""
    if not arrived.sender or not same_mailbox(arrived.sender, email):
        return "sender"
    if at.expired or await is_revoked(at):
        return "expired"
    if text is None:
        return "long"
    if not text:
        return "attachment" if arrived.has_more else "empty"
    return "quoted" if _holds_our_letter(text, address) else ""


async def _post(at: ReplyAddress, text: str, client_id: UUID) -> tuple[str, str]:
    """What became of it ("posted", "waiting") or why not; and a sentence where the code has none of its own. Raises TooMany."""
    try:
        made = await answer(await viewer_for(at.member_id), at.target, text, client_id)
    except TooMany:
        raise
    except NotFound:
        return "gone", ""
    except DomainError as error:
        return ("closed" if isinstance(error, Refused) and error.reason == "closed" else "refused"), error.text
    return ("waiting" if isinstance(made, HeldPost) else "posted"), ""


def _of_the_house() -> tuple[str, ...]:
    """What a client writes above a quotation of one of our letters."""
    to = server()
    return (to.sender if to else "", settings().reply.rpartition("@")[2], DISPLAY_NAME)


def _holds_our_letter(text: str, address: str) -> bool:
    """The signed links of the letter must not become public, should a client quote in a way we have not seen."""
    local = address.rpartition("@")[0].lower()
    return f"{settings().public_origin}/unsubscribe/" in text or local in text.lower()

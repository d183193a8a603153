"""Who is told of inquiries, rings and listings: the coordinators of a side."""

from typing import Any

from community.audience import coordinators_key
from community.exchange.facts import (
    InquiryAgreed,
    InquiryDeclined,
    InquiryLapsed,
    InquiryMessageSent,
    InquiryReminderDue,
    InquirySent,
    InquiryWithdrawn,
    ListingClosed,
    ListingExpiring,
    RingProposed,
)
from community.exchange.jobs import SILENCE_REMINDERS
from community.exchange.queries import coordinator_ids
from community.notifications.actions import finish_about, finish_for_all, notify
from community.storage import listens, row, rows

ENDS = ("agreed", "declined", "withdrawn", "lapsed")


@listens(InquirySent)
async def on_inquiry(fact: InquirySent) -> None:
    inquiry = await _inquiry(fact.inquiry_id)
    if inquiry["closed_at"] is None and not await _later(fact.inquiry_id, inquiry["host_id"]):
        await _tell_side(inquiry["host_id"], fact.inquiry_id, "inquiry", f"inquiry:{fact.inquiry_id}", inquiry["author_id"])


@listens(InquiryMessageSent)
async def on_inquiry_message(fact: InquiryMessageSent) -> None:
    """The side that wrote has dealt with what came before; the other is told, unless it has written since. What has happened after
    this message stays, though the listener comes late.
    """
    inquiry = await _inquiry(fact.inquiry_id)
    message = await row("SELECT institution_id, author_id FROM inquiry_messages WHERE id = :id", id=fact.message_id)
    if message is None:
        return
    own, about = message["institution_id"], f"inquiry:{fact.inquiry_id}"
    other = inquiry["guest_id"] if own == inquiry["host_id"] else inquiry["host_id"]
    answers = await _later(fact.inquiry_id, other, fact.message_id)
    since = [*answers, *(f"{about}:inquiry_{how}" for how in ENDS)]
    since += [f"{about}:days:{days}" for days in SILENCE_REMINDERS if answers]
    for member in await coordinator_ids(own):
        await finish_about(member, about, but=since)
    if not answers and inquiry["closed_at"] is None:
        await _tell_side(other, fact.inquiry_id, "inquiry_answer", _cause(fact.inquiry_id, fact.message_id), message["author_id"])


async def _later(inquiry_id: int, institution_id: int, after: int = 0) -> list[str]:
    """The causes of what a side has written after a message, or at all."""
    found = await rows(
        "SELECT id FROM inquiry_messages WHERE inquiry_id = :inquiry AND institution_id = :side AND id > :after",
        inquiry=inquiry_id, side=institution_id, after=after,
    )  # fmt: skip
    return [_cause(inquiry_id, one["id"]) for one in found]


def _cause(inquiry_id: int, message_id: int) -> str:
    return f"inquiry:{inquiry_id}:message:{message_id}"


@listens(InquiryAgreed, InquiryDeclined, InquiryWithdrawn, InquiryLapsed)
async def on_inquiry_ended(fact: InquiryAgreed | InquiryDeclined | InquiryWithdrawn | InquiryLapsed) -> None:
    """Both sides are done with it; the side that did not decide is told how it ended, and that stays when this runs again."""
    inquiry, kind = await _inquiry(fact.inquiry_id), f"inquiry_{type(fact).__name__.removeprefix('Inquiry').lower()}"
    cause = f"inquiry:{fact.inquiry_id}:{kind}"
    for side in (inquiry["host_id"], inquiry["guest_id"]):
        for member in await coordinator_ids(side):
            await finish_about(member, f"inquiry:{fact.inquiry_id}", but=[cause])
    told = inquiry["host_id"] if isinstance(fact, InquiryWithdrawn) else inquiry["guest_id"]
    await _tell_side(told, fact.inquiry_id, kind, cause, None)


@listens(InquiryReminderDue)
async def on_reminder(fact: InquiryReminderDue) -> None:
    await _tell_side(fact.institution_id, fact.inquiry_id, "inquiry_reminder", f"inquiry:{fact.inquiry_id}:days:{fact.days}", None)


@listens(RingProposed)
async def on_ring(fact: RingProposed) -> None:
    proposal = await row("SELECT institution_id FROM ring_proposals WHERE id = :id", id=fact.proposal_id)
    if proposal:
        for member in await coordinator_ids(proposal["institution_id"]):
            await notify(
                member, kind="ring", cause=f"proposal:{fact.proposal_id}", root=f"proposal:{fact.proposal_id}",
                audience=coordinators_key(proposal["institution_id"]),
            )  # fmt: skip


@listens(ListingExpiring)
async def on_listing_expiring(fact: ListingExpiring) -> None:
    """The reminder of 3 days stands for that of 14, whichever is heard first."""
    listing = await row("SELECT institution_id, status, expires_at, reminded FROM listings WHERE id = :id", id=fact.listing_id)
    if listing is None or listing["status"] not in {"open", "paused"} or listing["reminded"].rpartition("-")[2] != str(fact.days):
        return
    root, cause = f"listing:{fact.listing_id}", f"listing:{fact.listing_id}:{listing['expires_at']:%Y%m%d}:{fact.days}"
    await finish_for_all(root, but=[cause])
    key = coordinators_key(listing["institution_id"])
    for member in await coordinator_ids(listing["institution_id"]):
        await notify(member, kind="listing_expiring", cause=cause, root=root, audience=key)


@listens(ListingClosed)
async def on_listing_closed(fact: ListingClosed) -> None:
    await finish_for_all(f"listing:{fact.listing_id}")


async def _inquiry(inquiry_id: int) -> dict[str, Any]:
    found = await row("SELECT host_id, guest_id, author_id, closed_at FROM inquiries WHERE id = :id", id=inquiry_id)
    assert found is not None
    return found


async def _tell_side(institution_id: int, inquiry_id: int, kind: str, cause: str, actor_id: int | None) -> None:
    for member in await coordinator_ids(institution_id):
        await notify(member, kind=kind, cause=cause, root=f"inquiry:{inquiry_id}", actor_id=actor_id)

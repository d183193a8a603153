"""What runs later: listings expire, silent inquiries are reminded of and lapse. Each looks again when it fires."""

from datetime import datetime, timedelta

from community import clock
from community.exchange.facts import InquiryLapsed, InquiryReminderDue, ListingExpiring
from community.exchange.models import Inquiry, Listing
from community.exchange.settling import settle
from community.exchange.workflows import INQUIRY, INQUIRY_STANDING, INQUIRY_WHO, LISTING, LISTING_WHO, move
from community.storage import announce, enqueue, job, unit_of_work

EXPIRY_REMINDERS = (14, 3)
SILENCE_REMINDERS = (7, 14)
LAPSE_AFTER = 30


async def schedule_expiry(listing_id: int, expires_at: datetime) -> None:
    """Remind 14 and 3 days before, then expire. Inside a unit of work; a later date makes the earlier jobs do nothing."""
    for days in EXPIRY_REMINDERS:
        if (at := expires_at - timedelta(days=days)) > clock.now():
            await enqueue(remind_of_expiry, run_at=at, listing_id=listing_id, days=days)
    await enqueue(expire_listing, run_at=expires_at, listing_id=listing_id)


async def schedule_silence(inquiry_id: int) -> None:
    """Remind after 7 and 14 days without an answer, lapse after 30. Inside a unit of work, whenever a side has acted."""
    for days in SILENCE_REMINDERS:
        await enqueue(remind_of_silence, run_at=clock.now() + timedelta(days=days), inquiry_id=inquiry_id, days=days)
    await enqueue(lapse_inquiry, run_at=clock.now() + timedelta(days=LAPSE_AFTER), inquiry_id=inquiry_id)


@job
async def remind_of_expiry(listing_id: int, days: int) -> None:
    async with unit_of_work():
        listing = await Listing.select_for_update().get_or_none(id=listing_id)
        if listing is None or listing.status not in {"open", "paused"}:
            return
        due = f"{listing.expires_at:%Y%m%d}-{days}"
        if listing.expires_at - clock.now() <= timedelta(days=days) and listing.reminded != due:
            listing.reminded = due
            await listing.save(update_fields=["reminded"])
            await announce(ListingExpiring(listing_id, days))


@job
async def expire_listing(listing_id: int) -> None:
    async with unit_of_work():
        listing = await Listing.select_for_update().get_or_none(id=listing_id)
        if listing is None or (listing.status, "expire") not in LISTING or listing.expires_at > clock.now():
            return
        listing.status = move(LISTING, LISTING_WHO, listing.status, "expire", "clock")
        await settle(listing)


@job
async def remind_of_silence(inquiry_id: int, days: int) -> None:
    async with unit_of_work():
        inquiry = await _silent_for(inquiry_id, days)
        if inquiry and inquiry.reminded_days < days:
            inquiry.reminded_days = days
            await inquiry.save(update_fields=["reminded_days"])
            await announce(InquiryReminderDue(inquiry_id, inquiry.waits_for, days))


@job
async def lapse_inquiry(inquiry_id: int) -> None:
    async with unit_of_work():
        inquiry = await _silent_for(inquiry_id, LAPSE_AFTER)
        if inquiry:
            inquiry.status = move(INQUIRY, INQUIRY_WHO, inquiry.status, "lapse", "clock")
            inquiry.standing, inquiry.waits_for, inquiry.closed_at = None, None, clock.now()
            await inquiry.save()
            await announce(InquiryLapsed(inquiry_id))


async def _silent_for(inquiry_id: int, days: int) -> Inquiry | None:
    """The inquiry, locked, if something can still follow and nobody has acted for so many days."""
    inquiry = await Inquiry.select_for_update().get_or_none(id=inquiry_id)
    if inquiry is None or inquiry.status not in INQUIRY_STANDING:
        return None
    return inquiry if clock.now() - inquiry.silent_since >= timedelta(days=days) else None

"""How two institutions talk about a listing: ask, reply, negotiate, agree, decline, withdraw."""

from collections.abc import Callable
from uuid import UUID

from community import clock
from community.audience import Viewer, coordinators_key, grant
from community.errors import Conflict, Invalid, NotFound, Refused, ensure
from community.exchange.facts import (
    InquiryAgreed,
    InquiryDeclined,
    InquiryMessageSent,
    InquiryRead,
    InquirySent,
    InquiryWithdrawn,
)
from community.exchange.jobs import schedule_silence
from community.exchange.models import Inquiry, InquiryMessage, Listing
from community.exchange.policies import side_of, why_no_inquiry
from community.exchange.terms import DECLINE_REASONS
from community.exchange.workflows import INQUIRY, INQUIRY_STANDING, INQUIRY_WHO, move
from community.storage import announce, once, row, unit_of_work
from community.text.gettext import _
from community.text.markdown import RENDER_VERSION, Rendered, ensure_written, rendered


async def send_inquiry(
    actor: Viewer, listing_id: int, guest_id: int, text: str, language: str, client_id: UUID, own_listing_id: int | None = None
) -> Inquiry:
    """Ask the listing's institution in the name of `guest_id`, about `own_listing_id` of ours if there is one.

    Raises NotFound, Refused ("not-coordinator", "own-institution", "newcomer"), Conflict where the listing is closed or
    another inquiry of the same institution is under way.
    """
    ensure_written(text)
    body = await rendered(text, actor)
    async with unit_of_work():
        listing = await Listing.visible_to(actor).locked(listing_id)
        _ensure_may_ask(actor, listing)
        if guest_id not in actor.coordinates or not await _is_own(actor, own_listing_id, guest_id):
            raise NotFound
        standing = f"{listing.id}:{guest_id}"
        under_way = await row("SELECT author_id, client_id FROM inquiries WHERE standing = :standing", standing=standing)
        if under_way and (under_way["author_id"], under_way["client_id"]) != (actor.member, client_id):
            raise Conflict(_("Your institution has already asked about this listing. Continue there."))
        inquiry, new = await once(
            Inquiry, actor, client_id, audience=coordinators_key(guest_id), listing_id=listing.id, standing=standing,
            own_listing_id=own_listing_id, host_id=listing.institution_id, guest_id=guest_id, waits_for=listing.institution_id,
        )  # fmt: skip
        if new:
            await _let_both_sides_in(inquiry)
            await _keep_message(actor, inquiry, guest_id, body, language, client_id)
            await schedule_silence(inquiry.id)
            await announce(InquirySent(inquiry.id))
    return inquiry


async def mark_read(actor: Viewer, inquiry_id: int) -> None:
    """A coordinator of the host has opened it. Does nothing later, or for the guest."""
    async with unit_of_work():
        inquiry = await Inquiry.visible_to(actor).locked(inquiry_id)
        if side_of(actor, inquiry) == "host" and (inquiry.status, "read") in INQUIRY:
            inquiry.status = move(INQUIRY, INQUIRY_WHO, inquiry.status, "read", "host")
            inquiry.read_at = clock.now()
            await inquiry.save()
            await announce(InquiryRead(inquiry.id))


async def write_message(actor: Viewer, inquiry_id: int, text: str, language: str, client_id: UUID) -> InquiryMessage:
    """Write for the side the actor coordinates. The host's first message replies; the guest's next one negotiates."""
    ensure_written(text)
    body = await rendered(text, actor)
    async with unit_of_work():
        inquiry = await Inquiry.visible_to(actor).locked(inquiry_id)
        side = _side(actor, inquiry)
        first = await InquiryMessage.get_or_none(author_id=actor.member, client_id=client_id, inquiry_id=inquiry.id)
        if first:
            return first
        if inquiry.status not in INQUIRY_STANDING:
            raise Conflict(_("This inquiry is closed. Nothing more can be written in it."))
        institution_id = inquiry.host_id if side == "host" else inquiry.guest_id
        message = await _keep_message(actor, inquiry, institution_id, body, language, client_id)
        await _take_turn(inquiry, side)
        await announce(InquiryMessageSent(inquiry.id, message.id))
    return message


async def agree(actor: Viewer, inquiry_id: int) -> Inquiry:
    """The host closes the negotiation: both institutions go on to an agreement."""
    return await _close(actor, inquiry_id, "agree", InquiryAgreed)


async def decline(actor: Viewer, inquiry_id: int, reason: str) -> Inquiry:
    """The host says no, with one of the domain's reasons."""
    if reason not in DECLINE_REASONS:
        raise Invalid("reason", _("Choose the reason that weighs most."))
    return await _close(actor, inquiry_id, "decline", InquiryDeclined, reason)


async def withdraw(actor: Viewer, inquiry_id: int) -> Inquiry:
    """The guest takes its question back."""
    return await _close(actor, inquiry_id, "withdraw", InquiryWithdrawn)


async def _close(actor: Viewer, inquiry_id: int, verb: str, happened: Callable[[int], object], reason: str = "") -> Inquiry:
    """End it once. The same answer again changes nothing; another answer is too late: Conflict."""
    async with unit_of_work():
        inquiry = await Inquiry.visible_to(actor).locked(inquiry_id)
        side = _side(actor, inquiry)
        ensure(INQUIRY_WHO[verb] == side, "not-yours")
        if inquiry.status == _CLOSED[verb] and inquiry.reason == reason:
            return inquiry
        inquiry.status = move(INQUIRY, INQUIRY_WHO, inquiry.status, verb, side)
        inquiry.reason, inquiry.standing, inquiry.waits_for = reason, None, None
        inquiry.closed_at = clock.now()
        if side == "host":
            inquiry.answered_at = inquiry.answered_at or clock.now()
        await inquiry.save()
        await announce(happened(inquiry.id))
    return inquiry


_CLOSED = {"agree": "agreed", "decline": "declined", "withdraw": "withdrawn"}


def _ensure_may_ask(actor: Viewer, listing: Listing) -> None:
    reason = why_no_inquiry(actor, listing)
    if reason == "not-open":
        raise Conflict(_("This listing is no longer open."))
    if reason:
        raise Refused(reason, why_not(reason))


def why_not(reason: str) -> str:
    """The sentence for a reason of `why_no_inquiry`."""
    return {
        "not-coordinator": _("Only coordinators write to another institution. Ask yours to do it."),
        "own-institution": _("This listing is your own institution's."),
        "newcomer": _("Your first contribution must be approved before you can write to strangers."),
        "not-open": _("This listing is no longer open."),
    }[reason]


async def _is_own(actor: Viewer, own_listing_id: int | None, guest_id: int) -> bool:
    if own_listing_id is None:
        return True
    return await Listing.visible_to(actor).filter(id=own_listing_id, institution_id=guest_id).exists()


async def _let_both_sides_in(inquiry: Inquiry) -> None:
    inquiry.audience = inquiry.key
    await inquiry.save(update_fields=["audience"])
    await grant(inquiry.key, coordinators_key(inquiry.host_id), "host")
    await grant(inquiry.key, coordinators_key(inquiry.guest_id), "guest")


def _side(actor: Viewer, inquiry: Inquiry) -> str:
    """The side the actor speaks for; NotFound for whoever speaks for none."""
    side = side_of(actor, inquiry)
    if not side:
        raise NotFound
    return side


async def _keep_message(
    actor: Viewer, inquiry: Inquiry, institution_id: int, body: Rendered, language: str, client_id: UUID
) -> InquiryMessage:
    message, _new = await once(
        InquiryMessage, actor, client_id, inquiry_id=inquiry.id, institution_id=institution_id, source=body.source,
        html=body.html, render_version=RENDER_VERSION, language=language,
    )  # fmt: skip
    if message.inquiry_id != inquiry.id:
        raise Conflict(_("This message has been sent already, in another inquiry."))
    return message


async def _take_turn(inquiry: Inquiry, side: str) -> None:
    """Move the state by who wrote, and hand the turn over. Writing twice in one turn hands over nothing."""
    verb = "reply" if side == "host" else "negotiate"
    if (inquiry.status, verb) in INQUIRY:
        inquiry.status = move(INQUIRY, INQUIRY_WHO, inquiry.status, verb, side)
    own, other = (inquiry.host_id, inquiry.guest_id) if side == "host" else (inquiry.guest_id, inquiry.host_id)
    if side == "host":
        inquiry.answered_at = inquiry.answered_at or clock.now()
    if inquiry.waits_for == own:
        inquiry.waits_for, inquiry.silent_since, inquiry.reminded_days = other, clock.now(), 0
        await schedule_silence(inquiry.id)
    await inquiry.save()

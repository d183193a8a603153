"""What the page of one listing shows, gathered for whoever reads it."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup

from community import clock
from community.audience import Viewer
from community.discussions.writing_state import languages_to_write_in
from community.exchange import labels, queries, talks
from community.exchange.actions import draft_of
from community.exchange.inquiring import why_not
from community.exchange.listing_facts import Facts, block, costs, details
from community.exchange.models import Listing
from community.exchange.policies import can_edit, can_list_for, why_no_inquiry
from community.exchange.queries import Fit, Found, House
from community.exchange.talks import Talk
from community.exchange.workflows import LISTING, LISTING_WHO, verbs
from community.institutions.queries import Person, people
from community.text.gettext import _
from community.web.formats import period

REMEMBERED = timedelta(days=730)
TIME_TO_ANSWER = timedelta(days=14)


@dataclass(frozen=True)
class Overlap:
    """Two windows, each (first, last), with the words of the drawing."""

    yours: tuple[date, date]
    theirs: tuple[date, date]
    your_label: str
    their_label: str
    together_label: str
    label: str


@dataclass(frozen=True)
class Step:
    """Where an inquiry stands: `state` "done", "current" or "later"."""

    state: str
    title: str
    text: str = ""
    form: str = ""


@dataclass(frozen=True)
class ListingPage:
    """`house` and `coordinators` are the listing institution's; `fit` is the reader's best comparison, with its `overlap`."""

    listing: Listing
    about: Markup
    direction_label: str
    status_label: str
    block: Facts
    details: Facts
    costs: Facts
    house: House
    coordinators: list[Person]
    fits: list[Fit]
    overlap: Overlap | None
    unknown: tuple[str, ...]
    best: list[Found]
    talks: list[Talk]
    steps: tuple[Step, ...]
    may_edit: bool
    verbs: tuple[str, ...]
    why_not: str
    houses: list[tuple[int, str, str]]
    languages: tuple[tuple[str, str], ...] = ()
    typed: dict[str, Any] | None = None
    errors: dict[str, str] | None = None

    @property
    def fit(self) -> Fit | None:
        return self.fits[0] if self.fits else None


async def listing_page(viewer: Viewer, listing: Listing) -> ListingPage:
    """Everything about a listing that the viewer has been found to see."""
    draft = await draft_of(listing)
    house = await queries.house(listing.institution_id, clock.now() - REMEMBERED, clock.now() - TIME_TO_ANSWER)
    own = can_list_for(viewer, listing.institution_id)
    fits = [] if own else await queries.fits(viewer, listing.id)
    speakers = await people(await queries.coordinator_ids(listing.institution_id)) if viewer.signed_in else {}
    under_way = await talks.inquiries(viewer, about=listing.id)
    reason = why_no_inquiry(viewer, listing)
    return ListingPage(
        listing=listing, about=Markup(listing.about_html), direction_label=labels.directions().get(listing.direction, ""),  # noqa: S704
        status_label=labels.statuses()[listing.status], block=block(draft, house), costs=costs(draft),
        details=details(draft, to_members=viewer.signed_in), house=house, coordinators=list(speakers.values()),
        fits=[_drawn(fit) for fit in fits], overlap=_overlap(listing, fits), unknown=_unknown_gates(fits),
        best=await queries.best_for(viewer, [listing.id]) if own else [], talks=under_way,
        steps=steps_of(under_way[0].status) if under_way else (), may_edit=can_edit(viewer, listing),
        verbs=_verbs(viewer, listing),
        why_not=why_not(reason) if reason not in {"", "own-institution"} and viewer.signed_in else "",
        houses=[] if reason or any(talk.ours and talk.is_open for talk in under_way) else await queries.houses(viewer.coordinates),
        languages=languages_to_write_in(viewer, listing.language),
    )  # fmt: skip


def _verbs(viewer: Viewer, listing: Listing) -> tuple[str, ...]:
    """What the viewer may do; a steward who coordinates the institution has both roles."""
    roles = (["coordinator"] if can_list_for(viewer, listing.institution_id) else []) + (["steward"] if viewer.is_steward else [])
    return tuple(verb for role in roles for verb in verbs(LISTING, LISTING_WHO, listing.status, role))


def _drawn(fit: Fit) -> Fit:
    """The parts that count first, then those that nobody knows enough about."""
    return replace(fit, reasons=tuple(sorted(fit.reasons, key=lambda reason: not reason.known)))


def _overlap(listing: Listing, fits: list[Fit]) -> Overlap | None:
    """The dates drawn, where both sides have said theirs."""
    if not fits or not all((*fits[0].window, listing.starts, listing.ends)):
        return None
    yours, theirs = fits[0].window, (listing.starts, listing.ends)
    shared = (min(yours[1], theirs[1]) - max(yours[0], theirs[0])).days + 1
    goes, hosts = period((yours[1] - yours[0]).days + 1), period((theirs[1] - theirs[0]).days + 1)
    offered = listing.direction == "offer"
    return Overlap(
        yours, theirs,
        (_("You can go: %(span)s") if offered else _("You can host: %(span)s")) % {"span": goes},
        (_("They can host: %(span)s") if offered else _("They can come: %(span)s")) % {"span": hosts},
        _("%(span)s together") % {"span": period(max(0, shared))},
        _("Your dates %(yours)s. Their dates %(theirs)s. %(span)s overlap.")
        % {"yours": labels.window(*yours), "theirs": labels.window(*theirs), "span": period(max(0, shared))},
    )  # fmt: skip


def _unknown_gates(fits: list[Fit]) -> tuple[str, ...]:
    words = {
        "age": _("The youngest participant’s age is not said; the host asks for a least age."),
        "language": _("A required language has no level on the other side."),
        "dates": _("The dates of one side are not said."),
    }
    return tuple(words[name] for name in (fits[0].unknown if fits else ()) if name in words)


def steps_of(status: str) -> tuple[Step, ...]:
    """Sent, read, answered, negotiating, agreed; an ending other than agreement takes the place of what was left."""
    way = ("new", "read", "replied", "negotiating", "agreed")
    words = labels.inquiry_states()
    if status not in way:
        return (Step("done", words["new"]), Step("current", words[status]))
    reached = way.index(status)
    return tuple(
        Step("done" if place < reached or status == "agreed" else "current" if place == reached else "later", words[name])
        for place, name in enumerate(way)
    )

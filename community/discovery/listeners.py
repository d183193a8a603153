"""Facts that change what can be found. The index has a lane of its own, so that nothing live waits for its commits."""

from community.accounts.facts import MemberJoined, MemberLeft, MemberReinstated, MemberSuspended
from community.chat.facts import MessageDeleted, MessageEdited, MessageSent, RoomChanged
from community.discovery.indexing import index
from community.discussions.facts import (
    AnswerAccepted,
    ReplyDeleted,
    ReplyEdited,
    ReplyHidden,
    ReplyPosted,
    ReplyRestored,
    ThreadEdited,
    ThreadHidden,
    ThreadMoved,
    ThreadRestored,
    ThreadStarted,
)
from community.events.facts import EventChanged
from community.exchange.facts import ListingChanged, ListingClosed, ListingOpened
from community.institutions.facts import AffiliationSettled, InstitutionChanged
from community.members.facts import ProfileChanged
from community.practices.facts import PracticeArchived, PracticePublished, PracticeRewritten
from community.spaces.facts import SpaceChanged
from community.storage import listens, rows, value

# What carries the name of who wrote it.
_SIGNED = {"thread": "threads", "reply": "replies", "message": "messages"}


@listens(ThreadStarted, ThreadEdited, ThreadMoved, ThreadHidden, ThreadRestored, lane="index")
async def on_thread(fact: ThreadStarted | ThreadEdited | ThreadMoved | ThreadHidden | ThreadRestored) -> None:
    """With its posts: they carry its title and its audience."""
    await index("thread", [fact.thread_id], with_below=True)


@listens(ReplyPosted, ReplyEdited, ReplyDeleted, ReplyHidden, ReplyRestored, AnswerAccepted, lane="index")
async def on_reply(fact: ReplyPosted | ReplyEdited | ReplyDeleted | ReplyHidden | ReplyRestored | AnswerAccepted) -> None:
    """With its thread, whose document holds the opening post and the number of posts."""
    thread = await value("SELECT thread_id FROM replies WHERE id = :id", id=fact.reply_id)
    await index("reply", [fact.reply_id])
    if thread:
        await index("thread", [thread])


@listens(MessageSent, MessageEdited, MessageDeleted, lane="index")
async def on_message(fact: MessageSent | MessageEdited | MessageDeleted) -> None:
    await index("message", [fact.message_id])


@listens(RoomChanged, lane="index")
async def on_room(fact: RoomChanged) -> None:
    await index("room", [fact.room_id], with_below=True)


@listens(ListingOpened, ListingChanged, ListingClosed, lane="index")
async def on_listing(fact: ListingOpened | ListingChanged | ListingClosed) -> None:
    await index("listing", [fact.listing_id])


@listens(MemberJoined, MemberSuspended, MemberReinstated, ProfileChanged, AffiliationSettled, lane="index")
async def on_member(fact: MemberJoined | MemberSuspended | MemberReinstated | ProfileChanged | AffiliationSettled) -> None:
    await index("member", [fact.member_id])


@listens(MemberLeft, lane="index")
async def on_member_left(fact: MemberLeft) -> None:
    """What they wrote is found by no name any more."""
    await index("member", [fact.member_id])
    for kind, table in _SIGNED.items():
        found = await rows(f"SELECT id FROM {table} WHERE author_id = :member ORDER BY id", member=fact.member_id)
        await index(kind, [row["id"] for row in found])


@listens(InstitutionChanged, lane="index")
async def on_institution(fact: InstitutionChanged) -> None:
    await index("institution", [fact.institution_id])


@listens(PracticePublished, PracticeArchived, PracticeRewritten, lane="index")
async def on_practice(fact: PracticePublished | PracticeArchived | PracticeRewritten) -> None:
    await index("practice", [fact.practice_id])


@listens(SpaceChanged, lane="index")
async def on_space(fact: SpaceChanged) -> None:
    await index("space", [fact.space_id])


@listens(EventChanged, lane="index")
async def on_event(fact: EventChanged) -> None:
    await index("event", [fact.event_id])

"""Group commit: messages that arrive while a commit runs are stored together by the next one.

A message that comes alone waits for nothing; where many come, one begins 8 to 60 ms after the other. They are rendered before the
transaction begins. In it retries are answered and rights are read, then the rooms are locked in the order of their ids, and each
message is accepted or refused by itself. If a batch fails, its messages are tried one by one.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from community import clock
from community.audience import Viewer
from community.chat.attaching import ensure_attachable
from community.chat.models import LockedRoom
from community.chat.muting import ensure_not_muted
from community.chat.policies import can_send
from community.chat.storing import (
    Earlier,
    earlier_of,
    ended_sessions,
    ensure_seen,
    lock_rooms,
    refuse_haste,
    rooms_of,
    store,
    with_keys_held,
)
from community.errors import DomainError, Invalid, NotFound, ensure
from community.institutions.queries import people
from community.storage import unit_of_work
from community.text.gettext import _, using_language
from community.text.markdown import Rendered, ensure_written, render_markdown, rendered

log = logging.getLogger(__name__)

MOST_TOGETHER = 400
# From the beginning of one commit to that of the next, for each message of the last, and within which bounds: a commit costs twenty
# times what one more message in it does. The longer the last took, the sooner the next one begins, so that as a rule nobody waits
# much longer than MOST_S.
PAUSE_S, LEAST_PAUSE_S, MOST_S = 0.002, 0.008, 0.06
SHORT = 400  # characters that are rendered sooner than a thread could begin: nesting is quadratic, and so bounded


@dataclass(frozen=True)
class Sent:
    """Where a message stands. `is_new` is False for a retry."""

    message_id: int
    room_id: int
    seq: int
    is_new: bool


@dataclass(frozen=True)
class Said:
    """What somebody sends: Markdown as it was typed, under the id by which their client knows it. Without `lang` it is taken to be
    in the member's language, where the room speaks it, else in the room's. `reply_to` is a message of the same room. `files` are
    the ids of the sender's own that are in no post yet, at most four; with them the text may be empty.
    """

    text: str
    client_id: UUID
    lang: str = ""
    reply_to: int | None = None
    files: tuple[int, ...] = ()


@dataclass(eq=False)
class Waiting:
    """One message on its way, as in Said. `at` is when it arrived; `fault` is what is wrong with its words."""

    actor: Viewer
    room_id: int
    client_id: UUID
    text: str
    lang: str
    reply_to: int | None
    done: "asyncio.Future[Sent]"
    at: datetime
    files: tuple[int, ...] = ()
    body: Rendered | None = None
    fault: Exception | None = None

    @property
    def key(self) -> tuple[int, UUID]:
        return (self.actor.member or 0, self.client_id)

    def settle(self, sent: Sent) -> None:
        if not self.done.done():
            self.done.set_result(sent)

    def fail(self, error: BaseException) -> None:
        if not self.done.done():
            self.done.set_exception(error)


@dataclass
class Taken:
    """The messages of a batch that are accepted so far, with their seq, and by what the next is compared with them."""

    messages: list[tuple[Waiting, int]] = field(default_factory=list)
    keys: set[tuple[int, UUID]] = field(default_factory=set)
    writers: set[tuple[int, int]] = field(default_factory=set)
    with_files: list[Waiting] = field(default_factory=list)

    def add(self, message: Waiting, seq: int) -> None:
        self.messages.append((message, seq))
        self.keys.add(message.key)
        self.writers.add((message.key[0], message.room_id))
        if message.files:
            self.with_files.append(message)


class Committer:
    """One a process. Messages go in the order in which `send` was called."""

    def __init__(self) -> None:
        self._waiting: deque[Waiting] = deque()
        self._running: asyncio.Task[None] | None = None
        self._not_before = 0.0

    def send(self, actor: Viewer, room_id: int, said: Said) -> "asyncio.Future[Sent]":
        done: asyncio.Future[Sent] = asyncio.get_running_loop().create_future()
        self._waiting.append(_waiting(actor, room_id, said, done))
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())
        return done

    async def send_within(self, actor: Viewer, room_id: int, said: Said) -> Sent:
        """Store one message in the unit of work that is open, which nobody else's message may join."""
        done: asyncio.Future[Sent] = asyncio.get_running_loop().create_future()
        message = _waiting(actor, room_id, said, done)
        await render([message])
        if message.fault is not None and not isinstance(message.fault, DomainError):
            raise message.fault
        await commit([message])
        return await done

    async def _run(self) -> None:
        while self._waiting:
            if (pause := self._not_before - time.monotonic()) > 0:  # not for who speaks first in a while
                await asyncio.sleep(pause)
            batch = [self._waiting.popleft() for _number in range(min(MOST_TOGETHER, len(self._waiting)))]
            began = time.monotonic()
            try:
                await self._pass(batch)
            except Exception as error:
                for message in batch:
                    message.fail(error)
            took = time.monotonic() - began
            self._not_before = began + max(LEAST_PAUSE_S, min(PAUSE_S * len(batch), MOST_S - took))

    async def _pass(self, batch: Sequence[Waiting]) -> None:
        await render(batch)
        try:
            await commit(batch)
        except Exception as error:
            log.warning("a batch of %d failed: %s", len(batch), type(error).__name__)
            for message in batch:
                await self._alone(message)

    async def _alone(self, message: Waiting) -> None:
        try:
            await commit([message])
        except Exception as error:
            message.fail(error)


def _waiting(actor: Viewer, room_id: int, said: Said, done: "asyncio.Future[Sent]") -> Waiting:
    return Waiting(actor, room_id, said.client_id, said.text, said.lang, said.reply_to, done, clock.now(), said.files)


async def render(batch: Sequence[Waiting]) -> None:
    slow: list[Waiting] = []
    for message in batch:
        if len(batch) == 1 or _is_quick(message.text, message.actor):
            await _render(message)  # alone in the caller's task: in one of its own it would not see whom an open unit has just made
        else:
            slow.append(message)
    if slow:
        await asyncio.gather(*map(_render, slow))


async def _render(message: Waiting) -> None:
    with using_language(message.actor.language):
        try:
            message.body = await body_of(message.text, message.actor, may_be_empty=bool(message.files))
        except Exception as error:
            message.fault = error  # told once it is known that the message is no retry


def _is_quick(text: str, actor: Viewer) -> bool:
    return len(text) <= SHORT and "@" not in text and actor.is_trusted


async def body_of(text: str, actor: Viewer, *, may_be_empty: bool = False) -> Rendered:
    """What somebody says, rendered. Raises Invalid("text")."""
    if not may_be_empty:
        ensure_written(text)
    if _is_quick(text, actor):
        return render_markdown(text, profile="chat")
    return await rendered(text, actor, profile="chat")


async def commit(batch: Sequence[Waiting]) -> None:
    """Store what may be stored, all in one transaction; whoever waits for that hears of it afterwards, and never before."""
    async with unit_of_work():
        await _answer_retries(batch)
        await _read_rights(batch)
        await _find_what_is_answered(batch)
        waiting = [message for message in batch if not message.done.done()]
        authors = await people(message.key[0] for message in waiting)
        taken = await _taken(waiting) if waiting else Taken()
        stored = await store(taken.messages, authors)
    for message, seq in taken.messages:
        message.settle(Sent(stored[message.key], message.room_id, seq, is_new=True))
    await _answer_retries(batch)  # the same message twice in one batch


async def _taken(waiting: Sequence[Waiting]) -> Taken:
    """Lock the rooms, and give a number to each message that is accepted."""
    rooms, taken = await lock_rooms({message.room_id for message in waiting}, [message.actor for message in waiting]), Taken()
    for message in waiting:
        if message.room_id not in rooms:
            message.fail(NotFound())
        elif not message.done.done() and await _is_accepted(message, rooms[message.room_id], taken):
            taken.add(message, _take_number(message, rooms[message.room_id]))
    return taken


def _take_number(message: Waiting, room: LockedRoom) -> int:
    spoken = message.actor.language
    message.lang = message.lang or (spoken if spoken in room.languages else room.lang)
    room.seq += 1
    return room.seq


async def _is_accepted(message: Waiting, room: LockedRoom, taken: Taken) -> bool:
    if message.key in taken.keys:
        return False
    has_just_sent = (message.key[0], message.room_id) in taken.writers
    with using_language(message.actor.language):
        try:
            ensure_seen(message.actor, room)
            ensure(not room.waiting, "waiting", _("Your message was sent. You can write more once it is accepted."))
            ensure(can_send(message.actor, room), "closed", _("This room is closed. You can read it, and write elsewhere."))
            await ensure_not_muted(message.actor, room)
            if message.fault is None:  # nobody is to wait for what is refused then
                await refuse_haste(message, room, has_just_sent)
                await ensure_attachable(message, taken.with_files)
        except DomainError as error:
            message.fail(error)
            return False
    if message.fault is not None:  # not sooner, since nobody is told anything of a room that they do not see
        message.fail(message.fault)
    return message.fault is None


async def _find_what_is_answered(batch: Iterable[Waiting]) -> None:
    """A message that never was is like one of another room; one that was deleted meanwhile may still be answered."""
    replies = [message for message in batch if message.reply_to is not None and not message.done.done()]
    places = await rooms_of({message.reply_to or 0 for message in replies})
    for message in replies:
        if places.get(message.reply_to or 0) != message.room_id:
            with using_language(message.actor.language):
                message.fault = message.fault or Invalid("reply_to", _("What you answer is not in this room."))


async def _answer_retries(batch: Iterable[Waiting]) -> None:
    waiting = [message for message in batch if not message.done.done()]
    earlier = await earlier_of([message.key for message in waiting])
    for message in waiting:
        if first := earlier.get(message.key):
            message.settle(_sent_before(first))


def _sent_before(first: Earlier) -> Sent:
    return Sent(first.message_id, first.room_id, first.seq, is_new=False)


async def _read_rights(batch: Iterable[Waiting]) -> None:
    """A socket's viewer may be half a second old: whose session has ended sends nothing, and a key that was lost opens nothing."""
    waiting = [message for message in batch if not message.done.done()]
    ended = await ended_sessions({message.actor.session for message in waiting if message.actor.session})
    fresh = await with_keys_held({message.actor for message in waiting})
    for message in waiting:
        if message.actor.session in ended:
            message.fail(NotFound())
        message.actor = fresh[message.actor]

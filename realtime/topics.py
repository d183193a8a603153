"""The logs that are followed here: one cursor a topic, whoever follows it, and how a reader catches up.

The log is its own outbox. A wake only says "look"; what is delivered is what the log holds after the cursor, in its order.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence

from realtime import fanout, frames
from realtime.frames import Cut, Head, Refused, Reset, Subscribe, Subscribed
from realtime.house import Entry, House, Limits, Mark
from realtime.topic import Follower, Topic

log = logging.getLogger("guildhall.realtime")

READ_AT_ONCE = 50  # entries; what is more follows in the next write
TAKEN_EVERY_S = 0.05  # so often it is asked whether a reader who catches up has taken the last portion


class Topics:
    def __init__(self, house: House, limits: Limits, may_deliver: Callable[[], bool], changed: Callable[[str], None]) -> None:
        """`may_deliver` is false while rights can not be read; `changed` hears of every topic whose followers changed."""
        self._house, self._limits, self._may_deliver, self._changed = house, limits, may_deliver, changed
        self._open: dict[str, Topic] = {}
        self._running: set[asyncio.Task[None]] = set()

    # --- joining and leaving

    async def follow(self, follower: Follower, ask: Subscribe) -> None:
        """Let a reader follow a topic, after all it has missed. Refuses with a cut when it may not."""
        self.leave(follower, ask.topic)
        if len(follower.wanted) >= self._limits.topics:
            follower.write(frames.encoded(Refused(None, "too-many", f"at most {self._limits.topics} topics")))
            return
        follower.wanted[ask.topic], rights = ask, follower.rights
        topic = await self._opened(ask.topic) if await self._may_follow(follower, ask.topic) else None
        if topic is not None:
            await self._follow(follower, topic, ask, rights)
        elif follower.rights == rights:
            self.cut(follower, ask.topic, "not-found")

    async def _may_follow(self, follower: Follower, name: str) -> bool:
        """A right that was gained since the session was looked up counts too."""
        if await self._house.may_follow(follower.session, name):
            return True
        session = await self._house.renewed(follower.session)
        if session is None:
            return False
        follower.session = session
        return await self._house.may_follow(session, name)

    async def _follow(self, follower: Follower, topic: Topic, ask: Subscribe, rights: int) -> None:
        topic.joining += 1
        try:
            await self._catch_up(follower, topic, ask, rights)
        finally:
            topic.joining -= 1
            self._join(follower, topic, rights)

    def _join(self, follower: Follower, topic: Topic, rights: int) -> None:
        """Unless the rights have changed meanwhile (then all is asked again) or the reader has gone."""
        if follower.rights == rights and topic.name in follower.wanted:
            topic.add(follower)
            self._changed(topic.name)
        self._tidy(topic)

    def _tidy(self, topic: Topic) -> None:
        if not topic.followers and not topic.joining:
            self._open.pop(topic.name, None)

    async def _opened(self, name: str) -> Topic | None:
        if name not in self._open:
            mark = (await self._house.heads([name])).get(name)
            if mark is None:
                return None
            self._open.setdefault(name, Topic(name, mark.epoch, mark.seq))
        return self._open[name]

    async def _catch_up(self, follower: Follower, topic: Topic, ask: Subscribe, rights: int) -> None:
        """Everything between the reader's place and the topic's cursor, or a reset; never a part.

        Ends without an await, so that nothing falls between this and joining.
        """
        whole = await self._continues(topic, ask)
        place = topic.cursor if ask.seq is None else ask.seq
        while whole and place < topic.cursor and follower.rights == rights:
            read = await self._house.entries(topic.name, place, min(topic.cursor - place, READ_AT_ONCE))
            missed = [entry for entry in read if entry[0] <= topic.cursor]
            whole = bool(missed) and missed[0][0] == place + 1
            if whole and follower.rights == rights:
                await self._tell(follower, _portions(topic, missed, self._limits.ephemera_bytes), rights)
                place = missed[-1][0]
        if follower.rights == rights and not whole:
            self._reset(topic, follower)
        elif follower.rights == rights:
            follower.write(frames.encoded(Subscribed(topic.name, topic.epoch, max(place, topic.cursor))))

    async def _tell(self, follower: Follower, portions: Iterable[bytes], rights: int) -> None:
        """Who has much to catch up with is not slow: each portion waits until the one before was taken, as long as for a pong."""
        for data in portions:
            if follower.rights == rights:
                follower.write(data)
            until = time.monotonic() + self._limits.answer_s
            while follower.waiting() and follower.rights == rights:
                await asyncio.sleep(TAKEN_EVERY_S)
                if time.monotonic() > until:
                    follower.close(frames.RESUME, "resume")

    async def _continues(self, topic: Topic, ask: Subscribe) -> bool:
        if ask.seq is None:
            return True
        if ask.epoch not in (None, topic.epoch) or topic.cursor - ask.seq > self._limits.catch_up:
            return False
        if ask.seq <= topic.cursor:
            return True
        mark = (await self._house.heads([topic.name])).get(topic.name)  # a page made a moment before this process looked
        return mark is not None and mark.epoch == topic.epoch and ask.seq <= mark.seq

    def _reset(self, topic: Topic, *followers: Follower) -> None:
        frame = frames.encoded(Reset(topic.name, topic.epoch, topic.cursor))
        for follower in followers:
            follower.write(frame)

    def leave(self, follower: Follower, name: str) -> None:
        follower.wanted.pop(name, None)
        if self.is_told(follower, name):
            topic = self._open[name]
            topic.remove(follower)
            self._changed(name)
            self._tidy(topic)

    def leave_all(self, follower: Follower) -> None:
        for name in list(follower.wanted):
            self.leave(follower, name)

    def cut(self, follower: Follower, name: str, reason: str) -> None:
        self.leave(follower, name)
        follower.write(frames.encoded(Cut(name, reason)))

    def suspend(self, follower: Follower) -> list[Subscribe]:
        """Stop all deliveries to a reader whose rights are in doubt, and tell where each topic would be taken up again."""
        follower.rights += 1
        places = []
        for name, ask in list(follower.wanted.items()):
            topic = self._open.get(name)
            joined = topic is not None and follower in topic.followers
            places.append(Subscribe(name, topic.epoch, topic.place_of(follower)) if topic and joined else ask)
            self.leave(follower, name)
        return places

    # --- deliveries

    def wake(self, name: str) -> None:
        """Something may have been added: look now."""
        topic = self._open.get(name)
        if topic is None:
            return
        topic.wakes += 1
        if not topic.advancing:
            task = asyncio.get_running_loop().create_task(self._advance(topic))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _advance(self, topic: Topic) -> None:
        """Deliver until the log is exhausted. What was committed while one batch was read and written goes in the next, as one
        write a socket.
        """
        if topic.advancing:
            return
        topic.advancing = True
        try:
            while topic.wakes and self._may_deliver():
                added = self._told_by_one_wake(topic) or await self._house.entries(topic.name, topic.cursor, READ_AT_ONCE)
                if added and self._may_deliver():
                    await self._deliver(topic, added)
                    await asyncio.sleep(0)
        except Exception as error:
            log.warning("%s could not be read: %s", topic.name, type(error).__name__)
        finally:
            topic.advancing = False

    def _told_by_one_wake(self, topic: Topic) -> Sequence[Entry]:
        """What one commit has added may be known without asking. Where more than one has woken us, the log alone knows of all."""
        wakes, topic.wakes = topic.wakes, 0
        return self._house.fresh(topic.name, topic.cursor)[:READ_AT_ONCE] if wakes == 1 else ()

    async def _deliver(self, topic: Topic, added: Sequence[Entry]) -> None:
        if added[0][0] != topic.cursor + 1:
            topic.cursor = added[-1][0]
            self._reset(topic, *topic.followers)
            return
        topic.wakes += len(added) >= READ_AT_ONCE
        topic.before, topic.cursor = topic.cursor, added[-1][0]
        await fanout.deliver(topic.listed(), topic.writes(), b"".join(_portions(topic, added)), topic.unserved)

    async def look(self) -> None:
        """One look at the ends of all followed logs, for what no wake told of."""
        if not self._open or not self._may_deliver():
            return
        asked = list(self._open.values())
        marks = await self._house.heads([topic.name for topic in asked])
        for topic in asked:  # and none that was opened meanwhile, of which nothing was asked
            self._compare(topic, marks.get(topic.name))

    def _compare(self, topic: Topic, mark: Mark | None) -> None:
        if mark is None:
            for follower in list(topic.followers):
                self.cut(follower, topic.name, "ended")
        elif mark.epoch != topic.epoch:
            topic.epoch, topic.cursor = mark.epoch, mark.seq
            topic.unserved.clear()
            self._reset(topic, *topic.followers)
        elif mark.seq > topic.cursor:
            self.wake(topic.name)

    def beat(self) -> None:
        """Tell every reader where its topics end."""
        if self._may_deliver():
            for topic in self._open.values():
                data = frames.encoded(Head(topic.name, topic.epoch, topic.cursor))
                told = [one for one in topic.listed() if one not in topic.unserved] if topic.unserved else topic.listed()
                fanout.whisper(told, data, self._limits.ephemera_bytes)

    def whisper(self, name: str, data: bytes) -> None:
        """To everybody who follows, if their lines are free; lost otherwise."""
        topic = self._open.get(name)
        if topic is not None and self._may_deliver():
            fanout.whisper(topic.listed(), data, self._limits.ephemera_bytes)

    def is_told(self, follower: Follower, name: str) -> bool:
        """Whether it follows the topic by now: who has only asked to may not see it."""
        topic = self._open.get(name)
        return topic is not None and follower in topic.followers

    def followers(self, name: str) -> list[Follower]:
        topic = self._open.get(name)
        return topic.listed() if topic else []

    async def close(self) -> None:
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)


def _portions(topic: Topic, entries: Sequence[Entry], size: int = 0) -> Iterator[bytes]:
    """What tells of them, one by one, or as many together as `size` bytes are reached with."""
    data = b""
    for seq, payload in entries:
        data += frames.entry(topic.name, topic.epoch, seq, payload)
        if len(data) >= size:
            yield data
            data = b""
    if data:
        yield data

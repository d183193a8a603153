"""The gateway: who is connected, what they may say, and what they hear.

It is given a House to ask and a Bus to hear other processes on. Rights are asked for on subscribing, on every command (by the
house), and again within half a second of any loss; while they can not be read, nothing is delivered.
"""

import asyncio
import contextlib
import logging
import secrets
import time
from collections import Counter
from collections.abc import Coroutine, Mapping
from typing import Any

from realtime import frames
from realtime.bus import Bus, MemoryBus
from realtime.connection import Connection
from realtime.frames import (
    ClientFrame,
    Command,
    Error,
    Hello,
    Ping,
    SomeoneTypes,
    Subscribe,
    Typing,
    Unsubscribe,
    Welcome,
)
from realtime.house import House, Limits, Refusal, RequestHead, Session
from realtime.parsing import BadFrame, parse
from realtime.presence import Presence
from realtime.reader import Reader
from realtime.rights import RightsWatch
from realtime.topics import Topics

log = logging.getLogger("guildhall.realtime")

TYPING_EVERY_S = 2.0
SWEEP_S = 5.0
TELL_OTHERS_S = 15.0
LOOKED_SELDOM = 10
BACK_A_SECOND = 500  # so many are asked to come back each second after a restart


class Gateway:
    def __init__(self, house: House, bus: Bus | None = None, limits: Limits | None = None) -> None:
        self.house, self.bus, self.limits = house, bus or MemoryBus(), limits or Limits()
        self.connections, self.leaving = set[Reader](), False
        self._looks, self._name = 0, secrets.token_hex(8)
        self.rights = RightsWatch(self)
        self.topics = Topics(house, self.limits, self.rights.is_fresh, self._topic_changed)
        self.presence = Presence()
        self._changed_topics: set[str] = set()
        self._per_member: Counter[int] = Counter()
        self._typed_at: dict[tuple[int, str], float] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._loops: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        await self.bus.start(self._overheard)
        rounds = (
            (self.rights.read, self.limits.rights_s),
            (self._look, self.limits.look_s),
            (self._tell_presence, 0.5),
            (self._sweep, SWEEP_S),
            (self._beat, self.limits.heartbeat_s),
            (self._repeat_presence, TELL_OTHERS_S),
        )
        self._loops = [asyncio.create_task(self._every(seconds, job)) for job, seconds in rounds]

    async def _every(self, seconds: float, job: Any) -> None:
        while True:
            try:
                await job()
            except Exception as error:
                log.warning("%s: %s", job.__name__, type(error).__name__)
            await asyncio.sleep(seconds)

    async def close(self) -> None:
        """Tell everybody to come back later, wait for those who answer, and cut off the rest."""
        for connection in list(self.connections):
            connection.shutdown()
        deadline = time.monotonic() + self.limits.close_s + 0.5
        while self.connections and time.monotonic() < deadline:  # noqa: ASYNC110 - once in a process's life
            await asyncio.sleep(0.02)
        for task in (*self._loops, *self._tasks):
            task.cancel()
        await asyncio.gather(*self._loops, *self._tasks, return_exceptions=True)
        await self.topics.close()
        await self.bus.close()

    def let_go(self) -> None:
        """The process will stop: hold no request any longer."""
        self.leaving = True
        for connection in list(self.connections):
            if connection.is_held:
                connection.shutdown()

    def come_back_s(self) -> int:
        """When one of those who are sent away is to come back, so that they do not all come together."""
        return 1 + secrets.randbelow(1 + len(self.connections) // BACK_A_SECOND)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- coming and going

    async def admit(self, head: RequestHead) -> Session | Refusal:
        if len(self.connections) >= self.limits.in_all:
            return Refusal(503, "The house is full. Try again in a moment.")
        serial = self.rights.serial
        answer = await self.house.admit(head)
        if isinstance(answer, Session) and self._per_member[answer.member] >= self.limits.per_member:
            return Refusal(429, "Too many pages are open. Close some of them.")
        while isinstance(answer, Session) and serial != self.rights.serial:  # a right was lost while we asked
            serial = self.rights.serial
            answer = await self.house.renewed(answer) or Refusal(403, "Sign in again.")
        return answer

    def joined(self, connection: Reader) -> None:
        self.connections.add(connection)
        self._per_member[connection.session.member] += 1
        self.rights.expire(connection)
        if self._per_member[connection.session.member] > self.limits.per_member:  # they knocked together
            connection.close(frames.TOO_MANY, "too many pages are open")

    def quiet(self, connection: Reader) -> None:
        """It hears nothing from here on."""
        self.topics.leave_all(connection)
        connection.rights += 1

    def left(self, connection: Reader) -> None:
        self.quiet(connection)
        if connection in self.connections:
            self.connections.discard(connection)
            self._per_member[connection.session.member] -= 1
            if not self._per_member[connection.session.member]:
                del self._per_member[connection.session.member]

    # --- what is said

    def heard(self, connection: Connection, text: str) -> None:
        connection.arrived()
        try:
            self._understand(connection, parse(text))
        except BadFrame as bad:
            self._mistaken(connection, bad)

    def _understand(self, connection: Connection, frame: ClientFrame) -> None:
        match frame:
            case Subscribe() | Unsubscribe():
                self.queue(connection, frame)
            case Typing():
                self._typing(connection, frame)
            case Ping():
                connection.write(frames.encoded(frames.Pong()))
            case Hello():
                connection.write(frames.encoded(Welcome(frames.VERSION, connection.session.member)))
            case _:
                self.spawn(self._obey(connection, frame))

    def count(self, connection: Connection) -> None:
        """So many frames a second; who says more is read more slowly, and at last not at all."""
        now, rate = time.monotonic(), self.limits.frames_per_s
        earned = (now - connection.counted_at) * rate
        connection.allowance = min(self.limits.burst, connection.allowance + earned) - 1
        connection.counted_at = now
        if connection.allowance < -4 * self.limits.burst:
            connection.close(frames.SLOW_DOWN, "too fast")
        elif connection.allowance < 0:
            connection.pause(-connection.allowance / rate)

    def _mistaken(self, connection: Connection, bad: BadFrame) -> None:
        connection.write(frames.encoded(Error(bad.reason, bad.text, bad.client_id)))
        connection.mistakes += 1
        if connection.mistakes >= self.limits.mistakes:
            connection.close(frames.NOT_UNDERSTOOD, "not understood")

    async def _obey(self, connection: Connection, command: Command) -> None:
        try:
            answer = await self.house.command(connection.session, command)
        except Exception as error:
            log.error("a command failed: %s", type(error).__name__)  # noqa: TRY400 - a database's error may quote what was said
            answer = self.house.failure(connection.session, command)
        if answer is not None and not connection.closing:
            connection.write(frames.encoded(answer))

    def _typing(self, connection: Connection, frame: Typing) -> None:
        member, now = connection.session.member, time.monotonic()
        if not self.topics.is_told(connection, frame.topic) or now - self._typed_at.get((member, frame.topic), 0) < TYPING_EVERY_S:
            return
        self._typed_at[member, frame.topic] = now
        said = SomeoneTypes(frame.topic, member, connection.session.name)
        self.topics.whisper(frame.topic, frames.encoded(said))
        self.bus.say({"typing": frame.topic, "member": member, "name": connection.session.name})

    # --- what has its turn, one after the other for each connection

    def queue(self, connection: Reader, work: Subscribe | Unsubscribe | None) -> None:
        connection.tasks.append(work)
        if not connection.working:
            connection.working = True
            self.spawn(self._work(connection))

    async def _work(self, connection: Reader) -> None:
        try:
            while connection.tasks and not connection.closing:
                await self._do(connection, connection.tasks.pop(0))
        except Exception as error:
            log.warning("a subscription failed: %s", type(error).__name__)
            connection.close(frames.RESUME, "resume")
        finally:
            connection.working = False

    async def _do(self, connection: Reader, work: Subscribe | Unsubscribe | None) -> None:
        match work:
            case Subscribe():
                await self.topics.follow(connection, work)
                present = self.presence.frame(work.topic) if work.topic in connection.wanted else None
                if present:
                    connection.write(present)
            case Unsubscribe():
                self.topics.leave(connection, work.topic)
            case None:
                await self.rights.ask_again(connection)

    def doubt(self, connection: Reader) -> None:
        """A right may have gone: silent at once, and asked again before anything more is told."""
        connection.tasks[:0] = self.topics.suspend(connection)
        connection.tasks.insert(0, None)
        if not connection.working:
            connection.working = True
            self.spawn(self._work(connection))

    # --- rounds

    def wake(self, topic: str) -> None:
        """Something was committed to a topic's log, here or elsewhere."""
        self.topics.wake(topic)

    def announce(self, topic: str) -> None:
        """Something was committed by this process: look, and tell the others."""
        self.topics.wake(topic)
        self.bus.say({"wake": topic})

    def _overheard(self, message: Mapping[str, Any]) -> None:
        match message:
            case {"wake": str(topic)}:
                self.topics.wake(topic)
            case {"typing": str(topic), "member": int(member), "name": str(name)}:
                self.topics.whisper(topic, frames.encoded(SomeoneTypes(topic, member, name)))
            case {"presence": list(places), "process": str(process)}:
                for place in places:
                    self.presence.elsewhere(place["topic"], process, place["people"], place["count"])

    def _topic_changed(self, topic: str) -> None:
        if self.house.gathers(topic):
            self._changed_topics.add(topic)

    async def _tell_presence(self) -> None:
        changed, self._changed_topics = self._changed_topics, set()
        for topic in changed:
            self.presence.here(topic, [one.session.person for one in self.topics.followers(topic)])
        due = list(self.presence.due())
        if self.presence.is_untold:
            self._tell_others()
        for topic, frame in due:
            self.topics.whisper(topic, frame)

    def _tell_others(self) -> None:
        if self.bus.shared:
            self.bus.say({"presence": self.presence.ours(), "process": self._name})

    async def _repeat_presence(self) -> None:
        """For what was not heard, and for processes that say nothing more."""
        self._tell_others()
        self.presence.look_elsewhere()

    async def _look(self) -> None:
        """For what no wake tells of; seldom, while another process's wakes are heard."""
        self._looks += 1
        if not self.bus.shared or self.bus.away or self._looks % LOOKED_SELDOM == 0:
            await self.topics.look()

    async def _beat(self) -> None:
        self.topics.beat()

    async def _sweep(self) -> None:
        now = time.monotonic()
        for count, connection in enumerate(list(self.connections)):
            connection.check(now)
            if count % 500 == 499:
                await asyncio.sleep(0)
        with contextlib.suppress(RuntimeError):
            self._typed_at = {key: at for key, at in self._typed_at.items() if now - at < TYPING_EVERY_S}

"""Who is in a room now: members, not connections, across processes, told at most once a second and only when it changed: what has
changed, and everybody now and then, since what is told may be lost.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from realtime import frames
from realtime.frames import Moved, Present

NAMED = 50  # in a larger room the number alone is told
TOLD_EVERY_S = 1.0
TOLD_LARGE_EVERY_S = 10.0
WHOLE_EVERY_S = 30.0
STALE_S = 40.0  # what another process said of its people
LINGER_S = 5.0  # after somebody's last line: a page that is loaded again, or one that asks by held requests, is soon back

Person = Mapping[str, Any]  # {"id": 5, ...}: what the others see


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    """What another process said: names of up to NAMED, and how many in all."""

    said_at: float
    people: Mapping[int, Person]
    count: int


@dataclass(slots=True)
class _Place:
    here: Mapping[int, Person] = field(default_factory=dict)
    leaving: dict[int, tuple[float, Person]] = field(default_factory=dict)  # when each went
    elsewhere: dict[str, _Elsewhere] = field(default_factory=dict)
    told_at: float = 0.0
    told: tuple[int, frozenset[int] | None] | None = None  # how many, and who where they are named
    whole_at: float = float("-inf")

    def come(self, people: Mapping[int, Person]) -> None:
        """These are here now; who was and is not lingers."""
        now = time.monotonic()
        self.leaving |= {number: (now, person) for number, person in self.here.items() if number not in people}
        self.here = people

    def whole(self) -> dict[int, Person]:
        """Who is here, and who was a moment ago."""
        since = time.monotonic() - LINGER_S
        return {number: person for number, (went_at, person) in self.leaving.items() if went_at > since} | dict(self.here)

    def forget(self) -> bool:
        """Whether somebody who has lingered is gone for good."""
        whole, before = self.whole(), self.leaving
        self.leaving = {number: one for number, one in before.items() if number in whole and number not in self.here}
        return not before.keys() <= whole.keys()

    def gathered(self) -> tuple[int, Mapping[int, Person]]:
        """(how many, who). Somebody in two processes counts once while all are named, else twice."""
        now = time.monotonic()
        self.elsewhere = {name: said for name, said in self.elsewhere.items() if now - said.said_at < STALE_S}
        people = self.whole()
        for said in self.elsewhere.values():
            people |= said.people
        unnamed = sum(said.count - len(said.people) for said in self.elsewhere.values())
        return len(people) + unnamed, people


class Presence:
    def __init__(self) -> None:
        self._places: dict[str, _Place] = {}
        self._changed: set[str] = set()
        self._said: set[str] = set()  # the topics of which the other processes have been told people
        self.is_untold = False  # something about our own people, to the other processes

    def here(self, topic: str, people: Iterable[Person]) -> None:
        """The people connected to this process, several windows of one counted once."""
        self._places.setdefault(topic, _Place()).come({person["id"]: person for person in people})
        self._changed.add(topic)
        self.is_untold = True

    def elsewhere(self, topic: str, process: str, people: Iterable[Person], count: int) -> None:
        """What another process says of its own; it repeats that, and is forgotten when it does not."""
        place, named = self._places.setdefault(topic, _Place()), {person["id"]: person for person in people}
        if count:
            place.elsewhere[process] = _Elsewhere(time.monotonic(), named, count)
        else:
            place.elsewhere.pop(process, None)
        self._changed.add(topic)

    def due(self) -> Iterator[tuple[str, bytes]]:
        """(topic, frame) for every topic whose people have changed and whose turn it is."""
        now = time.monotonic()
        for topic in list(self._changed):
            place = self._places[topic]
            self.is_untold |= place.forget()
            count, people = place.gathered()
            if now - place.told_at < (TOLD_EVERY_S if count <= NAMED else TOLD_LARGE_EVERY_S):
                continue
            if not place.leaving:
                self._changed.discard(topic)
            told = (count, frozenset(people) if count <= NAMED else None)
            if place.told != told:
                yield topic, self._change(topic, place, count, people)
                place.told, place.told_at = told, now
            if not place.here and not place.leaving and not place.elsewhere:
                del self._places[topic]

    def _change(self, topic: str, place: _Place, count: int, people: Mapping[int, Person]) -> bytes:
        before, now = place.told[1] if place.told else None, time.monotonic()
        if before is None or count > NAMED or now - place.whole_at > WHOLE_EVERY_S:
            place.whole_at = now
            return self._frame(topic, count, people)
        came = tuple(person for number, person in people.items() if number not in before)
        return frames.encoded(Moved(topic, count, came, tuple(sorted(before - people.keys()))))

    def frame(self, topic: str) -> bytes | None:
        """What somebody who has just come is told."""
        place = self._places.get(topic)
        return self._frame(topic, *place.gathered()) if place else None

    def who(self, topic: str) -> tuple[int, list[Person]]:
        place = self._places.get(topic)
        count, people = place.gathered() if place else (0, {})
        return count, list(self._named(people))

    def ours(self) -> list[Mapping[str, Any]]:
        """What this process tells the others; nobody, once, of a topic that the last one has left."""
        places = {topic: people for topic, place in self._places.items() if (people := place.whole())}
        empty: dict[str, dict[int, Person]] = {topic: {} for topic in self._said - places.keys()}
        self._said, self.is_untold = set(places), False
        return [{"topic": topic, "count": len(people), "people": self._named(people)} for topic, people in (places | empty).items()]

    def look_elsewhere(self) -> None:
        """What another process no longer repeats is over: it has died, or its last word was lost."""
        then = time.monotonic() - STALE_S
        for topic, place in self._places.items():
            if any(said.said_at <= then for said in place.elsewhere.values()):
                self._changed.add(topic)

    def _named(self, people: Mapping[int, Person]) -> tuple[Person, ...]:
        return tuple(people.values()) if len(people) <= NAMED else ()

    def _frame(self, topic: str, count: int, people: Mapping[int, Person]) -> bytes:
        return frames.encoded(Present(topic, count, self._named(people) if count <= NAMED else ()))

"""One log that is followed here: where it stands, and who follows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from realtime import fanout
from realtime.frames import Subscribe
from realtime.house import Session


class Follower(fanout.Writer, Protocol):
    session: Session
    rights: int  # raised whenever a right may have gone: what was begun before must not be finished
    wanted: dict[str, Subscribe]  # where each topic is to be taken up again

    def close(self, code: int, reason: str) -> None: ...


@dataclass(slots=True)
class Topic:
    name: str
    epoch: int | str
    cursor: int
    followers: dict[Follower, None] = field(default_factory=dict)  # as they came: what lies together is written to together
    joining: int = 0
    advancing: bool = False
    wakes: int = 0  # since the log was read last
    before: int = 0  # where the cursor stood before what is being written now
    unserved: set[fanout.Writer] = field(default_factory=set)  # to whom that is still to be written
    _listed: list[Follower] | None = None
    _writes: list[Callable[[bytes], None]] = field(default_factory=list)

    def listed(self) -> list[Follower]:
        if self._listed is None:
            self._listed = list(self.followers)
            self._writes = [follower.write for follower in self._listed]
        return self._listed

    def writes(self) -> list[Callable[[bytes], None]]:
        """What writes to each of them, in the same order."""
        self.listed()
        return self._writes

    def add(self, follower: Follower) -> None:
        self.followers[follower] = None
        self._listed = None

    def remove(self, follower: Follower) -> None:
        self.followers.pop(follower, None)
        self.unserved.discard(follower)
        self._listed = None

    def place_of(self, follower: Follower) -> int:
        """The last entry that a follower has been told of."""
        return self.before if follower in self.unserved else self.cursor

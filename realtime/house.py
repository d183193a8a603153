"""What the gateway must ask, and the values it asks with. community/chat/sockets.py answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from realtime.frames import Ack, Command, Refused


@dataclass(frozen=True, slots=True)
class RequestHead:
    """The request that asks for a socket. Header names are in lower case; a repeated header stands twice."""

    path: str
    headers: Sequence[tuple[str, str]]
    peer: str

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]


@dataclass(frozen=True, slots=True)
class Session:
    """Who is at the other end.

    `subjects` are those whose loss of rights concerns this session ("member:5", "session:7", "audience:space:3"); `person` is
    what others in a room are told; `expires_in` counts seconds from now; `viewer` is the house's own, never read here.
    """

    member: int
    name: str
    person: Mapping[str, Any]
    subjects: frozenset[str]
    expires_in: float
    viewer: Any


@dataclass(frozen=True, slots=True)
class Refusal:
    """No socket: an HTTP status and a sentence."""

    status: int
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a log ends. `seq` is 0 in an empty one; the epoch changes when the log itself is another (restore, import)."""

    epoch: int | str
    seq: int


Entry = tuple[int, Mapping[str, Any]]  # its seq, and what the frame says beside


class House(Protocol):
    async def admit(self, head: RequestHead) -> Session | Refusal:
        """Check origin, host and session. Called before the handshake is answered."""

    async def renewed(self, session: Session) -> Session | None:
        """The session with its rights as they are now; None when it has ended."""

    async def may_follow(self, session: Session, topic: str) -> bool: ...

    def gathers(self, topic: str) -> bool:
        """Whether who follows it is told who else does."""

    async def heads(self, topics: Sequence[str]) -> Mapping[str, Mark]:
        """Where each log ends, one query a kind; a topic that is no more is left out."""

    async def entries(self, topic: str, after: int, limit: int) -> Sequence[Entry]:
        """The entries after a seq in order, as they read now."""

    def fresh(self, topic: str, after: int) -> Sequence[Entry]:
        """Those right after a seq that one commit of this process has added a moment ago, if they are known without asking."""

    async def command(self, session: Session, command: Command) -> Ack | Refused | None:
        """Do it, and answer after the commit. Commands of one session are begun in the order they were said."""

    def failure(self, session: Session, command: Command) -> Refused:
        """What to answer where a command has raised what it never should: it is sent again."""

    async def changed_rights(self) -> frozenset[str]:
        """The subjects that lost something since the last call, in one query. Raises while the database can not be read."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds end in _s, bytes in _bytes; the rest are counts."""

    head_s: float = 10
    hello_s: float = 15
    quiet_s: float = 25
    answer_s: float = 20
    close_s: float = 2
    look_s: float = 0.2
    rights_s: float = 0.5
    blind_s: float = 0.9
    heartbeat_s: float = 20
    write_buffer_bytes: int = 256 * 1024
    kernel_buffer_bytes: int = 128 * 1024
    ephemera_bytes: int = 32 * 1024
    per_member: int = 24
    in_all: int = 20_000
    topics: int = 64
    catch_up: int = 300
    frames_per_s: float = 20
    burst: int = 60
    mistakes: int = 12

"""The wire vocabulary: what may be said on a socket, as dataclasses and as JSON.

parsing.py reads what a client says. docs/realtime.md describes every frame; VERSION changes when a client of yesterday
would misunderstand.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

VERSION = 1
MAX_MESSAGE = 64 * 1024  # bytes of one message, fragments together

RESUME = 3000  # 3000 to 3499: come back and resume
SLOW_DOWN = 3001
SILENT = 3002
SIGNED_OUT = 3500  # 3500 and up: do not come back
TOO_MANY = 3501
NOT_UNDERSTOOD = 3503
RESTART = 1012  # RFC 6455 registry: service restart; come back


# --- what a client says


@dataclass(frozen=True, slots=True)
class Hello:
    version: int = VERSION


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Follow a topic; with (epoch, seq) everything after that entry first, or a reset."""

    topic: str
    epoch: int | str | None = None
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    topic: str


@dataclass(frozen=True, slots=True)
class Send:
    topic: str
    client_id: UUID
    text: str
    lang: str = ""
    files: tuple[int, ...] = ()
    reply_to: int | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    message: int
    client_id: UUID
    text: str


@dataclass(frozen=True, slots=True)
class Delete:
    message: int
    client_id: UUID


@dataclass(frozen=True, slots=True)
class React:
    """`emoji` is the kind of reaction, as the house names it."""

    message: int
    client_id: UUID
    emoji: str
    on: bool


@dataclass(frozen=True, slots=True)
class Pin:
    message: int
    client_id: UUID
    on: bool


@dataclass(frozen=True, slots=True)
class Read:
    """The reader has seen everything up to this entry."""

    topic: str
    seq: int


@dataclass(frozen=True, slots=True)
class Typing:
    topic: str


@dataclass(frozen=True, slots=True)
class Ping:
    pass


Command = Send | Edit | Delete | React | Pin | Read
ClientFrame = Hello | Subscribe | Unsubscribe | Command | Typing | Ping


# --- what the server says


@dataclass(frozen=True, slots=True)
class Welcome:
    type: ClassVar[str] = "hello"
    version: int
    member: int | None


@dataclass(frozen=True, slots=True)
class Subscribed:
    type: ClassVar[str] = "subscribed"
    topic: str
    epoch: int | str
    seq: int


@dataclass(frozen=True, slots=True)
class Reset:
    """What the client holds of this topic can not be continued: load the newest anew, keep the outbox."""

    type: ClassVar[str] = "reset"
    topic: str
    epoch: int | str
    seq: int


@dataclass(frozen=True, slots=True)
class Head:
    """A heartbeat: the topic's newest entry, so that a silent loss shows itself."""

    type: ClassVar[str] = "head"
    topic: str
    epoch: int | str
    seq: int


@dataclass(frozen=True, slots=True)
class Cut:
    """The topic is followed no more (`reason` not-found or ended)."""

    type: ClassVar[str] = "cut"
    topic: str
    reason: str


@dataclass(frozen=True, slots=True)
class Ack:
    """Committed. `seq` is the entry that says so."""

    type: ClassVar[str] = "ack"
    client_id: str
    message: int
    topic: str
    seq: int


@dataclass(frozen=True, slots=True)
class Refused:
    type: ClassVar[str] = "refused"
    client_id: str | None
    reason: str
    text: str
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Error:
    type: ClassVar[str] = "error"
    reason: str
    text: str
    client_id: str | None = None


@dataclass(frozen=True, slots=True)
class SomeoneTypes:
    type: ClassVar[str] = "typing"
    topic: str
    member: int
    name: str


@dataclass(frozen=True, slots=True)
class Present:
    """Who is there; `people` is empty in a large room, where the number alone is told."""

    type: ClassVar[str] = "presence"
    topic: str
    count: int
    people: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """Who came and who left (ids) since presence was told last: the others are there still."""

    type: ClassVar[str] = "presence"
    topic: str
    count: int
    came: tuple[Mapping[str, Any], ...]
    left: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pong:
    type: ClassVar[str] = "pong"


ServerFrame = Welcome | Subscribed | Reset | Head | Cut | Ack | Refused | Error | SomeoneTypes | Present | Moved | Pong


_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def entry(topic: str, epoch: int | str, seq: int, payload: Mapping[str, Any]) -> bytes:
    """A log entry, ready for any number of sockets."""
    return wire({"type": "entry", "topic": topic, "epoch": epoch, "seq": seq, **payload})


def encoded(frame: ServerFrame) -> bytes:
    return wire({"type": frame.type} | {name: getattr(frame, name) for name in frame.__slots__})


def wire(fields: Mapping[str, Any]) -> bytes:
    """One unmasked, uncompressed text frame (RFC 6455, 5.2): the same bytes go to every socket."""
    body = _JSON(fields).encode()
    size = len(body)
    if size < 126:
        return bytes((0x81, size)) + body
    if size < 65536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + body
    return b"\x81\x7f" + size.to_bytes(8, "big") + body


def bodies(data: bytes) -> list[bytes]:
    """The JSON inside frames that `wire` has made."""
    found, at = [], 0
    while at < len(data):
        size, at = data[at + 1], at + 2
        if size > 125:
            width = 2 if size == 126 else 8
            size, at = int.from_bytes(data[at : at + width], "big"), at + width
        found.append(data[at : at + size])
        at += size
    return found

"""WebM with Opus inside, as Chromium and newer Safaris record it (RFC 8794, RFC 9559).

A recorder writes without knowing the end, so no duration stands in it and a player cannot say how long it is. Here the packets are
taken out and written anew, with the duration and without all else.
"""

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from community.files.sounds.opus import Unreadable, checked_head, milliseconds

EBML, DOC_TYPE, SEGMENT, INFO, SCALE, DURATION, MUXER, WRITER = (
    0x1A45DFA3, 0x4282, 0x18538067, 0x1549A966, 0x2AD7B1, 0x4489, 0x4D80, 0x5741,
)  # fmt: skip
TRACKS, TRACK, NUMBER, UID, TYPE, CODEC, PRIVATE, DELAY, PRE_ROLL, AUDIO, FREQUENCY, CHANNELS = (
    0x1654AE6B, 0xAE, 0xD7, 0x73C5, 0x83, 0x86, 0x63A2, 0x56AA, 0x56BB, 0xE1, 0xB5, 0x9F,
)  # fmt: skip
CLUSTER, TIME, SIMPLE_BLOCK, GROUP, BLOCK = 0x1F43B675, 0xE7, 0xA3, 0xA0, 0xA1
_ENTERED = frozenset((SEGMENT, CLUSTER))  # of these a recorder does not know the size
_SOUND, _LACED = 2, 0x06
_CLUSTER_MS = 5000
MOST_PACKETS, MOST_ELEMENTS = 100_000, 300_000


@dataclass
class _Recording:
    head: bytes = b""
    track: int = 0
    scale: int = 1_000_000  # nanoseconds a tick
    cluster: int = 0
    packets: list[tuple[int, bytes]] = field(default_factory=list)  # milliseconds, packet

    def add(self, block: bytes) -> None:
        number, at = _variable(block, 0)
        ticks, flags = struct.unpack_from(">hB", block, at)
        if number != self.track or flags & _LACED or len(self.packets) >= MOST_PACKETS:
            raise Unreadable("a block")
        self.packets.append((int((self.cluster + ticks) * self.scale / 1_000_000), block[at + 3 :]))


def rewritten(content: bytes) -> tuple[bytes, float]:
    """The packets in a file of our own, and its seconds. Raises Unreadable."""
    recording = _Recording()
    for name, value in _elements(content):
        if name == EBML and _only(value, DOC_TYPE).rstrip(b"\0") != b"webm":
            raise Unreadable("another kind of Matroska")
        if name == INFO:
            recording.scale = int.from_bytes(_only(value, SCALE) or b"\x0f\x42\x40")
        elif name == TRACKS:
            recording.track, recording.head = _track(value)
        elif name == TIME:
            recording.cluster = int.from_bytes(value)
        elif name in {SIMPLE_BLOCK, GROUP}:
            recording.add(value if name == SIMPLE_BLOCK else _only(value, BLOCK))
    if not recording.packets or not recording.head:
        raise Unreadable("nothing said")
    return _written(recording.head, _from_zero(recording.packets))


def _elements(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Every element but the two that hold the others, which are entered whatever size they claim."""
    at = seen = 0
    while at < len(content):
        seen += 1
        name, start = _variable(content, at, keep_mark=True)
        size, start = _variable(content, start)
        if name in _ENTERED:
            at = start
            continue
        at = start + size
        if at > len(content) or seen > MOST_ELEMENTS:  # also what claims no size
            raise Unreadable("an element")
        yield name, content[start:at]


def _variable(content: bytes, at: int, *, keep_mark: bool = False) -> tuple[int, int]:
    """A number of variable length and where it ends; with its mark it is an element's name."""
    length = 9 - content[at].bit_length()
    if length > (4 if keep_mark else 8) or at + length > len(content):
        raise Unreadable("a number")
    value = int.from_bytes(content[at : at + length])
    return value if keep_mark else value & ((1 << 7 * length) - 1), at + length


def _only(content: bytes, name: int) -> bytes:
    return next((value for other, value in _elements(content) if other == name), b"")


def _track(content: bytes) -> tuple[int, bytes]:
    tracks = [value for name, value in _elements(content) if name == TRACK]
    if len(tracks) != 1:
        raise Unreadable("one track")
    found = dict(_elements(tracks[0]))
    if int.from_bytes(found.get(TYPE, b"")) != _SOUND or found.get(CODEC, b"").rstrip(b"\0") != b"A_OPUS":
        raise Unreadable("another codec")
    return int.from_bytes(found[NUMBER]), checked_head(found[PRIVATE])


def _from_zero(packets: Sequence[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    """As they came, from 0 on. Raises Unreadable where time goes back or leaps by more than a minute."""
    begin = last = packets[0][0]
    moved = []
    for at, packet in packets:
        if not last - 100 <= at <= last + 60_000:
            raise Unreadable("time")
        last = max(last, at)
        moved.append((last - begin, packet))
    return moved


def _written(head: bytes, packets: Sequence[tuple[int, bytes]]) -> tuple[bytes, float]:
    lasts = max(packets[-1][0] + milliseconds(packets[-1][1]), sum(milliseconds(packet) for _at, packet in packets))
    info = element(INFO, [(SCALE, 1_000_000), (MUXER, b"guildhall"), (WRITER, b"guildhall"), (DURATION, float(lasts))])
    skipped = int.from_bytes(head[10:12], "little") * 1_000_000_000 // 48_000
    sound = element(AUDIO, [(FREQUENCY, 48_000.0), (CHANNELS, head[9])])
    track = element(
        TRACK,
        [(NUMBER, 1), (UID, 1), (TYPE, _SOUND), (CODEC, b"A_OPUS"), (PRIVATE, head), (DELAY, skipped), (PRE_ROLL, 80_000_000)],
        sound,
    )
    kind = [(0x4286, 1), (0x42F7, 1), (0x42F2, 4), (0x42F3, 8), (DOC_TYPE, b"webm"), (0x4287, 4), (0x4285, 2)]
    body = info + element(TRACKS, [], track) + b"".join(_clusters(packets))
    return element(EBML, kind) + element(SEGMENT, [], body), lasts / 1000


def _clusters(packets: Iterable[tuple[int, bytes]]) -> Iterator[bytes]:
    begin, blocks = 0, b""
    for at, packet in packets:
        if at - begin >= _CLUSTER_MS and blocks:
            yield element(CLUSTER, [(TIME, begin)], blocks)
            begin, blocks = at, b""
        blocks += element(SIMPLE_BLOCK, [], b"\x81" + struct.pack(">hB", at - begin, 0x80) + packet)
    yield element(CLUSTER, [(TIME, begin)], blocks)


def element(name: int, values: Iterable[tuple[int, Any]], rest: bytes = b"") -> bytes:
    body = b"".join(element(inner, [], _bytes(value)) for inner, value in values) + rest
    return name.to_bytes((name.bit_length() + 7) // 8) + (len(body) | 1 << 56).to_bytes(8) + body


def _bytes(value: bytes | float) -> bytes:
    if isinstance(value, bytes):
        return value
    return struct.pack(">d", value) if isinstance(value, float) else value.to_bytes(max(1, (value.bit_length() + 7) // 8))

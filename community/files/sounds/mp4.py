"""MPEG-4 with AAC or Opus inside, as Safari and telephones record it (ISO/IEC 14496-12).

Places inside the file are given as distances from its beginning, so nothing is moved: what does not belong to the sound becomes
free space of the same size, filled with zeros.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from community.files.sounds.opus import Unreadable

_HOLDS: dict[bytes, frozenset[bytes]] = {
    b"": frozenset((b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"sidx")),
    b"moov": frozenset((b"mvhd", b"trak", b"mvex")),
    b"trak": frozenset((b"tkhd", b"edts", b"mdia")),
    b"edts": frozenset((b"elst",)),
    b"mdia": frozenset((b"mdhd", b"hdlr", b"minf")),
    b"minf": frozenset((b"smhd", b"dinf", b"stbl")),
    b"dinf": frozenset((b"dref",)),
    b"stbl": frozenset((b"stsd", b"stts", b"stsc", b"stsz", b"stco", b"co64", b"sgpd", b"sbgp")),
    b"mvex": frozenset((b"mehd", b"trex")),
    b"moof": frozenset((b"mfhd", b"traf")),
    b"traf": frozenset((b"tfhd", b"tfdt", b"trun", b"sgpd", b"sbgp")),
}
_CODECS = frozenset((b"mp4a", b"Opus"))
_DATED = frozenset((b"mvhd", b"tkhd", b"mdhd"))
MOST_BOXES = 20_000


@dataclass(frozen=True, slots=True)
class _Box:
    """`start` and `end` are those of its content, `begin` that of the box."""

    name: bytes
    begin: int
    start: int
    end: int
    path: tuple[bytes, ...]


def rewritten(content: bytes) -> tuple[bytes, float]:
    """The same without anything that is no sound, and its seconds. Raises Unreadable."""
    cleaned, known = bytearray(content), []
    for number, box in enumerate(_boxes(content, 0, len(content), ())):
        if number >= MOST_BOXES:
            raise Unreadable("boxes")
        if box.name in _HOLDS[box.path[-1] if box.path else b""]:
            known.append(box)
        else:
            _empty(cleaned, box)
    for box in known:
        if box.name in _DATED:
            _forget_dates(cleaned, box)
        elif box.name == b"hdlr":
            cleaned[box.start + 24 : box.end] = bytes(box.end - box.start - 24)
    return bytes(cleaned), _seconds(content, known)


def _boxes(content: bytes, at: int, end: int, path: tuple[bytes, ...]) -> Iterator[_Box]:
    """Each box, and after one that holds others those inside it."""
    while at < end:
        if end - at < 8:
            raise Unreadable("a box")
        size, name = struct.unpack_from(">I4s", content, at)
        start = at + 8
        if size == 1:
            size, start = struct.unpack_from(">Q", content, start)[0], start + 8
        stop = at + size if size else end
        if not start <= stop <= end or (not size and path):
            raise Unreadable("a box")
        yield _Box(name, at, start, stop, path)
        if name in _HOLDS and name in _HOLDS[path[-1] if path else b""]:
            yield from _boxes(content, start, stop, (*path, name))
        at = stop


def _empty(cleaned: bytearray, box: _Box) -> None:
    cleaned[box.begin + 4 : box.begin + 8] = b"free"
    cleaned[box.start : box.end] = bytes(box.end - box.start)


def _forget_dates(cleaned: bytearray, box: _Box) -> None:
    size = 16 if cleaned[box.start] else 8  # version 1 has two dates of eight bytes
    cleaned[box.start + 4 : box.start + 4 + size] = bytes(size)


def _seconds(content: bytes, known: list[_Box]) -> float:
    by_name: dict[bytes, list[_Box]] = {}
    for box in known:
        by_name.setdefault(box.name, []).append(box)
    handlers = [content[box.start + 8 : box.start + 12] for box in by_name.get(b"hdlr", [])]
    codecs = [content[box.start + 12 : box.start + 16] for box in by_name.get(b"stsd", [])]
    if handlers != [b"soun"] or len(codecs) != 1 or codecs[0] not in _CODECS or len(by_name.get(b"mdhd", [])) != 1:
        raise Unreadable("one track of sound")
    if any(not _is_inside(content, box) for box in by_name.get(b"dref", [])):
        raise Unreadable("sound elsewhere")
    scale, told = _media_header(content, by_name[b"mdhd"][0])
    ticks = sum(_times(content, box) for box in by_name.get(b"stts", [])) + _in_fragments(content, by_name)
    return max(ticks, told) / scale


def _media_header(content: bytes, box: _Box) -> tuple[int, int]:
    """Ticks a second, and how many it lasts (0, or all ones, where that was not known)."""
    is_long = content[box.start]
    scale, told = struct.unpack_from(">IQ" if is_long else ">II", content, box.start + (20 if is_long else 12))
    if not scale:
        raise Unreadable("time")
    return scale, 0 if told in {2**32 - 1, 2**64 - 1} else told


def _is_inside(content: bytes, box: _Box) -> bool:
    """A track may name another file as its source: not here."""
    return content[box.start + 4 : box.start + 8] == b"\0\0\0\1" and content[box.start + 12 : box.start + 20] == b"url \0\0\0\1"


def _times(content: bytes, box: _Box) -> int:
    count = struct.unpack_from(">I", content, box.start + 4)[0]
    if box.start + 8 + 8 * count > box.end:
        raise Unreadable("times")
    return sum(number * lasts for number, lasts in struct.iter_unpack(">II", content[box.start + 8 : box.start + 8 + 8 * count]))


def _in_fragments(content: bytes, by_name: dict[bytes, list[_Box]]) -> int:
    """What the runs of samples last. Each run follows the header of its fragment, which may say how long a sample is."""
    usual = struct.unpack_from(">I", content, by_name[b"trex"][0].start + 12)[0] if by_name.get(b"trex") else 0
    parts = sorted((*by_name.get(b"tfhd", []), *by_name.get(b"trun", [])), key=lambda box: box.begin)
    total, here = 0, usual
    for box in parts:
        if box.name == b"tfhd":
            here = _default_time(content, box, usual)
        else:
            total += _run(content, box, here)
    return total


def _default_time(content: bytes, box: _Box, usual: int) -> int:
    flags = int.from_bytes(content[box.start + 1 : box.start + 4])
    at = box.start + 8 + (8 if flags & 1 else 0) + (4 if flags & 2 else 0)
    return int(struct.unpack_from(">I", content, at)[0]) if flags & 8 else usual


def _run(content: bytes, box: _Box, usual: int) -> int:
    flags, count = struct.unpack_from(">II", content, box.start)
    at = box.start + 8 + (4 if flags & 1 else 0) + (4 if flags & 4 else 0)
    width = 4 * (flags & 0xF00).bit_count()
    if not flags & 0x100:
        return usual * min(int(count), MOST_BOXES * 10)
    if at + width * count > box.end:
        raise Unreadable("a run")
    return sum(struct.unpack_from(">I", content, at + width * n)[0] for n in range(count))

"""Ogg with Opus inside, as Firefox records it (RFC 3533, RFC 7845)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice

from community.files.sounds.opus import Unreadable, checked_head, milliseconds

_HEADER = struct.Struct("<4sBBqIIIB")
_TAGS = b"OpusTags" + struct.pack("<I", 9) + b"guildhall" + struct.pack("<I", 0)
_BEGINS, _CONTINUES = 2, 1
MOST_PAGES = 20_000  # three minutes at one packet a page have half of that


@dataclass(frozen=True, slots=True)
class _Page:
    whole: bytes
    flags: int
    granule: int
    serial: int
    number: int
    lacing: bytes
    body: bytes


def rewritten(content: bytes) -> tuple[bytes, float]:
    """The one stream with empty tags, and its seconds. Raises Unreadable."""
    pages = list(islice(_pages(content), MOST_PAGES + 1))
    if len(pages) > MOST_PAGES:
        raise Unreadable("pages")
    if len({page.serial for page in pages}) != 1 or not pages[0].flags & _BEGINS:
        raise Unreadable("one stream")
    head = checked_head(pages[0].body)
    first = _after_tags(pages)
    sound = pages[first:]
    written = [_written(_BEGINS, 0, pages[0].serial, 0, head), _written(0, 0, pages[0].serial, 1, _TAGS)]
    for number, page in enumerate(sound, 2):
        if page.flags & _BEGINS:
            raise Unreadable("another stream")
        written.append(page.whole if page.number == number else _numbered(page, number))
    return b"".join(written), _seconds(sound)


def _pages(content: bytes) -> Iterator[_Page]:
    """All of the file, page by page: nothing stands between them or behind the last."""
    at = 0
    while at < len(content):
        if len(content) - at < _HEADER.size:
            raise Unreadable("a page")
        sign, version, flags, granule, serial, number, _sum, segments = _HEADER.unpack_from(content, at)
        start = at + _HEADER.size + segments
        lacing = content[at + _HEADER.size : start]
        end = start + sum(lacing)
        if sign != b"OggS" or version or end > len(content) or len(lacing) != segments:
            raise Unreadable("a page")
        yield _Page(content[at:end], flags, granule, serial, number, lacing, content[start:end])
        at = end


def _after_tags(pages: list[_Page]) -> int:
    """Where the sound begins: behind the page that ends the packet of tags."""
    if len(pages) < 2 or not pages[1].body.startswith(b"OpusTags"):
        raise Unreadable("tags")
    for index, page in enumerate(pages[1:], 1):
        ends = [place for place, size in enumerate(page.lacing) if size < 255]
        if ends:
            if ends[0] != len(page.lacing) - 1:
                raise Unreadable("tags")
            return index + 1
    raise Unreadable("tags")


def _seconds(pages: list[_Page]) -> float:
    return sum(milliseconds(packet) for page in pages for packet in _beginnings(page)) / 1000


def _beginnings(page: _Page) -> Iterator[bytes]:
    """The first bytes of each packet that begins on the page."""
    at, is_new = 0, not page.flags & _CONTINUES
    for size in page.lacing:
        if is_new and size:
            yield page.body[at : at + 2]
        at, is_new = at + size, size < 255


def _numbered(page: _Page, number: int) -> bytes:
    return summed(
        _HEADER.pack(b"OggS", 0, page.flags, page.granule, page.serial, number, 0, len(page.lacing)) + page.lacing + page.body
    )


def _written(flags: int, granule: int, serial: int, number: int, packet: bytes) -> bytes:
    return summed(_HEADER.pack(b"OggS", 0, flags, granule, serial, number, 0, 1) + bytes((len(packet),)) + packet)


def summed(page: bytes) -> bytes:
    table, total = _table(), 0
    for byte in page:
        total = (total << 8 & 0xFFFFFFFF) ^ table[total >> 24 ^ byte]
    return page[:22] + struct.pack("<I", total) + page[26:]


@cache
def _table() -> tuple[int, ...]:
    """CRC-32 with the polynomial 0x04c11db7, neither reflected nor inverted: not that of zlib."""
    sums = []
    for byte in range(256):
        value = byte << 24
        for _bit in range(8):
            value = (value << 1 ^ 0x04C11DB7 if value & 0x80000000 else value << 1) & 0xFFFFFFFF
        sums.append(value)
    return tuple(sums)

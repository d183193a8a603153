"""Recordings as browsers make them, of silence: small enough to be made where they are needed."""

import struct
from itertools import pairwise

from community.files.sounds.ogg import summed
from community.files.sounds.webm import element

SILENCE = b"\xf8\xff\xfe"  # 20 ms, CELT, one voice
HEAD = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 312, 48_000, 0, 0)
SECRET = b"recorded at 0.0917 S 34.7680 E"


def ogg(seconds: float = 2, *, tags: bytes = SECRET, head: bytes = HEAD, serial: int = 7) -> bytes:
    """As Firefox does it: a page a second, and whatever it likes to say in the tags."""
    comment = b"OpusTags" + struct.pack("<I", 4) + b"Mozi" + struct.pack("<II", 1, len(tags)) + tags
    pages = [_page(2, 0, serial, 0, [head]), *_spread(comment, serial)]
    left = round(seconds * 50)
    while left > 0:
        here = min(50, left)
        left -= here
        pages.append(_page(0 if left else 4, 960, serial, len(pages), [SILENCE] * here))
    return b"".join(pages)


def _spread(packet: bytes, serial: int) -> list[bytes]:
    """A packet over as many pages as it needs."""
    step = 255 * 255
    cuts = [*range(0, len(packet), step), len(packet)]
    return [
        _raw(1 if n else 0, 0, serial, n + 1, _lacing(packet[a:b], b == len(packet)), packet[a:b])
        for n, (a, b) in enumerate(pairwise(cuts))
    ]


def _lacing(part: bytes, is_last: bool) -> bytes:
    return b"\xff" * (len(part) // 255) + (bytes((len(part) % 255,)) if is_last else b"")


def _page(flags: int, granule: int, serial: int, number: int, packets: list[bytes]) -> bytes:
    return _raw(flags, granule, serial, number, b"".join(_lacing(one, is_last=True) for one in packets), b"".join(packets))


def _raw(flags: int, granule: int, serial: int, number: int, lacing: bytes, body: bytes) -> bytes:
    return summed(struct.pack("<4sBBqIIIB", b"OggS", 0, flags, granule, serial, number, 0, len(lacing)) + lacing + body)


def webm(
    seconds: float = 2, *, codec: bytes = b"A_OPUS", kind: int = 2, head: bytes = HEAD, tags: bytes = SECRET, tracks: int = 1
) -> bytes:
    """As Chromium does it: sizes of the segment and its clusters are not known while they are written."""
    track = element(
        0xAE, [(0xD7, 1), (0x73C5, 99), (0x83, kind), (0x86, codec), (0x63A2, head)], element(0xE1, [(0xB5, 48_000.0), (0x9F, 1)])
    )
    body = element(0x1549A966, [(0x2AD7B1, 1_000_000), (0x4D80, b"Chrome"), (0x5741, b"Chrome")])
    body += element(0x1654AE6B, [], track * tracks) + element(0x1254C367, [], tags) + element(0xEC, [], b"\0" * 30)
    for begin in range(0, round(seconds * 1000), 1000):
        last = min(1000, round(seconds * 1000) - begin)
        blocks = b"".join(element(0xA3, [], b"\x81" + struct.pack(">hB", at, 0x80) + SILENCE) for at in range(0, last, 20))
        body += b"\x1f\x43\xb6\x75\x01\xff\xff\xff\xff\xff\xff\xff" + element(0xE7, [], begin.to_bytes(4)) + blocks
    return element(0x1A45DFA3, [(0x4282, b"webm")]) + b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff" + body


def mp4(
    seconds: float = 2, *, codec: bytes = b"mp4a", handler: bytes = b"soun", tracks: int = 1, source: bytes = b"url \0\0\0\1",
    fragmented: bool = False, note: bytes = SECRET,
) -> bytes:  # fmt: skip
    """As Safari and telephones do it: at 48,000 ticks a second, 1,024 to a sample."""
    samples = round(seconds * 48_000 / 1024)
    dates = b"\xe0\x00\x00\x01" * 2
    times = struct.pack(">II", 0, 0) if fragmented else struct.pack(">IIII", 0, 1, samples, 1024)
    table = box(
        b"stbl", box(b"stsd", struct.pack(">II", 0, 1) + box(codec, bytes(28))) + box(b"stts", times) + box(b"stco", bytes(8))
    )
    data = box(b"dinf", box(b"dref", struct.pack(">II", 0, 1) + struct.pack(">I", 12) + source))
    told = 0 if fragmented else samples * 1024
    media = box(b"mdhd", bytes(4) + dates + struct.pack(">IIHH", 48_000, told, 0, 0))
    media += box(b"hdlr", bytes(8) + handler + bytes(12) + b"Telephone of somebody\0") + box(
        b"minf", box(b"smhd", bytes(8)) + data + table
    )
    track = box(b"trak", box(b"tkhd", bytes(4) + dates + bytes(72)) + box(b"mdia", media))
    extends = box(b"mvex", box(b"trex", struct.pack(">IIIIII", 0, 1, 1, 1024, 0, 0))) if fragmented else b""
    movie = box(
        b"moov", box(b"mvhd", bytes(4) + dates + bytes(88)) + track * tracks + extends + box(b"udta", box(b"\xa9xyz", note))
    )
    run = box(b"traf", box(b"tfhd", struct.pack(">II", 0, 1)) + box(b"trun", struct.pack(">II", 0, samples)))
    moof = box(b"moof", box(b"mfhd", bytes(8)) + run) if fragmented else b""
    return box(b"ftyp", b"M4A \0\0\0\0") + movie + box(b"uuid", note) + moof + box(b"mdat", b"\x21" * 50)


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, name) + content

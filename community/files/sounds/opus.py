"""What Opus says of itself: its header, and how long a packet lasts (RFC 6716, 3.1; RFC 7845, 5.1)."""

HEAD_BYTES = 19
RATE = 48_000
_SILK_MS, _HYBRID_MS, _CELT_MS = (10, 20, 40, 60), (10, 20), (2.5, 5, 10, 20)


class Unreadable(Exception):
    """No recording that we know how to read."""


def checked_head(head: bytes) -> bytes:
    """The header of one voice or two, without anything behind it. Raises Unreadable."""
    if len(head) != HEAD_BYTES or not head.startswith(b"OpusHead") or head[8] >> 4 or head[9] not in {1, 2} or head[18]:
        raise Unreadable("head")
    return head


def milliseconds(packet: bytes) -> float:
    """How long a packet lasts; its first two bytes are enough. Raises Unreadable."""
    if not packet:
        return 0.0
    config, code = packet[0] >> 3, packet[0] & 3
    if config < 12:
        frame: float = _SILK_MS[config % 4]
    elif config < 16:
        frame = _HYBRID_MS[config % 2]
    else:
        frame = _CELT_MS[config % 4]
    if code == 3 and len(packet) < 2:
        raise Unreadable("packet")
    return frame * (1, 2, 2, packet[1] & 63 if code == 3 else 0)[code]

"""One reader that never reads, in a room of 300: what the other 299 notice, and whether it finds everything when it comes back."""

import json
import time

from bench.crowd import Crowd, Follower, Told, knocked, masked, room_server

OTHERS, BEFORE, MEANWHILE = 299, 60, 200
TEXT = "The quick brown fox jumps over the lazy dog. " * 80  # 3.6 KB: what nobody reads fills up


def main() -> bool:
    with room_server() as (server, _pid):
        crowd = Crowd(server)
        crowd.join(OTHERS)
        crowd.rest(1)
        alone = _late(crowd, BEFORE)
        laggard = Follower(knocked(server, receive_bytes=4096), masked({"type": "subscribe", "room": server["room"]}))
        laggard.read()
        beside = _late(crowd, MEANWHILE)
        seq, was_closed = _read_to_the_end(laggard, BEFORE)
        found = _come_back(server, seq, BEFORE + MEANWHILE)
    heard = {one.heard for one in crowd.followers.values()}
    print(f"{OTHERS} readers at 20 messages of 3.6 KB a second: p50 {alone[0]:.0f} ms, p99 {alone[1]:.0f} ms")
    print(f"beside one that never reads: p50 {beside[0]:.0f} ms, p99 {beside[1]:.0f} ms; each of them heard {sorted(heard)} of "
          f"{BEFORE + MEANWHILE}")  # fmt: skip
    print(f"it was closed: {was_closed}, and had read {seq - BEFORE}; back again it was told {len(found)} more, without a gap: "
          f"{found == list(range(seq + 1, BEFORE + MEANWHILE + 1))}")  # fmt: skip
    return heard == {BEFORE + MEANWHILE} and was_closed and found == list(range(seq + 1, BEFORE + MEANWHILE + 1))


def _late(crowd: Crowd, messages: int) -> tuple[float, float]:
    """(p50, p99) in ms."""
    crowd.at_rate(20, messages, TEXT)
    crowd.rest(1)
    return crowd.late()[:2]


def _read_to_the_end(laggard: Follower, seq: int) -> tuple[int, bool]:
    """The last entry that had still reached it, and whether the line is closed."""
    laggard.line.settimeout(5)
    try:
        while True:
            before, frames = len(laggard.unread), laggard.read()
            seq = max([seq, *_entries(frames)])
            if not frames and len(laggard.unread) == before:
                return seq, True
    except ConnectionResetError:
        return seq, True
    except TimeoutError:
        return seq, False


def _come_back(server: Told, seq: int, until: int) -> list[int]:
    follower = Follower(knocked(server), masked({"type": "subscribe", "room": server["room"], "seq": seq}))
    follower.line.settimeout(5)
    found: list[int] = []
    began = time.monotonic()
    while (not found or found[-1] < until) and time.monotonic() - began < 10:
        found += _entries(follower.read())
    follower.line.close()
    return found


def _entries(frames: list[bytes]) -> list[int]:
    return [json.loads(frame)["seq"] for frame in frames if frame.startswith(b'{"type":"entry"')]


if __name__ == "__main__":
    raise SystemExit(not main())

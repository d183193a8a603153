"""Every field of every frame with values that are none of its own, said to the real house."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from realtime import parsing
from tests.chat.conftest import House
from tests.chat.factories import make_room, say
from tests.factories import make_member
from tests.viewers import viewer_of

pytestmark = pytest.mark.anyio

WRONG = [
    None, True, False, 1.5, -1, 0, 2**31, 2**53 - 1, 2**53, 10**30, "", " ", "1", "x", "room:0", "room:999999999999999", "thread:1", "a\0b",
    "\ud800", "x" * 25_000, "' OR 1=1 --", "{}", [], [1], [[1]], [None], ["x"] * 50, {}, {"id": 1}, {"text": {"text": []}},
]  # fmt: skip
FITTING: dict[str, Any] = {"client_id": str(uuid4()), "text": "fits", "lang": "en", "epoch": "x", "files": []}


def frames_said(topic: str) -> Iterator[dict[str, Any]]:
    for kind, (_shape, fields) in parsing._SHAPES.items():
        fitting = {name: topic if name == "topic" else FITTING.get(name, 1) for name in fields}
        for name in fields:
            for wrong in WRONG:
                yield {"type": kind, **fitting, name: wrong}
                yield {"type": kind, **fitting, name: wrong, "client_id": str(uuid4())}
        yield {"type": kind, **fitting, "unknown": 1}
        yield {"type": kind}


async def test_wrong_types_in_every_field_are_answered_and_nothing_else_happens(hall: House, enter, caplog) -> None:
    hall.gateway.limits = replace(hall.gateway.limits, mistakes=100_000, frames_per_s=1e6, burst=1_000_000)
    amara, bagus, room = await make_member("Amara Diallo"), await make_member("Bagus Prasetyo"), await make_room()
    hers, his = await enter(amara, room), await enter(bagus, room)
    said, errors = 0, 0
    for frame in frames_said(f"room:{room.id}"):
        await hers.socket.send(json.dumps(frame))
        said += 1
    await hers.say(type="ping")
    while (answer := await hers.hear("error", "refused", "pong", within=30))["type"] != "pong" or errors < said // 2:
        if answer["type"] == "error":
            errors += 1
            assert answer["reason"] in {"unknown-type", "unknown-field", "missing-field", "wrong-type", "too-long"}
        elif answer["type"] == "refused":
            assert answer["reason"] in {"not-found", "invalid", "closed", "too-often", "conflict"}, answer
    await say(await viewer_of(bagus), room, "and he goes on")
    while "and he goes on" not in (await his.hear("entry", within=20)).get("html", ""):
        pass
    assert hers.socket.close_code is None
    assert [record.getMessage() for record in caplog.records if record.levelname in {"ERROR", "CRITICAL"}] == []

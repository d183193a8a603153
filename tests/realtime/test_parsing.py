import contextlib
import json
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.frames import Edit, Hello, Pin, Ping, React, Read, Send, Subscribe
from realtime.parsing import BadFrame, parse

SOME_ID = "6f1c9c1e-0f57-4e0a-9b44-2f2f7d1b9a01"


def said(**fields: object) -> str:
    return json.dumps(fields)


def test_what_a_client_may_say() -> None:
    assert parse('{"type":"subscribe","room":1}') == Subscribe("room:1")
    assert parse('{"type":"subscribe","topic":"thread:9","epoch":4,"seq":12}') == Subscribe("thread:9", 4, 12)
    assert parse(said(type="subscribe", topic="room:5", epoch="b7", seq=0)) == Subscribe("room:5", "b7", 0)
    assert parse(said(type="send", room=1, client_id=SOME_ID, text="Good morning")) == Send("room:1", UUID(SOME_ID), "Good morning")
    files = parse(said(type="send", room=1, client_id=SOME_ID, text="", files=[4, 5]))
    assert files == Send("room:1", UUID(SOME_ID), "", files=(4, 5))
    assert parse(said(type="edit", message=3, client_id=SOME_ID, text="x")) == Edit(3, UUID(SOME_ID), "x")
    assert parse(said(**SEND, reply_to=4)) == Send("room:1", UUID(SOME_ID), "x", reply_to=4)
    assert parse(said(type="react", message=3, client_id=SOME_ID, emoji="agree", on=True)) == React(3, UUID(SOME_ID), "agree", True)
    assert parse(said(type="pin", message=3, client_id=SOME_ID, on=False)) == Pin(3, UUID(SOME_ID), False)
    assert parse(said(type="read", topic="room:1", seq=7)) == Read("room:1", 7)
    assert parse(said(type="hello")) == Hello()
    assert parse(said(type="ping")) == Ping()


SEND = {"type": "send", "room": 1, "client_id": SOME_ID, "text": "x"}
REACT = {"type": "react", "message": 3, "client_id": SOME_ID, "emoji": "agree", "on": True}
WRONG = [
    ("not-json", ""),
    ("not-json", "subscribe"),
    ("not-json", "[]"),
    ("not-json", '"text"'),
    ("not-json", "null"),
    ("not-json", '{"type":"ping"'),
    ("not-json", '{"type":"subscribe","room":NaN}'),
    ("not-json", "[" * 20_000),
    ("not-json", '{"type":"subscribe","room":' + "9" * 5_000 + "}"),
    ("unknown-type", "{}"),
    ("unknown-type", said(type=None)),
    ("unknown-type", said(type=5)),
    ("unknown-type", said(type=["send"])),
    ("unknown-type", said(type="Send")),
    ("unknown-type", said(type="entry")),
    ("unknown-field", said(type="ping", at=1)),
    ("unknown-field", said(**SEND, author=5)),
    ("unknown-field", said(type="subscribe", room=1, topic="room:1")),
    ("missing-field", said(type="subscribe")),
    ("missing-field", said(type="send", room=1, client_id=SOME_ID)),
    ("missing-field", said(type="send", room=1, text="x")),
    ("missing-field", said(**SEND | {"text": None})),
    ("wrong-type", said(**SEND, lang="a" * 21)),
    *[("wrong-type", said(type="subscribe", room=room)) for room in ("1", 1.0, 1.5, True, -1, [1], {"id": 1}, 2**53)],
    *[
        ("wrong-type", said(type="subscribe", topic=topic))
        for topic in (1, "", "room", "room:", ":1", "room:x", "room:-1", "room: 1", "room:1.0", "room:١", "room:" + "9" * 16)
    ],
    *[
        ("wrong-type", said(**SEND, files=files))
        for files in (4, "4", {}, {"0": 4}, ["4"], [1.5], [True], [-1], [None], [[4]], [2**53], [1] * 21)
    ],
    *[("wrong-type", said(type="subscribe", room=1, seq=seq)) for seq in ("3", -1, 0.5, True, [], 2**60)],
    *[("wrong-type", said(type="subscribe", room=1, epoch=epoch)) for epoch in (1.5, True, [], {}, "é", "x" * 41)],
    *[
        ("wrong-type", said(**SEND | {"client_id": client_id}))
        for client_id in (1, "", "x", [SOME_ID], "{" + SOME_ID[:-2] + "}", SOME_ID.replace("-", ""), "z" * 36)
    ],
    *[("wrong-type", said(**SEND | {"text": text})) for text in (1, True, ["x"], {"text": "x"}, "a\0b", "a\ud800")],
    ("too-long", said(**SEND | {"text": "x" * 20_001})),
    *[("wrong-type", said(**SEND | {"lang": lang})) for lang in (1, "", "en US", "-", "é", "x" * 36)],
    *[("wrong-type", said(**SEND, reply_to=to)) for to in ("3", -1, 1.5, True, [3], {"id": 3}, 2**53)],
    *[("wrong-type", said(**REACT | {"emoji": emoji})) for emoji in (1, "", "a b", "\U0001f44d", "x" * 21, ["agree"], True)],
    *[("wrong-type", said(**REACT | {"on": on})) for on in (1, 0, "true", [], {})],
    *[("missing-field", said(**REACT | {name: None})) for name in ("message", "client_id", "emoji", "on")],
    ("unknown-field", said(**REACT, text="x")),
    ("unknown-field", said(type="pin", message=1, client_id=SOME_ID, on=True, emoji="agree")),
    *[("wrong-type", said(type="edit", message=m, client_id=SOME_ID, text="x")) for m in ("3", None, 3.0, True)[:1]],
    ("wrong-type", said(type="typing", topic=["room:1"])),
    ("wrong-type", said(type="read", topic="room:1", seq="7")),
]


@pytest.mark.parametrize(("reason", "text"), WRONG)
def test_each_wrong_type_has_one_clear_error(reason: str, text: str) -> None:
    with pytest.raises(BadFrame) as refused:
        parse(text)
    assert refused.value.reason == reason
    assert 0 < len(refused.value.text) < 200


def test_an_error_names_the_frame_it_is_about() -> None:
    with pytest.raises(BadFrame) as refused:
        parse(said(**SEND | {"text": 5}))
    assert refused.value.client_id == SOME_ID


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
FIELDS = ["type", "room", "topic", "seq", "epoch", "client_id", "text", "message", "lang", "version"]


@given(st.dictionaries(st.sampled_from(FIELDS), JSON | st.sampled_from(["send", "subscribe", "edit", "read", SOME_ID]), max_size=6))
def test_nothing_but_bad_frame_is_ever_raised(fields: dict[str, object]) -> None:
    with contextlib.suppress(BadFrame):
        assert parse(json.dumps(fields)) is not None

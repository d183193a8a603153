"""A client's message as a frame, read strictly.

One clear error for each wrong type, no unknown field, no text that a database could not hold.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from realtime.frames import (
    ClientFrame,
    Delete,
    Edit,
    Hello,
    Pin,
    Ping,
    React,
    Read,
    Send,
    Subscribe,
    Typing,
    Unsubscribe,
)

MAX_TEXT = 20_000  # characters; a room may allow less
MAX_TAG = 20  # as much as is stored
MAX_LIST = 20  # items; a room may allow fewer
MAX_NUMBER = 2**53 - 1  # what a browser counts without error
_NO_CHARACTER = re.compile("[\0\ud800-\udfff]")


class BadFrame(Exception):
    """A frame that says nothing we understand; `reason` is for programs, `text` for whoever writes one."""

    def __init__(self, reason: str, text: str, client_id: str | None = None) -> None:
        super().__init__(text)
        self.reason, self.text, self.client_id = reason, text, client_id


def parse(text: str | bytes) -> ClientFrame:
    """A client's message as one of the frames above. Raises BadFrame."""
    fields = _as_object(text)
    kind = fields.pop("type", None)
    if not isinstance(kind, str) or kind not in _SHAPES:
        raise BadFrame("unknown-type", f"type must be one of {', '.join(sorted(_SHAPES))}", _echo(fields))
    shape, checks = _SHAPES[kind]
    try:
        return shape(**_checked(_with_topic(fields, checks), checks))
    except BadFrame as bad:
        bad.client_id = _echo(fields)
        raise


def _as_object(text: str | bytes) -> dict[str, Any]:
    try:
        fields = _JSON.decode(text if isinstance(text, str) else text.decode())
    except (ValueError, RecursionError):
        raise BadFrame("not-json", "a frame is one JSON object") from None
    if not isinstance(fields, dict):
        raise BadFrame("not-json", "a frame is one JSON object")
    return fields


def _no_constant(name: str) -> None:
    raise ValueError(name)


_JSON = json.JSONDecoder(parse_constant=_no_constant)


def _echo(fields: Mapping[str, Any]) -> str | None:
    """The client id of a refused frame, so that its sender can tell which one it was."""
    given = fields.get("client_id")
    return given if isinstance(given, str) and len(given) <= 36 and given.isascii() else None


def _with_topic(fields: dict[str, Any], checks: "_Checks") -> dict[str, Any]:
    """`"room": 5` is a short way to say `"topic": "room:5"`."""
    if "topic" not in checks or "room" not in fields:
        return fields
    if "topic" in fields:
        raise BadFrame("unknown-field", "give topic or room, not both")
    return {"topic": f"room:{_number(fields['room'], 'room')}"} | {k: v for k, v in fields.items() if k != "room"}


def _checked(fields: dict[str, Any], checks: "_Checks") -> dict[str, Any]:
    for name in fields:
        if name not in checks:
            raise BadFrame("unknown-field", f"{_quoted(name)} is not a field of this frame")
    checked = {}
    for name, (check, needed) in checks.items():
        given = fields.get(name)
        if given is not None:
            checked[name] = check(given, name)
        elif needed:
            raise BadFrame("missing-field", f"{name} is needed")
    return checked


def _quoted(name: str) -> str:
    return json.dumps(name[:40])


def _number(value: object, name: str) -> int:
    if type(value) is not int or not 0 <= value <= MAX_NUMBER:
        raise BadFrame("wrong-type", f"{name} must be a whole number from 0 to 2^53 - 1")
    return value


def _numbers(value: object, name: str) -> tuple[int, ...]:
    if not isinstance(value, list) or len(value) > MAX_LIST:
        raise BadFrame("wrong-type", f"{name} must be a list of at most {MAX_LIST} numbers")
    return tuple(_number(one, name) for one in value)


def _epoch(value: object, name: str) -> int | str:
    if isinstance(value, str) and len(value) <= 40 and value.isascii():
        return value
    return _number(value, name)


def _topic(value: object, name: str) -> str:
    kind, colon, number = value.partition(":") if isinstance(value, str) else ("", "", "")
    if not (colon and kind.isalpha() and kind.isascii() and number.isdecimal() and number.isascii()):
        raise BadFrame("wrong-type", f'{name} must be a kind and a number, such as "room:5"')
    if len(kind) > 20 or len(number) > 15:
        raise BadFrame("wrong-type", f"{name} is too long")
    return f"{kind}:{int(number)}"


def _uuid(value: object, name: str) -> UUID:
    try:
        if isinstance(value, str) and len(value) == 36:
            return UUID(value)
    except ValueError:
        pass
    raise BadFrame("wrong-type", f"{name} must be a UUID of 36 characters")


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise BadFrame("wrong-type", f"{name} must be a text")
    if len(value) > MAX_TEXT:
        raise BadFrame("too-long", f"{name} may have {MAX_TEXT} characters")
    if _NO_CHARACTER.search(value):
        raise BadFrame("wrong-type", f"{name} holds a character that is none")
    return value


def _tag(value: object, name: str) -> str:
    if isinstance(value, str) and len(value) <= MAX_TAG and value.isascii() and value.replace("-", "").isalnum():
        return value
    raise BadFrame("wrong-type", f"{name} must be a language tag, such as pt-BR")


def _word(value: object, name: str) -> str:
    if isinstance(value, str) and 0 < len(value) <= 20 and value.isascii() and value.isalpha():
        return value
    raise BadFrame("wrong-type", f"{name} must be a word of at most 20 letters")


def _flag(value: object, name: str) -> bool:
    if not isinstance(value, bool):
        raise BadFrame("wrong-type", f"{name} must be true or false")
    return value


_Checks = Mapping[str, tuple[Callable[[object, str], Any], bool]]
_NEEDED, _MAY = True, False
_SHAPES: Mapping[str, tuple[Callable[..., ClientFrame], _Checks]] = {
    "hello": (Hello, {"version": (_number, _MAY)}),
    "subscribe": (Subscribe, {"topic": (_topic, _NEEDED), "epoch": (_epoch, _MAY), "seq": (_number, _MAY)}),
    "unsubscribe": (Unsubscribe, {"topic": (_topic, _NEEDED)}),
    "send": (
        Send,
        {
            "topic": (_topic, _NEEDED),
            "client_id": (_uuid, _NEEDED),
            "text": (_text, _NEEDED),
            "lang": (_tag, _MAY),
            "files": (_numbers, _MAY),
            "reply_to": (_number, _MAY),
        },
    ),
    "edit": (Edit, {"message": (_number, _NEEDED), "client_id": (_uuid, _NEEDED), "text": (_text, _NEEDED)}),
    "delete": (Delete, {"message": (_number, _NEEDED), "client_id": (_uuid, _NEEDED)}),
    "react": (
        React,
        {"message": (_number, _NEEDED), "client_id": (_uuid, _NEEDED), "emoji": (_word, _NEEDED), "on": (_flag, _NEEDED)},
    ),
    "pin": (Pin, {"message": (_number, _NEEDED), "client_id": (_uuid, _NEEDED), "on": (_flag, _NEEDED)}),
    "read": (Read, {"topic": (_topic, _NEEDED), "seq": (_number, _NEEDED)}),
    "typing": (Typing, {"topic": (_topic, _NEEDED)}),
    "ping": (Ping, {}),
}

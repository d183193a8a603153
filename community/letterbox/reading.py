"""From the bytes of a message to who wrote it, to whom, and the words in it. Whatever comes in, nothing but Unreadable is raised.

`email.policy.default` is not used to parse: it took 6 s for one Content-Type of 64 KB where compat32 takes 0.001 s. So the older
policy reads, with every header cut and headers and parts counted as they are read; the newer one reads From alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email._policybase import Compat32
from email.headerregistry import HeaderRegistry
from email.message import Message
from hashlib import sha256
from typing import Any

from community.letterbox.automatic import is_automatic
from community.letterbox.html_words import words_of_html
from community.letterbox.plain_words import words_of_plain

MAX_BYTES = 5 * 1024 * 1024
MAX_TEXT_BYTES = 256 * 1024  # of one part: the words stand first, what is quoted follows
MOST_HEADERS, MOST_PARTS, HEADER_CHARACTERS = 1000, 100, 2000
TO = ("delivered-to", "x-original-to", "envelope-to", "x-forwarded-to", "to", "cc")
ODD_CODECS = frozenset({"idna", "punycode", "unicode_escape", "unicode-escape", "raw_unicode_escape", "raw-unicode-escape"})


class Unreadable(ValueError):
    """Larger, deeper or more broken than any client writes."""


@dataclass(frozen=True)
class Arrived:
    """One message. `sender` is From's one address in lower case, else ""; `text` still holds signatures and what is quoted.

    `has_more` says that it carried something that is no text: a picture, a file.
    """

    message_id: str
    sender: str
    recipients: tuple[str, ...]
    automatic: bool
    text: str
    has_more: bool


def read(raw: bytes) -> Arrived:
    """Read a message of RFC 5322. Takes time in proportion to its size: call it in a thread."""
    if len(raw) > MAX_BYTES:
        raise Unreadable
    try:
        message = message_from_bytes(raw, policy=_Bounded(message_factory=_Counting(), tally=[0]))  # type: ignore[call-arg, arg-type]
        found = _Found()
        _look_into(message, found)
    except Unreadable:
        raise
    except Exception as error:  # the standard parser's own mistakes: RecursionError, IndexError, AssertionError ...
        raise Unreadable from error
    message_id = _header(message, "message-id") or sha256(raw).hexdigest()
    return Arrived(
        message_id, _one_address(_header(message, "from")), tuple(_recipients(message)),
        is_automatic(lambda name: message.get(name) and _header(message, name), message.get_content_type()),
        "\n\n".join(text for text in found.texts if text), found.has_more,
    )  # fmt: skip


class _Bounded(Compat32):
    """Counts headers as they are read, in every part, and keeps a bounded piece of each."""

    tally: list[int] = []  # noqa: RUF012 - a policy takes only what its class has; each reading gives its own

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        self.tally[0] += 1
        if self.tally[0] > MOST_HEADERS:
            raise Unreadable
        name, value = super().header_source_parse(sourcelines)
        return name, value[:HEADER_CHARACTERS]


class _Counting:
    """Makes the parts, and no more than so many."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self, policy: Compat32) -> Message:
        self.made += 1
        if self.made > MOST_PARTS:
            raise Unreadable
        return Message(policy)


@dataclass
class _Found:
    texts: list[str] = field(default_factory=list)
    has_more: bool = False


def _look_into(part: Message, found: _Found) -> None:
    """Every readable text in its order; of alternatives one; nothing out of attached messages."""
    kind = part.get_content_type()
    if part.is_multipart() and kind.startswith("multipart/"):
        inside = [one for one in part.get_payload() if isinstance(one, Message)]
        for one in [_best(inside)] if kind == "multipart/alternative" and inside else inside:
            _look_into(one, found)
    elif kind == "text/html" and not _is_attached(part):
        found.texts.append(words_of_html(_text(part)))
    elif kind == "text/plain" and not _is_attached(part):
        found.texts.append(words_of_plain(_text(part), flowed=str(part.get_param("format")).lower() == "flowed"))
    else:
        found.has_more = True


def _best(alternatives: list[Message]) -> Message:
    """HTML says where a quotation begins in every language; plain text only looks like it. So HTML goes first."""
    by_kind = {one.get_content_type(): one for one in alternatives}
    holding = next((one for one in reversed(alternatives) if one.is_multipart() and _holds_html(one)), None)
    return by_kind.get("text/html") or holding or by_kind.get("text/plain") or alternatives[-1]


def _holds_html(part: Message) -> bool:
    return any(one.get_content_type() == "text/html" for one in part.walk())


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or part.get_filename() is not None


def _text(part: Message) -> str:
    """The characters of a part. A charset that is wrong, unknown or missing costs some characters, never the letter."""
    payload = part.get_payload(decode=True)
    raw = payload[:MAX_TEXT_BYTES] if isinstance(payload, bytes) else b""
    return _decoded(raw, _charset(part)).replace("\0", "").encode("utf-8", "replace").decode()  # UTF-7 makes lone surrogates


def _charset(part: Message) -> str:
    try:
        name = (part.get_content_charset() or "utf-8").strip()
    except (UnicodeError, ValueError, LookupError):
        return "utf-8"
    return "utf-8" if name in ODD_CODECS else "gb18030" if name in {"gb2312", "gbk"} else name


def _decoded(raw: bytes, charset: str) -> str:
    try:
        return raw.decode(charset, "strict")
    except (LookupError, ValueError):
        pass
    try:
        return raw.decode("utf-8", "strict")
    except UnicodeDecodeError:
        return _replaced(raw, charset)


def _replaced(raw: bytes, charset: str) -> str:
    try:
        return raw.decode(charset, "replace")
    except (LookupError, ValueError):
        return raw.decode("utf-8", "replace")


def _header(message: Message, name: str) -> str:
    """A header's first value as one line, "" if there is none."""
    return " ".join(str(message.get(name) or "").split())


def _recipients(message: Message) -> Iterator[str]:
    for name in TO:
        for value in (message.get_all(name) or [])[:5]:
            yield from _addresses(str(value))


def _one_address(value: str) -> str:
    """From's address. More than one, or one that is written in a way no client writes it, is nobody's."""
    found = _addresses(value)
    return found[0] if len(found) == 1 else ""


def _addresses(value: str) -> list[str]:
    try:
        header: Any = HeaderRegistry()("to", " ".join(value.split())[:HEADER_CHARACTERS])
        return [one.addr_spec.lower() for one in header.addresses if one.username and one.domain]
    except Exception:  # the parser's own mistakes on what is no address
        return []

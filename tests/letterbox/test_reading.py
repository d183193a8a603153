"""Reading what anybody may have sent: nothing is raised but Unreadable, and nothing takes long."""

import random
import time
from contextlib import suppress
from email.message import EmailMessage

import pytest

from community.letterbox import reading
from community.letterbox.html_words import words_of_html
from community.letterbox.reading import Unreadable, read
from community.letterbox.trimming import TooLong, answer_in
from tests.letterbox.conftest import INBOUND

HEAD = b"From: Amara <amara@school.example>\r\nTo: x@reply.hall.example\r\nMessage-ID: <1@x>\r\n"
HOUSE = ("hall@hall.example.org", "reply.hall.example.org", "Guildhall")


def mail(body: bytes, headers: bytes = b"") -> bytes:
    return HEAD + headers + b"\r\n" + body


def nested(depth: int) -> bytes:
    opened = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level) for level in range(depth))
    return HEAD + opened + b"Content-Type: text/plain\r\n\r\nhello\r\n"


@pytest.mark.parametrize(
    "raw",
    [nested(200), nested(5000), HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 3000, HEAD + b"X: y\r\n" * 20_000 + b"\r\nx",
     b"x" * (reading.MAX_BYTES + 1)],
    ids=["deep", "deeper", "letters in letters", "headers", "huge"],
)  # fmt: skip
def test_class_36_what_no_client_writes_is_not_read(raw):
    began = time.process_time()
    with pytest.raises(Unreadable):
        read(raw)
    assert time.process_time() - began < 2


def test_what_is_nested_as_clients_nest_is_read():
    assert read(nested(8)).text.strip() == "hello"


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Type: text/plain; charset=no-such\r\n", b"Content-Type: text/plain; charset*=x'y'%ff\r\n",
        b'Content-Type: text/plain; charset="utf-8\0"\r\n', b"Content-Type: text/plain; charset=punycode\r\n",
        b"Content-Type: text/plain; charset=zlib\r\n", b"Content-Type: text/plain; charset=utf-16\r\n",
        b"Content-Type: text/plain; charset=us-ascii\r\n", b"Content-Type: text/plain; charset=unicode_escape\r\n",
        b"Content-Type: \xff\xfe\r\n", b"Content-Type:\r\n", b"Content-Transfer-Encoding: base64\r\n",
        b"Content-Transfer-Encoding: x-uuencode\r\n", b"Content-Transfer-Encoding: \xff\r\n",
        b"Content-Type: text/plain; " + b"a=b; " * 12_000 + b"\r\n", b"From: " + b"(" * 60_000 + b"\r\n",
        b"To: " + b"a@b.c, " * 9000 + b"\r\n", b'From: "\xe9" <a@b.c>\r\n', b"From: =?x?q?=ff?= <a@[::1]>\r\n",
        b'Content-Type: multipart/mixed; boundary=""\r\n', b"Content-Type: multipart/alternative; boundary=x\r\n",
        b"Content-Disposition: attachment; filename*0*=x''%00; filename*1=\r\n",
    ],
    ids=lambda headers: headers[:40].decode("ascii", "replace"),
)  # fmt: skip
def test_faults_in_headers_and_charsets_cost_characters_and_never_the_letter(headers):
    began = time.process_time()
    arrived = read(mail("Grüße, 你好, مرحبا \0\x01".encode(), headers))
    assert "\0" not in arrived.text
    assert time.process_time() - began < 2


def test_bytes_that_are_not_what_they_say_are_still_words():
    arrived = read(mail("Grüße".encode("latin-1"), b"Content-Type: text/plain; charset=utf-8\r\n"))
    assert arrived.text.startswith("Gr")
    assert read(mail("مرحبا".encode(), b"Content-Type: text/plain; charset=us-ascii\r\n")).text == "مرحبا"


@pytest.mark.parametrize("raw", [b"", b"\r\n", b"\0", b"\xff" * 1000, b"From", b"From \r\n\r\n", b":\r\n" * 100])
def test_noise_is_a_letter_from_nobody_or_none(raw):
    try:
        arrived = read(raw)
    except Unreadable:
        return
    assert arrived.sender == ""


@pytest.mark.parametrize(
    "sender",
    ["a@b.example, c@d.example", "a@b.example)c@d.example", "group: a@b.example, c@d.example;", "", "nobody", "@", "a@", "<>"],
)
def test_a_sender_that_is_not_one_address_is_nobody(sender):
    raw = mail(b"x").replace(b"Amara <amara@school.example>", sender.encode())
    assert read(raw).sender in {"", "a@b.example"} if ")" in sender else read(raw).sender == ""


def test_attached_texts_are_not_words_of_the_writer():
    message = EmailMessage()
    message.set_content("My words.")
    message.add_attachment("Words of a file.", filename="notes.txt")
    inner = EmailMessage()
    inner.set_content("Words of another letter.")
    message.add_attachment(inner)
    arrived = read(message.as_bytes())
    assert arrived.text.strip() == "My words."
    assert arrived.has_more


def test_links_and_lists_of_html_stay_readable():
    html = (
        '<p>See <a href="https://school.example/a">the sheet</a> and <a href="https://b.example">https://b.example</a>.</p>'
        '<ol><li>one</li><li>two</li></ol><script>evil()</script><style>p{}</style><!-- hidden --><p>End<br>here</p>'
    )  # fmt: skip
    assert words_of_html(html) == ("See the sheet <https://school.example/a> and https://b.example.\n\n- one\n- two\n\nEnd\nhere")


@pytest.mark.parametrize(
    "piece",
    ["<div>", "<blockquote>", "<b> ", "<a href='https://x.example'>x", "<!--", "<![CDATA[", "</", "<p", "&#", "<svg><math>", "<table><b>",
     "<!DOCTYPE ", "<textarea>", "x ", "\n"],
)  # fmt: skip
def test_class_35_html_takes_time_as_its_length(piece):
    began = time.process_time()
    words_of_html((piece * 100_000)[:100_000])
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    "piece",
    ["On ", "On 2026 a@b ", "-", "----- ", "> ", ">\n", "From: ", "From: a@b.example\n", "a:\n", "Von: a@b\nAn: ", "wrote:\n", "* ",
     "\n", "sent from ", "发自", "_____\n", "hall@hall.example.org 2026\n", "\u200f"],
    ids=repr,
)  # fmt: skip
def test_class_35_trimming_takes_time_as_the_length(piece):
    began = time.process_time()
    with suppress(TooLong):
        answer_in((piece * 100_000)[:100_000], HOUSE)
    assert time.process_time() - began < 2


def test_a_damaged_letter_is_read_or_refused_and_nothing_else():
    """A few hundred of those that a longer run makes: pieces lost, doubled, swapped, or put where they do not belong."""
    chance = random.Random(7)
    whole = [path.read_bytes() for path in sorted(INBOUND.glob("*.eml"))]
    pieces = [
        b"\r\n\r\n",
        b"--",
        b"\xff\xfe",
        b"\0",
        b"<blockquote>",
        b"</div>",
        b"charset=utf-7",
        b";",
        b'"',
        b"&#xD800;",
        b"+2AA-",
    ]
    for _ in range(200):
        raw = bytearray(chance.choice(whole))
        for _ in range(8):
            at, other = chance.randrange(len(raw)), chance.randrange(len(raw))
            raw[at : at + chance.choice((0, 0, 30))] = chance.choice((raw[other : other + 200], chance.choice(pieces)))
        with suppress(Unreadable):
            arrived = read(bytes(raw))
            assert answer_in(arrived.text, HOUSE).encode("utf-8").count(b"\0") == 0
            assert (arrived.message_id + arrived.sender).isprintable()

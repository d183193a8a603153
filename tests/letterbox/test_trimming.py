"""The text alone: what the clients of our members write around an answer, format by format, is left out."""

from email import message_from_bytes
from pathlib import Path

import pytest

from community.letterbox.reading import read
from community.letterbox.trimming import answer_in

SAMPLES = sorted((Path(__file__).parent / "inbound").glob("*.eml"))
HOUSE = ("hall@hall.example.org", "reply.hall.example.org", "Guildhall")


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_answer_alone_is_left_of_a_real_format(path):
    arrived = read(path.read_bytes())
    assert answer_in(arrived.text, HOUSE) == path.with_suffix(".txt").read_text().strip()
    assert arrived.sender == "amara@school.example.org"
    assert not arrived.automatic


@pytest.mark.parametrize(
    "path", [path for path in SAMPLES if b"multipart/alternative" in path.read_bytes()], ids=lambda path: path.stem
)
def test_the_plain_half_of_the_same_mail_says_the_same(path):
    """Where a server takes the HTML out, the answer is still the answer."""
    message = message_from_bytes(path.read_bytes())
    plain = next(part for part in message.walk() if part.get_content_type() == "text/plain")
    head = b"From: Amara Diallo <amara@school.example.org>\r\n"
    arrived = read(head + plain.as_bytes().replace(b"\n", b"\r\n"))
    assert answer_in(arrived.text, HOUSE).split() == path.with_suffix(".txt").read_text().split()

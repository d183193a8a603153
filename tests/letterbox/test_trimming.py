"""The text alone: what the clients of our members write around an answer, format by format, is left out."""

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

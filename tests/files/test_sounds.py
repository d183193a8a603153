"""Recordings are what they say, last as long as they may, and carry nothing but sound."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.errors import Invalid
from community.files.kinds import kind_of
from community.files.sounds import MOST_BYTES, rewritten
from community.files.sounds.opus import milliseconds
from tests.files.recordings import HEAD, SECRET, SILENCE, box, mp4, ogg, webm

MAKERS = [ogg, webm, mp4]


@pytest.mark.parametrize(("make", "media_type"), [(ogg, "audio/ogg"), (webm, "audio/webm"), (mp4, "audio/mp4")])
def test_what_browsers_record_is_kept_without_what_came_along(make, media_type):
    given_bytes = make(42.5)
    sound = rewritten(given_bytes)
    assert (sound.media_type, sound.seconds) == (media_type, 43)
    assert SECRET in given_bytes
    assert SECRET not in sound.content
    assert kind_of(given_bytes, "x.bin").is_sound
    again = rewritten(sound.content)
    assert (again.content, again.seconds) == (sound.content, sound.seconds)


def test_what_a_recorder_writes_while_it_goes_on_is_measured_too():
    assert rewritten(mp4(61, fragmented=True)).seconds == 61
    assert rewritten(mp4(5, codec=b"Opus")).seconds == 5


def test_webm_says_how_long_it_lasts():
    content = rewritten(webm(10)).content
    assert b"\x44\x89\x01\x00\x00\x00\x00\x00\x00\x08\x40\xc3\x88" in content  # Duration, a double: 10,000 ms
    assert content.count(SILENCE) == 500


def test_tags_of_many_pages_go_and_the_pages_are_numbered_anew():
    sound = rewritten(ogg(3, tags=b"x" * 200_000))
    assert len(sound.content) < 1000
    assert rewritten(sound.content).content == sound.content


def test_dates_and_the_telephone_s_name_go():
    content = rewritten(mp4()).content
    assert b"\xe0\x00\x00\x01" not in content
    assert b"Telephone" not in content
    assert len(content) == len(mp4())  # places in the file are distances from its beginning


@pytest.mark.parametrize("make", MAKERS)
def test_three_minutes_and_no_more(make):
    assert rewritten(make(180)).seconds >= 180
    with pytest.raises(Invalid, match="3 minutes"):
        rewritten(make(190))


def test_no_more_than_five_megabytes():
    with pytest.raises(Invalid, match="5 MB"):
        rewritten(ogg(1) + bytes(MOST_BYTES))


HOSTILE = {
    "video in webm": webm(kind=1),
    "another codec in webm": webm(codec=b"A_VORBIS"),
    "two tracks in webm": webm(tracks=2),
    "a head with more behind it": webm(head=HEAD + b"more"),
    "many voices": webm(head=HEAD[:9] + b"\x08" + HEAD[10:]),
    "no packet": webm(0),
    "matroska": webm().replace(b"webm", b"matr"),
    "two streams in ogg": ogg() + ogg(serial=8),
    "rubbish behind ogg": ogg() + b"<script>alert(1)</script>",
    "ogg without tags": ogg(2).replace(b"OpusTags", b"OpusTugs"),
    "vorbis in ogg": ogg(head=b"\x01vorbis" + bytes(12)),
    "video in mp4": mp4(handler=b"vide"),
    "two tracks in mp4": mp4(tracks=2),
    "another codec in mp4": mp4(codec=b"avc1"),
    "sound elsewhere": mp4(source=b"url \0\0\0\0"),
    "a box beyond its end": mp4()[:-10],
    "a box without end": box(b"ftyp", b"M4A ") + b"\0\0\0\1moov" + b"\xff" * 8,
    "boxes by the thousand": box(b"ftyp", b"M4A ") + box(b"free", b"") * 30_000,
    "pages by the thousand": ogg() + ogg()[:27].replace(b"\x01", b"\x00") * 30_000,
    "nothing but a sign": b"OggS",
    "half a number": b"\x1a\x45\xdf\xa3",
}


@pytest.mark.parametrize("case", sorted(HOSTILE))
def test_what_is_no_recording_is_refused(case):
    with pytest.raises(Invalid, match="cannot be read"):
        rewritten(HOSTILE[case])


@given(st.sampled_from([ogg(0.1), webm(0.1), mp4(0.1), mp4(0.1, fragmented=True)]), st.data())
def test_damage_is_refused_or_survived(content, data):
    at = data.draw(st.integers(4, len(content) - 1))
    damaged = content[:at] + data.draw(st.binary(min_size=1, max_size=6)) + content[at + data.draw(st.integers(0, 6)) :]
    with suppress(Invalid):
        assert rewritten(damaged).seconds >= 1


def test_how_long_a_packet_lasts():
    packets = (b"\x00", b"\x18", b"\x60", b"\x80", b"\xf8", b"\xf9", b"\xfb\x03", b"")
    assert [milliseconds(packet) for packet in packets] == [10, 60, 10, 2.5, 20, 40, 60, 0]

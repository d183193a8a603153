"""What a page says of itself becomes plain, short words, whatever it says."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.previews.fetching import MOST_BYTES, Page
from community.previews.links import digest_of, first_link
from community.previews.reading import DESCRIPTION, SITE, TITLE, Said, said_by


def said(content: bytes | str, content_type: str = "text/html; charset=utf-8") -> Said:
    return said_by(Page(content if isinstance(content, bytes) else content.encode(), content_type, "school.example"))


def test_what_pages_usually_say() -> None:
    page = """<head><title>Benches &amp; vices</title><meta property="og:title" content="Benches for &quot;small&quot; workshops">
        <META NAME='description' CONTENT='Drawings of a bench.'><meta content="Lakeside" property=og:site_name></head>"""
    assert said(page) == Said('Benches for "small" workshops', "Drawings of a bench.", "Lakeside")
    assert said("<title>\n  Benches\n  and vices </title>") == Said("Benches and vices", "", "school.example")
    assert said("<p>Nothing</p>") == Said()
    assert said("<title> </title><meta name=description content='Only this'>") == Said()
    assert said("<title>Same</title><meta name=description content=Same>").description == ""


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        ("<title>Établi</title>".encode("latin-1"), "text/html; charset=ISO-8859-1"),
        ("<meta charset=windows-1252><title>Établi</title>".encode("cp1252"), "text/html"),
        ("<title>Établi</title>".encode(), "text/html; charset=idna"),
        ("<title>Établi</title>".encode(), "text/html; charset=unicode_escape"),
        ("<title>Établi</title>".encode(), "text/html; charset=rot13"),
        ("<title>Établi</title>".encode(), "text/html; charset=no-such-thing"),
    ],
)
def test_in_the_letters_of_the_page(content: bytes, content_type: str) -> None:
    assert said(content, content_type).title == "Établi"


def test_nothing_in_it_is_markup_or_turns_round() -> None:
    found = said("<title>\u202egpj.exe&#x202e;\u2066 a&#0;b&lt;script&gt;alert(1)&lt;/script&gt;</title>")
    assert found.title == "gpj.exe a\ufffdb<script>alert(1)</script>"  # words; the template escapes them


@given(st.binary(max_size=300), st.binary(max_size=100))
def test_whatever_it_says_it_stays_short_and_one_line(one: bytes, other: bytes) -> None:
    found = said(
        b"<title>"
        + one
        + b"</title><meta name=description content='"
        + other
        + b"'><meta property=og:title content=\""
        + one
        + b'">'
    )
    assert len(found.title) <= TITLE
    assert len(found.description) <= DESCRIPTION
    assert len(found.site) <= SITE
    assert not any(letter in found.title + found.description for letter in "\n\r\0\u202e\u2067")


@pytest.mark.parametrize(
    "piece", [b"<meta ", b"<meta a=", b"<title", b"<title ", b"<", b"<meta content='", b"charset=", b"<meta x" + b" a=b" * 900 + b">", b"&#x", b"&lt;" * 3]
)  # fmt: skip
def test_class_35_hostile_pages_take_time_as_their_length(piece: bytes) -> None:
    began = time.perf_counter()
    said((piece * (MOST_BYTES // len(piece)))[:MOST_BYTES])
    assert time.perf_counter() - began < 1.5


def test_long_words_are_cut() -> None:
    found = said(f"<title>{'word ' * 100}</title><meta name=description content='{'x' * 1000}'>")
    assert found.title.endswith("word…")
    assert len(found.description) == DESCRIPTION


def test_the_first_link_that_leads_elsewhere() -> None:
    own = '<p><a href="http://localhost:8000/threads/5">a</a> <a href="/rooms/1">b</a>'
    assert first_link(own) == ""
    quoted = '<blockquote><p><a href="https://quoted.example/">q</a></p></blockquote>'
    assert (
        first_link(quoted + own + '<a href="https://school.example/?a=1&amp;b=2" rel="nofollow">c</a>')
        == "https://school.example/?a=1&b=2"
    )
    assert first_link("<p>https://school.example</p>") == ""
    assert digest_of("https://school.example/#a") == digest_of("https://school.example/#b") != digest_of("https://school.example/b")

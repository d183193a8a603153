import time

import pytest

from community.discussions.comparing import Change, compare
from community.discussions.forms import tag_list
from community.discussions.quoting import Quoted, block, put_together, split, words_to_quote

QUOTE = "> how to assess it\n>\n> — [Layla Haddad #1](/replies/31)"


def test_a_quotation_is_told_from_the_text_around_it():
    assert split(f"Before.\n\n{QUOTE}\n\nAfter.") == ["Before.\n", (31, "how to assess it"), "\nAfter."]


def test_a_quotation_of_several_lines_keeps_them():
    assert split("> one\n> two\n>\n> three\n>\n> — [A #2](/replies/7)") == [(7, "one\ntwo\n\nthree")]


@pytest.mark.parametrize(
    "text",
    [
        "> words without a source",
        "> words\n\n> — [A #1](/replies/7) and more",
        "> words\n> — [A #1](https://evil.example/replies/7)",
        "> words\n> — [A #1](/replies/x)",
        "> words\n> — [A #1](/replies/9999999999999999)",
        "plain",
    ],
)
def test_what_names_no_post_stays_plain_text(text):
    assert split(text) == [text]


@pytest.mark.parametrize(
    "line", ["> [@layla, post 1](/replies/7)", ">[A](/replies/7) ", "> – [A #1](/replies/7)", "> - [A](/replies/7)"]
)
def test_the_source_line_may_be_spelt_in_other_ways(line):
    assert split(f"> words\n{line}") == [(7, "words")]


def test_two_quotations_next_to_each_other_are_two():
    assert split("> a\n> — [A #1](/replies/7)\n> b\n> — [B #2](/replies/8)") == [(7, "a"), (8, "b")]


def test_taking_apart_and_putting_together_gives_the_text_back():
    quoted = Quoted(31, 1, "Layla Haddad", "how to assess it")
    assert put_together("Before.\n\ue0001\ue000\nAfter.", {1: quoted}) == f"Before.\n{QUOTE}\nAfter."


def test_a_mark_that_somebody_typed_is_taken_out():
    assert split("\ue0001\ue000 hello") == ["1 hello"]


def test_words_that_are_gone_leave_neither_words_nor_name():
    assert block(Quoted(31, 3, "Layla Haddad", "")) == "> […]\n>\n> — [#3](/replies/31)"
    assert split(block(Quoted(31, 3, "Layla Haddad", ""))) == [(31, "")]


def test_a_name_cannot_write_markdown():
    assert r"\[x\]\(/evil\)" in block(Quoted(1, 1, "[x](/evil)", "words"))


def test_the_words_to_quote_leave_out_what_the_post_quotes_itself():
    html = "<blockquote><p>inner</p></blockquote><p>My own words.</p>"
    assert words_to_quote(html) == "My own words."
    assert words_to_quote(f"<p>{'word ' * 400}</p>").endswith("word …")


def test_the_time_grows_no_faster_than_the_text():
    for line in ("> x\n", "> — [a](/replies/1\n", "> — [" + "a" * 50 + "\n", "[", ">\n"):

        def took(size, line=line):
            text = line * (size // len(line))
            start = time.perf_counter()
            split(text)
            return time.perf_counter() - start

        took(10_000)
        assert took(80_000) < 0.5


def test_a_comparison_names_what_came_and_went():
    assert compare("works on a strong link", "works on a weak link") == [
        Change("same", "works on a "), Change("del", "strong"), Change("ins", "weak"), Change("same", " link"),
    ]  # fmt: skip
    assert compare("", "new") == [Change("ins", "new")]
    assert compare("same", "same") == [Change("same", "same")]


def test_two_long_texts_that_share_nothing_are_compared_at_once():
    older, newer = " ".join(f"a{n}" for n in range(3000)), " ".join(f"b{n}" for n in range(3000))
    start = time.perf_counter()
    assert [change.kind for change in compare(older, newer)] == ["del", "ins"]
    assert time.perf_counter() - start < 0.5


def test_tags_are_told_by_commas():
    assert tag_list("#welding, brazing ,, welding") == ["welding", "brazing"]

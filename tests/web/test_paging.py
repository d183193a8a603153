"""Cursors survive anything that a link may have become."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.web.paging import Cursor, decoded, encoded, moment_of, page_of


@given(
    st.lists(
        st.one_of(st.integers(-(2**61), 2**61), st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=40)),
        min_size=1,
        max_size=4,
    )
)
def test_a_key_comes_back_as_it_was(key) -> None:
    text = encoded(tuple(key))
    assert decoded(text) == (tuple(key) if len(text) <= 400 else decoded(text))


@given(st.text(max_size=500))
def test_any_other_text_is_the_start(text) -> None:
    key = decoded(text)
    assert key is None or all(isinstance(part, int | str) for part in key)


@pytest.mark.parametrize("bad", ["W10", "bnVsbA", "e30", "W3RydWVd", "WzFlOTk5XQ", "W25hbl0", "WyJcdTAwMDAiXQ", "WyJcdWQ4MDAiXQ"])
def test_what_no_key_is_made_of_is_the_start(bad) -> None:
    assert decoded(bad) is None


@pytest.mark.parametrize(
    "bad", ["x", 20260101, "2026-01-01", "2026-01-01T00:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"]
)
def test_what_is_no_moment_begins_no_page(bad) -> None:
    """The first and the last day of the calendar have hours that UTC has not."""
    assert moment_of(bad) is None


def test_pages_join_without_a_gap_in_both_directions() -> None:
    numbers = list(range(1, 11))
    first = page_of(numbers[:4], 3, lambda n: (n,))
    assert (first.items, first.previous) == ([1, 2, 3], None)
    second = page_of([4, 5, 6, 7], 3, lambda n: (n,), Cursor(decoded(first.next or "")))
    assert second.items == [4, 5, 6]
    back = page_of([3, 2, 1], 3, lambda n: (n,), Cursor(decoded(second.previous or ""), backwards=True))
    assert (back.items, back.previous, back.next is not None) == ([1, 2, 3], None, True)

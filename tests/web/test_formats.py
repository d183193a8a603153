"""How lengths of time are written."""

import pytest

from community.text.gettext import using_language
from community.web.formats import period


@pytest.mark.parametrize(
    ("days", "english", "arabic"),
    [(0, "0 days", "0 يوم"), (2, "2 days", "يومان"), (7, "7 days", "7 أيام"), (21, "3 weeks", "3 أسابيع"), (90, "90 days", "90 يومًا"),
     (365, "1 year", "سنة"), (1095, "3 years", "3 سنوات")],
)  # fmt: skip
def test_a_length_of_time_is_told_in_the_largest_unit_that_comes_out_even(days: int, english: str, arabic: str) -> None:
    for language, told in (("en", english), ("ar", arabic)):
        with using_language(language):
            assert period(days) == told


def test_less_than_a_day() -> None:
    with using_language("en"):
        assert [period(seconds=seconds) for seconds in (20, 90, 120, 28_800)] == [
            "20 seconds",
            "90 seconds",
            "2 minutes",
            "8 hours",
        ]

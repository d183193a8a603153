"""A date is known as exactly as it was said, and shown no more exactly."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from community.events import labels
from community.events.timing import days, last_day, moments, said, span_of
from community.text.gettext import using_language
from community.web.reader import zone

KIRITIMATI = ZoneInfo("Pacific/Kiritimati")


@pytest.mark.parametrize(
    ("text", "precision", "words", "stub", "machine"),
    [
        ("2019", "year", "2019", ("2019", ""), "2019"),
        ("2018-05", "month", "May 2018", ("May", "2018"), "2018-05"),
        ("2018-12", "month", "December 2018", ("Dec", "2018"), "2018-12"),
        ("2021-09-08", "day", "8 September 2021", ("8", "Sept"), "2021-09-08"),
    ],
)
def test_what_is_said_is_what_is_shown(text: str, precision: str, words: str, stub: tuple[str, str], machine: str) -> None:
    """Wherever the reader is: a day that is a date moves in no time zone."""
    for place in ("UTC", "Pacific/Kiritimati", "America/Los_Angeles"):
        token = zone.set(ZoneInfo(place))
        span = span_of(text, KIRITIMATI)
        assert span.precision == precision
        assert said(span, KIRITIMATI) == text
        assert labels.when(span, KIRITIMATI.key) == words
        assert labels.stub(span, KIRITIMATI.key) == stub
        assert labels.machine(span, KIRITIMATI.key) == machine
        assert labels.zone_line(span, KIRITIMATI.key) == ""
        zone.reset(token)


@pytest.mark.parametrize(
    "text", ["", "19", "20190", "2019-13", "2019-00", "2021-02-30", "2019-5", "2021-9-8", "٢٠١٩", "2019-05-", "x"]
)
def test_what_is_no_date_is_none(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each of several reasons
        span_of(text, KIRITIMATI)


def test_several_days_count_both_ends() -> None:
    span = days(date(2026, 3, 9), date(2026, 3, 11), KIRITIMATI)
    assert (span.ends_at - span.starts_at).days == 3
    assert last_day(span, KIRITIMATI) == date(2026, 3, 11)
    with using_language("en"):
        assert labels.when(span, KIRITIMATI.key) == "9–11 Mar 2026"


def test_hours_are_those_of_the_reader_and_the_zone_is_named() -> None:
    span = moments(date(2026, 12, 5), time(15), date(2026, 12, 5), time(17), ZoneInfo("Africa/Nairobi"))
    assert span.starts_at == datetime(2026, 12, 5, 12, tzinfo=UTC)
    token = zone.set(ZoneInfo("America/Los_Angeles"))
    assert labels.when(span, "Africa/Nairobi") == "5 December 2026, 04:00–06:00"
    line = labels.zone_line(span, "Africa/Nairobi")
    assert line == "Your time: Pacific Standard Time (America/Los Angeles) · 15:00 in East Africa Time (Africa/Nairobi)"
    zone.reset(token)


def test_an_hour_that_is_skipped_in_spring_is_no_error() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    span = moments(date(2026, 3, 29), time(2, 30), date(2026, 3, 29), time(4), berlin)
    assert span.starts_at < span.ends_at

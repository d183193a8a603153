"""Where places stand on the sheet, and what is drawn of those that fall together."""

import pytest

from community.web.maps import Point, on_sheet, placed


@pytest.mark.parametrize(
    ("place", "pixels"),
    [
        ((0, 11), (360, 175)),  # the middle of the sheet
        ((90, 11), (360, 3)),
        ((-90, 11), (360, 347)),
        ((0, 10.999 - 180), (713, 175)),  # the sheet is cut at 169 degrees west, and goes on at the other side
        ((0, 11.001 - 180), (7, 175)),
    ],
)
def test_a_place_stands_where_the_projection_says(place: tuple[float, float], pixels: tuple[int, int]) -> None:
    assert on_sheet(*place) == pytest.approx(pixels, abs=1)


def test_texts_that_lie_together_stand_where_they_cover_neither_point() -> None:
    west, east, far = placed([Point(1, 35, "you", "You"), Point(2, 40, "match", "86"), Point(-18, 178, "match", "71")])
    assert (west.texts, east.texts, far.texts) == ([], ["You", "86"], ["71"])
    assert east.text_x > east.x > west.x
    assert far.text_x < far.x  # at the edge of the sheet a text stands before its point
    east, west = placed([Point(2, 40, "match", "86"), Point(1, 35, "match", "71")])
    assert (west.texts, east.texts) == ([], ["86", "71"])


def test_of_points_in_one_place_one_is_drawn() -> None:
    assert len(placed([Point(1, 35)] * 3 + [Point(1, 35, "match")])) == 2

"""Where places stand on the sheet that static/icons/land.svg draws: the world in the Equal Earth projection, without borders."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import asin, cos, radians, sin, sqrt

CENTRE = 11.0  # the meridian in the middle: the sheet is cut where there is sea
MIDDLE_X, MIDDLE_Y, UNIT = 360.0, 175.0, 130.42  # pixels
NEAR_X, NEAR_Y = 34, 14  # pixels: texts that are nearer stand side by side
EDGE, BESIDE = 600, 13  # pixels: right of the edge a text stands before its point
# Šavrič, Patterson and Jenny, The Equal Earth map projection, 2018.
_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796


@dataclass(frozen=True, slots=True)
class Point:
    """A place on a map. `kind` is "you" (red), "match" (green) or "other" (grey); `text`, which may be "", stands beside it."""

    lat: float
    lon: float
    kind: str = "other"
    text: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """A point on the sheet, in pixels, with its text and those of points that lie with it."""

    x: int
    y: int
    kind: str
    texts: list[str] = field(default_factory=list)

    @property
    def is_at_edge(self) -> bool:
        return self.x >= EDGE

    @property
    def text_x(self) -> int:
        return self.x - BESIDE if self.is_at_edge else self.x + BESIDE

    def gives_way_to(self, x: int) -> bool:
        """Whether its texts would cover a point at `x` pixels beside it."""
        return x < self.x if self.is_at_edge else x > self.x


def placed(points: Iterable[Point]) -> list[Placed]:
    """The points in their order; of several without a text that fall together, one."""
    found: list[Placed] = []
    bare: set[tuple[int, int, str]] = set()
    for point in points:
        one = Placed(*on_sheet(point.lat, point.lon), point.kind, [point.text] if point.text else [])
        _put_together(one, found)
        if one.texts or (one.x, one.y, one.kind) not in bare:
            found.append(one)
            bare.add((one.x, one.y, one.kind))
    return found


def _put_together(one: Placed, found: list[Placed]) -> None:
    """Texts that would cover each other, beside the point where they cover neither."""
    for other in found if one.texts else ():
        if other.texts and abs(other.x - one.x) < NEAR_X and abs(other.y - one.y) < NEAR_Y:
            front, back = (one, other) if other.gives_way_to(one.x) else (other, one)
            front.texts[:] = [*other.texts, *one.texts]
            back.texts.clear()
            return


def on_sheet(lat: float, lon: float) -> tuple[int, int]:
    """Pixels from the left and from the top."""
    turn = (lon - CENTRE + 180) % 360 - 180
    t = asin(sqrt(3) / 2 * sin(radians(lat)))
    x = 2 * sqrt(3) * radians(turn) * cos(t) / (3 * (9 * _A4 * t**8 + 7 * _A3 * t**6 + 3 * _A2 * t**2 + _A1))
    y = t * (_A4 * t**8 + _A3 * t**6 + _A2 * t**2 + _A1)
    return round(MIDDLE_X + UNIT * x), round(MIDDLE_Y - UNIT * y)

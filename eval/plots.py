"""Small plots as inline SVG: no library, no script, readable in print and in the dark.

A plot knows nothing of what it shows: points in, a string of SVG out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

WIDTH, HEIGHT = 360, 260
LEFT, RIGHT, TOP, BOTTOM = 46, 12, 12, 42
TICKS = 5

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a plot. `sizes`, when given, makes dots of that area beside the line."""

    points: Sequence[Point]
    name: str = ""
    sizes: Sequence[float] = ()
    steps: bool = False


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis from 0 to `most`; `unit` stands after every number."""

    label: str
    most: float = 1.0
    unit: str = ""


def plot(title: str, x: Axis, y: Axis, series: Sequence[Series], *, diagonal: bool = False) -> str:
    """Return a line plot as SVG; `title` is also what a screen reader says."""
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" class="plot">',
        f"<title>{escape(title)}</title>",
        *_grid(x, y),
    ]
    if diagonal:
        start, end = _at((0.0, 0.0), x, y), _at((x.most, y.most), x, y)
        parts.append(_line(start, end, "ideal"))
    for index, one in enumerate(series):
        parts += _series(one, x, y, index)
    parts.append("</svg>")
    return "\n".join(parts)


def cumulative(values: Sequence[float]) -> list[Point]:
    """Return the share of the values up to each value: what a step plot shows."""
    ordered = sorted(values)
    return [(0.0, 0.0)] + [(v, n / len(ordered)) for n, v in enumerate(ordered, start=1)]


def rounded_up(value: float) -> float:
    """Return a round number at least as large, for the end of an axis."""
    if value <= 0:
        return 1.0
    power = 1.0
    while power * 10 <= value:
        power *= 10
    while power > value:
        power /= 10
    return next(power * step for step in (1, 2, 2.5, 5, 10) if power * step >= value)


def _grid(x: Axis, y: Axis) -> list[str]:
    parts = []
    for tick in range(TICKS + 1):
        share = tick / TICKS
        across = _at((share * x.most, 0.0), x, y)
        up = _at((0.0, share * y.most), x, y)
        parts.append(_line((LEFT, up[1]), (WIDTH - RIGHT, up[1]), "grid"))
        parts.append(_text(across[0], HEIGHT - BOTTOM + 14, _short(share * x.most) + x.unit))
        parts.append(_text(LEFT - 5, up[1] + 4, _short(share * y.most) + y.unit, anchor="end"))
    parts.append(_line((LEFT, HEIGHT - BOTTOM), (WIDTH - RIGHT, HEIGHT - BOTTOM), "axis"))
    parts.append(_line((LEFT, TOP), (LEFT, HEIGHT - BOTTOM), "axis"))
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, x.label))
    middle = (TOP + HEIGHT - BOTTOM) / 2
    parts.append(
        f'<text x="12" y="{middle:.1f}" text-anchor="middle" '
        f'transform="rotate(-90 12 {middle:.1f})">{escape(y.label)}</text>'
    )
    return parts


def _series(one: Series, x: Axis, y: Axis, index: int) -> list[str]:
    if not one.points:
        return []
    points = _stepped(one.points) if one.steps else list(one.points)
    places = " ".join(f"{a:.1f},{b:.1f}" for a, b in (_at(p, x, y) for p in points))
    parts = [f'<polyline points="{places}" class="line line-{index % 4}"/>']
    for point, size in zip(one.points, one.sizes, strict=False):
        a, b = _at(point, x, y)
        radius = 2 + 6 * (size / max(one.sizes)) ** 0.5
        label = f"{point[0]:.2f}, {point[1]:.2f} ({size:g})"
        parts.append(
            f'<circle cx="{a:.1f}" cy="{b:.1f}" r="{radius:.1f}" class="dot dot-{index % 4}">'
            f"<title>{escape(label)}</title></circle>"
        )
    if one.name:
        end = WIDTH - RIGHT - 4
        parts.append(
            _text(end, HEIGHT - BOTTOM - 8 - 14 * index, one.name, "end", f"name-{index % 4}")
        )
    return parts


def _stepped(points: Sequence[Point]) -> list[Point]:
    stepped = [points[0]]
    for before, after in pairwise(points):
        stepped += [(after[0], before[1]), after]
    return stepped


def _at(point: Point, x: Axis, y: Axis) -> Point:
    across = LEFT + (WIDTH - LEFT - RIGHT) * min(point[0] / x.most, 1.0)
    up = HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * min(point[1] / y.most, 1.0)
    return across, up


def _line(start: Point, end: Point, kind: str) -> str:
    return (
        f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}" '
        f'class="{kind}"/>'
    )


def _text(x: float, y: float, words: str, anchor: str = "middle", kind: str = "tick") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{kind}">'
        f"{escape(words)}</text>"
    )


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")

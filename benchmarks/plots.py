"""Lines over logarithmic axes, as SVG: a few shapes, for which no library is worth its weight."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, MARGIN, LEGEND = 360, 280, 56, 20
COLOURS = ("#1f5fbf", "#c2570c", "#2d7a3e", "#8a3ab9")

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """A name and its points, all coordinates above 0."""

    name: str
    points: Sequence[Point]


@dataclass(frozen=True, slots=True)
class Panel:
    """A title and the lines below it, with axes of their own."""

    title: str
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Axis:
    """A logarithmic scale from one end of a panel to the other."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Where a value stands."""
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self) -> list[float]:
        """The powers of ten on the axis, or its ends where there are fewer than two."""
        exponents = range(math.ceil(math.log10(self.low)), math.floor(math.log10(self.high)) + 1)
        powers = [10.0**exponent for exponent in exponents]
        return powers if len(powers) > 1 else [self.low, self.high]


def plot(panels: Sequence[Panel]) -> str:
    """An SVG image of the panels side by side. Raises ValueError where a line has no points."""
    width = WIDTH * len(panels)
    shapes = [shape for number, panel in enumerate(panels) for shape in _panel(panel, WIDTH * number)]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" width="{width}" '
        f'height="{HEIGHT}" font-family="sans-serif" font-size="11"><rect width="100%" height="100%" '
        'fill="white"/>'
    )
    return "\n".join([head, *shapes, "</svg>", ""])


def _panel(panel: Panel, left: float) -> Iterator[str]:
    points = [point for line in panel.lines for point in line.points]
    across = _axis([x for x, _ in points], left + MARGIN, left + WIDTH - LEGEND)
    up = _axis([y for _, y in points], HEIGHT - MARGIN, MARGIN)
    yield _text(left + WIDTH / 2, LEGEND, panel.title, "middle")
    yield from _grid(across, up)
    for number, line in enumerate(panel.lines):
        yield from _line(line, COLOURS[number % len(COLOURS)], across, up)
        x = left + MARGIN + number * 100
        yield _text(x, HEIGHT - LEGEND, line.name, "start", COLOURS[number % len(COLOURS)])


def _axis(values: Sequence[float], start: float, end: float) -> Axis:
    low, high = min(values), max(values)
    return Axis(low, high if high > low else 10 * low, start, end)


def _grid(across: Axis, up: Axis) -> Iterator[str]:
    for value in across.ticks():
        x = across.at(value)
        yield f'<path d="M{x:.1f} {up.start:.1f}V{up.end:.1f}" stroke="#ddd"/>'
        yield _text(x, up.start + 16, f"{value:,.0f}", "middle")
    for value in up.ticks():
        y = up.at(value)
        yield f'<path d="M{across.start:.1f} {y:.1f}H{across.end:.1f}" stroke="#ddd"/>'
        yield _text(across.start - 6, y + 4, f"{value:,.0f}", "end")


def _line(line: Line, colour: str, across: Axis, up: Axis) -> Iterator[str]:
    places = [(across.at(x), up.at(y)) for x, y in line.points]
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    yield f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
    for x, y in places:
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>'


def _text(x: float, y: float, text: str, anchor: str, colour: str = "#333") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(text)}</text>'

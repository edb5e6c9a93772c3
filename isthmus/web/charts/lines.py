"""A line over time, with its range, and other lines to measure it by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from isthmus.web.charts import strokes
from isthmus.web.charts.drawing import Drawing
from isthmus.web.charts.scales import Scale, apart, ticks
from isthmus.web.pieces import DataTable


@dataclass(frozen=True)
class Line:
    """One line: points of (place on the x axis, figure); `low` and `high` give it a range."""

    name: str
    points: Sequence[tuple[float, float]]
    kind: str = "main"  # main, plan (dashed) or faint
    end_text: str = ""
    low: Sequence[float] = ()
    high: Sequence[float] = ()
    dots: bool = False


@dataclass(frozen=True)
class Mark:
    """A word under the x axis."""

    at: float
    text: str


@dataclass(frozen=True)
class _Frame:
    width: float
    height: float
    left: float
    right: float
    marks: int  # how many words fit under the axis


_WIDE = _Frame(680, 252, 48, 122, 7)
_NARROW = _Frame(330, 216, 40, 94, 4)
_TOP, _FOOT = 18, 26
_UNNAMED = 20
_CSS = {"main": "s-line", "plan": "s-plan", "faint": "s-faint"}


def line_chart(
    lines: Sequence[Line],
    marks: Sequence[Mark],
    write: Callable[[float], str],
    *,
    label: str,
    table: DataTable | None = None,
) -> Drawing:
    """Lines over a shared axis that starts at nothing; the first line is the one spoken of."""
    return Drawing(
        _draw(lines, marks, write, label, _WIDE), _draw(lines, marks, write, label, _NARROW), table
    )


def _draw(
    lines: Sequence[Line], marks: Sequence[Mark], write: Callable[[float], str], label: str, frame: _Frame
) -> str:
    if not any(line.name or line.end_text for line in lines):
        frame = replace(frame, right=_UNNAMED)
    figures = [y for line in lines for _, y in line.points] + [y for line in lines for y in line.high]
    lows = [y for line in lines for y in [*(y for _, y in line.points), *line.low]]
    steps = ticks(min(0.0, *lows) if lows else 0.0, max(figures, default=1.0), 3)
    places = [x for line in lines for x, _ in line.points]
    across = Scale(min(places, default=0), max(places, default=1), frame.left, frame.width - frame.right)
    up = Scale(steps[0], steps[-1], frame.height - _FOOT, _TOP)
    parts = [_grid(steps, up, write, frame), _axis(marks, across, frame)]
    for line in reversed(lines):
        parts.append(_one(line, across, up))
    parts.append(_ends(lines, across, up, frame))
    return strokes.svg(frame.width, frame.height, parts, label=label)


def _grid(steps: Sequence[float], up: Scale, write: Callable[[float], str], frame: _Frame) -> str:
    end = frame.width - frame.right
    return "".join(
        strokes.line(frame.left, up(step), end, up(step), "s-axis" if step == 0 else "s-grid")
        + strokes.text(frame.left - 6, up(step) + 4, write(step), "t-end")
        for step in steps
    )


def _axis(marks: Sequence[Mark], across: Scale, frame: _Frame) -> str:
    floor = frame.height - _FOOT
    every = max(-(-len(marks) // frame.marks), 1)
    shown = [mark for index, mark in enumerate(marks) if index % every == 0]
    return "".join(
        strokes.line(across(mark.at), floor, across(mark.at), floor + 4, "s-axis")
        + strokes.text(across(mark.at), floor + 17, mark.text, "t-mid")
        for mark in shown
    )


def _one(line: Line, across: Scale, up: Scale) -> str:
    points = [(across(x), up(y)) for x, y in line.points]
    if not points:
        return ""
    parts = ""
    if line.low and line.high:
        upper = [(across(x), up(y)) for (x, _), y in zip(line.points, line.high, strict=True)]
        lower = [(across(x), up(y)) for (x, _), y in zip(line.points, line.low, strict=True)]
        parts += strokes.area(upper, lower, "f-band")
    parts += strokes.trace(points, _CSS[line.kind]) if len(points) > 1 else ""
    shown = points if line.dots and len(points) <= 40 else points[-1:] if line.kind == "main" else []
    return parts + "".join(strokes.dot(x, y, 3 if line.dots else 4.5, "f-dot") for x, y in shown)


def _ends(lines: Sequence[Line], across: Scale, up: Scale, frame: _Frame) -> str:
    named = [line for line in lines if line.points and (line.name or line.end_text)]
    wanted = [up(line.points[-1][1]) for line in named]
    places = apart(wanted, 30, _TOP, frame.height - _FOOT - 14)
    x = frame.width - frame.right + 10
    return "".join(
        strokes.text(x, place + 1, line.end_text, "t-md t-strong" if line.kind == "main" else "t-md t-ink")
        + strokes.text(x, place + 14, strokes.shortened(line.name, frame.right - 6, 11))
        for line, place in zip(named, places, strict=True)
    )

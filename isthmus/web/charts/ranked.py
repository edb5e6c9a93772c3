"""One row per value of a dimension: a bar for an amount, a dot with its range for a rate."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

from isthmus.web.charts import strokes
from isthmus.web.charts.drawing import Drawing
from isthmus.web.charts.scales import Scale, ticks
from isthmus.web.pieces import DataTable

_ROW = 26
_TOP, _FOOT = 8, 26
_LETTER = 6.2  # about the width of a figure's letter under the axis


@dataclass(frozen=True)
class Ranked:
    """One row: its name, its figure and text, its range where there is one, and the address of its rows."""

    name: str
    value: float | None
    text: str
    low: float | None = None
    high: float | None = None
    href: str = ""
    faint: bool = False  # too few cases to be spoken of


@dataclass(frozen=True)
class _Frame:
    width: float
    names: float
    figures: float


_WIDE = _Frame(760, 176, 118)
_NARROW = _Frame(340, 112, 72)


def bars(rows: Sequence[Ranked], *, label: str, table: DataTable | None = None) -> Drawing:
    """A bar for each row, from nothing: lengths may be compared."""
    return Drawing(_bars(rows, label, _WIDE), _bars(rows, label, _NARROW), table)


def dots(
    rows: Sequence[Ranked],
    write: Callable[[float], str],
    *,
    label: str,
    table: DataTable | None = None,
    overall: float | None = None,
) -> Drawing:
    """A dot and its range for each row, and a line at the figure of all of them together."""
    return Drawing(
        _dots(rows, write, label, overall, _WIDE), _dots(rows, write, label, overall, _NARROW), table
    )


def _bars(rows: Sequence[Ranked], label: str, frame: _Frame) -> str:
    values = [row.value for row in rows if row.value is not None]
    across = _across(min(0.0, *values) if values else 0.0, max(0.0, *values) if values else 1.0, frame)
    zero = across(0)
    parts = []
    for index, row in enumerate(rows):
        y = _TOP + index * _ROW
        drawn = ""
        if row.value is not None:
            start, end = sorted((zero, across(row.value)))
            drawn = strokes.rect(start, y + 6, max(end - start, 1), 14, "f-accent f-mid")
        parts.append(_row(row, y, drawn, frame))
    height = _TOP + len(rows) * _ROW + 2
    parts.append(strokes.line(zero, _TOP, zero, height - 2, "s-axis"))
    return strokes.svg(frame.width, height, parts, label=label, group=True, css="ranked")


def _dots(
    rows: Sequence[Ranked], write: Callable[[float], str], label: str, overall: float | None, frame: _Frame
) -> str:
    values = [v for row in rows for v in (row.value, row.low, row.high, overall) if v is not None]
    steps = ticks(min(0.0, *values) if values else 0.0, max(values, default=1.0), 4)
    across = _across(steps[0], steps[-1], frame)
    floor = _TOP + len(rows) * _ROW
    # Each figure under the axis has its own room, else every second or third of them stands there.
    room = (max(len(write(step)) for step in steps) + 2) * _LETTER
    shown = steps[:: ceil(room / (across(steps[1]) - across(steps[0])))]
    parts = [
        strokes.line(across(step), _TOP, across(step), floor, "s-axis" if step == 0 else "s-grid")
        + strokes.text(across(step), floor + 17, write(step), "t-mid")
        for step in shown
    ]
    if overall is not None:
        parts.append(strokes.line(across(overall), _TOP, across(overall), floor, "s-plan"))
    for index, row in enumerate(rows):
        y = _TOP + index * _ROW
        parts.append(_row(row, y, _range(row, across, y + 13), frame))
    return strokes.svg(frame.width, floor + _FOOT, parts, label=label, group=True, css="ranked")


def _range(row: Ranked, across: Scale, y: float) -> str:
    drawn = ""
    if row.low is not None and row.high is not None:
        drawn += strokes.line(across(row.low), y, across(row.high), y, "s-range")
    if row.value is not None:
        drawn += strokes.dot(across(row.value), y, 4.5, "f-dot f-quiet" if row.faint else "f-dot")
    return drawn


def _row(row: Ranked, y: float, drawn: str, frame: _Frame) -> str:
    name = strokes.shortened(row.name, frame.names - 12)
    figure = "t-md t-end" if row.faint else "t-md t-end t-strong"
    inside = (
        strokes.rect(0, y, frame.width, _ROW, "f-hover", ' rx="4"')
        + strokes.text(frame.names - 12, y + 17, name, "t-ink t-md t-end")
        + drawn
        + strokes.text(frame.width - 4, y + 17, row.text, figure)
    )
    return strokes.anchor(row.href, inside, f"{row.name}: {row.text}") if row.href else inside


def _across(low: float, high: float, frame: _Frame) -> Scale:
    return Scale(low, high, frame.names, frame.width - frame.figures)

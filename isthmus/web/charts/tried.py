"""What was forecast for past periods, and what came: a bar for the range, a dot for the truth."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from isthmus.web.charts import strokes
from isthmus.web.charts.drawing import Drawing
from isthmus.web.charts.scales import Scale, ticks
from isthmus.web.pieces import DataTable


@dataclass(frozen=True)
class TriedPeriod:
    """One period: its name under the axis, the range and its middle, what came and how that is written."""

    name: str
    low: float
    middle: float
    high: float
    actual: float
    text: str


def tried_chart(
    periods: Sequence[TriedPeriod],
    write: Callable[[float], str],
    *,
    label: str,
    table: DataTable | None = None,
) -> Drawing:
    """The periods beside each other, the oldest first."""
    return Drawing(_draw(periods, write, label, 680, 240), _draw(periods, write, label, 330, 216), table)


def _draw(
    periods: Sequence[TriedPeriod], write: Callable[[float], str], label: str, width: float, height: float
) -> str:
    left, top, floor = 62.0, 12.0, height - 26
    steps = ticks(0.0, max((max(one.high, one.actual) for one in periods), default=1.0), 3)
    up = Scale(steps[0], steps[-1], floor, top)
    gap = (width - left - 8) / max(len(periods), 1)
    parts = [
        strokes.line(left, up(step), width - 8, up(step), "s-axis" if step == 0 else "s-grid")
        + strokes.text(left - 6, up(step) + 4, write(step), "t-end")
        for step in steps
    ]
    every = -(-len(periods) // 6) if width < 400 else 1
    for index, one in enumerate(periods):
        x = left + gap * (index + 0.5)
        half = min(gap * 0.28, 12)
        parts.append(
            strokes.rect(x - half, up(one.high), half * 2, up(one.low) - up(one.high), "f-band", ' rx="2"')
        )
        parts.append(strokes.line(x - half, up(one.middle), x + half, up(one.middle), "s-line"))
        inside = one.low <= one.actual <= one.high
        parts.append(strokes.dot(x, up(one.actual), 4.5, "f-ink" if inside else "f-bad"))
        if index % every == 0:
            parts.append(strokes.text(x, floor + 17, one.name, "t-mid"))
    return strokes.svg(width, height, parts, label=label)

"""How one total became another: each step a bar from where the last one ended."""

from collections.abc import Sequence
from dataclasses import dataclass

from isthmus.web.charts import strokes
from isthmus.web.charts.drawing import Drawing
from isthmus.web.charts.scales import Scale
from isthmus.web.pieces import DataTable

_ROW, _TOP = 26, 4
_FILLS = {"total": "f-quiet", "up": "f-accent f-mid", "down": "f-bad", "won": "f-good"}


@dataclass(frozen=True)
class Step:
    """One step: `value` is signed; `kind` is total (from nothing), up, down or won; `href` opens its rows."""

    name: str
    value: float
    text: str
    kind: str
    href: str = ""


def steps_chart(steps: Sequence[Step], *, label: str, table: DataTable | None = None) -> Drawing:
    """The steps beneath each other, on one scale from nothing."""
    return Drawing(_draw(steps, label, 520, 128, 92), _draw(steps, label, 330, 112, 84), table)


def _draw(steps: Sequence[Step], label: str, width: float, names: float, figures: float) -> str:
    spans = _spans(steps)
    most = max((max(span) for span in spans), default=0.0) or 1.0
    across = Scale(0.0, most, names, width - figures)
    parts = []
    for index, (step, (start, end)) in enumerate(zip(steps, spans, strict=True)):
        y = _TOP + index * _ROW
        left, right = sorted((across(start), across(end)))
        inside = (
            strokes.text(names - 10, y + 17, strokes.shortened(step.name, names - 12), "t-ink t-md t-end")
            + strokes.rect(left, y + 5, max(right - left, 1.5), 16, _FILLS[step.kind])
            + strokes.text(width - 4, y + 17, step.text, "t-md t-end t-strong")
        )
        if step.href:
            hover = strokes.rect(0, y, width, _ROW, "f-hover", ' rx="4"')
            inside = strokes.anchor(step.href, hover + inside, f"{step.name}: {step.text}")
        parts.append(inside)
        if index + 1 < len(steps):
            parts.append(strokes.line(across(end), y + 5, across(end), y + _ROW + 21, "s-grid"))
    opens = any(step.href for step in steps)
    css = "ranked" if opens else ""
    return strokes.svg(width, _TOP + len(steps) * _ROW + 4, parts, label=label, group=opens, css=css)


def _spans(steps: Sequence[Step]) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    level = 0.0
    for step in steps:
        start = 0.0 if step.kind == "total" else level
        level = start + step.value
        found.append((start, level))
    return found

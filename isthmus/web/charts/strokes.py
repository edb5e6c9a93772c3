"""The few SVG elements that charts are made of. Every text is escaped here."""

from collections.abc import Iterable, Sequence

from django.utils.html import escape

Point = tuple[float, float]


def svg(
    width: float, height: float, parts: Iterable[str], *, label: str, group: bool = False, css: str = ""
) -> str:
    """A drawing with its spoken label; `group` where it holds links of its own."""
    role = "group" if group else "img"
    kind = f' class="{css}"' if css else ""
    head = f'<svg{kind} viewBox="0 0 {_n(width)} {_n(height)}" role="{role}" aria-label="{escape(label)}">'
    return head + "".join(parts) + "</svg>"


def text(x: float, y: float, words: str, css: str = "") -> str:
    """Words whose baseline starts at a point; `css` may move the anchor (t-end, t-mid)."""
    kind = f' class="{css}"' if css else ""
    return f'<text{kind} x="{_n(x)}" y="{_n(y)}">{escape(words)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, css: str) -> str:
    """A straight line."""
    return f'<line class="{css}" x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}"/>'


def rect(x: float, y: float, width: float, height: float, css: str, extra: str = "") -> str:
    """A filled rectangle."""
    size = f'width="{_n(max(width, 0))}" height="{_n(max(height, 0))}"'
    return f'<rect class="{css}" x="{_n(x)}" y="{_n(y)}" {size}{extra}/>'


def dot(x: float, y: float, radius: float, css: str) -> str:
    """A disc."""
    return f'<circle class="{css}" cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}"/>'


def trace(points: Sequence[Point], css: str) -> str:
    """A broken line through points."""
    return f'<path class="{css}" d="{_moves(points)}"/>'


def area(upper: Sequence[Point], lower: Sequence[Point], css: str) -> str:
    """The surface between two broken lines of equal x."""
    return f'<path class="{css}" d="{_moves([*upper, *reversed(lower)])}Z"/>'


def anchor(href: str, inside: str, label: str, *, focusable: bool = True) -> str:
    """A link around a part of a drawing."""
    quiet = "" if focusable else ' tabindex="-1"'
    return f'<a href="{escape(href)}" aria-label="{escape(label)}"{quiet}>{inside}</a>'


def shortened(words: str, width: float, size: float = 12) -> str:
    """Words cut to what fits, with an ellipsis: a drawing cannot wrap them."""
    fits = max(int(width / (size * 0.53)), 1)
    return words if len(words) <= fits else words[: max(fits - 1, 1)].rstrip() + "…"


def _moves(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points)


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")

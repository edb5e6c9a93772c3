"""The chart and the table of a metric's answer."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from isthmus.metrics.question import Answer, Condition, Row
from isthmus.web import figures, formats
from isthmus.web.charts.drawing import Drawing
from isthmus.web.charts.lines import Line, Mark, line_chart
from isthmus.web.charts.ranked import Ranked, bars, dots
from isthmus.web.explore.addresses import rows_address, where_key
from isthmus.web.explore.finding import FEW
from isthmus.web.naming import group_text
from isthmus.web.pieces import Cell, DataTable

MOST_ROWS = 24


def chart_of(answer: Answer, href_of: Callable[[Row], str], *, by_time: bool, label: str) -> Drawing | None:
    """A line over time, dots with ranges for rates, bars for amounts. Nothing without a dimension."""
    known = [row for row in answer.rows if row.value is not None]
    if not answer.by or not known:
        return None
    if by_time and len(answer.by) == 1:
        return _line(answer, known, label)
    ranked = [_ranked(answer, row, href_of(row)) for row in answer.rows[:MOST_ROWS]]
    if answer.interval:
        overall = answer.total.value
        return dots(ranked, _writer(answer), label=label, overall=None if overall is None else float(overall))
    return bars(ranked, label=label)


def table_of(answer: Answer, href_of: Callable[[Row], str]) -> DataTable:
    """Every figure with its range and how many it was counted from; each figure opens its rows."""
    ranged = bool(answer.interval)
    columns = [" · ".join(answer.by_labels) or _("All"), str(answer.label)]
    columns += [_("95% range")] if ranged else []
    columns += [_count_title(answer)] if answer.unit != "count" else [_("Share")]
    rows = [_row(answer, row, href_of(row), ranged=ranged) for row in answer.rows] if answer.by else []
    foot = _row(answer, answer.total, href_of(Row()), ranged=ranged)
    return DataTable(columns, rows, foot, str(answer.label))


def href_of_rows(
    answer: Answer, where: Sequence[Condition], kept: dict[str, str], anchor: str | None
) -> Callable[[Row], str]:
    """For each row of the answer, the address of the rows behind its figure."""

    def href(row: Row) -> str:
        own = tuple(where_key(dim, key) for dim, key in zip(answer.by, row.keys, strict=False))
        others = tuple(c for c in where if c.dim not in {own_c.dim for own_c in own})
        return rows_address(answer.metric, kept, where=(*others, *own), anchor=anchor)

    return href


def _line(answer: Answer, rows: Sequence[Row], label: str) -> Drawing:
    ordered = sorted(rows, key=lambda row: str(row.keys[0]))
    marks = [Mark(float(at), group_text(answer, row)) for at, row in enumerate(ordered)]
    placed = list(enumerate(ordered))
    lines = [_one_line([place for place in placed if not place[1].before_cut], "main")]
    if answer.cut is not None:
        # No line leads across the day since which outcomes are recorded.
        lines.append(_one_line([place for place in placed if place[1].before_cut], "faint"))
    return line_chart(lines, marks, _writer(answer), label=label)


def _one_line(placed: Sequence[tuple[int, Row]], kind: str) -> Line:
    rows = [row for _at, row in placed]
    ranged = all(row.low is not None and row.high is not None for row in rows)
    return Line(
        "",
        [(float(at), float(row.value or 0)) for at, row in placed],
        kind,
        low=[float(row.low or 0) for row in rows] if ranged else (),
        high=[float(row.high or 0) for row in rows] if ranged else (),
        dots=True,
    )


def _ranked(answer: Answer, row: Row, href: str) -> Ranked:
    return Ranked(
        group_text(answer, row),
        None if row.value is None else float(row.value),
        figures.write_short(row.value, answer.unit, answer.currency),
        None if row.low is None else float(row.low),
        None if row.high is None else float(row.high),
        href,
        faint=bool(answer.interval) and row.n < FEW,
    )


def _writer(answer: Answer) -> Callable[[float], str]:
    return lambda value: figures.write_axis(value, answer.unit, answer.currency)


def _row(answer: Answer, row: Row, href: str, *, ranged: bool) -> list[Cell]:
    name = group_text(answer, row) or _("All")
    if row.before_cut:
        name += " *"
    cells = [
        Cell(name, num=False),
        Cell(figures.write(row.value, answer.unit, answer.currency), href if row.n else ""),
    ]
    if ranged:
        cells.append(Cell(figures.write_range(row, answer.unit, answer.currency) or formats.NOTHING))
    if answer.unit == "count":
        whole = answer.total.value
        share = float(row.value or 0) / float(whole) if whole else None
        cells.append(Cell(formats.percent(share)))
    else:
        cells.append(Cell(_cases(answer, row)))
    return cells


def _count_title(answer: Answer) -> str:
    return _("Cases") if answer.unit in ("share", "seconds", "number", "hours", "days") else _("Counted from")


def _cases(answer: Answer, row: Row) -> str:
    if answer.unit == "share" and row.numerator is not None:
        return _("%(hits)s of %(n)s") % {"hits": formats.number(row.numerator), "n": formats.number(row.n)}
    return formats.number(row.n)

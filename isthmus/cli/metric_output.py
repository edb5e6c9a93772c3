"""How the command line prints answers: a table for people, CSV and JSON for programs."""

import csv
import dataclasses
import json
import sys
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from isthmus.cli.words import _

if TYPE_CHECKING:
    from isthmus.metrics.question import Answer, Question, Row, RowsPage

_ROW_FIELDS = (
    "at", "kind", "worth", "lead_id", "deal_id", "order_id", "subject", "account_id", "channel", "fact_id",
)  # fmt: skip


def print_answer(answer: "Answer", form: str) -> None:
    """The figures; the total is the last line, and in JSON a field of its own."""
    if form == "json":
        _print_json(dataclasses.asdict(answer))
    elif form == "csv":
        _print_csv(answer)
    else:
        _print_table(answer)


def print_rows(page: "RowsPage", form: str) -> None:
    """The rows behind a figure and the place to go on from."""
    if form == "json":
        _print_json(dataclasses.asdict(page))
        return
    lines = [[_plain(getattr(row, field)) for field in _ROW_FIELDS] for row in page.rows]
    if form == "csv":
        writer = csv.writer(sys.stdout)
        writer.writerow(_ROW_FIELDS)
        writer.writerows(lines)
    elif lines:
        _print_columns([list(_ROW_FIELDS), *lines], numbers=range(2, 8))
    else:
        click.echo(_("There are no rows."))
    if page.next:
        click.echo(_("More rows: add --after %s") % page.next, err=True)


def print_explanation(question: "Question") -> None:
    """What the number means, how it is counted, and the SQL that does it."""
    from isthmus.metrics.queries import explain

    found = explain(question)
    lines = [
        (_("Metric"), f"{found.name} ({found.label})"),
        (_("Says"), found.sentence),
        (_("Owner"), found.owner),
        (_("Unit"), found.unit),
        (_("Dated by"), found.anchor),
        (_("Reads"), ", ".join(found.kinds)),
        (_("Interval"), found.interval or _("none: it is a count or a sum")),
    ]
    width = max(len(label) for label, _value in lines)
    for label, value in lines:
        click.echo(f"{label.ljust(width)}  {value}")
    click.echo(f"\n{found.contract}\n")
    click.echo(found.sql)


def _print_table(answer: "Answer") -> None:
    heads = [
        *answer.by_labels,
        _figure_head(answer),
        *([_("95 % interval")] if answer.interval else []),
        _("rows"),
    ]
    lines = [heads]
    for row in answer.rows:
        labels = list(row.labels)
        if row.before_cut:
            labels[-1] += " *"
        lines.append([*labels, *_cells(answer, row)])
    total = [_("Total"), *[""] * (len(answer.by_labels) - 1)] if answer.by else []
    lines.append([*total, *_cells(answer, answer.total)])
    first_number = len(answer.by_labels)
    _print_columns(lines, numbers=range(first_number, len(heads)))
    if answer.groups > len(answer.rows):
        click.echo(
            _("%(shown)d of %(all)d groups are shown; the total counts them all.")
            % {"shown": len(answer.rows), "all": answer.groups}
        )
    if answer.cut is not None and any(row.before_cut for row in answer.rows):
        click.echo(_("* begins before %s.") % answer.cut.since)
    for note in answer.notes:
        click.echo(f"• {note}")


def _print_csv(answer: "Answer") -> None:
    writer = csv.writer(sys.stdout)
    writer.writerow([*answer.by, *(f"{name}_label" for name in answer.by), "value", "low", "high", "n"])
    for row in answer.rows if answer.by else [answer.total]:
        cells = [_plain(value) for value in (row.value, row.low, row.high, row.n)]
        writer.writerow([*(_plain(key) for key in row.keys), *row.labels, *cells])
    for note in answer.notes:
        click.echo(note, err=True)


def _figure_head(answer: "Answer") -> str:
    unit = answer.currency or answer.unit
    return answer.label if unit in ("count", "share") else f"{answer.label}, {unit}"


def _cells(answer: "Answer", row: "Row") -> list[str]:
    cells = [_shown(answer, row.value)]
    if answer.interval:
        known = row.low is not None
        cells.append(f"{_shown(answer, row.low)} – {_shown(answer, row.high)}" if known else "—")
    return [*cells, f"{row.n:,}"]


def _shown(answer: "Answer", value: Any) -> str:
    if value is None:
        return "—"
    if answer.unit == "share":
        return f"{100 * value:.2f} %"
    if answer.unit == "count":
        return f"{value:,}"
    return f"{value:,.2f}" if answer.currency else f"{value:,.1f}"


def _print_columns(lines: Sequence[Sequence[str]], numbers: Sequence[int]) -> None:
    widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
    for line in lines:
        cells = [
            cell.rjust(widths[at]) if at in numbers else cell.ljust(widths[at])
            for at, cell in enumerate(line)
        ]
        click.echo("  ".join(cells).rstrip())


def _print_json(value: dict[str, Any]) -> None:
    click.echo(json.dumps(value, default=_plain, ensure_ascii=False, indent=2))


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)

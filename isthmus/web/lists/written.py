"""Rows and choices of a list as HTML, joined here: a template's loop costs four times as much (measured)."""

from collections.abc import Container, Iterable, Sequence
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from isthmus.web import formats
from isthmus.web.escaping import escaped
from isthmus.web.lists.columns import Column


def table_rows(
    rows: Iterable[Any],
    columns: Sequence[Column],
    cells: str = "",
    changeable: Container[int] = (),
    picks: bool = False,
) -> SafeString:
    """The rows of a table: the first cell of each is its heading, the others carry their column's name.

    Of `changeable` rows (their ids) cells with a field are buttons; `cells` begins their addresses. With
    `picks` they can be chosen, too.
    """
    heading, *others = columns
    openings = [(column, _opening(column)) for column in others]
    lines = []
    for row in rows:
        pick = _pick(row, heading, row.pk in changeable) if picks else ""
        lines.append(f'<tr>{pick}<th scope="row">{escaped(heading.show(row))}</th>')
        for column, opening in openings:
            cell = column.show(row)
            empty = " data-empty" if cell == formats.NOTHING else ""
            if column.field and row.pk in changeable:
                cell = cell_button(f"{cells}{row.pk}/{column.key}/", cell)
            lines.append(f"{opening}{empty}>{escaped(cell)}</td>")
        lines.append("</tr>\n")
    return mark_safe("".join(lines))  # noqa: S308


def cell_button(address: str, shown: str, state: str = "") -> SafeString:
    """A cell that can be changed; `state` is saved just after."""
    # One cell of a table is reached by Tab, the others from it by arrows: fifty rows are no fifty stops.
    kind = f' data-state="{state}"' if state else ""
    opening = f'<button class="cell" type="button" tabindex="-1" data-cell="{escaped(address)}"{kind}>'
    return mark_safe(f"{opening}{escaped(shown)}</button>")  # noqa: S308


def _pick(row: Any, heading: Column, may_change: bool) -> str:
    if not may_change:
        return '<td class="check"></td>'
    text = _("Choose %(name)s") % {"name": heading.value(row) or row}
    box = f'<input type="checkbox" data-pick value="{row.pk}" aria-label="{escaped(text)}">'
    return f'<td class="check">{box}</td>'


def checkboxes(name: str, options: Iterable[tuple[str, str]], chosen: Sequence[str]) -> SafeString:
    """A checkbox for each value of a filter."""
    opening = f'<label class="choice"><input type="checkbox" name="{escaped(name)}" value="'
    return mark_safe(  # noqa: S308
        "".join(
            f'{opening}{escaped(value)}"{" checked" if value in chosen else ""}> {escaped(text)}</label>'
            for value, text in options
        )
    )


def _opening(column: Column) -> str:
    kind = ' class="num"' if column.num else ""
    return f'<td data-label="{escaped(column.label)}"{kind}'

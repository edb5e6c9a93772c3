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
    drawn = [(column.show, _opening(column), *_around(column, cells)) for column in others]
    choose, heading_value = _("Choose %(name)s"), heading.value
    lines = []
    for row in rows:
        pk: int = row.pk
        may_change = pk in changeable
        pick = _pick(pk, choose % {"name": heading_value(row) or row}, may_change) if picks else ""
        lines.append(f'<tr>{pick}<th scope="row">{escaped(heading.show(row))}</th>')
        for show, opening, before, after in drawn:
            cell = show(row)
            empty = " data-empty" if cell == formats.NOTHING else ""
            written = escaped(cell)
            if before and may_change:
                written = f"{before}{pk}{after}{written}</button>"
            lines.append(f"{opening}{empty}>{written}</td>")
        lines.append("</tr>\n")
    return mark_safe("".join(lines))  # noqa: S308


def cell_button(address: str, shown: str, state: str = "") -> SafeString:
    """A cell that can be changed; `state` is saved just after."""
    return mark_safe(f"{_button(address, state)}{escaped(shown)}</button>")  # noqa: S308


def _button(address: str, state: str = "") -> str:
    # One cell of a table is reached by Tab, the others from it by arrows: fifty rows are no fifty stops.
    kind = f' data-state="{state}"' if state else ""
    return f'<button class="cell" type="button" tabindex="-1" data-cell="{escaped(address)}"{kind}>'


def _around(column: Column, cells: str) -> tuple[str, str]:
    """What stands before and after a row's id where its cell begins as a button; nothing where it is none."""
    if not column.field:
        return "", ""
    before, after = _button(f"{cells}\0/{column.key}/").split("\0")
    return before, after


def _pick(pk: int, text: str, may_change: bool) -> str:
    if not may_change:
        return '<td class="check"></td>'
    box = f'<input type="checkbox" data-pick value="{pk}" aria-label="{escaped(text)}">'
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

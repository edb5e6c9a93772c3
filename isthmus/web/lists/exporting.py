"""A list as a file, streamed: CSV whose cells cannot become formulas, an Excel workbook, Parquet."""

import csv
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone, translation

from isthmus.core.money import Money
from isthmus.web.lists import keyset
from isthmus.web.lists.asked import Asked, with_related
from isthmus.web.lists.columnar import parquet
from isthmus.web.lists.columns import Column
from isthmus.web.lists.workbook import workbook

# A spreadsheet takes a cell that begins so for a formula; the full-width forms too, in some languages.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
Pieces = Iterator[str] | Iterator[bytes]
Chunks = Iterator[list[list[Any]]]


def as_file(asked: Asked, wanted: "array[int]", form: str) -> StreamingHttpResponse:
    """Rows of a list, by their ids, as a download, columns as shown. `form` is a key of FORMS."""
    kind, write = FORMS[form]
    columns = asked.exported
    response = StreamingHttpResponse(write(columns, _chunks(asked, wanted, columns)), content_type=kind)
    name = f"{asked.spec.name}-{timezone.localdate().isoformat()}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def safe(value: Any) -> str | int | float | Decimal:
    """A value as a cell: texts that a spreadsheet would compute get an apostrophe in front."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float | Decimal):
        return value
    if isinstance(value, Money):
        return value.amount
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    return f"'{text}" if text.lstrip(" \"'").startswith(_FORMULA) or text.startswith(_FORMULA) else text


def _chunks(asked: Asked, wanted: "array[int]", columns: Sequence[Column]) -> Chunks:
    """Ids and values, a thousand rows at a time, in the reader's zone and language.

    The response is sent after the middleware is through, so both are set again here.
    """
    zone, language = timezone.get_current_timezone(), translation.get_language() or "en"
    rows = with_related(asked.spec.rows(asked.actor), columns)

    def read() -> Chunks:
        for chunk in keyset.chunks(rows, wanted):
            with timezone.override(zone), translation.override(language):
                asked.spec.prepare(chunk)
                values = [[row.pk, *(column.value(row) for column in columns)] for row in chunk]
            yield values

    return read()


class _Line:
    """What a csv writer writes to: it hands the line on."""

    def write(self, line: str) -> str:
        return line


def _csv(columns: Sequence[Column], chunks: Chunks) -> Iterator[str]:
    zone, writer = timezone.get_current_timezone(), csv.writer(_Line())
    heads = ["id", *(str(column.label) for column in columns)]

    def lines() -> Iterator[str]:
        yield "\ufeff" + writer.writerow(heads)
        for chunk in chunks:
            with timezone.override(zone):
                written = [writer.writerow([safe(value) for value in row]) for row in chunk]
            yield "".join(written)

    return lines()


def _xlsx(columns: Sequence[Column], chunks: Chunks) -> Iterator[bytes]:
    zone = timezone.get_current_timezone()

    def cell(value: Any) -> Any:
        if isinstance(value, Money):
            return value.amount
        return value.astimezone(zone).replace(tzinfo=None) if isinstance(value, datetime) else _plain(value)

    heads = ["id", *(str(column.label) for column in columns)]
    return workbook(heads, ([cell(value) for value in row] for row in chain.from_iterable(chunks)))


def _parquet(columns: Sequence[Column], chunks: Chunks) -> Iterator[bytes]:
    def cell(column: Column | None, value: Any) -> Any:
        if isinstance(value, Money):
            return value.amount
        return value if column is None or column.kind != "text" or value is None else str(value)

    kinds = (None, *columns)
    rows = chain.from_iterable(chunks)
    return parquet(columns, ([cell(*pair) for pair in zip(kinds, row, strict=True)] for row in rows))


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool | int | float | Decimal | date | None) else str(value)


FORMS: Mapping[str, tuple[str, Callable[[Sequence[Column], Chunks], Pieces]]] = {
    "csv": ("text/csv; charset=utf-8", _csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
    "parquet": ("application/vnd.apache.parquet", _parquet),
}

"""A list as a CSV file, streamed: cells cannot become formulas in a spreadsheet."""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone, translation

from isthmus.core.money import Money
from isthmus.web.lists import keyset
from isthmus.web.lists.asked import Asked

# A spreadsheet takes a cell that begins so for a formula; the full-width forms too, in some languages.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def as_csv(asked: Asked, request: HttpRequest) -> StreamingHttpResponse:
    """The rows of a list as a download, in the order shown, columns as shown."""
    zone, language = timezone.get_current_timezone(), translation.get_language() or "en"
    response = StreamingHttpResponse(_lines(asked, zone, language), content_type="text/csv; charset=utf-8")
    name = f"{asked.spec.name}-{timezone.localdate().isoformat()}.csv"
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


class _Line:
    """What a csv writer writes to: it hands the line on."""

    def write(self, line: str) -> str:
        return line


def _lines(asked: Asked, zone: Any, language: str) -> Iterator[str]:
    # The response is sent after the middleware is through, so its zone and language are set again here.
    writer = csv.writer(_Line())
    columns = asked.exported
    with timezone.override(zone), translation.override(language):
        heads = [str(column.label) for column in columns]
    yield "\ufeff" + writer.writerow(["id", *heads])
    for rows in keyset.chunks(asked.loaded(columns), asked.order):
        asked.spec.prepare(rows)
        with timezone.override(zone), translation.override(language):
            lines = [
                writer.writerow([row.pk, *(safe(column.value(row)) for column in columns)]) for row in rows
            ]
        yield "".join(lines)

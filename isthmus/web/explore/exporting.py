"""A metric's figures as files: CSV for spreadsheets, JSON for programs."""

import csv
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from isthmus.core.refusals import InvalidInput, NotPermitted, Refusal
from isthmus.metrics import queries
from isthmus.metrics.catalogue import catalogue
from isthmus.metrics.question import Answer, Row
from isthmus.web.access import actor_of, needs
from isthmus.web.explore.asking import asked_by


@needs("metrics.view")
def as_csv(request: HttpRequest, metric: str) -> HttpResponse:
    """One line for each group, figures unrounded, then the line of all of them."""
    answer = _answer(request, metric)
    if isinstance(answer, HttpResponse):
        return answer
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{metric}.csv"'
    writer = csv.writer(response)
    writer.writerow([*answer.by, "value", "low", "high", "n", "numerator", "denominator"])
    for row in answer.rows if answer.by else []:
        writer.writerow([*(_safe(label) for label in row.labels), *_figures(row)])
    writer.writerow([*(_("All") for _dimension in answer.by), *_figures(answer.total)])
    return response


@needs("metrics.view")
def as_json(request: HttpRequest, metric: str) -> HttpResponse:
    """The whole answer: figures, definition, notes and SQL."""
    answer = _answer(request, metric)
    if isinstance(answer, HttpResponse):
        return answer
    return JsonResponse(
        {
            "metric": answer.metric,
            "label": str(answer.label),
            "sentence": answer.sentence,
            "unit": answer.unit,
            "currency": answer.currency,
            "by": list(answer.by),
            "interval": answer.interval,
            "rows": [_plain(row) for row in answer.rows] if answer.by else [],
            "total": _plain(answer.total),
            "notes": [str(note) for note in answer.notes],
            "sql": answer.sql,
        }
    )


def _answer(request: HttpRequest, metric: str) -> Answer | HttpResponse:
    """The answer, or the response that says why there is none."""
    if metric not in catalogue():
        return _refused(_("There is no metric of this name."), 404)
    try:
        return queries.ask(asked_by(request, metric).question(actor_of(request)))
    except InvalidInput as refusal:
        return _refused(str(refusal), 422)
    except NotPermitted as refusal:
        return _refused(str(refusal), 403)
    except Refusal as refusal:
        return _refused(str(refusal), 409)


def _refused(sentence: str, status: int) -> HttpResponse:
    return HttpResponse(sentence + "\n", status=status, content_type="text/plain; charset=utf-8")


def _figures(row: Row) -> list[Any]:
    return [row.value, row.low, row.high, row.n, row.numerator, row.denominator]


def _safe(label: str) -> str:
    """A label that no spreadsheet takes for a formula."""
    return f"'{label}" if label.startswith(("=", "+", "-", "@", "\t", "\r")) else label


def _plain(row: Row) -> dict[str, Any]:
    named = zip(("value", "low", "high", "n", "numerator", "denominator"), _figures(row), strict=True)
    figures = {name: str(value) if isinstance(value, Decimal) else value for name, value in named}
    return {"keys": list(row.keys), "labels": list(row.labels), **figures}

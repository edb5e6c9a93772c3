"""The catalogue and the page of a metric."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus.core import clock
from isthmus.core.refusals import InvalidInput, NotFound, NotPermitted, Refusal
from isthmus.metrics import queries
from isthmus.metrics.catalogue import Metric, catalogue
from isthmus.metrics.question import Answer, Question
from isthmus.metrics.refusals import CannotBeKnown
from isthmus.web import figures, formats
from isthmus.web.access import actor_of, needs
from isthmus.web.explore import controls
from isthmus.web.explore.addresses import metric_address, rows_address
from isthmus.web.explore.asking import Asked, asked_by, with_territory
from isthmus.web.explore.cutting import cut_periods
from isthmus.web.explore.drawing import chart_of, href_of_rows, table_of
from isthmus.web.explore.finding import finding
from isthmus.web.filters import changed_query, filters_of, kept_parts

REFUSAL_STATUS = {InvalidInput: 422, NotPermitted: 403, NotFound: 404, CannotBeKnown: 200}


@dataclass(frozen=True)
class Entry:
    """A metric in the catalogue with its figure of the window, or why it has none."""

    metric: Metric
    href: str
    rows: str
    figure: str
    range: str = ""
    refusal: str = ""


@needs("metrics.view")
def catalogue_page(request: HttpRequest) -> HttpResponse:
    """Every metric with its sentence and its figure in the window."""
    filters = filters_of(request, clock.now(), request.company.zone)  # type: ignore[attr-defined]
    actor, kept = actor_of(request), kept_parts(request.GET)
    where = with_territory((), filters)
    metrics = list(catalogue().values())
    asked = [Question(metric=m.name, window=filters.window, actor=actor, where=where) for m in metrics]
    entries = [
        _entry(metric, answer, kept) for metric, answer in zip(metrics, queries.ask_many(asked), strict=True)
    ]
    return render(request, "explore/catalogue.html", {"entries": entries})


@needs("metrics.view")
def go(request: HttpRequest) -> HttpResponse:
    """Turn the page's form into the address of a question."""
    metric = request.GET.get("metric", "")
    parts = list(kept_parts(request.GET).items())
    parts += [("by", name) for name in dict.fromkeys(request.GET.getlist("by")) if name]
    parts += [("where", text) for text in request.GET.getlist("where") if text]
    dimension, value = request.GET.get("filter", ""), request.GET.get("value", "").strip()
    if dimension:
        sign = request.GET.get("sign", "=")
        parts.append(("where", f"{dimension}{sign if sign in ('=', '!=', '<=', '>=') else '='}{value}"))
    if request.GET.get("anchor"):
        parts.append(("anchor", request.GET["anchor"]))
    if metric not in catalogue():
        return redirect("explore")
    return redirect(f"{reverse('metric', args=[metric])}?{urlencode(parts)}")


@needs("metrics.view")
def metric_page(request: HttpRequest, metric: str) -> HttpResponse:
    """One metric: its figure, split and filtered as asked, with the way down to its rows."""
    if metric not in catalogue():
        return _refused(
            request, catalogue()["leads"], NotFound(_("There is no such metric. Choose one below.")), None
        )
    try:
        asked = asked_by(request, metric)
    except InvalidInput as refusal:
        return _refused(request, catalogue()[metric], refusal, None)
    try:
        answer = queries.ask(asked.question(actor_of(request)))
    except Refusal as refusal:
        return _refused(request, asked.metric, refusal, asked)
    return render(request, "explore/metric.html", _context(request, asked, answer))


def _context(request: HttpRequest, asked: Asked, answer: Answer) -> dict[str, Any]:
    known = controls.all_dimensions()
    by_time = bool(answer.by) and known[answer.by[0]].kind == "time"
    found = finding(answer, by_time=by_time)
    href_of = href_of_rows(answer, asked.where, asked.kept, asked.anchor)
    return _frame(request, asked.metric, asked, known) | {
        "answer": answer,
        "finding": found,
        "chart": chart_of(answer, href_of, by_time=by_time, label=found),
        "table": table_of(answer, href_of),
        "rows_href": rows_address(asked.metric.name, asked.kept, where=asked.where, anchor=asked.anchor),
        "exports": {
            form: reverse(f"metric-{form}", args=[asked.metric.name]) + _whole_query(request)
            for form in ("csv", "json")
        },
        "notes": [*_legend(answer), *cut_periods(answer, asked.filters), *answer.notes],
        "hidden_rows": max(answer.groups - len(answer.rows), 0),
    }


def _legend(answer: Answer) -> list[str]:
    if answer.cut is None or not any(row.before_cut for row in answer.rows):
        return []
    return [_("* begins before %(day)s.") % {"day": formats.day(answer.cut.since)}]


def _frame(request: HttpRequest, metric: Metric, asked: Asked | None, known: Any) -> dict[str, Any]:
    """What the page shows whether or not there is a figure."""
    by = [*(asked.by if asked else ()), "", ""][:2]
    return {
        "metric": metric,
        "metrics": list(catalogue().values()),
        "dimension_groups": controls.grouped(known),
        "by": by,
        "where": request.GET.getlist("where"),
        "anchor": request.GET.get("anchor", ""),
        "kept": kept_parts(request.GET),
        "chips": controls.chips(asked, request.GET, known) if asked else [],
        "anchors": controls.anchors(asked, request.GET) if asked else [],
        "trade": {"marketing": "marketing", "sales": "sales", "shared": "crossing"}[metric.owner],
    }


def _refused(request: HttpRequest, metric: Metric, refusal: Refusal, asked: Asked | None) -> HttpResponse:
    context = _frame(request, metric, asked, controls.all_dimensions()) | {
        "refusal": str(refusal),
        "unknowable": isinstance(refusal, CannotBeKnown),
    }
    if isinstance(refusal, CannotBeKnown) and refusal.cut is not None:
        since = refusal.cut.since
        context["from_then"] = formats.day(since)
        context["from_then_href"] = changed_query(
            request.GET, window=None, since=since.isoformat(), until=_until(asked, since)
        )
    return render(request, "explore/metric.html", context, status=REFUSAL_STATUS.get(type(refusal), 409))


def _until(asked: Asked | None, since: date) -> str | None:
    """The end of the window asked for, where days are left before it."""
    window = asked.filters if asked is not None else None
    if window is None or window.name == "all" or window.until <= since.isoformat():
        return None
    return window.until


def _entry(metric: Metric, answer: Answer | Refusal, kept: dict[str, str]) -> Entry:
    href = metric_address(metric.name, kept, by=("month",))
    if isinstance(answer, Refusal):
        return Entry(metric, href, "", "", refusal=str(answer))
    return Entry(
        metric,
        href,
        rows_address(metric.name, kept) if answer.total.n else "",
        figures.write(answer.total.value, answer.unit, answer.currency),
        figures.write_range(answer.total, answer.unit, answer.currency),
    )


def _whole_query(request: HttpRequest) -> str:
    written = request.GET.urlencode()
    return f"?{written}" if written else ""

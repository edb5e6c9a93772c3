"""The addresses of figures: the catalogue, one metric, the rows behind it."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from ninja import NinjaAPI

from isthmus.api import describing_figures as describing
from isthmus.api.answers import answer, with_errors
from isthmus.api.callers import actor_of
from isthmus.api.filters import refuse_unknown
from isthmus.core import clock, inputs
from isthmus.core.refusals import InvalidInput, NotPermitted
from isthmus.core.window import Window
from isthmus.metrics import queries
from isthmus.metrics.catalogue import Metric, catalogue, find
from isthmus.metrics.question import Answer, Question, Row
from isthmus.metrics.written import conditions
from isthmus.workspace.models import Company

REFUSALS = (401, 403, 409, 422, 503)
ASKED = ("by", "where", "since", "until", "window", "anchor", "as_of", "known_on", "order", "limit")
MOST_ROWS, MOST_GROUPS = 200, 10_000


def install(api: NinjaAPI) -> None:
    """Give the catalogue its addresses."""
    views: list[tuple[str, Callable[..., HttpResponse], dict[str, Any]]] = [
        ("/metrics", listing, describing.listing()),
        ("/metrics/{name}", figure, describing.figure()),
        ("/metrics/{name}/rows", rows, describing.rows()),
    ]
    for path, view, said in views:
        api.get(
            path,
            summary=said["summary"],
            description=said["description"],
            tags=["metrics"],
            operation_id=said["operationId"],
            response=dict.fromkeys(REFUSALS),
            openapi_extra=with_errors(said["extra"], REFUSALS),
        )(view)


def listing(request: HttpRequest) -> HttpResponse:
    """Every metric with its definition, and every dimension."""
    refuse_unknown(request.GET, {}, (), custom=False)
    if not actor_of(request).allows("metrics.view"):
        raise NotPermitted(_("You may not read metrics. Ask an administrator for that permission."))
    return answer(
        {
            "metrics": [_defined(metric) for metric in catalogue().values()],
            "dimensions": [
                {"name": name, "label": str(one.label), "kind": one.kind, "keys": one.key_type}
                for name, one in queries.dimensions().items()
            ],
        }
    )


def figure(request: HttpRequest, name: str) -> HttpResponse:
    """One metric, by any dimensions, in a window."""
    refuse_unknown(request.GET, {}, ASKED, custom=False)
    limit = _whole(request.GET, "limit", MOST_GROUPS)
    return answer(_answered(queries.ask(_question(request, name, limit=limit))))


def rows(request: HttpRequest, name: str) -> HttpResponse:
    """The rows behind a figure, the newest first."""
    parts = tuple(part for part in ASKED if part not in ("by", "order"))
    refuse_unknown(request.GET, {}, (*parts, "after"), custom=False)
    limit = _whole(request.GET, "limit", MOST_ROWS) or 50
    page = queries.rows(_question(request, name), after=request.GET.get("after") or None, limit=limit)
    data = [{**asdict(row), "owner_id": row.owner} for row in page.rows]
    for row in data:
        del row["owner"]
    return answer({"data": data, "next": page.next, "unit": page.unit, "currency": page.currency})


def _question(request: HttpRequest, name: str, *, limit: int | None = None) -> Question:
    query, zone = request.GET, Company.current().zone
    anchor = query.get("anchor") or None
    metric = find(name)
    if anchor is not None and anchor not in metric.anchors:
        raise InvalidInput(
            {"anchor": _("anchor must be one of: %(names)s.") % {"names": ", ".join(metric.anchors)}}
        )
    by = [part for text in query.getlist("by") for part in text.split(",") if part]
    return Question(
        metric=metric.name,
        window=_window(query, zone),
        actor=actor_of(request),
        by=tuple(dict.fromkeys(by)),
        where=conditions(text for text in query.getlist("where") if text),
        anchor=anchor,
        as_of=_moment(query, "as_of", zone),
        known_on=_moment(query, "known_on", zone),
        order=query.get("order") or None,
        limit=limit,
    )


def _window(query: QueryDict, zone: ZoneInfo) -> Window:
    since, until, named = query.get("since"), query.get("until"), query.get("window")
    if named and (since or until):
        raise InvalidInput({"window": _("Give a window by its name or by its days, not both.")})
    return Window.named(named, clock.now(), zone) if named else Window.parse(since, until, zone)


def _moment(query: QueryDict, name: str, zone: ZoneInfo) -> datetime | None:
    text = query.get(name, "")
    if not text:
        return None
    try:
        # "As of a day" includes the day.
        day = date.fromisoformat(text) + timedelta(days=1)
        return datetime.combine(day, time.min, tzinfo=zone)
    except (ValueError, OverflowError):
        pass
    try:
        return inputs.read_time(text.replace(" ", "+"))
    except InvalidInput:
        sentence = _("%(name)s must be a day like 2026-01-31 or a time with its zone.") % {"name": name}
        raise InvalidInput({name: sentence}) from None


def _whole(query: QueryDict, name: str, most: int) -> int | None:
    text = query.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= most):
        sentence = _("%(name)s must be a whole number from 1 to %(most)s.") % {"name": name, "most": most}
        raise InvalidInput({name: sentence})
    return int(text)


def _defined(metric: Metric) -> dict[str, Any]:
    return {
        "name": metric.name,
        "label": str(metric.label),
        "sentence": metric.sentence,
        "contract": metric.contract,
        "owner": metric.owner,
        "unit": metric.unit,
        "anchors": list(metric.anchors),
    }


def _answered(figures: Answer) -> dict[str, Any]:
    return {
        "metric": figures.metric,
        "label": figures.label,
        "sentence": figures.sentence,
        "owner": figures.owner,
        "unit": figures.unit,
        "currency": figures.currency,
        "by": [
            {"name": name, "label": label} for name, label in zip(figures.by, figures.by_labels, strict=True)
        ],
        "rows": [_row(row, figures.by) for row in figures.rows],
        "total": _row(figures.total, ()),
        "groups": figures.groups,
        "interval": figures.interval,
        "cut": asdict(figures.cut) if figures.cut is not None else None,
        "notes": figures.notes,
        "sql": figures.sql,
    }


def _row(row: Row, by: tuple[str, ...]) -> dict[str, Any]:
    numbers = {
        "value": row.value,
        "low": row.low,
        "high": row.high,
        "n": row.n,
        "numerator": row.numerator,
        "denominator": row.denominator,
        **({"quantiles": dict(row.quantiles)} if row.quantiles else {}),
        **({"before_cut": True} if row.before_cut else {}),
    }
    if not by:
        return numbers
    keys = dict(zip(by, row.keys, strict=True))
    return {"keys": keys, "labels": [str(label) for label in row.labels], **numbers}

"""The pages of any list: itself, its next rows, its count, its export."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse

from isthmus.web import formats
from isthmus.web.access import actor_of
from isthmus.web.lists import changing, counting, exporting, keyset
from isthmus.web.lists.asked import Asked
from isthmus.web.lists.filters import Filter
from isthmus.web.lists.spec import ListSpec
from isthmus.web.lists.written import checkboxes, table_rows


def show(request: HttpRequest, spec: ListSpec) -> HttpResponse:
    """A page of the list, or the part of it that is fetched later."""
    asked = Asked(spec, request.GET, actor_of(request))
    if request.GET.get("part") == "count":
        return _count(request, asked)
    after = request.GET.get("after", "")
    order = asked.order
    rows, onward = keyset.page(asked.loaded(asked.columns), order, after)
    spec.prepare(rows)
    context = {
        "spec": spec,
        "asked": asked,
        "heads": asked.heads(),
        "rows": table_rows(
            rows, asked.columns, changing.base(spec), changing.changeable(spec, asked.actor, rows)
        ),
        "next": asked.address(after=onward) if onward else "",
    }
    if request.htmx and after:  # type: ignore[attr-defined]
        return render(request, "lists/list.html#rows", context)
    return render(request, "lists/list.html", context | _around(asked, len(rows), bool(onward or after)))


def export(request: HttpRequest, spec: ListSpec) -> StreamingHttpResponse:
    """The rows that the page shows, all of them, as a file."""
    actor = actor_of(request)
    if not actor.allows("records.export"):
        raise PermissionDenied
    return exporting.as_csv(Asked(spec, request.GET, actor), request)


def _around(asked: Asked, count: int, has_more: bool) -> dict[str, Any]:
    spec, actor = asked.spec, asked.actor
    may_make = spec.new_name and (not spec.new_permission or actor.allows(spec.new_permission))
    return {
        "tabs": asked.tabs(),
        "chips": asked.chips(),
        "filters": [_asking(one, asked) for one in asked.filters],
        "filter_kept": asked.kept_by(*(name for one in asked.filters for name in one.names)),
        "search_kept": asked.kept_by("q"),
        "column_kept": asked.kept_by("columns"),
        "shown_columns": {column.key for column in asked.columns},
        "count": "" if has_more else formats.number(count),
        "count_href": asked.address(part="count"),
        "new_href": reverse(spec.new_name) if may_make else "",
        "export_href": reverse(f"{spec.name}-export") + asked.address()
        if actor.allows("records.export")
        else "",
        "problems": asked.problems,
    }


def _asking(one: Filter, asked: Asked) -> dict[str, Any]:
    options = getattr(one, "options", None)
    given = asked.query.getlist(one.key)
    return {
        "filter": one,
        "options": checkboxes(one.key, options(), given) if options else "",
        "value": asked.query.get(one.key, ""),
        "ends": [(name, asked.query.get(name, "")) for name in one.names] if one.kind == "span" else [],
        "asked": one.is_asked(asked.query),
    }


def _count(request: HttpRequest, asked: Asked) -> HttpResponse:
    rows = asked.rows()
    exactly = bool(request.GET.get("exact"))
    count, more = (rows.order_by().count(), False) if exactly else counting.capped(rows)
    context = {
        "count": counting.written(count, more),
        "exact_href": asked.address(part="count", exact=1) if more else "",
    }
    return render(request, "lists/list.html#count", context)

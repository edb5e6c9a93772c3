"""The pages of any list: itself, its next rows, its count, its export."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus.core import clock, commands
from isthmus.core.refusals import Refusal
from isthmus.web import formats
from isthmus.web.access import actor_of
from isthmus.web.acts.acting import refused
from isthmus.web.lists import changing, counting, exporting, grouping, groups, keyset, saved
from isthmus.web.lists.asked import Asked
from isthmus.web.lists.filters import Filter, OneOf
from isthmus.web.lists.spec import ListSpec
from isthmus.web.lists.workbook import MOST_ROWS
from isthmus.web.lists.written import checkboxes, table_rows
from isthmus.web.pieces import Choice


class TooManyRows(Refusal):
    """The file cannot hold as many rows."""


class UnclearFilter(Refusal):
    """A part of the address cannot be used, so more rows would be meant than was asked for."""


def show(request: HttpRequest, spec: ListSpec) -> HttpResponse:
    """A page of the list, or the part of it that is fetched later."""
    asked = Asked(spec, request.GET, actor_of(request))
    if greeting := saved.greeting(asked):
        return redirect(greeting)
    if part := _PARTS.get(request.GET.get("part", "")):
        return part(request, asked)
    way = grouping.way_of(asked)
    if way is not None:
        found = asked.rows()[:1].exists()
        context = _head(asked) | {"rows": found, "groups_href": asked.address(part="groups")}
        return render(request, "lists/list.html", context | _around(asked, 0, found, way))
    after = request.GET.get("after", "")
    rows, onward = keyset.page(asked.loaded(asked.columns), asked.order, after)
    context = _head(asked) | _drawn(asked, rows) | {"next": asked.address(after=onward) if onward else ""}
    if request.htmx and after:  # type: ignore[attr-defined]
        return render(request, "lists/list.html#rows", context)
    return render(request, "lists/list.html", context | _around(asked, len(rows), bool(onward or after)))


def _head(asked: Asked) -> dict[str, Any]:
    """What the table needs above its rows."""
    heads, picks = asked.heads(), changing.may_change_many(asked.spec, asked.actor)
    return {
        "spec": asked.spec,
        "asked": asked,
        "heads": heads,
        "picks": picks,
        "width": len(heads) + picks,
    }


def _drawn(asked: Asked, rows: list[Any]) -> dict[str, Any]:
    """The rows of the table as HTML."""
    spec, picks = asked.spec, changing.may_change_many(asked.spec, asked.actor)
    spec.prepare(rows)
    changeable = changing.changeable(spec, asked.actor, rows)
    return {"rows": table_rows(rows, asked.columns, changing.base(spec), changeable, picks)}


def export(request: HttpRequest, spec: ListSpec, form: str = "csv") -> HttpResponseBase:
    """The rows that the page shows, as far as the right to export reaches; a fact says who took what."""
    actor = actor_of(request)
    if not actor.allows("records.export"):
        raise PermissionDenied
    asked = Asked(spec, request.GET, actor)
    wanted = keyset.ids(asked.rows().visible_to(actor, "records.export"), asked.order)
    if refusal := _no_export(asked, form, len(wanted)):
        return refused(request, refusal, reverse(spec.name) + asked.address())
    columns = [column.key for column in asked.exported]
    told = {"list": spec.name, "format": form, "rows": len(wanted), "columns": columns}
    commands.run("record_export", told, by=actor, at=clock.now())
    return exporting.as_file(asked, wanted, form)


def _no_export(asked: Asked, form: str, rows: int) -> Refusal | None:
    if asked.problems:
        # The page may show more than was meant and say so; a file would not say it.
        return UnclearFilter(" ".join(asked.problems))
    if form == "xlsx" and rows >= MOST_ROWS:
        sentence = _(
            "A sheet of Excel holds %(most)s rows; these are %(rows)s. Filter, or take CSV or Parquet."
        )
        told = {"most": formats.number(MOST_ROWS), "rows": formats.number(rows)}
        return TooManyRows(sentence % told)
    return None


def _around(asked: Asked, count: int, has_more: bool, way: OneOf | None = None) -> dict[str, Any]:
    spec, actor = asked.spec, asked.actor
    may_make = spec.new_name and (not spec.new_permission or actor.allows(spec.new_permission))
    return {
        "bar": saved.ViewBar(asked),
        "chips": asked.chips(),
        "filters_href": asked.address(part="filters"),
        "group_href": asked.address(part="group", any=groups.next_number(asked.groups)),
        "columns_href": asked.address(part="columns"),
        "ways": grouping.choices(asked, way),
        "way": way,
        "search_kept": asked.kept_by("q"),
        "count": "" if has_more else formats.number(count),
        "count_href": asked.address(part="count"),
        "new_href": reverse(spec.new_name) if may_make else "",
        "exports": _exports(asked) if actor.allows("records.export") else [],
        "import_href": _import_address(spec) if actor.allows("imports.run") else "",
        "problems": asked.problems,
        "many_href": reverse("new-bulk-edit", args=[spec.name]) + asked.address(),
        "give_href": _give_address(asked),
    }


def _give_address(asked: Asked) -> str:
    """Where the records of the list are given to others, for whoever may do that."""
    if asked.spec.name not in ("accounts", "leads", "deals") or not asked.actor.allows("records.reassign"):
        return ""
    return reverse("new-reassignment") + asked.address(list=asked.spec.name)


def _exports(asked: Asked) -> list[Choice]:
    """The files that the list can be had as."""
    texts = {"csv": _("CSV"), "xlsx": _("Excel"), "parquet": _("Parquet")}
    return [
        Choice(texts[form], reverse("list-export", args=[asked.spec.name, form]) + asked.address())
        for form in exporting.FORMS
    ]


def _import_address(spec: ListSpec) -> str:
    what = {"people": "person", "accounts": "account", "leads": "lead", "deals": "deal"}.get(spec.name)
    return f"{reverse('new-import')}?what={what}" if what else ""


def asking(one: Filter, query: QueryDict, prefix: str = "") -> dict[str, Any]:
    """How a filter is asked for in a form; `prefix` is the number of the any-of group that it belongs to."""
    options = getattr(one, "options", None)
    name = prefix + one.key
    ends = [(prefix + end, query.get(prefix + end, "")) for end in one.names]
    return {
        "filter": one,
        "name": name,
        "options": checkboxes(name, options(), query.getlist(name)) if options else "",
        "value": query.get(name, ""),
        "ends": ends if one.kind in ("span", "figure") else [],
    }


def _filters(request: HttpRequest, asked: Asked) -> HttpResponse:
    """The form of all filters: fetched when it is opened, for it names everybody who works here."""
    context = {
        "filters": [asking(one, asked.query) for one in asked.offered],
        "kept": asked.kept_by(*(name for one in asked.filters for name in one.names)),
        "cleared": asked.cleared,
    }
    return render(request, "lists/sheet.html", context)


def _columns(request: HttpRequest, asked: Asked) -> HttpResponse:
    """The form of the columns."""
    shown = {column.key for column in asked.columns}
    context = {"columns": asked.choosable, "shown": shown, "kept": asked.kept_by("columns")}
    return render(request, "lists/choosing.html", context)


def _group(request: HttpRequest, asked: Asked) -> HttpResponse:
    """The form of a new any-of group."""
    number = groups.next_number(asked.groups)
    context = {
        "filters": [asking(one, QueryDict(), f"{number}.") for one in asked.offered],
        "kept": asked.kept_by(),
        "cleared": "",
    }
    return render(request, "lists/sheet.html", context)


def _count(request: HttpRequest, asked: Asked) -> HttpResponse:
    rows = asked.rows()
    exactly = bool(request.GET.get("exact"))
    count, more = (rows.order_by().count(), False) if exactly else counting.capped(rows)
    context = {
        "count": counting.written(count, more),
        "exact_href": asked.address(part="count", exact=1) if more else "",
    }
    return render(request, "lists/list.html#count", context)


def _groups(request: HttpRequest, asked: Asked) -> HttpResponse:
    """The groups of a list, each with its count."""
    way = grouping.way_of(asked)
    found = grouping.groups_of(asked, way) if way else grouping.Groups((), 0)
    return render(request, "lists/groups.html", {"groups": found, "width": _head(asked)["width"]})


def _within(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Some rows of one group, and where the next ones are."""
    way = grouping.way_of(asked)
    if way is None:
        return HttpResponse()
    query = request.GET
    where, after = grouping.within(way, query.get("of", "")), query.get("after", "")
    found = asked.loaded(asked.columns, where)
    rows, onward = keyset.page(found, asked.order, after, keyset.PAGE if after else grouping.ROWS)
    more = asked.address(part="within", of=query.get("of", ""), after=onward) if onward else ""
    return render(request, "lists/groups.html#within", _head(asked) | _drawn(asked, rows) | {"more": more})


# What a page of a list fetches when it is wanted.
_PARTS = {
    "count": _count, "filters": _filters, "group": _group, "columns": _columns, "groups": _groups,
    "within": _within,
}  # fmt: skip

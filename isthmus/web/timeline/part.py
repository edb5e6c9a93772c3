"""The timeline as a part of a page, and its older days."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from isthmus.core.refusals import Refusal
from isthmus.ledger.timeline import PastFact
from isthmus.sales import timeline
from isthmus.sales.timeline import About
from isthmus.web.access import actor_of
from isthmus.web.filters import changed_query
from isthmus.web.timeline.days import days_of
from isthmus.web.timeline.names import Names, names_for
from isthmus.web.timeline.reading import SHOWN, first_page, page
from isthmus.web.timeline.visits import whole_visits
from isthmus.web.timeline.written import written_days


def timeline_of(
    request: HttpRequest,
    about: About,
    known: tuple[Sequence[PastFact], bool] | None = None,
    named: Names | None = None,
) -> dict[str, Any]:
    """What `timeline/timeline.html` needs. `known`: what `latest` gave, `named`: names, to be used again."""
    show = request.GET.get("show", "all")
    show = show if show in SHOWN else "all"
    begin = request.GET.get("before", "")
    if known and known[0] and show == "all" and not begin:
        facts, before = first_page(*known)
    else:
        facts, before = page(about, actor_of(request), show=show, before=begin)
    names = names_for(facts, about.column == "deal_id", named, actor_of(request))
    if before and len(whole := whole_visits(facts, names)) < len(facts):
        facts, before = whole, timeline.written(whole[-1].place)
    return {
        "days": written_days(days_of(facts, names, request.path)),
        "older": changed_query(request.GET, before=before, part="older") if before else "",
        "shows": _choices(request, show),
        "show": show,
        "is_first": not request.GET.get("before"),
    }


def older(request: HttpRequest, about: About) -> HttpResponse | None:
    """The next days of a timeline, where the request asks for them; None where it asks for the page."""
    if request.GET.get("part") != "older" or not request.htmx:  # type: ignore[attr-defined]
        return None
    try:
        return render(request, "timeline/timeline.html#days", timeline_of(request, about))
    except Refusal as refusal:
        return render(request, "ui/refusal.html", {"refusal": refusal}, status=409)


def _choices(request: HttpRequest, show: str) -> list[dict[str, Any]]:
    words = {"all": _("All"), "marketing": _("Marketing"), "sales": _("Sales"), "money": _("Money")}
    return [
        {
            "text": words[name],
            "trade": "" if name == "all" else name,
            "href": changed_query(request.GET, show=None if name == "all" else name, before=None, part=None)
            or "?",
            "current": name == show,
        }
        for name in SHOWN
    ]

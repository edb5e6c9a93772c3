"""The board's page and the parts of it that are fetched later."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from isthmus.core import clock
from isthmus.web.access import actor_of, needs
from isthmus.web.filters import filters_of
from isthmus.web.lists.views import asking
from isthmus.web.sales.board.asked import AskedBoard, asked_of
from isthmus.web.sales.board.lanes import lanes_of, page_of, sums_of


@needs("deals.view")
def board(request: HttpRequest) -> HttpResponse:
    """The deals of a pipeline by stage; with `stage` and `after`, htmx gets the next cards of that column."""
    asked, actor, now = asked_of(request), actor_of(request), clock.now()
    further = next((one for one in asked.stages if str(one.pk) == request.GET.get("stage")), None)
    if request.htmx and further is not None:  # type: ignore[attr-defined]
        return render(request, "sales/board.html#cards", {"lane": page_of(asked, further, actor, now)})
    if request.GET.get("part") == "filters":
        return _filters(request, asked)
    context: dict[str, Any] = {"board": asked, "may_edit": actor.allows("deals.edit")}
    if asked.pipeline is not None:
        company = request.company  # type: ignore[attr-defined]
        sums = sums_of(asked, filters_of(request, now, company.zone), now, company.base_currency)
        lanes = lanes_of(asked, sums, actor, now)
        context |= {"lanes": lanes, "sentence": sums.sentence, **_asking(asked)}
    context["problems"] = asked.asked.problems
    context["past_href"] = _past_address(asked)
    return render(request, "sales/board.html", context)


def _past_address(board: AskedBoard) -> str:
    """How the same pipeline stood on other days."""
    several = board.pipeline is not None and len(board.pipelines) > 1
    asked = f"?pipeline={board.pipeline.pk}" if several and board.pipeline else ""
    return reverse("pipeline-as-of") + asked


def _filters(request: HttpRequest, board: AskedBoard) -> HttpResponse:
    """The form of the filters, fetched when it is opened."""
    asked = board.asked
    names = [name for one in asked.filters for name in one.names]
    context = {
        "filters": [asking(one, asked.query) for one in asked.filters],
        "kept": asked.kept_by(*names, "stage", "seen"),
        "cleared": reverse("deals-board") + asked.cleared,
    }
    return render(request, "lists/sheet.html", context)


def _asking(board: AskedBoard) -> dict[str, Any]:
    """The search and what is in force."""
    asked = board.asked
    not_of_lists = dict.fromkeys(("pipeline", "lane", "stage", "seen", "sort"))
    return {
        "chips": asked.chips(),
        "filters_href": board.address(part="filters"),
        "search_kept": asked.kept_by("q", "stage", "seen"),
        "list_href": reverse("deals") + asked.address(state="open", **not_of_lists),
    }

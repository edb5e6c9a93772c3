"""The page "Pipeline as of"."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from isthmus.core import clock
from isthmus.insight.past import between, pipeline_on
from isthmus.web.access import actor_of, needs
from isthmus.web.pipeline.asked import AskedPage
from isthmus.web.pipeline.rows import rows_of
from isthmus.web.pipeline.words import Words
from isthmus.workspace.models import Company


@needs("deals.view")
def as_of(request: HttpRequest) -> HttpResponse:
    """The pipeline at the end of a day, what changed until another one, and the deals of each figure."""
    actor, now, company = actor_of(request), clock.now(), Company.current()
    asked = AskedPage(request.GET, actor, now.astimezone(company.zone).date(), [])
    past, other = (
        pipeline_on(day, asked.whose, actor=actor, now=now, zone=company.zone, known_then=asked.known_then)
        for day in (asked.on, asked.against)
    )
    earlier, later = sorted((past, other), key=lambda one: one.at)
    steps = between(earlier, later, asked.whose)
    context = {
        "asked": asked,
        "words": Words(asked, past, other, steps, company.base_currency),
        "list": rows_of(asked, past, other, steps),
        "any": bool(past.deals or other.deals),
        "board": reverse("deals-board"),
    }
    return render(request, "pipeline/as_of.html", context)

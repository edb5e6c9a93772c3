"""The overview page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from isthmus.core import clock
from isthmus.metrics.catalogue import catalogue
from isthmus.web.access import actor_of, needs
from isthmus.web.explore.addresses import rows_address
from isthmus.web.filters import filters_of, kept_parts
from isthmus.web.overview.asking import ask_everything
from isthmus.web.overview.changes import changes
from isthmus.web.overview.leaks import leaks
from isthmus.web.overview.pace import pace


@needs("metrics.view")
def overview(request: HttpRequest) -> HttpResponse:
    """How revenue is going, where leads leak, what changed."""
    now = clock.now()
    filters = filters_of(request, now, request.company.zone)  # type: ignore[attr-defined]
    answers = ask_everything(actor_of(request), filters, now)
    kept = kept_parts(request.GET)
    hrefs = {metric: rows_address(metric, kept) for metric in catalogue()}
    context = {
        "pace": pace(answers, hrefs),
        "leaks": leaks(answers, kept),
        "changes": changes(answers, kept),
        "before": answers.before,
    }
    return render(request, "overview/overview.html", context)

"""The overview page: at once what was counted lately, and its figures when they are counted."""

from collections.abc import Hashable
from datetime import datetime
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language

from isthmus.core import clock
from isthmus.ledger.position import read_position
from isthmus.ledger.state import current_state
from isthmus.metrics.catalogue import catalogue
from isthmus.metrics.scope import reach_of
from isthmus.web.access import actor_of, needs
from isthmus.web.explore.addresses import rows_address
from isthmus.web.filters import Filters, changed_query, filters_of, kept_parts
from isthmus.web.overview.asking import ask_everything
from isthmus.web.overview.changes import changes
from isthmus.web.overview.leaks import leaks
from isthmus.web.overview.pace import pace
from isthmus.web.overview.prepared import Prepared, shelf

# So many facts are counted before a reader misses the page; for more they see it first, and then its figures.
COUNTED_AT_ONCE = 200_000


@needs("metrics.view")
def overview(request: HttpRequest) -> HttpResponse:
    """How revenue is going, where leads leak, what changed."""
    now = clock.now()
    filters, position = _filters(request, now), read_position()
    found, later = shelf.find(_key(request, filters, now)), False
    if "whole" in request.GET or _facts() <= COUNTED_AT_ONCE:
        found = _prepare(request, filters, now, patiently=False)
    else:
        later = found is None or not found.serves(position, now)
    context = {
        "prepared": found,
        "later": later,
        "behind": found is not None and found.position != position,
        "query": changed_query(request.GET),
        "whole": changed_query(request.GET, whole=1),
    }
    return render(request, "overview/overview.html", context)


@needs("metrics.view")
def overview_figures(request: HttpRequest) -> HttpResponse:
    """The figures alone, as new as they can be: what the page asks for when it had none, or old ones."""
    now = clock.now()
    prepared = _prepare(request, _filters(request, now), now, patiently=True)
    return render(request, "overview/overview.html#prepared", {"prepared": prepared})


def _prepare(request: HttpRequest, filters: Filters, now: datetime, *, patiently: bool) -> Prepared:
    count = partial(_count, request, filters, now)
    return shelf.prepare(_key(request, filters, now), count, patiently=patiently)


def _count(request: HttpRequest, filters: Filters, now: datetime) -> str:
    answers = ask_everything(actor_of(request), filters, now)
    kept = kept_parts(request.GET)
    hrefs = {metric: rows_address(metric, kept) for metric in catalogue()}
    context = {
        "pace": pace(answers, hrefs),
        "leaks": leaks(answers, kept),
        "changes": changes(answers, kept),
    }
    return render_to_string("overview/figures.html", context, request)


def _filters(request: HttpRequest, now: datetime) -> Filters:
    return filters_of(request, now, request.company.zone)  # type: ignore[attr-defined]


def _key(request: HttpRequest, filters: Filters, now: datetime) -> Hashable:
    """All that the figures depend on, the ledger aside. The day: a chart ends today."""
    company = request.company  # type: ignore[attr-defined]
    today = now.astimezone(filters.zone).date()
    kept = tuple(sorted(kept_parts(request.GET).items()))
    return reach_of(actor_of(request)), filters, kept, today, company.base_currency, get_language()


def _facts() -> int:
    state = current_state()
    return sum(file.rows for file in state.files) + len(state.inbox.facts)

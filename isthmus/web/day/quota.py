"""How far the seller is from the quota: fetched after the page, for what is usual takes years of payments."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from isthmus.core import clock
from isthmus.metrics.catalogue import catalogue
from isthmus.sales.targets.progress import quota_card
from isthmus.web.access import actor_of, needs
from isthmus.web.day.page import seller_of
from isthmus.web.explore.definitions import definition_of
from isthmus.web.targets.showing import line_of
from isthmus.web.targets.wording import period_text


@needs("tasks.view")
def quota(request: HttpRequest) -> HttpResponse:
    """The card of this quarter's quota; nothing at all for a seller without one."""
    actor, seller = actor_of(request), seller_of(request)
    found = quota_card(actor, clock.now(), seller_id=seller.pk)
    if found is None:
        return HttpResponse()
    context = {
        "line": line_of(found, found.lines[0], 0, actor),
        "period_text": period_text(found.period),
        "refusal": found.refusal,
        "definition": definition_of(catalogue()[found.metric]),
    }
    return render(request, "day/quota.html", context)

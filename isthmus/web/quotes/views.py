"""The pages of quotes: the list, one quote, a new one."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from isthmus.sales.models import Quote, QuoteState
from isthmus.sales.quoting.previewing import maker_of, worked
from isthmus.sales.quoting.standing import is_with_customer
from isthmus.sales.quoting.tables import Policy
from isthmus.web.access import actor_of, needs, today
from isthmus.web.acts.reach import reaches
from isthmus.web.lists import views as lists
from isthmus.web.quotes import standing, writing
from isthmus.web.quotes.links import public_link
from isthmus.web.quotes.listing import QUOTES

_RELATED = ("deal", "account", "person", "owner", "made_by", "approved_by", "order", "territory", "team")


@needs("deals.view")
def quotes(request: HttpRequest) -> HttpResponse:
    """The list of quotes."""
    return lists.show(request, QUOTES)


@needs("deals.view")
def quote(request: HttpRequest, pk: int) -> HttpResponse:
    """One quote: a draft as a form for whoever may change it, else as it stands."""
    one, actor = _found(request, pk), actor_of(request)
    if one.state == QuoteState.DRAFT and reaches(actor, one, "deals.edit"):
        return writing.write(request, one)
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET"])
    found = worked(one, list(one.lines.select_related("product")), Policy(maker_of(one)))
    may_edit = reaches(actor, one, "deals.edit")
    judged = one.state in (QuoteState.DRAFT, QuoteState.AWAITING)
    context: dict[str, Any] = {
        **standing.around(one, actor),
        "worked": found,
        "finding": standing.finding(one, today()),
        "needs": writing.needs_approval(one, found, None) if judged else None,
        "happened": standing.happened(one),
        "order": standing.seen_order(one, actor),
        "public_href": public_link(one, request) if is_with_customer(one) and may_edit else None,
    }
    return render(request, "quotes/quote.html", context)


@needs("deals.edit")
@require_POST
def sums(request: HttpRequest, pk: int) -> HttpResponse:
    """What a draft comes to while it is typed."""
    visible = Quote.objects.visible_to(actor_of(request), "deals.edit").select_related("deal", "person")
    return writing.sums(request, get_object_or_404(visible, pk=pk, state=QuoteState.DRAFT))


def _found(request: HttpRequest, pk: int) -> Quote:
    visible = Quote.objects.visible_to(actor_of(request)).select_related(*_RELATED)
    one: Quote = get_object_or_404(visible, pk=pk)
    return one

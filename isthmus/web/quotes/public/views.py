"""A quote as its customer reads and answers it."""

import logging
from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from isthmus.collect.receiving.visitors import client_address
from isthmus.core import clock, commands
from isthmus.core.actors import Actor
from isthmus.core.refusals import Refusal
from isthmus.sales.commands.deciding import QuoteRanOut
from isthmus.sales.models import Quote, QuoteState
from isthmus.sales.quoting.standing import QuoteNotOpen
from isthmus.web.quotes.glyphs import LettersMissing
from isthmus.web.quotes.paper import quote_paper
from isthmus.web.quotes.pdf import pdf_answer
from isthmus.web.quotes.public.doors import open_to_customers
from isthmus.web.quotes.public.forms import AcceptForm, DeclineForm
from isthmus.web.quotes.public.limits import PAPERS
from isthmus.web.quotes.public.seeing import is_a_customer
from isthmus.web.quotes.public.standing import contact_of, form_key, standing_of
from isthmus.workspace.commands import notify

# Whoever holds the link may do with its quote what a customer does, and nothing else is done in this name.
CUSTOMER = Actor(kind="person", unlimited=True)
_FORMS = {"accept": ("accept_quote", AcceptForm), "decline": ("decline_quote", DeclineForm)}
_log = logging.getLogger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to_customers()
def quote(request: HttpRequest, found: Quote) -> HttpResponse:
    """The quote with its lines and sums, and where it stands; accepted or declined by a form."""
    if request.method == "POST":
        return _answer(request, found)
    _note_view(request, found)
    return _page(request, found)


@require_safe
@open_to_customers(PAPERS)
def pdf(request: HttpRequest, found: Quote) -> HttpResponse:
    """The quote as PDF, as long as its page shows it."""
    if not standing_of(found, clock.now()).is_shown:
        return redirect("public_quote", token=_token(request))
    try:
        return pdf_answer(lambda: quote_paper(found))
    except LettersMissing as refusal:
        return _page(request, found, 409, refusal=refusal)


def _answer(request: HttpRequest, found: Quote) -> HttpResponse:
    name = request.POST.get("answer", "")
    if name not in _FORMS or not standing_of(found, clock.now()).is_open:
        return redirect(request.path)  # The page says how it stands.
    command, form_class = _FORMS[name]
    if not constant_time_compare(request.POST.get("key", ""), form_key(found)):
        said = _("This page is out of date. Read the quote once more, then answer it.")
        return _page(request, found, 409, refusal=said)
    form = form_class(request.POST)
    if not form.is_valid():
        return _page(request, found, 422, **{f"{name}_form": form})
    given = {"quote_id": found.pk, **form.arguments()}  # type: ignore[attr-defined]
    if name == "accept":
        given["ip"] = client_address(request.META)
    try:
        with suppress(QuoteNotOpen, QuoteRanOut):  # Somebody was quicker; the page says how it stands.
            commands.run(command, given, by=CUSTOMER, at=clock.now())
    except Refusal as refusal:
        return _stuck(request, found, refusal)
    return redirect(request.path)


def _stuck(request: HttpRequest, found: Quote, refusal: Refusal) -> HttpResponse:
    """What is wrong is the company's to mend: its seller is told, the customer that nothing was ordered."""
    _log.error("Quote %s could not be answered by its customer: %s", found, refusal)
    if found.owner is not None:
        text = format_lazy("{} {}", gettext_lazy("A customer could not answer your quote:"), refusal)
        record = ("deal", found.deal_id)
        notify(user=found.owner, kind="quote.stuck", text=text, record=record, at=clock.now())
    said = _(
        "We could not take your answer just now, and nothing was ordered. We were told; try again later."
    )
    return _page(request, found, 409, refusal=said)


def _note_view(request: HttpRequest, found: Quote) -> None:
    """Note that the customer opened it, once; whatever comes of that, the page is shown."""
    if found.state != QuoteState.SENT or not is_a_customer(request):
        return
    with suppress(QuoteNotOpen):  # Opened twice in one moment, or answered meanwhile.
        commands.run("note_quote_viewed", {"quote_id": found.pk}, by=CUSTOMER, at=clock.now())
    found.refresh_from_db(fields=["state"])


def _page(request: HttpRequest, found: Quote, status: int = 200, **more: Any) -> HttpResponse:
    standing = standing_of(found, clock.now())
    context = {
        "quote": found,
        "standing": standing,
        "paper": quote_paper(found) if standing.is_shown else None,
        "contact": contact_of(found),
        "key": form_key(found),
        "accept_form": AcceptForm(),
        "decline_form": DeclineForm(),
        "pdf": reverse("public_quote_pdf", args=[_token(request)]),
        **more,
    }
    return render(request, "quotes/public/quote.html", context, status=status)


def _token(request: HttpRequest) -> str:
    """By which they came: the row's own may be sealed with a key that is gone."""
    assert request.resolver_match is not None
    return str(request.resolver_match.kwargs["token"])

"""Quotes and invoices as PDF, for whoever may see them inside."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from isthmus.sales.models import Invoice, Quote
from isthmus.web.access import actor_of, needs
from isthmus.web.quotes.glyphs import LettersMissing
from isthmus.web.quotes.paper import Paper, invoice_paper, quote_paper
from isthmus.web.quotes.pdf import pdf_answer, refused_words


@needs("deals.view")
@require_safe
def quote_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """A quote as its customer gets it; a draft says that it is one."""
    visible = Quote.objects.visible_to(actor_of(request))
    found = get_object_or_404(visible.select_related("deal", "person", "account", "owner"), pk=pk)
    return _given_out(request, lambda: quote_paper(found))


@needs("orders.view")
@require_safe
def invoice_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """An invoice or a credit note."""
    visible = Invoice.objects.visible_to(actor_of(request))
    found = get_object_or_404(visible.select_related("order__person", "order__account", "corrects"), pk=pk)
    return _given_out(request, lambda: invoice_paper(found))


def _given_out(request: HttpRequest, make: Callable[[], Paper]) -> HttpResponse:
    try:
        return pdf_answer(make)
    except LettersMissing as refusal:
        context = {**refused_words(refusal), "status": 409, "base": "base.html"}
        return render(request, "errors/page.html", context, status=409)

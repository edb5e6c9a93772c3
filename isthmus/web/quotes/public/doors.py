"""The way into pages without sign-in: limits, headers, the company's zone, the customer's language."""

from collections.abc import Callable
from functools import wraps

from babel import Locale, UnknownLocaleError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt

from isthmus.collect.receiving.visitors import client_address
from isthmus.sales.models import Quote
from isthmus.sales.quoting.standing import by_token
from isthmus.web.quotes.public.limits import ANSWERS, LOOKS, Budget
from isthmus.workspace.models import Company

# No script runs here, not even ours, and nothing is sent anywhere but to this page.
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",  # The address opens the page: nobody may hear it.
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cache-Control": "private, no-store",
}
Page = Callable[[HttpRequest, Quote], HttpResponse]
Opened = Callable[[HttpRequest, str], HttpResponse]


def open_to_customers(budget: Budget | None = None) -> Callable[[Page], Opened]:
    """Let in whoever knows the token of a quote. All else looks the same: there is nothing here.

    The form needs no cookie: it carries a key of this quote, and its address is known to the customer alone.
    """

    def guard(view: Page) -> Opened:
        @csrf_exempt
        @wraps(view)
        def guarded(request: HttpRequest, token: str) -> HttpResponse:
            spent = budget or (ANSWERS if request.method == "POST" else LOOKS)
            wait = spent.spend(client_address(request.META))
            with timezone.override(Company.current().zone):
                answer = _too_often(request, wait) if wait else _shown(view, request, token)
            for name, value in _HEADERS.items():
                answer.setdefault(name, value)
            return answer

        return guarded

    return guard


def _shown(view: Page, request: HttpRequest, token: str) -> HttpResponse:
    quote = by_token(token)
    if quote is None:
        return render(request, "quotes/public/nothing.html", status=404)
    with translation.override(_language(quote)):
        return view(request, quote)


def _language(quote: Quote) -> str | None:
    """The customer's own where we know it, else what their browser asks for."""
    known = quote.person.locale.replace("_", "-") if quote.person else ""
    try:
        return known if known and Locale.parse(known, sep="-") else translation.get_language()
    except (ValueError, UnknownLocaleError):
        return translation.get_language()


def _too_often(request: HttpRequest, wait: int) -> HttpResponse:
    answer = render(request, "quotes/public/too_often.html", {"wait": wait}, status=429)
    answer["Retry-After"] = str(wait)
    return answer

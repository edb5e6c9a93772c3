"""The way into booking pages: limits, headers, who may show them within their own, the guest's language."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from isthmus.collect.receiving.visitors import client_address
from isthmus.core.actors import Actor
from isthmus.meetings.booking.links import by_token
from isthmus.meetings.models import Booking, BookingPage
from isthmus.web.quotes.public.limits import Budget

# Whoever is on these pages may do what a guest does, and nothing else is done in this name.
GUEST = Actor(kind="person", unlimited=True)
LOOKS, ANSWERS = Budget(120), Budget(12)
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors {frames}"
)
_HEADERS = {
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cache-Control": "private, no-store",
}
Opened = Callable[..., HttpResponse]


def open_page(view: Callable[[HttpRequest, BookingPage], HttpResponse]) -> Opened:
    """Let in whoever knows the name of a booking page. Its form needs no cookie: it gives nobody a right."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, slug: str) -> HttpResponse:
        def shown() -> tuple[HttpResponse, str]:
            page = BookingPage.objects.select_related("owner", "team").filter(slug=slug).first()
            return (nothing(request), "") if page is None else (view(request, page), page.framed_by)

        return _guarded(request, shown)

    return guarded


def open_booking(view: Callable[[HttpRequest, Booking], HttpResponse]) -> Opened:
    """Let in whoever knows the link of a booking. All else looks the same: there is nothing here."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, token: str) -> HttpResponse:
        def shown() -> tuple[HttpResponse, str]:
            booking = by_token(token)
            if booking is None:
                return nothing(request), ""
            return view(request, booking), booking.page.framed_by

        return _guarded(request, shown, referrer="no-referrer")

    return guarded


def nothing(request: HttpRequest) -> HttpResponse:
    """The one answer to a link that opens nothing."""
    return render(request, "booking/public/nothing.html", status=404)


def _guarded(
    request: HttpRequest, shown: Callable[[], tuple[HttpResponse, str]], referrer: str = "same-origin"
) -> HttpResponse:
    budget = ANSWERS if request.method == "POST" else LOOKS
    wait = budget.spend(client_address(request.META))
    answer: Any
    answer, frames = (_too_often(request, wait), "") if wait else shown()
    answer["Content-Security-Policy"] = _POLICY.format(frames=frames or "'none'")
    if frames:
        answer.xframe_options_exempt = True  # The policy says who may; the older head knows no sites.
    answer["Referrer-Policy"] = referrer
    for name, value in _HEADERS.items():
        answer.setdefault(name, value)
    return answer  # type: ignore[no-any-return]


def _too_often(request: HttpRequest, wait: int) -> HttpResponse:
    answer = render(request, "booking/public/too_often.html", {"wait": wait}, status=429)
    answer["Retry-After"] = str(wait)
    return answer

"""A user's meetings for other programs, under a secret address: rate limited, never with private words."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from isthmus.collect.receiving.visitors import client_address
from isthmus.core import clock
from isthmus.meetings.feeding import feed_of, note_read, text_of
from isthmus.web.quotes.public.limits import Budget

BUDGET = Budget(30)


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar of whoever gave out this address; without it there is nothing here."""
    wait = BUDGET.spend(client_address(request.META))
    if wait:
        answer = HttpResponse(_("Asked too often. Try again later."), status=429, content_type="text/plain")
        answer["Retry-After"] = str(wait)
        return answer
    row, at = feed_of(token), clock.now()
    if row is None:
        return HttpResponse(_("There is no calendar here."), status=404, content_type="text/plain")
    text, tag = text_of(row, at)
    if request.headers.get("If-None-Match") == tag:
        answer = HttpResponse(status=304)
    else:
        answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
        answer["Content-Disposition"] = 'inline; filename="calendar.ics"'
    note_read(row, at)
    answer["ETag"] = tag
    answer["Cache-Control"], answer["Referrer-Policy"] = "private, no-cache", "no-referrer"
    answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return answer

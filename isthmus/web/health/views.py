"""Two answers for a watcher: this process lives; the installation can serve. Without a sign-in, no more."""

from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from isthmus.upkeep.checks import ready_checks
from isthmus.web.access import actor_of


@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers. Nothing else is asked, so that a slow database does not have it restarted."""
    return HttpResponse("alive\n", content_type="text/plain")


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """200 when everything that serving needs is well, otherwise 503 and which part is not.

    What is wrong and what to do is told only to those who may look after jobs.
    """
    found = _findings()
    wrong = {name: sentences for name, sentences in found.items() if sentences}
    answer: dict[str, Any] = {
        "ready": not wrong,
        "checks": {name: "wrong" if sentences else "well" for name, sentences in found.items()},
    }
    if "database" not in wrong and actor_of(request).allows("jobs.manage"):
        answer["findings"] = wrong
    return JsonResponse(answer, status=503 if wrong else 200)


def _findings() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for check in ready_checks():
        try:
            found[check.name] = check.wrong()
        except DatabaseError as error:  # A table is not there: older than the program, or no company yet.
            found[check.name] = [_("This could not be looked at: %s") % error]
        if found.get("database"):
            break  # The others could not be looked at either.
    return found

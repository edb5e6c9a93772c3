"""Quarantine: events that could not be read, in groups of one reason, source and name."""

import json
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus.collect.models import Quarantined
from isthmus.collect.queries import groups_for, quarantined_for, repairs_for, sources_for
from isthmus.core.actors import Actor
from isthmus.core.clock import from_us
from isthmus.web.access import actor_of, needs
from isthmus.web.collect.words import group_line, reason_text, repair_lines
from isthmus.web.lists import counting, keyset
from isthmus.web.settings.frame import show

HOME = "settings-quarantine"
ORDER = keyset.Order("id", descending=True)
PAGE, REPAIRS = 10, 10


@needs("sources.edit")
def quarantine(request: HttpRequest) -> HttpResponse:
    """The groups, the one with the latest event first, and what was decided lately."""
    actor, before = actor_of(request), request.GET.get("before", "")
    if before and not before.isdigit():
        raise BadRequest("The place in the list cannot be read.")
    if request.htmx and request.GET.get("part") == "repairs":  # type: ignore[attr-defined]
        return render(request, "collect/quarantine.html#repairs", _repairs(actor))
    found, onward = groups_for(actor, before=int(before) if before else None)
    context: dict[str, Any] = {
        "groups": [group_line(one) for one in found],
        "next": f"?{urlencode({'before': onward})}" if onward else "",
    }
    if request.htmx and before:  # type: ignore[attr-defined]
        return render(request, "collect/quarantine.html#rows", context)
    return show(request, HOME, "collect/quarantine.html", context | _repairs(actor))


def _repairs(actor: Actor) -> dict[str, Any]:
    """The latest repairs, and whether one of them goes on by itself."""
    latest = list(repairs_for(actor)[:REPAIRS])
    return {"repairs": repair_lines(latest), "moving": any(one.is_under_way for one in latest)}


@needs("sources.edit")
def group(request: HttpRequest) -> HttpResponse:
    """One group's events as they were received, the latest first."""
    asked, rows = group_asked(request)
    found, onward = keyset.page(rows, ORDER, request.GET.get("after", ""), PAGE)
    context: dict[str, Any] = {
        "events": [event_line(one) for one in found],
        "next": f"?{urlencode({**asked, 'after': onward})}" if onward else "",
    }
    if request.htmx and request.GET.get("after"):  # type: ignore[attr-defined]
        return render(request, "collect/group.html#rows", context)
    source = get_object_or_404(sources_for(actor_of(request)), pk=asked["source"])
    context |= {
        "title": str(asked["event"]) or _("Events without a name"),
        "reason": reason_text(asked["reason"]),
        "source": source,
        "count": counting.written(*counting.capped(rows)),
        "asked": asked,
        "repair": f"{reverse('quarantine-repair')}?{urlencode(asked)}",
        "discard": f"{reverse('quarantine-discard')}?{urlencode(asked)}",
    }
    return show(request, HOME, "collect/group.html", context)


def group_asked(request: HttpRequest) -> "tuple[dict[str, Any], QuerySet[Quarantined]]":
    """Which group the address means, and its events that wait."""
    number = request.GET.get("source", "")
    if not number.isdigit() or len(number) > 18:
        raise BadRequest("The source is not named.")
    asked: dict[str, Any] = {
        "reason": request.GET.get("reason", ""),
        "source": int(number),
        "event": request.GET.get("event", ""),
    }
    rows = quarantined_for(actor_of(request)).filter(
        reason=asked["reason"], source_id=asked["source"], event=asked["event"]
    )
    return asked, rows


def event_line(row: Quarantined) -> dict[str, Any]:
    """An event as it was received, laid out where it is JSON."""
    return {"row": row, "at": from_us(row.received_us), "body": pretty(row.body)}


def pretty(body: str) -> str:
    """JSON laid out for reading; anything else as it is."""
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body

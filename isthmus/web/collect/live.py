"""What comes from a source as it comes, and the properties of it that are not kept yet."""

from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from isthmus.collect.queries import sources_for
from isthmus.collect.undeclared import undeclared_of
from isthmus.core.clock import from_us
from isthmus.ledger.latest import latest_collected, newest_unit
from isthmus.web import formats
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_now

SHOWN = 20


@needs("sources.edit")
def live(request: HttpRequest, pk: int) -> HttpResponse:
    """The latest facts of a source; no content while nothing was sealed after the unit seen last."""
    source = get_object_or_404(sources_for(actor_of(request)), pk=pk)
    after = request.GET.get("after", "")
    if after and (not after.isdigit() or len(after) > 18):
        raise BadRequest("The unit seen last cannot be read.")
    unit = newest_unit()
    if after and unit <= int(after):
        return HttpResponse(status=204)
    facts = [_line(row) for row in latest_collected(source.pk, SHOWN)]
    context = {"one": source, "facts": facts, "unit": unit, "paused": "paused" in request.GET}
    return render(request, "collect/live.html", context)


@needs("sources.edit")
def properties(request: HttpRequest, pk: int) -> HttpResponse:
    """Properties that events brought lately and that are not declared."""
    source = get_object_or_404(sources_for(actor_of(request)), pk=pk)
    kinds = {"text": _("Text"), "number": _("Number"), "truth": _("Yes or no")}
    seen = [(one, kinds[one.kind]) for one in undeclared_of(source)]
    return render(request, "collect/properties.html", {"one": source, "seen": seen})


@needs("sources.edit")
@require_POST
def declare(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a property of an event from now on."""
    get_object_or_404(sources_for(actor_of(request)), pk=pk)
    page = reverse("source", args=[pk])
    arguments = {"name": request.POST.get("name", ""), "event": request.POST.get("event", "")}
    done = _("From now on it is kept with each fact.")
    return act_now(request, Act("declare_property", "", done, page, arguments, page))


def _line(row: dict[str, Any]) -> dict[str, Any]:
    micros, currency = row.get("amount"), row.get("currency")
    amount = f"{formats.number(micros / 1_000_000, 2)} {currency or ''}" if micros is not None else ""
    return {
        "at": from_us(row["received_us"]),
        "kind": row["kind"],
        "event": row.get("event") or "",
        "where": f"{row.get('host') or ''}{row.get('path') or ''}",
        "amount": amount,
    }

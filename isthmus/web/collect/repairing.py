"""Repair of a group: rules chosen and tried on the newest events, then sent again; or thrown away."""

import json
import re
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from isthmus.collect.models import Quarantined, Repair
from isthmus.collect.quarantine.again import Tried, try_rules
from isthmus.collect.quarantine.rules import ACTS, NUMBER, RENAME, Rule, read_rules
from isthmus.collect.queries import sources_for
from isthmus.core.clock import from_us
from isthmus.core.refusals import InvalidInput
from isthmus.web import formats
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_by_form, act_now, sent
from isthmus.web.acts.forms import ActForm
from isthmus.web.collect.quarantine import HOME, group_asked, pretty
from isthmus.web.collect.words import group_address, reason_text
from isthmus.web.settings.frame import show

TRIED, SHOWN = 100, 5
_PLACE = re.compile(r"\$\.([\w.]+)")
_USUAL = {"bad_amount": (NUMBER, "properties.revenue"), "no_identity": (RENAME, "properties.user_id")}


@needs("sources.edit")
def repair(request: HttpRequest) -> HttpResponse:
    """Choose rules, see what they make of the newest events; posted, the group is sent again."""
    given = request.POST if request.method == "POST" else request.GET
    asked, waiting = group_asked(request)
    ids = _chosen(given)
    rows = waiting if ids is None else waiting.filter(pk__in=ids)
    wanted = _rules_in(given)
    if request.method == "POST":
        arguments = {
            "source_id": asked["source"], "reason": asked["reason"], "event": asked["event"],
            "rules": wanted, "ids": ids,
        }  # fmt: skip
        page = reverse(HOME)
        return act_now(request, Act("replay_quarantined", "", _begun, page, arguments, page))
    source = get_object_or_404(sources_for(actor_of(request)), pk=asked["source"])
    context: dict[str, Any] = {
        "title": _("Repair “%(event)s”") % {"event": asked["event"] or _("events without a name")},
        "asked": asked,
        "ids": ids or (),
        "reason": reason_text(asked["reason"]),
        "source": source,
        "acts": ACTS.items(),
        "lines": [*wanted, _suggested(asked, rows, wanted)],
        "back": group_address(asked["reason"], asked["source"], asked["event"]),
        "hidden": [(name, one[name]) for one in wanted for name in ("act", "field", "value")],
    }
    try:
        context |= _preview(rows, read_rules(wanted))
    except InvalidInput as refusal:
        context["wrong"] = " ".join(refusal.errors.values())
    return show(request, HOME, "collect/repair.html", context)


@needs("sources.edit")
def discard(request: HttpRequest) -> HttpResponse:
    """Throw a group, or the chosen events of it, away."""
    asked, _rows = group_asked(request)
    page = reverse(HOME)
    arguments = {
        "source_id": asked["source"], "reason": asked["reason"], "event": asked["event"],
        "ids": _chosen(request.GET),
    }  # fmt: skip
    act = Act(
        "discard_quarantined",
        _("Throw away “%(event)s”") % {"event": asked["event"] or _("events without a name")},
        _begun,
        page,
        arguments,
        group_address(asked["reason"], asked["source"], asked["event"]),
        _("These events never become facts. This cannot be undone."),
        _("Throw away"),
        danger=True,
    )
    return act_by_form(request, act, ActForm(sent(request)))


@needs("sources.edit")
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Stop a repair, or go on with it."""
    words = {
        "stop": ("stop_repair", _("It stands still.")),
        "on": ("go_on_with_repair", _("It goes on.")),
    }
    if name not in words:
        raise Http404
    command, done = words[name]
    page = reverse(HOME)
    return act_now(request, Act(command, "", done, page, {"repair_id": pk}, page))


def _begun(result: Any) -> str:
    """What came of it, or that it goes on by itself."""
    one: Repair = result.value
    if one.ended_at is None:
        return _("It is under way: %(total)s events.") % {"total": formats.number(one.total)}
    if one.act == Repair.Act.DISCARD:
        said = ngettext("%(count)s event is thrown away.", "%(count)s events are thrown away.", one.done)
    else:
        said = ngettext("%(count)s event is sent again.", "%(count)s events are sent again.", one.done)
    said %= {"count": formats.number(one.done)}
    if one.left:
        said += " " + _("Still not readable: %(count)s.") % {"count": formats.number(one.left)}
    return said


def _preview(rows: "QuerySet[Quarantined]", rules: Sequence[Rule]) -> dict[str, Any]:
    """The newest events before and after, and how many of them could be read."""
    tried = try_rules(list(rows.order_by("-pk")[:TRIED]), rules)
    readable = sum(not one.reason for one in tried)
    return {
        "tried": len(tried),
        "readable": readable,
        "sentences": [rule.sentence for rule in rules],
        "examples": [_example(one) for one in tried[:SHOWN]],
    }


def _example(one: Tried) -> dict[str, Any]:
    after = "" if one.after is None else json.dumps(one.after, indent=2, ensure_ascii=False)
    return {
        "before": pretty(one.row.body),
        "after": after,
        "at": from_us(one.row.received_us),
        "reason": reason_text(one.reason) if one.reason else "",
        "detail": one.detail,
    }


def _rules_in(given: QueryDict) -> list[dict[str, str]]:
    """The rules of the form; a line without an act is none."""
    names = ("act", "field", "value")
    lines = zip(*(given.getlist(name) for name in names), strict=False)
    return [dict(zip(names, line, strict=True)) for line in lines if line[0]]


def _chosen(given: QueryDict) -> list[int] | None:
    """The events that were ticked; None where all are meant."""
    numbers = given.getlist("ids")
    if not all(number.isdigit() and len(number) < 19 for number in numbers):
        raise BadRequest("The events are not named.")
    return [int(number) for number in numbers] or None


def _suggested(asked: dict[str, Any], rows: "QuerySet[Quarantined]", wanted: Sequence[Any]) -> dict[str, str]:
    """A line to begin with: the field that the events stumble over."""
    empty = {"act": "", "field": "", "value": ""}
    if wanted:
        return empty
    first = rows.order_by("-pk").values_list("detail", flat=True).first() or ""
    if found := _PLACE.search(first):
        return {**empty, "field": found[1]}
    usual = _USUAL.get(asked["reason"])
    return {**empty, "act": usual[0], "field": usual[1]} if usual else empty

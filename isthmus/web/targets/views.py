"""The pages of targets: everybody in a period, and one seller, team or territory."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.core import clock
from isthmus.core.actors import Actor
from isthmus.core.refusals import InvalidInput
from isthmus.metrics.catalogue import catalogue
from isthmus.sales.models import Holder
from isthmus.sales.targets.periods import LENGTHS, Kind, Period
from isthmus.sales.targets.progress import Targets, targets
from isthmus.sales.targets.setting import COUNTS, METRICS
from isthmus.sales.targets.standing import Held, promise_history, quota_history
from isthmus.web.access import actor_of, needs, today
from isthmus.web.acts.acting import Button
from isthmus.web.explore.definitions import definition_of
from isthmus.web.pieces import Choice
from isthmus.web.targets import wording
from isthmus.web.targets.showing import Line, asked, line_of, lines, rows_of


@needs("quotas.view")
def targets_page(request: HttpRequest) -> HttpResponse:
    """Who is how far in a period: everybody whom the reader's grant reaches."""
    actor = actor_of(request)
    period, metric, wrong = asked_of(request)
    found = targets(actor, period, now=clock.now(), metric=metric)
    shown = lines(found, actor)
    context = frame(found, actor, reverse("targets")) | {
        "lines": shown,
        "finding": finding(found, shown),
        "any_quota": any(line.progress.quota is not None for line in shown),
        "may_set": actor.allows("quotas.edit"),
        "may_rank": actor.allows("metrics.leaderboard"),
        "wrong": wrong,
    }
    return render(request, "targets/targets.html", context)


@needs("quotas.view")
def holder_page(request: HttpRequest, holder: str, number: int) -> HttpResponse:
    """One seller, team or territory: the pace, the months, what was committed, and what was set when."""
    actor = actor_of(request)
    period, metric, wrong = asked_of(request)
    if holder not in Holder.values:
        raise Http404
    held = Held(holder, number)
    found = targets(actor, period, now=clock.now(), metric=metric, only=held)
    one = found.of(held)
    if one is None:
        raise Http404
    line = line_of(found, one, 0, actor)
    address = reverse("target", args=[holder, number])
    context = frame(found, actor, address) | {
        "line": line,
        "one": one,
        "finding": line.sentence or _("No quota is set for this period"),
        "months": [_month(month, line, found) for month in period.months],
        "history": [_entry(row, found) for row in quota_history(actor, held, period, metric=metric)],
        "promises": _promises(actor, held, found),
        "buttons": _buttons(line, found, actor),
        "wrong": wrong,
    }
    return render(request, "targets/holder.html", context)


def finding(found: Targets, shown: Sequence[Line]) -> str:
    """What the lines say together: one's own sentence, or how many need more than is usual."""
    if found.refusal is not None:
        return str(found.refusal)
    sellers = [line for line in shown if line.held.holder == "seller" and line.progress.pace is not None]
    if not sellers:
        return _("No quota is set for this period")
    if len(sellers) == 1:
        return sellers[0].sentence
    there = sum(line.progress.attained for line in sellers)
    quota = sum(line.progress.quota or 0 for line in sellers)
    words = {
        "there": wording.short(there, found.currency),
        "quota": wording.short(quota, found.currency),
        "share": f"{100 * there / quota:.0f}%" if quota else "–",
    }
    said = _("%(there)s of %(quota)s, %(share)s") % words
    hard = sum(line.hard for line in sellers)
    if not hard:
        return said
    more = ngettext(
        "%(count)s of %(all)s needs more than is usual",
        "%(count)s of %(all)s need more than is usual",
        hard,
    ) % {"count": hard, "all": len(sellers)}
    return _("%(said)s; %(more)s") % {"said": said, "more": more}


def asked_of(request: HttpRequest) -> tuple[Period, str, str]:
    """The period and the metric of an address, and what was wrong with them."""
    metric = request.GET.get("metric", "revenue")
    known = [name for name in METRICS if name in catalogue()]
    try:
        period = Period.parse(request.GET["period"]) if request.GET.get("period") else None
    except InvalidInput as refusal:
        return Period.containing("quarter", today()), "revenue", " ".join(refusal.errors.values())
    return period or Period.containing("quarter", today()), metric if metric in known else "revenue", ""


def frame(found: Targets, actor: Actor, address: str) -> dict[str, Any]:
    """What every page of targets shows: the period with its neighbours, the metrics there are quotas of."""

    def to(period: Period, metric: str = found.metric) -> str:
        kept = {"period": str(period)} | ({"metric": metric} if metric != "revenue" else {})
        return f"{address}?{urlencode(kept)}"

    kinds: dict[Kind, str] = {"month": _("Month"), "quarter": _("Quarter"), "year": _("Year")}
    inside = found.today if found.period.holds(found.today) else found.period.first
    return {
        "found": found,
        "period_text": wording.period_text(found.period),
        "before": to(found.period.moved(-1)),
        "after": to(found.period.moved(1)),
        "kinds": [
            Choice(text, to(Period.containing(kind, inside)), kind == found.period.kind)
            for kind, text in kinds.items()
            if kind in LENGTHS
        ],
        "metrics": [
            Choice(str(catalogue()[name].label), to(found.period, name), name == found.metric)
            for name in METRICS
            if name in catalogue()
        ],
        "definition": definition_of(catalogue()[found.metric]),
        "query": urlencode(asked(found)),
        "counts": found.metric in COUNTS,
    }


def _month(month: Any, line: Line, found: Targets) -> dict[str, Any]:
    of_month = line.progress.months.get(month)
    period = Period(month, "month")
    return {
        "period": str(period),
        "name": wording.period_text(period),
        "quota": wording.amount(of_month, found.currency),
        "input": wording.from_money(of_month),
        "rows": rows_of(line.held, Targets(period, found.metric, found.currency, (), found.today)),
    }


def _entry(row: Any, found: Targets) -> dict[str, Any]:
    return {
        "at": row.set_at,
        "month": wording.period_text(Period(row.month, "month")),
        "amount": wording.amount(row.amount, found.currency) if row.amount is not None else _("taken away"),
        "by": str(row.set_by or _("the system")),
        "note": row.note,
    }


def _promises(actor: Actor, held: Held, found: Targets) -> list[dict[str, Any]]:
    if held.holder != Holder.SELLER or found.metric != "revenue":
        return []
    return [
        {
            "at": row.made_at,
            "kind": row.get_kind_display(),
            "amount": wording.amount(row.amount, found.currency)
            if row.amount is not None
            else _("taken back"),
            "by": str(row.made_by or _("the system")),
            "note": row.note,
        }
        for row in promise_history(actor, held.number, found.period)
    ]


def _buttons(line: Line, found: Targets, actor: Actor) -> list[Button]:
    query = urlencode({**asked(found), f"{line.held.holder}_id": line.held.number})
    buttons: list[Button] = []
    if line.may_edit:
        kind = "primary" if line.progress.quota is None else ""
        buttons.append(Button(_("Set the quota"), f"{reverse('set-quota')}?{query}", kind=kind))
        if line.progress.quota:
            buttons.append(Button(_("Split…"), f"{reverse('split-quota')}?{query}"))
    if line.held.holder == Holder.SELLER and found.metric == "revenue":
        mine = line.held.number == actor.id
        if mine and actor.allows("forecast.commit"):
            buttons.append(Button(_("Commit"), f"{reverse('commit-forecast')}?{query}", icon="check"))
        if not mine and actor.allows("forecast.adjust"):
            buttons.append(Button(_("Adjust the commitment"), f"{reverse('adjust-commitment')}?{query}"))
    return buttons

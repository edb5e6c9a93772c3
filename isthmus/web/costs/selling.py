"""What selling costs and brings: by seller, team or deal, in a period; every figure from the catalogue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.actors import Actor
from isthmus.core.refusals import Refusal
from isthmus.metrics.catalogue import catalogue
from isthmus.metrics.queries import Answer, Question, ask_many, may_count
from isthmus.sales.models import Deal
from isthmus.sales.targets.periods import Period
from isthmus.web.access import actor_of, needs
from isthmus.web.costs.views import frame, period_of
from isthmus.web.explore.addresses import rows_address, where_key
from isthmus.web.explore.definitions import definition_of
from isthmus.web.figures import write
from isthmus.web.pieces import Choice, Stat
from isthmus.web.targets.showing import days_of
from isthmus.workspace.models import Company

# Of the whole cost, and of what is left of it for who may not see salaries.
WHOLE = ("selling_cost", "expenses", "commission", "cost_per_sale", "selling_return")
DIRECT = ("direct_selling_cost", "expenses", "commission", "direct_cost_per_sale", "direct_selling_return")
BY = {"owner": gettext_lazy("Seller"), "team": gettext_lazy("Team"), "deal": gettext_lazy("Deal")}
SHOWN = 50


@dataclass(frozen=True)
class Line:
    """One seller, team or deal with its figures in the order of the columns; `href` opens its page."""

    name: str
    href: str
    cells: Sequence[tuple[str, str, str]]  # label, figure, address of the rows


@needs("expenses.view")
def selling_cost(request: HttpRequest) -> HttpResponse:
    """The cost of selling in a period, and who or what it went to."""
    actor = actor_of(request)
    period, wrong = period_of(request, "quarter")
    by = request.GET.get("by", "owner")
    by = by if by in BY else "owner"
    # Salaries belong to no deal: there only the direct cost says something.
    whole = by != "deal" and may_count(actor, catalogue()["selling_cost"])
    names = tuple(
        name for name in (WHOLE if whole else DIRECT) if name != "direct_cost_per_sale" or by != "deal"
    )
    answers = _asked(actor, period, names, by)
    address = reverse("selling-cost")
    kept = "" if by == "owner" else f"&by={by}"
    refused = next((answer for answer in answers.values() if isinstance(answer, Refusal)), None)
    found = {name: answer for name, answer in answers.items() if isinstance(answer, Answer)}
    context = frame(period, address, ("month", "quarter", "year"), kept) | {
        "stats": [_stat(name, answer, period) for name, answer in found.items()],
        "heads": [str(catalogue()[name].label) for name in found],
        "lines": _lines(found, actor, period, by),
        "ways": [
            Choice(str(text), f"{address}?{urlencode({'period': str(period), 'by': name})}", name == by)
            for name, text in BY.items()
        ],
        "by_text": BY[by],
        "finding": _finding(found, names),
        "refused": refused,
        "whole": whole,
        "of_deals": by == "deal",
        "wrong": wrong,
    }
    return render(request, "costs/selling.html", context)


def _asked(actor: Actor, period: Period, names: Sequence[str], by: str) -> dict[str, Answer | Refusal]:
    window = period.window(Company.current().zone)
    may = [name for name in names if may_count(actor, catalogue()[name])]
    questions = [Question(metric=name, window=window, actor=actor, by=(by,)) for name in may]
    return dict(zip(may, ask_many(questions), strict=True))


def _stat(name: str, answer: Answer, period: Period) -> Stat:
    metric = catalogue()[name]
    rows = rows_address(name, days_of(period))
    figure = write(answer.total.value, metric.unit, answer.currency)
    return Stat(str(metric.label), figure, rows, definition=definition_of(metric, rows))


def _lines(found: Mapping[str, Answer], actor: Actor, period: Period, by: str) -> list[Line]:
    """A line for each key that any cost has, the dearest first; what belongs to nobody stands last."""
    values: dict[Any, dict[str, Any]] = {}
    labels: dict[Any, str] = {}
    for name, answer in found.items():
        for row in answer.rows:
            (key,) = row.keys
            values.setdefault(key, {})[name] = row.value
            labels[key] = row.labels[0]
    costly = next(iter(found), "")
    spent = {key: its for key, its in values.items() if its.get(costly)}
    order = sorted(spent, key=lambda key: (key is None, -float(spent[key][costly])))[:SHOWN]
    named = _deals(actor, order) if by == "deal" else {}
    lines = []
    for key in order:
        deal = named.get(key)
        text = (
            deal.name
            if deal is not None
            else _("A deal of a colleague")
            if by == "deal" and key
            else labels[key]
        )
        if by == "deal" and key is None:
            text = _("For no deal")
        cells = []
        for name, answer in found.items():
            metric = catalogue()[name]
            where = [where_key(by, key)]
            # What is paid on orders without a deal has nothing to do with costs of no deal.
            apart = by == "deal" and key is None and metric.aggregate == "weighed ratio"
            figure = write(None if apart else spent[key].get(name), metric.unit, answer.currency)
            cells.append((str(metric.label), figure, rows_address(name, days_of(period), where=where)))
        lines.append(Line(text, reverse("deal", args=[deal.pk]) if deal is not None else "", cells))
    return lines


def _deals(actor: Actor, keys: Sequence[Any]) -> Mapping[int, Deal]:
    wanted = [key for key in keys if key is not None]
    found: Mapping[int, Deal] = Deal.objects.visible_to(actor).in_bulk(wanted)
    return found


def _finding(found: Mapping[str, Answer], names: Sequence[str]) -> str:
    """What it cost, and how many times that was paid, in one sentence: not that the one made the other."""
    cost = found.get(names[0])
    if cost is None or not cost.total.value:
        return _("No cost is recorded in this period")
    words = {"cost": write(cost.total.value, "money", cost.currency)}
    if names[0] != WHOLE[0]:
        return _("%(cost)s, without salaries") % words
    answer = found.get(names[-1])
    if answer is None or answer.total.value is None:
        return words["cost"]
    words["times"] = write(round(float(answer.total.value), 1), "number", None)
    return _("%(cost)s; money paid was %(times)s times that") % words

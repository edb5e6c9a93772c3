"""What one deal cost and brought: the card on its page."""

from typing import Any

from django.urls import reverse

from isthmus.core.actors import Actor
from isthmus.core.window import Window
from isthmus.metrics.catalogue import catalogue
from isthmus.metrics.queries import Answer, Question, ask_many, may_count
from isthmus.money.models import CommissionLine, Expense, ExpenseState
from isthmus.sales.models import Deal
from isthmus.web import formats
from isthmus.web.acts.reach import reaches
from isthmus.web.explore.definitions import definition_of
from isthmus.web.figures import write
from isthmus.web.money.plans import shares_of
from isthmus.web.pieces import Stat
from isthmus.web.targets.wording import amount
from isthmus.workspace.models import Company
from isthmus.workspace.queries import user_names

FIGURES = ("direct_selling_cost", "commission", "revenue", "direct_selling_return")
SHOWN = 8


def card(deal: Deal, actor: Actor) -> dict[str, Any]:
    """What the card shows; empty for who may not see expenses. Nothing is counted that cost nothing yet."""
    if not actor.allows("expenses.view"):
        return {}
    seen = Expense.objects.visible_to(actor).filter(deal=deal).exclude(state=ExpenseState.WITHDRAWN)
    rows = list(seen.select_related("owner").order_by("-on", "-pk")[: SHOWN + 1])
    page = reverse("deal", args=[deal.pk])
    may_split = reaches(actor, deal, "commission.split")
    # Commission comes with paid money, whether anybody spent anything or not.
    earned = actor.allows("commission.view") and CommissionLine.objects.filter(deal=deal).exists()
    return {
        "credited": _credited(deal) if may_split else "",
        "split": reverse("split-credit", args=[deal.pk]) if may_split else "",
        "shown": bool(rows) or earned or actor.allows("expenses.edit"),
        "rows": [
            {
                "one": row,
                "page": reverse("expense", args=[row.pk]),
                "amount": amount(row.amount, row.currency),
            }
            for row in rows[:SHOWN]
        ],
        "more": len(rows) > SHOWN,
        "stats": _stats(deal, actor) if rows or earned else [],
        "enter": f"{reverse('new-expense')}?deal={deal.pk}&back={page}"
        if actor.allows("expenses.edit")
        else "",
    }


def _credited(deal: Deal) -> str:
    """Among whom the deal's money is credited: `Rita Reyes 60%, Olga Orlova 40%`."""
    shares = shares_of(deal)
    if len(shares) < 2:
        return ""
    names = user_names(set(shares))
    return ", ".join(f"{names.get(one, one)} {formats.percent(share)}" for one, share in shares.items())


def _stats(deal: Deal, actor: Actor) -> list[Stat]:
    """The deal's figures as the catalogue counts them, over all its time."""
    names = [name for name in FIGURES if may_count(actor, catalogue()[name])]
    window, where = Window.parse(None, None, Company.current().zone), {"deal": deal.pk}
    questions = [Question(metric=name, window=window, actor=actor, where=where) for name in names]
    found = []
    for name, answer in zip(names, ask_many(questions), strict=True):
        if isinstance(answer, Answer):
            metric = catalogue()[name]
            figure = write(answer.total.value, metric.unit, answer.currency)
            found.append(Stat(str(metric.label), figure, definition=definition_of(metric, place="deal")))
    return found

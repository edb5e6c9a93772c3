"""The pages of expenses: what waits for a decision, those of a period, one with its receipt and its past."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from isthmus.core.actors import Actor, Scope
from isthmus.core.refusals import InvalidInput, Refusal
from isthmus.files.models import AttachedFile
from isthmus.metrics.queries import Question, ask
from isthmus.money.models import Expense, ExpenseState
from isthmus.money.models.expenses import WAITING
from isthmus.sales.models import Deal
from isthmus.sales.targets.periods import Kind, Period
from isthmus.web.access import actor_of, needs, today
from isthmus.web.acts.reach import reaches
from isthmus.web.costs import acts
from isthmus.web.markup import badge
from isthmus.web.pieces import Choice
from isthmus.web.targets.wording import amount, period_text, short
from isthmus.workspace.models import Company

SHOWN = 50
QUEUE = 30
_TONES = {ExpenseState.APPROVED: "good", ExpenseState.REFUSED: "bad"}
_ACTS = {
    "corrected": gettext_lazy("Corrected"),
    "approved": gettext_lazy("Approved"),
    "refused": gettext_lazy("Refused"),
    "withdrawn": gettext_lazy("Taken back"),
    "restored": gettext_lazy("Put back to what it was"),
}


@needs("expenses.view")
def expenses(request: HttpRequest) -> HttpResponse:
    """What waits for the reader's decision, then the expenses of a period."""
    actor = actor_of(request)
    period, wrong = period_of(request, "month")
    seen = Expense.objects.visible_to(actor).filter(on__gte=period.first, on__lt=period.after_last)
    rows = seen.exclude(state=ExpenseState.WITHDRAWN).select_related("owner", "deal", "team")
    page = Paginator(rows.order_by("-on", "-pk"), SHOWN).get_page(request.GET.get("page"))
    here = f"{reverse('expenses')}?period={period}"
    waiting = _waiting(actor)
    context = frame(period, reverse("expenses"), ("month", "quarter", "year")) | {
        "lines": _lines(list(page.object_list), actor),
        "page": page,
        "here": here,
        "queue": [
            {**line, "buttons": acts.buttons_for(line["one"], actor, here)}
            for line in _lines(waiting[:QUEUE], actor)
        ],
        "queued": _queued(len(waiting)),
        "finding": _finding(actor, period, page.paginator.count),
        "may_enter": actor.allows("expenses.edit"),
        "wrong": wrong,
    }
    return render(request, "costs/expenses.html", context)


@needs("expenses.view")
def expense(request: HttpRequest, pk: int) -> HttpResponse:
    """One expense: what it was, its receipt, who decided."""
    actor = actor_of(request)
    related = ("owner", "team", "deal", "decided_by", "booked_by")
    one = get_object_or_404(Expense.objects.visible_to(actor).select_related(*related), pk=pk)
    (line,) = _lines([one], actor)
    context = {
        "line": line,
        "one": one,
        "buttons": [*acts.buttons_for(one, actor), *acts.changing_buttons_for(one, actor)],
        "may_edit": reaches(actor, one, "expenses.edit"),
        "past": [
            {"act": _ACTS[change.act], "at": change.at, "by": str(change.by or _("the system"))}
            for change in one.changes.select_related("by").order_by("-pk")
        ],
        "waits_for": _("Somebody other than who spent it decides.") if one.waits else "",
    }
    return render(request, "costs/expense.html", context)


def period_of(request: HttpRequest, kind: Kind) -> tuple[Period, str]:
    """The period of an address, the running one where it names none, and what was wrong with it."""
    running = Period.containing(kind, today())
    try:
        text = request.GET.get("period", "")
        return (Period.parse(text) if text else running), ""
    except InvalidInput as refusal:
        return running, " ".join(refusal.errors.values())


def frame(period: Period, address: str, kinds: Sequence[Kind], kept: str = "") -> dict[str, Any]:
    """The period with its neighbours; `kept` is what else the addresses carry."""
    names: dict[Kind, str] = {"month": _("Month"), "quarter": _("Quarter"), "year": _("Year")}
    inside = today() if period.holds(today()) else period.first
    return {
        "period": period,
        "period_text": period_text(period),
        "before": f"{address}?period={period.moved(-1)}{kept}",
        "after": f"{address}?period={period.moved(1)}{kept}",
        "kinds": [
            Choice(
                names[kind], f"{address}?period={Period.containing(kind, inside)}{kept}", kind == period.kind
            )
            for kind in kinds
        ],
    }


def _waiting(actor: Actor) -> list[Expense]:
    """What waits for this actor's decision, the oldest first."""
    rows = Expense.objects.visible_to(actor, "expenses.approve").filter(state__in=WAITING)
    rows = rows.exclude(owner_id=actor.id).exclude(booked_by_id=actor.id) if actor.id is not None else rows
    return list(rows.select_related("owner", "deal", "team").order_by("on", "pk")[: 10 * QUEUE])


def _queued(count: int) -> str:
    words = {"count": count}
    return ngettext("%(count)s expense waits for you", "%(count)s expenses wait for you", count) % words


def _finding(actor: Actor, period: Period, count: int) -> str:
    """What was spent, as the catalogue counts it."""
    company = Company.current()
    try:
        told = ask(Question(metric="expenses", window=period.window(company.zone), actor=actor)).total
    except Refusal as refusal:
        return str(refusal)
    if not count:
        return _("Nothing was spent in %(period)s") % {"period": period_text(period)}
    words = {"sum": short(round((told.value or 0) * 1_000_000), company.base_currency)}
    words["period"] = period_text(period)
    whose = actor.scope("expenses.view") is Scope.OWN
    said = _("You spent %(sum)s in %(period)s") if whose else _("%(sum)s in %(period)s")
    return said % words


def _lines(rows: Sequence[Expense], actor: Actor) -> list[dict[str, Any]]:
    """Expenses as they are shown: with their receipts, and a link to the deal where it is seen."""
    numbers = [row.pk for row in rows]
    files: dict[int, list[AttachedFile]] = {}
    for file in AttachedFile.objects.filter(kind="expense", record_id__in=numbers, removed_at=None).order_by(
        "pk"
    ):
        files.setdefault(file.record_id, []).append(file)
    wanted = {row.deal_id for row in rows if row.deal_id}
    seen = (
        set(Deal.objects.visible_to(actor).filter(pk__in=wanted).values_list("pk", flat=True))
        if wanted
        else set()
    )
    return [
        {
            "one": row,
            "page": reverse("expense", args=[row.pk]),
            "amount": amount(row.amount, row.currency),
            "state": _state(row),
            "deal": row.deal if row.deal_id in seen else None,
            "of_a_deal": row.deal_id is not None,
            "files": files.get(row.pk, []),
        }
        for row in rows
    ]


def _state(row: Expense) -> str:
    return badge(row.get_state_display(), _TONES.get(ExpenseState(row.state), ""))

"""Acts on an expense: approve, refuse, correct, take back."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.actors import Actor
from isthmus.money.models import Expense, ExpenseState
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, Button, act_by_form, act_now, sent
from isthmus.web.acts.forms import ActForm
from isthmus.web.acts.reach import reaches
from isthmus.web.acts.returning import back_of
from isthmus.web.costs.entering import ExpenseForm, initial_of

_DONE = {
    "approve": ("approve_expense", gettext_lazy("Approve"), gettext_lazy("Approved.")),
    "refuse": ("refuse_expense", gettext_lazy("Refuse"), gettext_lazy("Refused. The seller sees why.")),
    "correct": (
        "correct_expense",
        gettext_lazy("Correct the expense"),
        gettext_lazy("Corrected. It waits again."),
    ),
    "withdraw": (
        "withdraw_expense",
        gettext_lazy("Take back"),
        gettext_lazy("Taken back: it costs nothing."),
    ),
}


class ReasonForm(ActForm):
    """Why an expense is refused."""

    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=300, widget=forms.TextInput(attrs={"autofocus": True})
    )
    wide = ("reason",)


@needs("expenses.view")
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Do one of the acts."""
    if name not in _DONE:
        raise Http404
    actor = actor_of(request)
    one = get_object_or_404(Expense.objects.visible_to(actor).select_related("owner"), pk=pk)
    command, title, done = _DONE[name]
    back = back_of(request, reverse("expense", args=[pk]))
    what = Act(command, title, done, back, {"expense_id": pk}, back, f"{one} · {one.owner}")
    if name == "refuse":
        return act_by_form(request, what, ReasonForm(sent(request)))
    if name == "correct":
        return act_by_form(request, what, ExpenseForm(actor, sent(request), initial=initial_of(one)))
    return act_now(request, what) if request.method == "POST" else act_by_form(request, what, ActForm())


def buttons_for(one: Expense, actor: Actor, back: str = "") -> list[Button]:
    """What the actor may do with an expense now; the commands judge it again."""
    buttons: list[Button] = []
    values: dict[str, Any] = {"back": back} if back else {}
    behind = f"?back={back}" if back else ""
    if may_decide(one, actor):
        if one.state != ExpenseState.APPROVED:
            buttons.append(
                Button(
                    _("Approve"),
                    _address(one, "approve"),
                    at_once=True,
                    icon="check",
                    kind="primary",
                    values=values,
                )
            )
        if one.state != ExpenseState.REFUSED:
            buttons.append(Button(_("Refuse…"), _address(one, "refuse") + behind))
    return buttons


def changing_buttons_for(one: Expense, actor: Actor) -> list[Button]:
    """What the actor may change of an expense now."""
    open_to_seller = one.state in (ExpenseState.BOOKED, ExpenseState.CORRECTED, ExpenseState.REFUSED)
    if one.state == ExpenseState.WITHDRAWN or not reaches(actor, one, "expenses.edit"):
        return []
    if not open_to_seller and (one.owner_id == actor.id or not reaches(actor, one, "expenses.approve")):
        return []
    return [
        Button(_("Correct…"), _address(one, "correct")),
        Button(_("Take back"), _address(one, "withdraw"), at_once=True),
    ]


def may_decide(one: Expense, actor: Actor) -> bool:
    """Whether the actor decides about this expense: never about their own."""
    if one.state == ExpenseState.WITHDRAWN or actor.id in (one.owner_id, one.booked_by_id):
        return False
    return reaches(actor, one, "expenses.approve")


def _address(one: Expense, name: str) -> str:
    return reverse("expense-act", args=[one.pk, name])

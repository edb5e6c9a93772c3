"""Salaries: who costs what from when on. For nobody but who may see them."""

from itertools import groupby
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.actors import Actor, Scope
from isthmus.money.models import Salary
from isthmus.web import formats
from isthmus.web.access import actor_of, needs, today
from isthmus.web.acts.acting import Act, act_by_form, sent
from isthmus.web.acts.forms import ActForm, amount_field, date_input
from isthmus.web.leads.forms import currencies
from isthmus.web.targets.wording import amount
from isthmus.workspace.models import Company, User


class SalaryForm(ActForm):
    """Who costs what each month, from which month on."""

    user_id = forms.TypedChoiceField(label=gettext_lazy("Who"), coerce=int)
    monthly = amount_field(
        gettext_lazy("Each month, all told"),
        min_value=0,
        help_text=gettext_lazy("With what the company pays beside it. Empty: nothing from then on."),
    )
    currency = forms.ChoiceField(label=gettext_lazy("Currency"), required=False)
    from_on = forms.DateField(
        label=gettext_lazy("From"),
        widget=date_input(),
        help_text=gettext_lazy("The first day of a month. Months that have begun are booked anew."),
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user_id"].choices = _people(actor)  # type: ignore[attr-defined]
        self.fields["currency"].choices = currencies(  # type: ignore[attr-defined]
            Company.current().base_currency
        )


@needs("salaries.view")
def salaries(request: HttpRequest) -> HttpResponse:
    """Each person's salary as it stands, and what it was before."""
    actor = actor_of(request)
    rows = Salary.objects.visible_to(actor).filter(withdrawn_at=None)
    rows = rows.select_related("owner", "set_by").order_by("owner__name", "owner", "-from_on", "-pk")
    context = {
        "people": [
            {"name": str(person), "lines": [_line(row) for row in its]}
            for person, its in groupby(rows, key=lambda row: row.owner)
        ],
        "may_set": actor.allows("salaries.edit"),
    }
    return render(request, "costs/salaries.html", context)


@needs("salaries.edit")
def set_salary(request: HttpRequest) -> HttpResponse:
    """Set one."""
    back = reverse("salaries")
    done = _("The salary is set, and its months so far are booked.")
    act = Act("set_salary", _("Set a salary"), done, back, {}, back)
    initial = {"user_id": request.GET.get("user"), "from_on": today().replace(day=1)}
    return act_by_form(request, act, SalaryForm(actor_of(request), sent(request), initial=initial))


def _line(row: Salary) -> dict[str, Any]:
    return {
        "from": formats.day(row.from_on),
        "amount": amount(row.amount, row.currency) if row.amount is not None else _("nothing"),
        "by": str(row.set_by or _("the system")),
        "at": row.set_at,
    }


def _people(actor: Actor) -> list[tuple[int, str]]:
    users = User.objects.filter(is_active=True)
    scope = actor.scope("salaries.edit")
    if scope is Scope.TEAM:
        users = users.filter(team__in=actor.team_ids) | users.filter(pk=actor.id or 0)
    elif scope is not Scope.ALL:
        users = users.filter(pk=actor.id or 0)
    return list(users.order_by("name").values_list("pk", "name"))

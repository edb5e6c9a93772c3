"""Entering an expense: one short form with the receipt, made for a telephone."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core import clock, commands
from isthmus.core.actors import Actor, Scope
from isthmus.core.money import from_micros
from isthmus.core.refusals import InvalidInput, Refusal
from isthmus.files.storing import Incoming, drop_received
from isthmus.money.models import Category, Expense
from isthmus.web.access import actor_of, needs, today
from isthmus.web.acts.acting import Act, sent, went_well
from isthmus.web.acts.forms import ActForm, amount_field, choices_with_none, date_input
from isthmus.web.acts.logging import Chips
from isthmus.web.acts.pickers import PickField
from isthmus.web.acts.returning import back_of
from isthmus.web.leads.forms import currencies
from isthmus.web.receiving import received, receives
from isthmus.workspace.models import Company, Team, User


class ExpenseForm(ActForm):
    """What was spent, on what, when; and for what, where that is more than oneself."""

    amount = amount_field(gettext_lazy("Amount before tax"), required=True, min_value=0)
    currency = forms.ChoiceField(label=gettext_lazy("Currency"))
    category = forms.ChoiceField(label=gettext_lazy("On what"), choices=Category.choices, widget=Chips)
    on = forms.DateField(label=gettext_lazy("Day"), widget=date_input())
    words = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=300)
    deal_id = PickField("deal", label=gettext_lazy("For a deal"), required=False)
    seller_id = forms.TypedChoiceField(label=gettext_lazy("Spent by"), coerce=int)
    team_id = forms.TypedChoiceField(
        label=gettext_lazy("Borne by"), required=False, coerce=int, empty_value=None
    )

    wide = ("category", "words", "deal_id")

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        base = Company.current().base_currency
        self.fields["currency"].choices = currencies(base)  # type: ignore[attr-defined]
        self.fields["deal_id"].for_actor(actor)  # type: ignore[attr-defined]
        if not actor.allows("deals.view"):
            del self.fields["deal_id"]
        if len(self.fields["currency"].choices) < 2:  # type: ignore[attr-defined]
            del self.fields["currency"]
        self._choose("seller_id", _sellers(actor), 2)
        teams = choices_with_none(_teams(actor), _("Their own team"))
        self._choose("team_id", teams, 3)

    def arguments(self) -> dict[str, Any]:
        """The arguments of the commands; a form's own `note` is what puts refusals beside fields."""
        given = super().arguments()
        return {("note" if name == "words" else name): value for name, value in given.items()}

    def _choose(self, name: str, choices: list[tuple[Any, Any]], fewest: int) -> None:
        """Offer a choice where there is one."""
        self.fields[name].choices = choices  # type: ignore[attr-defined]
        if len(choices) < fewest:
            del self.fields[name]


@needs("expenses.edit")
@receives(Incoming, lambda: int(settings.ATTACHED_FILES_AT_ONCE))
def new(request: HttpRequest) -> HttpResponseBase:
    """Enter an expense; `?deal=7` for a deal."""
    actor, back = actor_of(request), back_of(request, reverse("expenses"))
    initial = {"on": today(), "category": Category.TRAVEL, "seller_id": actor.id}
    if request.GET.get("deal", "").isdigit():
        initial["deal_id"] = int(request.GET["deal"][:18])
    form = ExpenseForm(actor, sent(request), initial=initial)
    if request.method != "POST":
        return _page(request, form, back, 200)
    files, refusals = received(request)
    try:
        if refusals:
            raise refusals[0]
        if not form.is_valid():
            return _again(request, form, files, back, 422)
        given = {**form.arguments(), **({"files": files} if files else {})}
        result = commands.run("book_expense", given, by=actor, at=clock.now())
    except InvalidInput as refusal:
        form.note(refusal)
        return _again(request, form, files, back, 422)
    except Refusal as refusal:
        return _again(request, form, files, back, 409, refusal)
    done = _("The expense is entered. Somebody else approves it.")
    return went_well(request, Act("book_expense", _("Enter an expense"), done, back, {}, back), result)


def initial_of(expense: Expense) -> dict[str, Any]:
    """An expense as its form begins with it."""
    names = ("on", "category", "currency", "deal_id", "team_id")
    return {
        **{name: getattr(expense, name) for name in names},
        "words": expense.note,
        "seller_id": expense.owner_id,
        "amount": f"{from_micros(expense.amount).normalize():f}",
    }


def _again(
    request: HttpRequest,
    form: ExpenseForm,
    files: list[dict[str, str]],
    back: str,
    status: int,
    refusal: Refusal | None = None,
) -> HttpResponse:
    """The form once more with what is wrong; what came with it is dropped and must be chosen again."""
    for file in files:
        drop_received(file["stored"])
    return _page(request, form, back, status, refusal)


def _page(
    request: HttpRequest, form: ExpenseForm, back: str, status: int, refusal: Refusal | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "back": back,
        "refusal": refusal,
        "limit": settings.ATTACHED_FILE_MB,
        "may_attach": actor_of(request).allows("files.edit"),
        "action": request.get_full_path(),
        "was_sent": status != 200,
    }
    return render(request, "costs/new.html", context, status=status)


def _sellers(actor: Actor) -> list[tuple[Any, Any]]:
    """Those for whom the actor may enter one."""
    users = User.objects.filter(is_active=True)
    scope = actor.scope("expenses.edit")
    if scope is Scope.OWN:
        users = users.filter(pk=actor.id or 0)
    elif scope is Scope.TEAM:
        users = users.filter(team__in=actor.team_ids) | users.filter(pk=actor.id or 0)
    return list(users.order_by("name").values_list("pk", "name"))


def _teams(actor: Actor) -> list[tuple[Any, Any]]:
    """The teams that the actor may let bear one."""
    teams = Team.objects.order_by("name")
    if actor.scope("expenses.edit") is not Scope.ALL:
        teams = teams.filter(pk__in=actor.team_ids)
    return list(teams.values_list("pk", "name"))

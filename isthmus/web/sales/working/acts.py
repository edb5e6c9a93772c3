"""The acts of the parts of a deal's page: ticking off, the team, who decides."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.actors import Actor
from isthmus.sales.models import BuyerRole, Deal, MemberRole
from isthmus.web.access import actor_of
from isthmus.web.acts.acting import Act, act_by_form, act_now, sent
from isthmus.web.acts.forms import ActForm
from isthmus.web.acts.people_here import colleagues
from isthmus.web.acts.pickers import PickField


class MemberForm(ActForm):
    """Who, and as what."""

    user_id = forms.TypedChoiceField(label=gettext_lazy("Colleague"), coerce=int)
    role = forms.ChoiceField(label=gettext_lazy("As"), choices=MemberRole.choices)

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.fields["user_id"].choices = colleagues()  # type: ignore[attr-defined]


class BuyerForm(ActForm):
    """Which person, and what they are to the decision."""

    person_id = PickField("person", label=gettext_lazy("Person"))
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=BuyerRole.choices, widget=forms.RadioSelect)
    wide = ("person_id", "role")

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person_id"].for_actor(actor)  # type: ignore[attr-defined]


def member(request: HttpRequest, deal: Deal) -> HttpResponse:
    """Put a colleague on the team."""
    page = _page(deal)
    act = Act(
        "set_deal_member",
        _("Put a colleague on the team"),
        _("They are on the team, and see this deal."),
        page,
        {"deal_id": deal.pk},
        page,
        deal.name,
        _("Put on the team"),
    )
    return act_by_form(request, act, MemberForm(sent(request)))


def buyer(request: HttpRequest, deal: Deal) -> HttpResponse:
    """Say what a person is to the decision."""
    page = _page(deal)
    act = Act(
        "set_buying_role",
        _("Who decides?"),
        _("It is noted what they are to this deal."),
        page,
        {"deal_id": deal.pk},
        page,
        deal.name,
        _("Save"),
    )
    asked = request.GET.get("person", "")
    initial = {"person_id": int(asked) if asked.isdigit() else deal.person_id}
    return act_by_form(request, act, BuyerForm(actor_of(request), sent(request), initial=initial))


def _at_once(command: str, done: Any, *names: str) -> Callable[[HttpRequest, Deal], HttpResponse]:
    """An act that needs no form: its arguments are what the button sends."""

    def act(request: HttpRequest, deal: Deal) -> HttpResponse:
        page = _page(deal)
        given: dict[str, Any] = {name: request.POST.get(name, "") for name in names}
        numbers = {
            name: int(text) if str(text).isdigit() else 0
            for name, text in given.items()
            if name.endswith("_id")
        }
        arguments = {"deal_id": deal.pk, **given, **numbers}
        return act_now(request, Act(command, "", str(done), page, arguments, page))

    return act


def _page(deal: Deal) -> str:
    return reverse("deal", args=[deal.pk])


AT_ONCE: Mapping[str, Callable[[HttpRequest, Deal], HttpResponse]] = {
    "tick": _at_once("tick_item", gettext_lazy("Ticked off."), "item_id"),
    "untick": _at_once("untick_item", gettext_lazy("The tick is taken back."), "item_id"),
    "off-team": _at_once("remove_deal_member", gettext_lazy("They are off the team."), "user_id"),
    "no-buyer": _at_once("remove_buying_role", gettext_lazy("The role is taken back."), "person_id", "role"),
}
BY_FORM: Mapping[str, Callable[[HttpRequest, Deal], HttpResponse]] = {"member": member, "buyer": buyer}

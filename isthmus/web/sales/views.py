"""The pages of deals."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from isthmus.core import clock
from isthmus.core.actors import Actor
from isthmus.leads.models import Lead
from isthmus.people.models import Account, Person
from isthmus.sales import timeline
from isthmus.sales.models import Deal, DealState, Stage
from isthmus.web import formats
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_by_form, sent
from isthmus.web.acts.logging import LineForm
from isthmus.web.acts.reach import reaches
from isthmus.web.day.tasks import open_tasks
from isthmus.web.leads.words import channel_of, name_campaigns
from isthmus.web.lists import views as lists
from isthmus.web.people.page import custom_lines
from isthmus.web.quotes import cards
from isthmus.web.sales import acts
from isthmus.web.sales.forms import OpenForm
from isthmus.web.sales.listing import DEALS, stage_badge, stayed, value_of
from isthmus.web.sales.working import parts
from isthmus.web.timeline import part
from isthmus.workspace.models import Company
from isthmus.workspace.queries import field_definitions
from isthmus.workspace.territories import local_to


@needs("deals.view")
def deals(request: HttpRequest) -> HttpResponse:
    """The list of deals."""
    return lists.show(request, DEALS)


@needs("deals.view")
def export(request: HttpRequest) -> HttpResponseBase:
    """The list as a file."""
    return lists.export(request, DEALS)


@needs("deals.view")
def deal(request: HttpRequest, pk: int) -> HttpResponse:
    """One deal: its stage, what was offered, ordered and paid, what happened."""
    actor, now = actor_of(request), clock.now()
    related = ("person", "account", "lead", "stage", "owner", "team", "territory", "product", "pipeline")
    one = get_object_or_404(Deal.objects.visible_to(actor).select_related(*related), pk=pk)
    about = timeline.of_deal(one)
    if older := part.older(request, about):
        return older
    name_campaigns([one])
    may_edit = reaches(actor, one, "deals.edit")
    stages = list(Stage.objects.filter(pipeline=one.pipeline_id).order_by("position"))
    context = {
        "deal": one,
        "value": value_of(one),
        "badge": stage_badge(one),
        "channel": channel_of(one),
        "steps": _steps(one, stages, may_edit),
        "playbook": parts.playbook_part(one, stages),
        "people": parts.people_part(one, actor),
        "past": parts.past_part(one, stages, now),
        "finding": _finding(one, now),
        "sold": cards.of_deal(one, actor),
        "may_edit": may_edit,
        "seen": _seen(one, actor),
        "buttons": acts.buttons_for(one, actor),
        "log_line": LineForm(),
        "log_buttons": acts.writing_buttons_for(one, actor),
        "log_href": acts.log_address(one, actor),
        "tasks": open_tasks(actor, deal=one),
        "timeline": part.timeline_of(request, about),
        "custom": custom_lines(field_definitions("deal"), one.custom),
    }
    return render(request, "sales/deal.html", context)


@needs("deals.edit")
def new(request: HttpRequest) -> HttpResponse:
    """A new deal, with whom the address names when it does."""
    actor = actor_of(request)

    def onward(result: Any) -> str:
        return reverse("deal", args=[result.value.pk])

    asked = {"person_id": request.GET.get("person", ""), "account_id": request.GET.get("account", "")}
    initial: dict[str, Any] = {name: int(value) for name, value in asked.items() if value.isdigit()}
    initial["owner_id"] = actor.id
    act = Act("open_deal", _("Open a deal"), _("The deal is open."), onward, {}, reverse("deals"))
    form = OpenForm(actor, _currency_for(actor, initial), sent(request), initial=initial)
    return act_by_form(request, act, form)


def _currency_for(actor: Actor, initial: Mapping[str, Any]) -> str:
    """The currency of where the customer is, as far as the address names one."""
    parties = {"account_id": Account, "person_id": Person}
    for name, model in parties.items():
        found: Any = model
        party = (
            found.objects.visible_to(actor).filter(pk=initial.get(name)).first() if name in initial else None
        )
        if party is not None and party.territory_id is not None:
            return local_to(party.territory_id).currency.value
    return Company.current().base_currency


def _finding(one: Deal, now: datetime) -> str:
    """Where the deal stands, in one sentence."""
    end = one.closed_at or now
    took = formats.days(max((end - one.opened_at).days, 0))
    if one.state == DealState.WON:
        return _("Won after %(days)s") % {"days": took}
    if one.state == DealState.LOST:
        reason = one.get_lost_reason_display().lower()
        return _("Lost after %(days)s: %(reason)s") % {"days": took, "reason": reason}
    here = capfirst(stayed(one, now))
    if one.expected_close_on and one.expected_close_on < timezone.localdate():
        late = formats.days((timezone.localdate() - one.expected_close_on).days)
        return _("%(here)s, and %(late)s past its expected close") % {"here": here, "late": late}
    return here


def _steps(one: Deal, stages: Sequence[Stage], may_edit: bool) -> list[dict[str, Any]]:
    """The stages of the deal's pipeline: those behind, the present one, those ahead."""
    shown = [stage for stage in stages if stage.kind == "open" or stage.pk == one.stage_id]
    here = next(place for place, stage in enumerate(shown) if stage.pk == one.stage_id)
    return [
        {
            "stage": stage,
            "state": "here" if place == here else "done" if place < here else "ahead",
            "movable": may_edit and one.state == DealState.OPEN and place != here and stage.kind == "open",
        }
        for place, stage in enumerate(shown)
    ]


def _seen(one: Deal, actor: Actor) -> dict[str, bool]:
    """Whether the deal's person, account and lead may be opened by the actor."""
    return {
        "person": Person.objects.visible_to(actor).filter(pk=one.person_id).exists(),
        "account": Account.objects.visible_to(actor).filter(pk=one.account_id).exists(),
        "lead": one.lead_id is not None and Lead.objects.visible_to(actor).filter(pk=one.lead_id).exists(),
    }

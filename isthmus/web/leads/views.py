"""The pages of leads."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus.core import clock
from isthmus.leads.models import Lead
from isthmus.people.models import Person
from isthmus.sales import timeline
from isthmus.sales.models import Deal, Order, Product
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_by_form, sent
from isthmus.web.acts.logging import LineForm
from isthmus.web.day.tasks import open_tasks
from isthmus.web.leads import acts, words
from isthmus.web.leads.forms import CaptureForm
from isthmus.web.leads.listing import LEADS
from isthmus.web.leads.path import finding, steps_of
from isthmus.web.lists import views as lists
from isthmus.web.people.page import custom_lines
from isthmus.web.timeline import part
from isthmus.workspace.queries import field_definitions


@needs("leads.view")
def leads(request: HttpRequest) -> HttpResponse:
    """The list of leads."""
    return lists.show(request, LEADS)


@needs("leads.view")
def export(request: HttpRequest) -> HttpResponseBase:
    """The list as a file."""
    return lists.export(request, LEADS)


@needs("leads.view")
def lead(request: HttpRequest, pk: int) -> HttpResponse:
    """One lead: how far it came, where it came from, what may be done, what happened."""
    actor, now = actor_of(request), clock.now()
    visible = Lead.objects.visible_to(actor).select_related("person", "account", "owner", "team", "territory")
    one = get_object_or_404(visible, pk=pk)
    about = timeline.of_lead(one)
    if older := part.older(request, about):
        return older
    words.name_campaigns([one])
    deals = list(
        Deal.objects.visible_to(actor).filter(lead=one).select_related("stage").order_by("-opened_at", "-pk")
    )
    orders = list(Order.objects.visible_to(actor).filter(deal__in=deals).order_by("-placed_at"))
    person_seen = Person.objects.visible_to(actor).filter(pk=one.person_id).exists()
    context = {
        "lead": one,
        "badge": words.state_badge(one),
        "clock": words.due_clock(one, now) if one.due_at else "",
        "channel": words.channel_of(one),
        "product": Product.objects.filter(pk=one.product_id).first() if one.product_id else None,
        "person_seen": person_seen,
        "steps": steps_of(one, deals, orders),
        "path_finding": finding(one, deals, orders),
        "deals": deals,
        "buttons": acts.buttons_for(one, actor),
        "log_line": LineForm(),
        "log_buttons": acts.writing_buttons_for(one, actor),
        "log_href": acts.log_address(one, actor),
        "tasks": open_tasks(actor, lead=one),
        "may_edit": acts.may_edit(one, actor),
        "timeline": part.timeline_of(request, about),
        "custom": custom_lines(field_definitions("lead"), one.custom),
    }
    return render(request, "leads/lead.html", context)


@needs("leads.capture")
def new(request: HttpRequest) -> HttpResponse:
    """A lead taken down by hand; for somebody known when the address names them."""

    def onward(result: Any) -> str:
        return reverse("lead", args=[result.value.pk])

    act = Act(
        "capture_lead",
        _("New lead"),
        _("The lead is captured."),
        onward,
        {},
        reverse("leads"),
        verb=_("Capture"),
    )
    return act_by_form(request, act, CaptureForm(sent(request), initial=_known(request)))


def _known(request: HttpRequest) -> dict[str, Any]:
    asked = request.GET.get("person", "")
    visible = Person.objects.present().visible_to(actor_of(request)).select_related("account")
    person = visible.filter(pk=int(asked)).first() if asked.isdigit() else None
    if person is None:
        return {}
    known = {
        name: getattr(person, name) for name in ("full_name", "email", "phone", "title", "country", "city")
    }
    return (
        known | {"company": person.account.name, "company_domain": person.account.domain}
        if person.account
        else known
    )

"""The pages of people."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus.core import clock
from isthmus.core.actors import Scope
from isthmus.people.merging.preview import stands_for
from isthmus.people.models import Person
from isthmus.people.models.search import PERSON
from isthmus.sales import timeline
from isthmus.web.access import actor_of, needs
from isthmus.web.acts import logging
from isthmus.web.acts.acting import Act, act_by_form, sent
from isthmus.web.acts.open_now import open_with
from isthmus.web.acts.reach import reaches
from isthmus.web.day.tasks import open_tasks
from isthmus.web.lists import views as lists
from isthmus.web.meetings.buttons import planning_button
from isthmus.web.messages.composing import with_writing
from isthmus.web.people import forms, page
from isthmus.web.people.listing import PEOPLE
from isthmus.web.timeline import part, reading, way
from isthmus.web.timeline.visits import moments_of
from isthmus.workspace.queries import field_definitions

WAY = 1000  # moments in the picture at the most

# All that is known of a person, of what belongs to them the names: a password need not be read for that.
_SHOWN = (
    *(field.name for field in Person._meta.concrete_fields),
    "account__name", "owner__name", "team__name", "territory__name",
)  # fmt: skip


@needs("people.view")
def people(request: HttpRequest) -> HttpResponse:
    """The list of people."""
    return lists.show(request, PEOPLE)


@needs("people.view")
def export(request: HttpRequest) -> HttpResponseBase:
    """The list as a file."""
    return lists.export(request, PEOPLE)


@needs("people.view")
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one person on one page."""
    try:
        one = _person(request, pk)
    except Http404:
        return _onward(request, pk)
    actor, now = actor_of(request), clock.now()
    about = timeline.of_person(one)
    if older := part.older(request, about):
        return older
    dealings = page.dealings_where(actor, person=one)
    facts, more = reading.latest(about, actor, WAY, dealings.all)
    its_way = way.way_of(moments_of(facts), now, more)
    context = {
        "person": one,
        "dealings": dealings,
        "badge": page.standing_badge(dealings),
        "open_now": open_with(dealings.leads, dealings.deals, dealings.orders, actor, now),
        "way": its_way,
        "way_finding": way.finding(its_way),
        "way_picture": way.drawn(its_way),
        "timeline": part.timeline_of(request, about, (facts, more), dealings.names()),
        "paid": page.paid_by(actor, dealings.orders, person=one),
        "consents": page.consent_lines(one, now),
        "identity": page.identity(one),
        "first_seen": page.first_seen(dealings),
        "custom": page.custom_lines(field_definitions("person"), one.custom),
        "log_buttons": _log_buttons(request, one),
        "log_line": logging.LineForm(),
        "log_href": reverse("person-log", args=[pk]) if actor.allows("activities.edit") else "",
        "tasks": open_tasks(actor, person=one),
        "may": {
            "edit": reaches(actor, one, "people.edit"),
            "consent": actor.allows("people.consent"),
            "capture": actor.allows("leads.capture"),
            "open": actor.allows("deals.edit"),
            "disclose": actor.scope("people.disclose") == Scope.ALL,
            "erase": actor.scope("people.erase") == Scope.ALL,
        },
    }
    return render(request, "people/person.html", context)


@needs("people.edit")
def new(request: HttpRequest) -> HttpResponse:
    """Somebody new."""
    back = reverse("people")

    def onward(result: Any) -> str:
        return reverse("person", args=[result.value.pk])

    act = Act("add_person", _("New person"), _("The person is known now."), onward, {}, back, verb=_("Add"))
    return act_by_form(request, act, forms.NewPersonForm(sent(request)))


@needs("people.edit")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is known of somebody."""
    one = _person(request, pk)
    home = reverse("person", args=[pk])
    act = Act(
        "edit_person",
        _("Change the person"),
        _("The person is changed."),
        home,
        {"person_id": pk},
        home,
        str(one),
        _("Save"),
    )
    form = forms.EditPersonForm(one, actor_of(request), sent(request))
    return act_by_form(request, act, form)


@needs("activities.edit")
def log(request: HttpRequest, pk: int) -> HttpResponse:
    """Log a call, a meeting, a mail or a note with somebody."""
    one = _person(request, pk)
    return logging.log(request, {"person_id": pk}, reverse("person", args=[pk]), str(one))


@needs("people.consent")
def consent(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that somebody gave or withdrew consent."""
    one = _person(request, pk)
    home = reverse("person", args=[pk])
    done = _("Recorded; earlier statements stay in the record.")
    act = Act(
        "record_consent", _("Record consent"), done, home, {"person_id": pk}, home, str(one), _("Record")
    )

    def read(form: Any) -> dict[str, Any]:
        given = form.arguments()
        return {**given, "given": given["given"] == "yes"}

    return act_by_form(request, act, forms.ConsentForm(sent(request)), read=read)


def _onward(request: HttpRequest, pk: int) -> HttpResponse:
    """Who was merged into another is found there, by whoever may see that one."""
    standing = stands_for(PERSON, pk)
    seen = Person.objects.present().visible_to(actor_of(request))
    if standing == pk or not seen.filter(pk=standing).exists():
        raise Http404
    return redirect("person", standing)


def _person(request: HttpRequest, pk: int) -> Person:
    visible = Person.objects.present().visible_to(actor_of(request))
    related = visible.select_related("account", "owner", "team", "territory").only(*_SHOWN)
    found: Person = get_object_or_404(related, pk=pk)
    return found


def _log_buttons(request: HttpRequest, one: Person) -> list[Any]:
    if not actor_of(request).allows("activities.edit"):
        return []
    log = logging.log_buttons(reverse("person-log", args=[one.pk]), first="call")
    plan = planning_button(actor_of(request), "person", one.pk, request.path)
    return with_writing(actor_of(request), "person", one.pk, log) + plan

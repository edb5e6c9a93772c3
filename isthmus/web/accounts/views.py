"""The pages of accounts."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus.core import clock
from isthmus.core.actors import Actor
from isthmus.people.merging.preview import stands_for
from isthmus.people.models import Account, Person
from isthmus.people.models.search import ACCOUNT
from isthmus.sales import timeline
from isthmus.territories.models import HandPlaced
from isthmus.web.access import actor_of, needs
from isthmus.web.accounts.forms import AccountForm
from isthmus.web.accounts.listing import ACCOUNTS
from isthmus.web.acts import logging
from isthmus.web.acts.acting import Act, act_by_form, sent
from isthmus.web.acts.open_now import open_with
from isthmus.web.acts.reach import reaches
from isthmus.web.day.tasks import open_tasks
from isthmus.web.lists import views as lists
from isthmus.web.people import page
from isthmus.web.quotes import cards
from isthmus.web.timeline import part
from isthmus.workspace.queries import field_definitions

PEOPLE_SHOWN = 25


@needs("accounts.view")
def accounts(request: HttpRequest) -> HttpResponse:
    """The list of accounts."""
    return lists.show(request, ACCOUNTS)


@needs("accounts.view")
def export(request: HttpRequest) -> HttpResponseBase:
    """The list as a file."""
    return lists.export(request, ACCOUNTS)


@needs("accounts.view")
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one account on one page: its group, its people, its money, its past."""
    try:
        one = _account(request, pk)
    except Http404:
        return _onward(request, pk)
    actor, now = actor_of(request), clock.now()
    about = timeline.of_account(one, actor)
    if older := part.older(request, about):
        return older
    dealings = page.dealings_where(actor, account=one)
    people = list(_people(one, actor)[: PEOPLE_SHOWN + 1])
    visible = Account.objects.present().visible_to(actor)
    context = {
        "account": one,
        "parent": visible.filter(pk=one.parent_id).first() if one.parent_id else None,
        "children": _children(one, visible),
        "people": people[:PEOPLE_SHOWN],
        "more_people": len(people) > PEOPLE_SHOWN,
        "dealings": dealings,
        "open_now": open_with(dealings.leads, dealings.deals, dealings.orders, actor, now),
        "paid": page.paid_by(actor, dealings.orders, account=one),
        "subscriptions": cards.subscriptions_where(actor, account=one),
        "log_line": logging.LineForm(people=_names(people)),
        "log_href": reverse("account-log", args=[pk]) if actor.allows("activities.edit") else "",
        "tasks": open_tasks(actor, account=one),
        "timeline": part.timeline_of(request, about, named=dealings.names()),
        "custom": page.custom_lines(field_definitions("account"), one.custom),
        "may": {
            "edit": reaches(actor, one, "accounts.edit"),
            "open": actor.allows("deals.edit"),
            "place": reaches(actor, one, "records.reassign"),
        },
        "placed": HandPlaced.objects.filter(account=one).select_related("by").first(),
    }
    return render(request, "accounts/account.html", context)


@needs("activities.edit")
def log(request: HttpRequest, pk: int) -> HttpResponse:
    """Log a call, a meeting, a mail or a note with somebody of an account."""
    one, actor = _account(request, pk), actor_of(request)
    people = _people(one, actor)
    return logging.log(request, {}, reverse("account", args=[pk]), str(one), people=_names(people))


def _people(one: Account, actor: Actor) -> "QuerySet[Any]":
    return Person.objects.present().visible_to(actor).filter(account=one).order_by("full_name", "pk")


def _names(people: Any) -> list[tuple[int, str]]:
    return [(person.pk, str(person)) for person in people[:PEOPLE_SHOWN]]


@needs("accounts.edit")
def new(request: HttpRequest) -> HttpResponse:
    """A new account."""

    def onward(result: Any) -> str:
        return reverse("account", args=[result.value.pk])

    back = reverse("accounts")
    act = Act(
        "add_account", _("New account"), _("The account is known now."), onward, {}, back, verb=_("Add")
    )
    return act_by_form(request, act, AccountForm(actor_of(request), None, sent(request)))


@needs("accounts.edit")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what is known of an account."""
    one = _account(request, pk)
    home = reverse("account", args=[pk])
    act = Act(
        "edit_account",
        _("Change the account"),
        _("The account is changed."),
        home,
        {"account_id": pk},
        home,
        str(one),
        _("Save"),
    )
    form = AccountForm(actor_of(request), one, sent(request))
    return act_by_form(request, act, form)


def _children(parent: Account, visible: Any) -> list[Account]:
    # In two steps: asked for a name's order or for present ones, the database walks through all accounts.
    numbers = list(Account.objects.filter(parent=parent).order_by().values_list("pk", flat=True)[:1000])
    return list(visible.filter(pk__in=numbers).order_by("name", "pk")[:PEOPLE_SHOWN]) if numbers else []


def _onward(request: HttpRequest, pk: int) -> HttpResponse:
    """Who was merged into another is found there, by whoever may see that one."""
    standing = stands_for(ACCOUNT, pk)
    seen = Account.objects.present().visible_to(actor_of(request))
    if standing == pk or not seen.filter(pk=standing).exists():
        raise Http404
    return redirect("account", standing)


def _account(request: HttpRequest, pk: int) -> Account:
    visible = Account.objects.present().visible_to(actor_of(request))
    found: Account = get_object_or_404(visible.select_related("owner", "team", "territory"), pk=pk)
    return found

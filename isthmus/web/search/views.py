"""The search page and the results under the palette's field."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from isthmus.core.actors import Actor
from isthmus.leads.models import Lead
from isthmus.people.models import Account, Person
from isthmus.people.search import find_accounts, find_people
from isthmus.sales.models import Deal
from isthmus.web.access import actor_of
from isthmus.web.records import record_address

FEW, MANY = 5, 25


@dataclass(frozen=True)
class Hit:
    """One record that matches."""

    name: str
    note: str
    href: str


@dataclass(frozen=True)
class Group:
    """The matches of one kind; `full` when there may be more."""

    title: str
    trade: str
    hits: Sequence[Hit]
    full: bool


@login_required
def search(request: HttpRequest) -> HttpResponse:
    """Everything that matches, on a page of its own."""
    query = request.GET.get("q", "").strip()
    return render(
        request, "search/search.html", {"query": query, "groups": find(query, actor_of(request), MANY)}
    )


@login_required
def results(request: HttpRequest) -> HttpResponse:
    """The first matches of each kind, for the palette."""
    query = request.GET.get("q", "").strip()
    context = {"query": query, "groups": find(query, actor_of(request), FEW), "in_palette": True}
    return render(request, "search/search.html#results", context)


def find(query: str, actor: Actor, limit: int) -> list[Group]:
    """People, accounts, their open deals and leads, as far as the actor may see them."""
    if len(query) < 2:
        return []
    people = find_people(query, actor=actor, limit=limit)
    accounts = find_accounts(query, actor=actor, limit=limit)
    groups = [
        Group(_("People"), "", [_person(person) for person in people], len(people) == limit),
        Group(_("Accounts"), "", [_account(account) for account in accounts], len(accounts) == limit),
        _deals(query, actor, limit),
        _leads(people, actor, limit),
    ]
    return [group for group in groups if group.hits]


def _person(person: Person) -> Hit:
    about = [person.title, str(person.account or ""), person.email]
    return Hit(
        person.full_name or _("Nameless person"),
        ", ".join(one for one in about if one),
        record_address("person", person.pk),
    )


def _account(account: Account) -> Hit:
    return Hit(account.name, account.domain or "", record_address("account", account.pk))


def _deals(query: str, actor: Actor, limit: int) -> Group:
    found = Deal.objects.visible_to(actor).beginning_with(query).select_related("account", "stage")
    hits = [
        Hit(
            deal.name,
            ", ".join(str(one) for one in (deal.account, deal.stage) if one),
            record_address("deal", deal.pk),
        )
        for deal in found[:limit]
    ]
    return Group(_("Deals"), "sales", hits, len(hits) == limit)


def _leads(people: Sequence[Person], actor: Actor, limit: int) -> Group:
    """The leads of the people found."""
    mine = Lead.objects.visible_to(actor).filter(person__in=[person.pk for person in people])
    hits = [
        Hit(
            lead.person.full_name or _("Nameless person"),
            _("lead, %(state)s") % {"state": lead.get_state_display().lower()},
            record_address("lead", lead.pk),
        )
        for lead in mine.select_related("person").order_by("-captured_at")[:limit]
    ]
    return Group(_("Leads"), "crossing", hits, len(hits) == limit)

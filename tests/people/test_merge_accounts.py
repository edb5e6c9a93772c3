"""Merging two accounts, and taking them apart."""

from datetime import timedelta

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.leads.commands import capture_lead
from isthmus.ledger.reading import snapshot
from isthmus.ledger.timeline import facts_where
from isthmus.people.commands import add_account, edit_account
from isthmus.people.merging.commands import merge_accounts, unmerge_accounts
from isthmus.people.merging.joining import CannotBeOne
from isthmus.people.models import Account, Person
from isthmus.people.search import find_accounts, find_people
from isthmus.sales.commands import open_deal, place_order
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
LATER = MONDAY_NOON + timedelta(hours=2)
MUCH_LATER = MONDAY_NOON + timedelta(days=2)


def account(name, domain, **more):
    return add_account(name=name, domain=domain, by=SYSTEM, at=MONDAY_NOON, **more)


@pytest.fixture
def nord(pipeline):
    return account("Nordlager", "nordlager.se", country="SE")


@pytest.fixture
def north(pipeline):
    return account("Northstore", "northstore.com", industry="Brewing", city="Lund")


def again(row):
    return type(row).objects.get(pk=row.pk)


def accounts_of(kind):
    with snapshot() as ledger:
        rows = ledger.execute("SELECT account_id FROM facts WHERE kind = ? ORDER BY 1", [kind]).fetchall()
    return [pk for (pk,) in rows]


def somebody(domain, name="Pat Prospect"):
    return capture_lead(
        full_name=name, email=f"pat@{domain}", company_domain=domain, by=SYSTEM, at=MONDAY_NOON
    )


def test_people_leads_deals_and_figures_follow(nord, north):
    lead = somebody("northstore.com")
    deal = open_deal(name="Kettle", account_id=north.pk, by=SYSTEM, at=MONDAY_NOON)

    kept = merge_accounts(keep_id=nord.pk, lose_id=north.pk, by=SYSTEM, at=LATER)

    assert (kept.industry, kept.city, kept.domain) == ("Brewing", "Lund", "nordlager.se")
    assert {again(lead).account, again(deal).account, again(lead.person).account} == {nord}
    assert accounts_of("lead.captured") == accounts_of("deal.opened") == [nord.pk]
    told = {fact.kind for fact in facts_where("account_id", [nord.pk])}
    assert {"lead.captured", "deal.opened", "account.merged"} <= told
    assert find_accounts("northstore", actor=SYSTEM) == []
    assert find_people("nordlager", actor=SYSTEM) == [lead.person]


def test_taken_apart_each_has_its_own_and_what_came_by_its_domain(nord, north):
    lead = somebody("northstore.com")
    merge_accounts(keep_id=nord.pk, lose_id=north.pk, choices={"name": "lose"}, by=SYSTEM, at=LATER)
    new = capture_lead(
        full_name="Kim", email="kim@x.example", company_domain="northstore.com", by=SYSTEM, at=LATER
    )
    deal = open_deal(name="Kettle", lead_id=new.pk, by=SYSTEM, at=LATER)
    order = place_order(number="O1", lines=[{"amount": "5"}], deal_id=deal.pk, by=SYSTEM, at=LATER)
    own = open_deal(name="Own", account_id=nord.pk, by=SYSTEM, at=LATER)
    edit_account(account_id=nord.pk, city="Malmö", by=SYSTEM, at=LATER)

    unmerge_accounts(lose_id=north.pk, by=SYSTEM, at=MUCH_LATER)

    assert [(one.name, one.city, one.industry) for one in Account.objects.order_by("pk")] == [
        ("Nordlager", "Malmö", ""),
        ("Northstore", "Lund", "Brewing"),
    ]
    back = {again(lead).account, again(new).account, again(deal).account, again(order).account}
    assert back == {again(new.person).account} == {north}
    assert again(own).account == nord
    assert accounts_of("order.placed") == [north.pk]
    assert accounts_of("lead.captured") == [north.pk, north.pk]
    assert sorted(accounts_of("deal.opened")) == sorted([nord.pk, north.pk])
    assert find_accounts("northstore", actor=SYSTEM) == [north]


def test_a_group_stays_a_group(nord, north):
    child = account("Child", "child.example", parent_id=north.pk)
    edit_account(account_id=nord.pk, parent_id=north.pk, by=SYSTEM, at=MONDAY_NOON)

    kept = merge_accounts(keep_id=nord.pk, lose_id=north.pk, by=SYSTEM, at=LATER)

    assert kept.parent is None
    assert again(child).parent == nord
    unmerge_accounts(lose_id=north.pk, by=SYSTEM, at=MUCH_LATER)
    assert (again(nord).parent, again(child).parent) == (north, north)


def test_two_with_others_between_them_in_the_group_are_not_merged(nord, north):
    between = account("Between", "between.example", parent_id=north.pk)
    edit_account(account_id=nord.pk, parent_id=between.pk, by=SYSTEM, at=MONDAY_NOON)

    with pytest.raises(CannotBeOne, match="with others between"):
        merge_accounts(keep_id=nord.pk, lose_id=north.pk, by=SYSTEM, at=LATER)

    assert not Person.objects.exists()

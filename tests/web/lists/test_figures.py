"""Filters by figures: they speak, join, are saved and exported as others are, and count what is true now."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.http import QueryDict

from isthmus.bulk.models import BulkEdit
from isthmus.core import clock
from isthmus.core.actors import SYSTEM
from isthmus.ledger.sealing import seal
from isthmus.people.commands import add_account, add_person, edit_person
from isthmus.people.merging.commands import merge_people
from isthmus.people.models import Person
from isthmus.sales.commands import open_deal, pay_order, place_order, refund_order, win_deal
from isthmus.web.lists import counting, grouping
from isthmus.web.lists.asked import Asked
from isthmus.web.people.listing import PEOPLE
from isthmus.workspace.actors import actor_for
from isthmus.workspace.commands import save_view
from isthmus.workspace.roles import ROLES

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def names(response):
    return sorted(re.findall(r'class="row-name" href="[^"]*">([^<]+)<', response.content.decode()))


def pay(person, amount, days=0, owner=None, account=None):
    about = {"by": SYSTEM, "at": clock.now() - timedelta(days=days)}
    deal = open_deal(
        name=f"{person} {amount}",
        person_id=person.pk,
        account_id=account.pk if account else None,
        owner_id=owner.pk if owner else None,
        **about,
    )
    win_deal(deal_id=deal.pk, **about)
    order = place_order(number=f"{deal.pk}", deal_id=deal.pk, lines=[{"amount": Decimal(amount)}], **about)
    pay_order(order_id=order.pk, **about)
    return order


@pytest.fixture
def buyers(ledger_folder, company, pipeline, rita, olga):
    """Pat paid 1,000 of late and 500 long ago, Kim 200 to Olga, Lee nothing. All are Rita's but Lee."""
    made = {}
    for name, owner in (("Pat", rita), ("Kim", rita), ("Lee", None)):
        about = {"by": SYSTEM, "at": clock.now() - timedelta(days=900)}
        made[name] = add_person(full_name=name, email=f"{name}@x.example", country="SE", **about)
        if owner:
            edit_person(person_id=made[name].pk, owner_id=owner.pk, **about)
    made["brewery"] = add_account(name="Brewery", **about)
    pay(made["Pat"], 1000, 10, rita, made["brewery"])
    pay(made["Pat"], 500, 500, rita)
    made["order"] = pay(made["Kim"], 200, 100, olga)
    return made


PEOPLE_BY_FIGURE = {
    "revenue_least=1000": ["Pat"],
    "revenue_least=1000.01&revenue_within=365": [],
    "revenue_least=1500": ["Pat"],
    "revenue_most=200": ["Kim", "Lee"],
    "revenue_most=0": ["Lee"],
    "revenue_most=0&revenue_within=90": ["Kim", "Lee"],
    "revenue_least=100&revenue_most=300": ["Kim"],
    "wins_least=2": ["Pat"],
    "wins_least=1&wins_within=365": ["Kim", "Pat"],
    "deals_opened_least=1&deals_opened_most=1": ["Kim"],
    "1.wins_least=2&1.owner=nobody": ["Lee", "Pat"],
    "1.wins_least=2&1.owner=nobody&revenue_most=0": ["Lee"],
    "1.revenue_most=0&1.paid=30&2.wins_least=1": ["Pat"],
}


def test_people_are_found_by_their_figures_alone_and_in_groups(client, buyers, mia):
    client.force_login(mia)

    found = {query: names(client.get(f"/people/?{query}")) for query in PEOPLE_BY_FIGURE}

    assert found == PEOPLE_BY_FIGURE


def test_accounts_and_deals_and_leads_have_them_too(client, buyers, mia):
    client.force_login(mia)

    assert names(client.get("/accounts/?revenue_least=1000")) == ["Brewery"]
    assert names(client.get("/accounts/?revenue_least=1001")) == []
    assert names(client.get("/deals/?revenue_most=500")) == ["Kim 200", "Pat 500"]
    assert names(client.get("/leads/?wins_least=1")) == []


SPOKEN = {
    "revenue_least=1000&revenue_within=365": "at least €1,000 in the last year",
    "revenue_most=99.50": "at most €99.50 ever",
    "revenue_least=1&revenue_most=2&revenue_within=30": "€1 to €2 in the last 30 days",
    "revenue_least=0&revenue_most=0": "exactly €0 ever",
}


def test_the_chip_says_it_in_words(client, company, ledger_folder, mia):
    client.force_login(mia)

    for query, spoken in SPOKEN.items():
        text = client.get(f"/people/?country=SE&{query}").content.decode()

        assert f'<span class="chip-field">Revenue</span><span>{spoken}</span>' in text
        assert 'href="?country=SE" aria-label="Remove the filter Revenue"' in text


def test_a_group_of_figures_is_one_chip_in_words(client, company, ledger_folder, mia):
    client.force_login(mia)

    text = client.get("/people/?1.wins_least=2&1.revenue_most=0&1.revenue_within=90").content.decode()

    assert "Wins at least 2 ever or Revenue at most €0 in the last 90 days" in text


REFUSED = {
    "revenue_least=much": "Revenue cannot be “much”.",
    "wins_least=1.5": "Wins cannot be “1.5”.",
    "revenue_least=nan": "Revenue cannot be “nan”.",
    "revenue_least=1e30": "Revenue cannot be “1e30”.",
    "revenue_least=5&revenue_most=3": "Revenue cannot be at least €5 and at most €3.",
    "revenue_within=30": "Say of Revenue how much: at least, at most, or both.",
    "revenue_least=1&revenue_within=400": "Revenue has no choice “400”.",
}


def test_what_cannot_be_asked_is_said_in_one_sentence_and_not_exported(client, company, ledger_folder, mia):
    client.force_login(mia)

    for query, sentence in REFUSED.items():
        assert sentence in client.get(f"/people/?{query}").content.decode()
        assert client.get(f"/exports/people.csv?{query}").status_code == 409


def test_a_sale_a_refund_and_a_merge_count_at_once_sealed_or_not(client, buyers, mia, admin):
    client.force_login(mia)
    assert names(client.get("/people/?revenue_least=300")) == ["Pat"]

    pay(buyers["Lee"], 300)
    assert names(client.get("/people/?revenue_least=300")) == ["Lee", "Pat"]
    seal()
    assert names(client.get("/people/?revenue_least=300")) == ["Lee", "Pat"]
    refund_order(order_id=buyers["order"].pk, amount=Decimal(200), by=SYSTEM, at=clock.now())
    assert names(client.get("/people/?revenue_most=0")) == ["Kim"]
    keep, lose = buyers["Kim"], buyers["Lee"]
    merge_people(keep_id=keep.pk, lose_id=lose.pk, by=actor_for(admin), at=clock.now())
    assert names(client.get("/people/?revenue_least=300")) == ["Kim", "Pat"]


def test_views_exports_counts_and_groups_hold_the_same_rows(client, buyers, mia, rita):
    query = "revenue_least=1000&revenue_within=365"
    view = save_view(list="people", name="Big", reach="all", query=query, by=actor_for(mia), at=clock.now())
    client.force_login(mia)

    assert names(client.get(f"/people/?{query}&view={view.pk}")) == ["Pat"]
    exported = b"".join(client.get(f"/exports/people.csv?{query}").streaming_content).decode()
    assert "Pat" in exported and "Kim" not in exported
    asked = Asked(PEOPLE, QueryDict(query), actor_for(mia))
    assert counting.capped(asked.rows()) == (1, False)
    asked = Asked(PEOPLE, QueryDict(f"group=owner&{query}"), actor_for(mia))
    found = grouping.groups_of(asked, grouping.way_of(asked))
    assert [(group.text, group.count) for group in found.shown] == [("Rita Reyes", "1")]


def test_all_that_a_figure_holds_is_changed_and_nothing_else(client, buyers, admin):
    client.force_login(admin)

    client.post("/changes/people/new/?revenue_most=200", {"field": "city", "value": "Lund"})
    client.post(f"/changes/{BulkEdit.objects.get().pk}/start/")

    assert set(Person.objects.filter(city="Lund").values_list("full_name", flat=True)) == {"Kim", "Lee"}


def test_a_seller_learns_nothing_of_what_others_sold(client, buyers, rita):
    client.force_login(rita)

    assert names(client.get("/people/?revenue_least=1")) == ["Pat"]
    assert names(client.get("/people/?revenue_most=0")) == ["Kim"]


def test_who_may_not_see_a_metric_is_not_offered_its_filter_and_is_told(client, buyers, mia, monkeypatch):
    rights = {name: scope for name, scope in ROLES["marketer"].items() if name != "orders.view"}
    monkeypatch.setitem(ROLES, "marketer", rights)
    client.force_login(mia)

    form = client.get("/people/?part=filters").content.decode()
    text = client.get("/people/?revenue_least=1000").content.decode()

    assert "revenue_least" not in form and "wins_least" in form
    assert "You may not see Revenue: it is counted from records that your grants do not cover" in text
    assert client.get("/exports/people.csv?revenue_least=1000").status_code == 409


def test_the_form_asks_for_amount_and_window(client, company, mia):
    client.force_login(mia)

    text = client.get("/people/?part=filters&revenue_least=5&revenue_within=90").content.decode()
    group = client.get("/people/?part=group").content.decode()

    assert 'name="revenue_least" value="5" placeholder="at least"' in text
    assert '<option value="90" selected>in the last 90 days</option>' in text
    assert '<option value="">ever</option>' in text
    assert 'name="1.wins_most"' in group

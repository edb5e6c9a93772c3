"""Lists in groups: every row in exactly one of them, counted, and none that the reader may not see."""

import html
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.http import QueryDict

from isthmus.core.actors import SYSTEM
from isthmus.leads.commands import capture_lead, qualify_lead
from isthmus.marketing.commands import add_campaign
from isthmus.sales.commands import lose_deal, open_deal, win_deal
from isthmus.web.accounts.listing import ACCOUNTS
from isthmus.web.leads.listing import LEADS
from isthmus.web.lists import grouping
from isthmus.web.lists.asked import Asked
from isthmus.web.lists.saved import kept
from isthmus.web.people.listing import PEOPLE
from isthmus.web.sales.listing import DEALS
from isthmus.workspace.actors import actor_for
from isthmus.workspace.commands import add_field
from tests.cast import MONDAY_NOON

pytestmark = pytest.mark.django_db
ACT = {"by": SYSTEM, "at": MONDAY_NOON}


@pytest.fixture
def traded(ledger_folder, company, pipeline, rita, olga):
    """Leads and deals of Rita's, Olga's and nobody's, of two plans and three channels."""
    for model in ("person", "account", "lead", "deal"):
        add_field(
            model=model,
            key="plan",
            label="Plan",
            type="choice",
            kind="analytic",
            options=["gold", "red"],
            **ACT,
        )
    fair = add_campaign(name="Fair", channel="event", **ACT)
    for number, (channel, owner, plan) in enumerate(
        [("event", rita, "gold"), ("email", olga, "red"), ("email", rita, ""), ("", None, "red")]
    ):
        custom = {"plan": plan} if plan else {}
        lead = capture_lead(
            full_name=f"Guest {number}", email=f"g{number}@buyer.example", company=f"Works {number}",
            channel=channel, owner_id=owner and owner.pk, team_id=owner and owner.team_id, custom=custom,
            campaign_id=fair.pk if channel == "event" else None, by=SYSTEM,
            at=MONDAY_NOON + timedelta(hours=number),
        )  # fmt: skip
        deal = open_deal(
            name=f"Deal {number}", person_id=lead.person_id, amount=Decimal(9), owner_id=owner and owner.pk,
            custom=custom, **ACT,
        )  # fmt: skip
        if number == 1:
            qualify_lead(lead_id=lead.pk, **ACT)
            win_deal(deal_id=deal.pk, **ACT)
        if number == 2:
            lose_deal(deal_id=deal.pk, reason="price", **ACT)


def asked_for(spec, query, user):
    return Asked(spec, QueryDict(query), actor_for(user))


def heads(response):
    found = re.findall(
        r'data-unfolds[^>]*>([^<]+)</button><span class="count">([^<]+)<', response.content.decode()
    )
    return [(html.unescape(name), count) for name, count in found]


def names(response):
    return re.findall(r'class="row-name" href="[^"]*">([^<]+)<', response.content.decode())


@pytest.mark.parametrize("spec", [PEOPLE, ACCOUNTS, LEADS, DEALS], ids=lambda spec: spec.name)
def test_every_row_is_in_one_group_by_whatever_the_list_is_grouped(traded, admin, rita, spec):
    for user in (admin, rita):
        plain = asked_for(spec, "", user)
        ways = grouping.ways(plain)
        assert len(ways) >= 3
        for way in ways:
            asked = asked_for(spec, f"group={way.key}", user)
            found = grouping.groups_of(asked, grouping.way_of(asked)).shown
            held = []
            for group in found:
                where = grouping.within(way, QueryDict(group.rows_href[1:])["of"])
                rows = sorted(asked.rows().filter(where).values_list("pk", flat=True))
                assert group.count == str(len(rows)) and rows, (way.key, group)
                if group.alone_href:
                    alone = asked_for(spec, group.alone_href[1:], user)
                    assert sorted(alone.rows().values_list("pk", flat=True)) == rows, (way.key, group)
                held += rows
            assert sorted(held) == sorted(plain.rows().values_list("pk", flat=True)), way.key


def test_groups_stand_in_the_order_of_their_choices_oneself_first_and_nobody_last(
    client, traded, admin, olga
):
    client.force_login(olga)
    assert heads(client.get("/leads/?group=owner&part=groups")) == [("Olga Orlova", "1")]

    client.force_login(admin)
    assert [name for name, _count in heads(client.get("/leads/?group=owner&part=groups"))] == [
        "Olga Orlova", "Rita Reyes", "Owner: none",
    ]  # fmt: skip
    assert heads(client.get("/leads/?group=state&part=groups"))[0] == ("Captured", "3")
    assert heads(client.get("/deals/?group=custom_plan&state=open&part=groups")) == [
        ("gold", "1"),
        ("red", "1"),
    ]


def test_the_rows_of_a_group_come_in_parts_and_none_twice(client, traded, admin):
    for number in range(45):
        capture_lead(email=f"m{number}@buyer.example", full_name=f"Mail {number}", channel="social", **ACT)
    client.force_login(admin)

    first = client.get("/leads/?group=channel&of=social&part=within&sort=captured")
    (onward,) = re.findall(r'hx-get="([^"]+)"', first.content.decode())
    second = client.get("/leads/" + html.unescape(onward))

    assert len(names(first)) == grouping.ROWS
    assert len(set(names(first) + names(second))) == 45
    assert "hx-get" not in second.content.decode()


def test_a_list_says_what_it_cannot_be_grouped_by_and_shows_its_rows(client, traded, admin):
    client.force_login(admin)

    answer = client.get("/leads/?group=colour")

    assert "The list cannot be grouped by “colour”." in answer.content.decode()
    assert len(names(answer)) == 4
    assert client.get("/leads/?group=owner&of=x&part=within").status_code == 200


def test_a_view_keeps_its_grouping_but_not_the_group_one_looks_at():
    assert kept(QueryDict("group=owner&of=3&part=within&state=open")) == "group=owner&state=open"

"""People, accounts, users, products, campaigns, media days, and facts of any kind."""

from datetime import date
from decimal import Decimal

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.ledger.models import InboxFact
from isthmus.marketing.models import Campaign
from isthmus.people.models import Account, Person
from isthmus.sales.models import Product
from isthmus.workspace.commands import set_rate
from isthmus.workspace.models import User
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_people_are_found_before_they_are_made(bring_in):
    recipe = """
[[rows]]
what = "person"
key = "id"
[rows.fields]
full_name = { first = ["name", "nick"] }
email = "mail"
country = "land"
company = "firm"
created_at = "since"
"""
    people = "id,name,nick,mail,land,firm,since\n1,Pat Prospect,,pat@example.com,de,Harbour,2025-01-01\n"
    people += "2,,Zed,zed@example.com,,,\n3,Patricia,,pat@example.com,,,\n"

    report = bring_in(recipe, people=people)

    assert (report.counts["person (rows)"]["new"], report.counts["person (rows)"]["matched"]) == (2, 1)
    pat = Person.objects.get(email="pat@example.com")
    assert (pat.full_name, pat.country, str(pat.account)) == ("Pat Prospect", "DE", "Harbour")
    assert Person.objects.get(email="zed@example.com").full_name == "Zed"


def test_accounts_are_known_by_their_key_and_by_their_domain(bring_in, rita):
    recipe = """
[[rows]]
what = "account"
key = "id"
[rows.fields]
name = "name"
domain = "web"
size = "staff"
owner = { column = "rep", match = "name" }
custom.tier = { column = "tier", create = { type = "choice", kind = "analytic" } }
"""
    accounts = "id,name,web,staff,rep,tier\n1,Harbour,https://www.harbour.example/x,120,Rita Reyes,gold\n"
    accounts += "2,Harbour Ltd,harbour.example,,,gold\n3,Quay,,,,\n"

    report = bring_in(recipe, accounts=accounts)

    assert (report.counts["account (rows)"]["new"], report.counts["account (rows)"]["matched"]) == (2, 1)
    harbour = Account.objects.get(domain="harbour.example")
    assert (harbour.name, harbour.size, harbour.owner, harbour.team) == ("Harbour", 120, rita, rita.team)
    assert harbour.custom == {"tier": "gold"}


def test_users_products_and_campaigns_come_once(bring_in):
    recipe = """
[[rows]]
what = "user"
key = "id"
fields = { name = "name", email = "mail" }
[[rows]]
what = "product"
key = "id"
fields = { name = "name", family = { value = "boats" } }
[[rows]]
what = "campaign"
key = "id"
fields = { name = "name", channel = { value = "social" }, started_on = "on" }
"""
    rows = "id,name,mail,on\n1,Kim,kim@example.com,2026-01-05\n2,Lou,,\n"

    first, again = bring_in(recipe, rows=rows), bring_in(recipe, rows=rows)

    assert [count["new"] for count in first.counts.values()] == [2, 2, 2]
    assert [count["matched"] for count in again.counts.values()] == [2, 2, 2]
    assert not User.objects.get(email="kim@example.com").is_active
    assert Product.objects.get(sku="crm:1").family == "boats"
    assert Campaign.objects.get(name="Kim").started_on == date(2026, 1, 5)


MEDIA = """
[[rows]]
what = "media_day"
[rows.fields]
campaign = { column = "campaign", match = "name", create = true, channel = "paid_search" }
on = { column = "day", format = "%d/%m/%Y" }
impressions = "shown"
clicks = "clicks"
spend = "cost"
revision = "rev"
"""
DAYS = """campaign,day,shown,clicks,cost,rev
Spring,01/03/2026,1000,10,12.50,0
Spring,01/03/2026,500,5,1.25,0
Spring,02/03/2026,100,,,0
Summer,01/03/2026,7,0,0.10,0
"""


def test_rows_of_one_campaign_and_day_add_up(bring_in):
    report = bring_in(MEDIA, media=DAYS)

    assert report.counts["media_day (rows)"]["new"] == 3
    assert Campaign.objects.get(name="Summer").channel == "paid_search"
    spring = Campaign.objects.get(name="Spring").pk
    delivered = InboxFact.objects.filter(kind="media.delivered", campaign_id=spring).order_by("occurred_us")
    assert list(delivered.values_list("quantity", "amount", "channel")) == [
        (1500, 13_750_000, "paid_search"), (100, None, "paid_search"),
    ]  # fmt: skip
    assert InboxFact.objects.get(kind="media.clicked", campaign_id=spring).quantity == 15


def test_a_media_day_is_restated_by_a_higher_revision_only(bring_in):
    bring_in(MEDIA, media=DAYS)
    before = InboxFact.objects.filter(kind="media.delivered").count()

    same = bring_in(MEDIA, media=DAYS)
    restated = bring_in(MEDIA, media=DAYS.replace("7,0,0.10,0", "9,0,0.20,1"))

    assert same.counts["media_day (rows)"]["matched"] == 3
    assert (restated.counts["media_day (rows)"]["new"], restated.counts["media_day (rows)"]["matched"]) == (
        1,
        2,
    )
    facts = InboxFact.objects.filter(kind="media.delivered")
    assert facts.count() == before + 1
    assert facts.get(revision=1).amount == 200_000


def test_amounts_in_another_currency_need_a_rate(bring_in):
    recipe = MEDIA + 'currency = { value = "USD" }\n'

    refused = bring_in(recipe, media=DAYS)
    set_rate(currency="USD", on=date(2026, 1, 1), base_per_unit=Decimal("0.5"), by=SYSTEM, at=MONDAY_NOON)
    taken = bring_in(recipe, media=DAYS)

    assert refused.counts["media_day (rows)"]["refused"] == 2
    assert "There is no rate from USD to EUR on 2026-03-01" in refused.bad_files["rows"].read_text()
    assert taken.counts["media_day (rows)"]["new"] == 2
    first = InboxFact.objects.filter(kind="media.delivered", amount__isnull=False).order_by("-amount").first()
    assert (first.amount, first.amount_base, first.currency) == (13_750_000, 6_875_000, "USD")


FACTS = """
[[rows]]
what = "person"
key = "who"
fields = { email = "mail" }

[[rows]]
what = "fact"
key = "id"
[rows.fields]
kind = { column = "kind" }
at = "when"
person = "who"
quantity = "stars"
channel = "way"
props.question = "question"
"""


def test_any_other_fact_goes_into_the_ledger_once(bring_in):
    answers = "id,kind,when,who,mail,stars,way,question\n"
    answers += "1,survey.answered,2026-03-01 10:00,p1,pat@example.com,5,email,nps\n"
    answers += "2,survey.answered,2026-03-02 10:00,p1,pat@example.com,4,email,nps\n"

    first, again = bring_in(FACTS, answers=answers), bring_in(FACTS, answers=answers)

    assert first.counts["fact (rows)"]["new"] == 2
    assert again.counts["fact (rows)"]["matched"] == 2
    facts = InboxFact.objects.filter(kind="survey.answered").order_by("occurred_us")
    pat = Person.objects.get()
    assert [(fact.subject, fact.quantity, fact.channel) for fact in facts] == [
        (pat.subject, 5, "email"), (pat.subject, 4, "email"),
    ]  # fmt: skip
    assert '"question":"nps"' in facts[0].props.replace(" ", "")


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("lead.captured", "Bring in the record instead"),
        ("Survey", "is no kind of fact"),
        ("", "kind is empty"),
    ],
)
def test_a_fact_that_an_act_records_itself_is_not_taken_alone(bring_in, kind, sentence):
    rows = f"id,kind,when,who,mail,stars,way,question\n1,{kind},2026-03-01,p1,pat@example.com,,,\n"

    report = bring_in(FACTS, answers=rows)

    assert report.counts["fact (rows)"]["refused"] == 1
    assert sentence in report.bad_files["rows"].read_text()
    assert not InboxFact.objects.filter(kind=kind or "none").exists()

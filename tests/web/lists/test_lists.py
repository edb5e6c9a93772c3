"""Lists: what is in the address is what one sees, and nobody sees more than they may."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from isthmus.core.actors import SYSTEM, Scope
from isthmus.handoff.commands import hand_over_lead
from isthmus.leads.commands import capture_lead, capture_leads, qualify_lead
from isthmus.marketing.commands import add_campaign
from isthmus.people.commands import add_account, edit_person
from isthmus.people.models import Person
from isthmus.sales.commands import open_deal
from isthmus.web.accounts.listing import ACCOUNTS
from isthmus.web.leads.listing import LEADS
from isthmus.web.lists.asked import Asked
from isthmus.web.lists.exporting import safe
from isthmus.web.people.listing import PEOPLE
from isthmus.web.sales.listing import DEALS
from isthmus.workspace.actors import actor_for
from isthmus.workspace.commands import add_field, add_team, add_territory, edit_user, give_grant
from tests.cast import MONDAY_NOON

pytestmark = pytest.mark.django_db


def names(response):
    return re.findall(r'class="row-name" href="[^"]*">([^<]+)<', response.content.decode())


@pytest.fixture
def leads(ledger_folder, company, rita, olga):
    """Pat is Rita's and handed over, Kim is Olga's, Lee is nobody's."""
    fair = add_campaign(name="Fair", channel="event", by=SYSTEM, at=MONDAY_NOON)
    made = {}
    for hours, (name, channel, owner) in enumerate(
        [("Pat Prospect", "event", rita), ("Kim Kunde", "email", olga), ("Lee Later", "email", None)]
    ):
        made[name.split()[0].lower()] = capture_lead(
            full_name=name,
            email=f"{name.split()[0].lower()}@buyer.example",
            company=f"{name.split()[1]} Works",
            channel=channel,
            campaign_id=fair.pk if channel == "event" else None,
            owner_id=owner.pk if owner else None,
            team_id=owner.team_id if owner else None,
            by=SYSTEM,
            at=MONDAY_NOON + timedelta(hours=hours),
        )
    qualify_lead(lead_id=made["pat"].pk, score=80, by=SYSTEM, at=MONDAY_NOON)
    hand_over_lead(lead_id=made["pat"].pk, owner_id=rita.pk, by=SYSTEM, at=MONDAY_NOON)
    return made


def test_a_rep_sees_her_own_leads_only(client, leads, rita):
    client.force_login(rita)

    assert names(client.get("/leads/")) == ["Pat Prospect"]
    assert names(client.get("/people/")) == ["Pat Prospect"]


def test_a_marketer_sees_all_of_them_latest_first(client, leads, mia):
    client.force_login(mia)

    assert names(client.get("/leads/")) == ["Lee Later", "Kim Kunde", "Pat Prospect"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("state=handed_over", ["Pat Prospect"]),
        ("state=captured&state=handed_over", ["Lee Later", "Kim Kunde", "Pat Prospect"]),
        ("channel=email", ["Lee Later", "Kim Kunde"]),
        ("owner=nobody", ["Lee Later"]),
        ("owner=nobody&owner=OLGA", ["Lee Later", "Kim Kunde"]),
        ("campaign=FAIR", ["Pat Prospect"]),
        ("score_from=70", ["Pat Prospect"]),
        ("captured_from=2026-03-03", []),
        ("captured_to=2026-03-02&channel=event", ["Pat Prospect"]),
        ("q=kun", ["Kim Kunde"]),
        ("q=later+works", ["Lee Later"]),
        ("sort=captured", ["Pat Prospect", "Kim Kunde", "Lee Later"]),
    ],
)
def test_the_address_says_what_is_shown(client, leads, mia, olga, query, expected):
    client.force_login(mia)
    query = query.replace("OLGA", str(olga.pk)).replace("FAIR", str(leads["pat"].campaign_id))

    assert names(client.get(f"/leads/?{query}")) == expected


def test_a_filter_that_cannot_be_used_is_said_and_left_out(client, leads, mia):
    client.force_login(mia)

    response = client.get("/leads/?state=lost&score_from=many&sort=colour")

    text = response.content.decode()
    assert len(names(response)) == 3
    assert "State has no choice “lost”." in text
    assert "Score cannot be “many”." in text
    assert "cannot be sorted by “colour”" in text


def test_each_filter_in_force_can_be_taken_away(client, leads, mia):
    client.force_login(mia)

    text = client.get("/leads/?channel=email&state=captured&q=kim").content.decode()

    assert 'href="?state=captured&amp;q=kim" aria-label="Remove the filter Channel"' in text
    assert 'href="?channel=email&amp;state=captured" aria-label="Remove the filter Search"' in text


def test_a_list_without_matches_says_so_and_offers_all(client, leads, mia):
    client.force_login(mia)

    text = client.get("/leads/?state=returned").content.decode()

    assert "Nothing matches these filters" in text
    assert "No lead was captured yet" not in text


def test_an_empty_list_says_how_rows_come_in(client, ledger_folder, company, mia):
    client.force_login(mia)

    assert "Leads come in through forms" in client.get("/leads/").content.decode()


def test_a_parent_team_and_territory_include_what_is_below(client, leads, mia, olga):
    north = add_territory(name="North", by=SYSTEM, at=MONDAY_NOON)
    inner = add_territory(name="Islands", parent_id=north.pk, countries=["IS"], by=SYSTEM, at=MONDAY_NOON)
    above = add_team(name="All sales", by=SYSTEM, at=MONDAY_NOON)
    olga.team.parent = above
    olga.team.save()
    Person.objects.filter(full_name="Kim Kunde").update(territory=inner)
    client.force_login(mia)

    assert names(client.get(f"/people/?territory={north.pk}")) == ["Kim Kunde"]
    assert names(client.get(f"/people/?team={above.pk}")) == ["Kim Kunde"]


def test_custom_fields_are_columns_and_filters(client, leads, mia, admin):
    about = {"model": "person", "by": SYSTEM, "at": MONDAY_NOON}
    add_field(key="plan", label="Plan", type="choice", kind="analytic", options=["Small", "Large"], **about)
    add_field(key="seats", label="Seats", type="number", kind="analytic", **about)
    add_field(key="renews", label="Renews", type="date", kind="analytic", **about)
    add_field(key="vip", label="VIP", type="flag", kind="analytic", **about)
    add_field(key="nick", label="Nickname", type="text", kind="identifying", **about)
    custom = {"plan": "Large", "seats": 40, "renews": "2026-06-01", "vip": True, "nick": "Patty"}
    edit_person(person_id=leads["pat"].person_id, custom=custom, by=SYSTEM, at=MONDAY_NOON)
    client.force_login(mia)

    for query in (
        "custom_plan=Large", "custom_seats_from=40&custom_seats_to=41", "custom_renews_from=2026-05-01",
        "custom_vip=yes", "custom_nick=att",
    ):  # fmt: skip
        assert names(client.get(f"/people/?{query}")) == ["Pat Prospect"], query
    assert names(client.get("/people/?custom_seats_to=39")) == []
    text = client.get("/people/?columns=custom_plan&columns=custom_renews").content.decode()
    assert re.search(r'<td data-label="Plan"><button class="cell"[^>]*>Large</button></td>', text)
    assert "1 Jun" in text


def test_a_list_asks_the_database_as_often_for_many_rows_as_for_few(client, leads, mia, pipeline):
    client.force_login(mia)
    client.get("/leads/")

    with CaptureQueriesContext(connection) as few:
        client.get("/leads/?columns=campaign&columns=owner&columns=team&columns=territory")
    rows = [
        {"full_name": f"Guest {n}", "email": f"g{n}@x.example", "company": f"Firm {n}", "at": MONDAY_NOON}
        for n in range(45)
    ]
    capture_leads(rows=rows, by=SYSTEM)
    with CaptureQueriesContext(connection) as many:
        client.get("/leads/?columns=campaign&columns=owner&columns=team&columns=territory")

    assert len(many) == len(few)


@pytest.mark.parametrize("spec", [PEOPLE, ACCOUNTS, LEADS, DEALS], ids=lambda spec: spec.name)
def test_a_column_says_what_it_reads_so_that_no_row_is_read_twice(leads, admin, rita, pipeline, spec):
    for model in ("person", "account", "lead", "deal"):
        add_field(
            model=model, key="seats", label="Seats", type="number", kind="analytic", by=SYSTEM, at=MONDAY_NOON
        )
    pat = leads["pat"].person
    open_deal(name="Big", person_id=pat.pk, amount=Decimal(9), owner_id=rita.pk, by=SYSTEM, at=MONDAY_NOON)
    heading, *others = spec.columns()

    for column in (heading, *others):
        asked = Asked(spec, QueryDict(f"columns={column.key}"), actor_for(admin))
        assert heading.reads and column.reads, column.key
        rows = list(asked.loaded(asked.columns))
        spec.prepare(rows)
        with CaptureQueriesContext(connection) as more:
            for row in rows:
                for shown in (heading, column):
                    shown.show(row), shown.value(row), str(row)
        assert rows and not more.captured_queries, (column.key, more.captured_queries)


def test_rows_go_on_by_a_fragment_and_are_counted_up_to_a_thousand(client, ledger_folder, company, mia):
    rows = [{"full_name": f"Guest {n}", "email": f"g{n}@x.example", "at": MONDAY_NOON} for n in range(1005)]
    capture_leads(rows=rows, by=SYSTEM)
    client.force_login(mia)

    first = client.get("/leads/")
    (onward,) = re.findall(r'hx-get="(\?after=[^"]+)"', first.content.decode())
    second = client.get(f"/leads/{onward}", headers={"HX-Request": "true"})

    assert len(names(first)) == len(names(second)) == 50
    assert set(re.findall(r"/leads/\d+/", first.content.decode())).isdisjoint(
        re.findall(r"/leads/\d+/", second.content.decode())
    )
    assert "<html" not in second.content.decode()
    count = client.get("/leads/?part=count", headers={"HX-Request": "true"}).content.decode()
    assert "1,000+" in count
    assert "1,005" in client.get("/leads/?part=count&exact=1").content.decode()


def test_the_value_of_deals_sorts_and_filters(client, leads, mia, pipeline):
    for name, amount in (("Small", "100"), ("Large", "9000"), ("Unknown", None)):
        amount = Decimal(amount) if amount else None
        open_deal(name=name, person_id=leads["pat"].person_id, amount=amount, by=SYSTEM, at=MONDAY_NOON)
    client.force_login(mia)

    assert names(client.get("/deals/?sort=-value")) == ["Large", "Small", "Unknown"]
    assert names(client.get("/deals/?value_from=101")) == ["Large"]
    found = client.get("/deals/?q=larg")
    assert names(found) == ["Large"]
    assert "not by a word inside it" in found.content.decode()


def test_an_export_holds_the_rows_and_columns_of_the_list_and_nothing_of_others(client, leads, rita):
    client.force_login(rita)
    assert client.get("/leads/export.csv").status_code == 403
    give_grant(user_id=rita.pk, permission="records.export", scope=Scope.ALL, by=SYSTEM, at=MONDAY_NOON)

    response = client.get("/leads/export.csv?columns=state&columns=captured")

    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert text.splitlines()[0] == "id,Lead,State,Captured"
    assert "Pat Prospect,Handed over,2026-03-02T13:00:00+01:00" in text
    assert "Kim" not in text
    assert response["Content-Type"].startswith("text/csv")


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+46701", "-2", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠x", " =1", '"=1'],
)
def test_a_cell_cannot_become_a_formula(text):
    assert safe(text) == f"'{text}"


def test_figures_stay_figures_in_an_export():
    assert safe(Decimal("-12.50")) == Decimal("-12.50")
    assert safe(None) == ""
    assert safe("Nordlager") == "Nordlager"


def test_a_page_of_a_room_is_closed_to_those_without_its_right(client, company, olga):
    from isthmus.workspace.commands import take_grant

    take_grant(user_id=olga.pk, permission="deals.view", by=SYSTEM, at=MONDAY_NOON)
    client.force_login(olga)

    assert client.get("/deals/").status_code == 403
    assert client.get("/leads/").status_code == 200


def test_whoever_is_not_signed_in_is_sent_to_sign_in(client, company):
    assert client.get("/people/")["Location"].startswith("/sign-in/")


def test_accounts_show_whom_they_belong_to(client, ledger_folder, company, admin, rita):
    account = add_account(name="Nordlager", domain="nordlager.example", by=SYSTEM, at=MONDAY_NOON)
    client.force_login(admin)

    text = client.get("/accounts/").content.decode()

    assert f'href="/accounts/{account.pk}/"' in text
    assert "nordlager.example" in text
    edit_user(user_id=rita.pk, name="Rita R.", by=SYSTEM, at=MONDAY_NOON)
    assert names(client.get("/accounts/?q=nordl")) == ["Nordlager"]


def test_names_are_texts_and_never_markup(client, ledger_folder, company, mia, olga):
    edit_user(user_id=olga.pk, name="<i>Olga</i>", by=SYSTEM, at=MONDAY_NOON)
    capture_lead(
        full_name="<b>Bo</b>",
        email="bo@buyer.example",
        owner_id=olga.pk,
        channel="a&b",
        by=SYSTEM,
        at=MONDAY_NOON,
    )

    client.force_login(mia)
    written = client.get("/leads/").content.decode()

    assert "<i>" not in written and "<b>" not in written
    assert ">&lt;b&gt;Bo&lt;/b&gt;</a>" in written  # The heading of the row.
    assert "&lt;i&gt;Olga&lt;/i&gt;</span></button></td>" in written  # The owner's cell.
    choices = client.get("/leads/?part=filters").content.decode()
    assert "<i>" not in choices and "> &lt;i&gt;Olga&lt;/i&gt;</label>" in choices  # In the filter by owner.
    assert ">A&amp;b</td>" in written


@pytest.mark.parametrize("name", ["people", "accounts", "leads", "deals"])
def test_a_search_of_very_many_words_is_answered(client, leads, pipeline, rita, name):
    client.force_login(rita)

    answer = client.get(f"/{name}/?q=" + "+".join(f"word{number}" for number in range(300)))

    assert answer.status_code == 200
    assert "Nothing matches these filters" in answer.content.decode()

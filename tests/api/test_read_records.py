"""Lists, single records, timelines and search over HTTP."""

from datetime import timedelta

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.leads.commands import capture_lead, qualify_lead
from isthmus.sales.commands import add_pipeline, edit_deal, log_activity, open_deal
from isthmus.workspace.commands import add_field
from tests.cast import MONDAY_NOON

STATES = (
    "captured, nurturing, qualified, handed_over, accepted, returned, expired, disqualified, merged, erased"
)


@pytest.fixture
def leads(company, rita, inbound):
    """Seven leads, an hour apart, all of one instant twice; the first two are Rita's."""
    made = []
    for hour in range(7):
        owner = {"owner_id": rita.pk, "team_id": inbound.pk} if hour < 2 else {}
        lead = capture_lead(
            full_name=f"Pat {hour}",
            email=f"pat{hour}@example.com",
            channel="email" if hour % 2 else "paid_search",
            by=SYSTEM,
            at=MONDAY_NOON + timedelta(hours=hour // 2),
            **owner,
        )
        made.append(lead)
    return made


def walk(program, path, **query):
    seen, pages, after = [], 0, None
    while True:
        answer = program.get(path, {**query, **({"after": after} if after else {})}).json()
        seen += [row["id"] for row in answer["data"]]
        pages, after = pages + 1, answer["next"]
        if after is None:
            return seen, pages


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 200])
@pytest.mark.parametrize("sort", ["captured_at", "-captured_at", "id", "-id"])
@pytest.mark.both_databases
def test_pages_show_every_row_once_in_order(program_of, ada, leads, limit, sort):
    seen, pages = walk(program_of(ada), "/leads", limit=limit, sort=sort)

    ids = [lead.pk for lead in leads]
    assert seen == (ids[::-1] if sort.startswith("-") else ids)
    assert pages == -(-len(ids) // limit)


def test_a_list_begins_with_the_newest(program_of, ada, leads):
    answer = program_of(ada).get("/leads", {"limit": 1}).json()

    assert answer["data"][0]["id"] == leads[-1].pk
    assert answer["data"][0]["channel"] == "paid_search"


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ({"channel": "email"}, [1, 3, 5]),
        ({"channel": ["email", "paid_search"]}, [0, 1, 2, 3, 4, 5, 6]),
        ({"state": "qualified"}, [0]),
        ({"captured_since": "2026-03-02T14:00:00Z"}, [4, 5, 6]),
        ({"captured_since": "2026-03-02T15:00:00+01:00"}, [4, 5, 6]),
        ({"captured_until": "2026-03-02T13:00:00Z"}, [0, 1]),
        ({"captured_since": "2026-03-03"}, []),
        ({"owner": "none"}, [2, 3, 4, 5, 6]),
        ({"channel": "email", "owner": "none"}, [3, 5]),
    ],
)
def test_filters_narrow_the_list(program_of, ada, leads, query, places):
    qualify_lead(lead_id=leads[0].pk, by=SYSTEM, at=MONDAY_NOON)

    seen, _pages = walk(program_of(ada), "/leads", sort="id", **query)

    assert seen == [leads[place].pk for place in places]


@pytest.mark.both_databases
def test_a_custom_field_filters_by_its_type(program_of, ada, company):
    add_field(
        model="lead", key="fleet", label="Fleet", type="number", kind="analytic", by=SYSTEM, at=MONDAY_NOON
    )
    small, large = (
        capture_lead(full_name="Pat", custom={"fleet": size}, by=SYSTEM, at=MONDAY_NOON) for size in (3, 40)
    )
    program = program_of(ada)

    found = program.get("/leads", {"custom.fleet": "40"}).json()["data"]
    wrong = program.get("/leads", {"custom.fleet": "many"})
    unknown = program.get("/leads", {"custom.colour": "red"})

    assert [row["id"] for row in found] == [large.pk] != [small.pk]
    assert wrong.json()["errors"] == {"custom.fleet": "Fleet must be a number, not “many”."}
    assert unknown.json()["errors"] == {
        "custom.colour": "There is no custom field colour here. Known are: custom.fleet."
    }


@pytest.mark.parametrize(
    ("query", "name", "said"),
    [
        ({"colour": "red"}, "colour", "Allowed are: state, owner, team, territory, channel"),
        ({"state": "lost"}, "state", f"state must be one of: {STATES}."),
        ({"owner": "rita"}, "owner", "owner must be the number of a record, or none."),
        ({"owner": "9" * 30}, "owner", "must be the number"),
        ({"updated_since": "soon"}, "updated_since", "must be a day or a time with its zone"),
        ({"updated_since": "2026-03-02T12:00:00"}, "updated_since", "must be a day or a time with its zone"),
        ({"sort": "message"}, "sort", "Allowed are: captured_at, updated_at, id"),
        ({"sort": "person__email"}, "sort", "There is no order by person__email."),
        ({"limit": "0"}, "limit", "from 1 to 200"),
        ({"limit": "1000"}, "limit", "from 1 to 200"),
        ({"after": "nonsense"}, "after", "Begin again without `after`."),
        ({"after": "WyItaWQiLCAxLCAxXQ"}, "after", "Begin again without `after`."),
        ({"person__email": "pat@example.com"}, "person__email", "There is no filter person__email."),
    ],
)
def test_what_a_list_cannot_be_asked_is_refused_by_name(program_of, ada, leads, query, name, said):
    response = program_of(ada).get("/leads", query)

    assert response.status_code == 422
    assert list(response.json()["errors"]) == [name]
    assert said in response.json()["errors"][name]


def test_a_record_carries_its_version_and_a_hidden_one_looks_like_none(program_of, ada, rita, leads):
    shown = program_of(ada).get(f"/leads/{leads[3].pk}")
    hidden = program_of(rita).get(f"/leads/{leads[3].pk}")
    unknown = program_of(rita).get("/leads/999999")
    beyond = program_of(rita).get(f"/leads/{10**30}")

    assert shown.json()["id"] == leads[3].pk
    assert shown["ETag"] == '"1"'
    assert hidden.status_code == unknown.status_code == beyond.status_code == 404
    assert hidden.content == unknown.content == beyond.content


def test_a_seller_lists_her_own_leads_and_their_people(program_of, rita, leads):
    program = program_of(rita)

    assert walk(program, "/leads", sort="id")[0] == [leads[0].pk, leads[1].pk]
    assert walk(program, "/people", sort="id")[0] == [leads[0].person_id, leads[1].person_id]


def test_a_key_narrower_than_its_user_reads_no_more_than_it_names(program_of, ada, leads):
    response = program_of(ada, ["people.view"]).get("/leads")

    assert (response.status_code, response.json()["code"]) == (403, "not_permitted")
    assert "leads.view" in response.json()["message"]


def test_people_are_searched_by_words(program_of, ada, rita, leads):
    listed = program_of(ada).get("/people", {"q": "pat 3"}).json()["data"]
    found = program_of(ada).get("/search", {"q": "pat3@example.com"}).json()
    unseen = program_of(rita).get("/search", {"q": "pat3@example.com"}).json()
    short = program_of(ada).get("/search", {"q": "p"})

    assert [row["full_name"] for row in listed] == ["Pat 3"]
    assert [row["id"] for row in found["leads"]] == [leads[3].pk]
    assert unseen == {"people": [], "accounts": [], "deals": [], "leads": []}
    assert short.status_code == 422


def test_a_timeline_tells_what_happened_the_newest_first(program_of, mia, ada, leads):
    qualify_lead(lead_id=leads[0].pk, by=SYSTEM, at=MONDAY_NOON + timedelta(minutes=5))
    program = program_of(ada)

    whole = program.get(f"/leads/{leads[0].pk}/timeline").json()
    first = program.get(f"/leads/{leads[0].pk}/timeline", {"limit": 1}).json()
    second = program.get(f"/leads/{leads[0].pk}/timeline", {"limit": 1, "after": first["next"]}).json()

    assert [fact["kind"] for fact in whole["data"]] == ["lead.qualified", "lead.captured"]
    assert whole["data"][1]["channel"] == "paid_search"
    assert [fact["kind"] for fact in first["data"] + second["data"]] == ["lead.qualified", "lead.captured"]
    assert program.get(f"/leads/{leads[0].pk}/timeline", {"after": "1-x"}).status_code == 422


def test_a_persons_timeline_leaves_out_the_deals_of_others(program_of, admin, rita, olga, leads):
    add_pipeline(name="Direct", stages=[{"name": "Meeting"}], by=SYSTEM, at=MONDAY_NOON)
    deal = open_deal(
        name="Yacht", person_id=leads[0].person_id, amount=None, owner_id=olga.pk, by=SYSTEM, at=MONDAY_NOON
    )
    log_activity(kind="call", deal_id=deal.pk, text="Talked", by=SYSTEM, at=MONDAY_NOON)
    path = f"/people/{leads[0].person_id}/timeline"

    everything = {fact["kind"] for fact in program_of(admin).get(path).json()["data"]}
    ritas = {fact["kind"] for fact in program_of(rita).get(path).json()["data"]}

    assert {"deal.opened", "activity.logged", "lead.captured"} <= everything
    assert "lead.captured" in ritas
    assert not {"deal.opened", "activity.logged"} & ritas


def test_a_deal_shows_its_amount_in_whole_units(program_of, admin, company):
    add_pipeline(name="Direct", stages=[{"name": "Meeting"}], by=SYSTEM, at=MONDAY_NOON)
    deal = open_deal(name="Yacht", by=SYSTEM, at=MONDAY_NOON)
    edit_deal(deal_id=deal.pk, amount=1250, by=SYSTEM, at=MONDAY_NOON)

    shown = program_of(admin).get(f"/deals/{deal.pk}").json()

    assert (shown["amount"], shown["currency"], shown["version"]) == ("1250", "EUR", 2)


def test_everybody_reads_teams_and_pipelines_but_users_only_with_the_right(program_of, rita, sam, olga):
    ritas, sams = program_of(rita), program_of(sam)

    assert {row["name"] for row in ritas.get("/teams").json()["data"]} == {"Inbound", "Elsewhere"}
    assert ritas.get("/pipelines").json() == {"data": [], "next": None}
    assert [row["email"] for row in ritas.get("/users").json()["data"]] == ["rita@example.com"]
    assert len(sams.get("/users").json()["data"]) == 3

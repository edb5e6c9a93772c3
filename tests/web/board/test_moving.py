"""Moving a deal on the board: parts for the script, pages without it, gates, ends, conflicts, undo."""

import re
from decimal import Decimal

import pytest

from isthmus.core import clock
from isthmus.core.actors import SYSTEM
from isthmus.sales.commands import edit_deal, edit_stage, move_deal
from isthmus.sales.models import Deal

pytestmark = pytest.mark.django_db
PARTS = {"Accept": "application/json"}


@pytest.fixture
def stages(pipeline):
    return {stage.name: stage for stage in pipeline.stages.all()}


@pytest.fixture
def ritas(client, rita):
    client.force_login(rita)
    return client


def move(client, deal, stage, headers=PARTS, **more):
    data = {"stage_id": stage.pk, "from_stage_id": deal.stage_id, "back": "/deals/board/?owner=me", **more}
    return client.post(f"/deals/board/{deal.pk}/move/", data, headers=headers)


def test_a_move_gives_the_card_the_totals_and_the_way_back(ritas, deals, stages):
    parts = move(ritas, deals["Alpha"], stages["Proposal"]).json()

    assert parts["stage"] == stages["Proposal"].pk
    assert "Alpha" in parts["card"]
    assert "€3,500" in parts["heads"][str(stages["Proposal"].pk)]
    assert "Alpha: Moved to Proposal." in parts["toast"]
    assert "/undo/" in parts["toast"]
    assert Deal.objects.get(name="Alpha").stage == stages["Proposal"]


def test_a_move_without_scripts_comes_back_to_the_board_with_its_undo(ritas, deals, stages):
    response = move(ritas, deals["Alpha"], stages["Proposal"], headers={})

    assert response.headers["Location"] == "/deals/board/?owner=me"
    text = ritas.get(response.headers["Location"]).content.decode()
    assert "Moved to Proposal." in text
    assert "/undo/" in text


def test_a_move_is_taken_back(ritas, deals, stages):
    since = Deal.objects.get(name="Alpha").stage_since
    move(ritas, deals["Alpha"], stages["Proposal"], headers={})
    text = ritas.get("/deals/board/").content.decode()
    undo = text.partition('action="/undo/')[2].partition('"')[0]

    ritas.post(f"/undo/{undo}", {"back": "/deals/board/"})

    back = Deal.objects.get(name="Alpha")
    assert (back.stage, back.stage_since) == (stages["Discovery"], since)


def test_somebody_who_was_quicker_is_told_of_and_the_card_stays_with_them(ritas, deals, stages):
    alpha = Deal.objects.get(name="Alpha")
    move_deal(deal_id=alpha.pk, stage_id=stages["Proposal"].pk, by=SYSTEM, at=clock.now())

    # Rita still sees it in a third place: whoever says where they saw it is refused when it is elsewhere.
    response = ritas.post(
        f"/deals/board/{alpha.pk}/move/",
        {"stage_id": stages["Discovery"].pk, "from_stage_id": stages["Discovery"].pk},
        headers=PARTS,
    )

    assert response.status_code == 409
    assert "Somebody moved this deal to Proposal meanwhile" in response.json()["refusal"]
    assert response.json()["stage"] == stages["Proposal"].pk


def test_a_gate_is_asked_on_the_way_in_and_then_lets_pass(ritas, deals, stages):
    edit_stage(
        stage_id=stages["Proposal"].pk, gate=["amount", "expected_close_on"], by=SYSTEM, at=clock.now()
    )

    asked = move(ritas, deals["Gamma"], stages["Proposal"])
    assert asked.status_code == 422
    form = asked.json()["form"]
    assert "Proposal demands what is not known of this deal yet: Value" in form
    assert 'name="amount"' in form
    assert 'name="product_id"' not in form

    again = move(
        ritas, deals["Gamma"], stages["Proposal"], asked=["amount", "expected_close_on"], amount="900"
    )
    assert again.status_code == 422
    assert "Fill this in." in again.json()["form"]

    filled = {"amount": "900", "expected_close_on": "2027-01-31"}
    done = move(ritas, deals["Gamma"], stages["Proposal"], asked=["amount", "expected_close_on"], **filled)
    assert done.status_code == 200
    gamma = Deal.objects.get(name="Gamma")
    assert (gamma.stage, gamma.amount) == (stages["Proposal"], 900_000_000)


def test_what_a_gate_asked_is_refused_when_somebody_was_quicker(ritas, deals, stages):
    edit_stage(stage_id=stages["Proposal"].pk, gate=["amount"], by=SYSTEM, at=clock.now())
    form = move(ritas, deals["Gamma"], stages["Proposal"]).json()["form"]
    (version,) = re.findall(r'name="version" value="(\d+)"', form)
    edit_deal(deal_id=deals["Gamma"].pk, amount=Decimal(300), by=SYSTEM, at=clock.now())

    answer = move(ritas, deals["Gamma"], stages["Proposal"], asked="amount", amount="900", version=version)

    assert answer.status_code == 409
    assert "Somebody changed this since you read it" in answer.json()["refusal"]
    gamma = Deal.objects.get(name="Gamma")
    assert (gamma.stage, gamma.amount) == (stages["Discovery"], 300_000_000)


def test_losing_asks_for_the_reason_and_winning_for_the_value(ritas, deals, stages):
    asked = move(ritas, deals["Alpha"], stages["Lost"])
    assert asked.status_code == 422
    assert "Chose a competitor" in asked.json()["form"]
    assert Deal.objects.get(name="Alpha").state == "open"

    lost = move(ritas, deals["Alpha"], stages["Lost"], answered="1", reason="price")
    assert lost.json()["card"] == ""
    assert Deal.objects.get(name="Alpha").state == "lost"

    assert 'name="amount"' in move(ritas, deals["Beta"], stages["Won"]).json()["form"]
    won = move(ritas, deals["Beta"], stages["Won"], answered="1", amount="4800")
    assert won.status_code == 200
    assert Deal.objects.get(name="Beta").amount == 4_800_000_000


def test_the_button_of_a_card_asks_where_to_on_a_page_of_its_own(ritas, deals, stages):
    address = f"/deals/board/{deals['Alpha'].pk}/move/"

    text = ritas.get(address).content.decode()

    assert "Where to?" in text
    assert "Proposal" in text
    assert "Leave in Discovery" in text
    chosen = ritas.post(address, {"stage_id": stages["Lost"].pk})
    assert "Chose a competitor" in chosen.content.decode()


def test_nothing_leads_back_to_another_host(ritas, deals, stages):
    response = move(ritas, deals["Alpha"], stages["Proposal"], headers={}, back="https://elsewhere.example/")

    assert response.headers["Location"] == "/deals/board/"


def test_an_administrator_sets_days_and_gate_and_takes_them_back(client, admin, pipeline, stages):
    client.force_login(admin)
    address = f"/settings/stages/{stages['Proposal'].pk}/edit/"

    client.post(address, {"name": "Offer", "stale_days": "14", "probability": "40", "gate": ["amount"]})
    text = client.get("/settings/pipelines/").content.decode()

    assert "Offer" in text
    assert "14 days" in text
    assert "Value" in text
    assert "/undo/" in text
    client.post(f"/settings/pipelines/{pipeline.pk}/edit/", {"name": "Direct", "stale_days": "30"})
    assert "30 days" in client.get("/settings/pipelines/").content.decode()

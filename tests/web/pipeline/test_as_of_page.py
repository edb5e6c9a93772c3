"""The page "Pipeline as of": how it stood on a past day, what changed since, and the deals of each step."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.sales.commands import (
    edit_deal,
    edit_stage,
    lose_deal,
    move_deal,
    open_deal,
    open_deals,
    win_deal,
)
from isthmus.sales.models import Stage

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
CLOSES = date(2027, 1, 31)


@pytest.fixture
def deals(ledger_folder, company, pipeline, rita, olga):
    """Five deals of Rita's, 30 days old, of which each had its own fate; one of Olga's."""
    began = now() - 30 * DAY
    first, second = Stage.objects.filter(kind="open").order_by("position")
    edit_stage(stage_id=first.pk, probability=Decimal("0.2"), by=SYSTEM, at=began)

    def opened(name, amount, owner=rita):
        row = {
            "name": name,
            "amount": amount * 10**6,
            "owner_id": owner.pk,
            "team_id": owner.team_id,
            "expected_close_on": CLOSES,
            "at": began,
        }
        return open_deals(rows=[row], by=SYSTEM)[0]

    found = {name: opened(name, 1000) for name in ("Alder", "Birch", "Cedar", "Dogwood")}
    found["Elm"] = opened("Elm", 5000)
    opened("Foreign", 777_777, olga)
    later = now() - 2 * DAY
    win_deal(deal_id=found["Alder"].pk, amount=Decimal(1200), by=SYSTEM, at=later)
    lose_deal(deal_id=found["Birch"].pk, reason="price", by=SYSTEM, at=later)
    move_deal(deal_id=found["Cedar"].pk, stage_id=second.pk, by=SYSTEM, at=later)
    edit_deal(deal_id=found["Dogwood"].pk, expected_close_on=CLOSES + 20 * DAY, by=SYSTEM, at=later)
    edit_deal(deal_id=found["Elm"].pk, amount=Decimal(6000), by=SYSTEM, at=later)
    open_deal(name="Fir", amount=Decimal(300), owner_id=rita.pk, by=SYSTEM, at=later)
    return found


def page(client, user, query=""):
    client.force_login(user)
    return text_of(client.get(f"/pipeline/as-of/{query}").content.decode())


def text_of(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_past_day_is_shown_as_it_was_with_what_became_of_it(client, deals, rita):
    text = page(client, rita)

    assert "Pipeline at the end of" in text
    assert "5 open deals, worth €9,000" in text
    assert "Weighted with the chances that stages have today: €1,800" in text
    assert "Since then: 1 won, 1 lost, 3 still open." in text
    assert "Elm" in text and "Fir" not in text


def test_the_steps_to_today_add_up_and_name_what_only_moved(client, deals, rita):
    text = page(client, rita)

    assert "the open pipeline shrank by €700, to €8,300" in text
    for step in ("New 1 +€300", "Value raised 2 +€1,200", "Won 1 −€1,200", "Lost 1 −€1,000"):
        assert step in text
    assert "To a later stage 1 €1,000" in text
    assert "Expected close put off 20 days in the middle 1 €1,000" in text


@pytest.mark.parametrize(
    ("step", "names"),
    [
        ("won", ["Alder"]),
        ("lost", ["Birch"]),
        ("opened", ["Fir"]),
        ("raised", ["Elm", "Alder"]),
        ("forward", ["Cedar"]),
        ("pushed", ["Dogwood"]),
    ],
)
def test_each_step_opens_to_its_deals(client, deals, rita, step, names):
    client.force_login(rita)
    html = client.get(f"/pipeline/as-of/?step={step}").content.decode()

    listed = re.findall(r'<a class="opens" href="/deals/\d+/">([^<]+)</a>', html)
    assert listed == names


def test_what_was_and_what_it_became_stand_side_by_side(client, deals, rita):
    assert "€5,000 → €6,000" in page(client, rita, "?step=raised")
    assert "Discovery → Proposal" in page(client, rita, "?step=forward")


def test_a_stage_opens_to_its_deals_of_that_day(client, deals, rita):
    proposal = Stage.objects.get(name="Proposal")

    assert "Cedar" not in page(client, rita, f"?stage={proposal.pk}").split("Which deals?")[1]
    today = now().date()
    assert "Cedar" in page(client, rita, f"?on={today}&stage={proposal.pk}").split("Which deals?")[1]


def test_nobody_sees_more_than_their_deals_and_a_manager_filters_by_owner(client, deals, rita, sam, admin):
    assert "777,777" not in page(client, rita) and "Owner then Owner" not in page(client, rita)
    assert "Foreign" not in page(client, sam) and "€9,000" in page(client, sam)
    assert "Foreign" in page(client, admin)
    assert "Foreign" not in page(client, admin, f"?owner={rita.pk}")
    assert "9,000" in page(client, admin, f"?team={rita.team_id}")


def test_a_deal_that_went_to_a_colleague_leaves_one_and_reaches_the_other(client, deals, rita, olga, admin):
    edit_deal(deal_id=deals["Elm"].pk, owner_id=olga.pk, by=SYSTEM, at=now() - DAY)

    assert "To others 1 −€5,000" in page(client, admin, f"?owner={rita.pk}")
    assert "From others 1 +€6,000" in page(client, admin, f"?owner={olga.pk}")


def test_as_known_on_a_day_leaves_out_what_was_only_entered_later(client, deals, admin):
    assert "No deal was there yet" not in page(client, admin)

    text = page(client, admin, "?known=then")

    assert "As it was known on each day" in text
    assert "No deal was open" in text  # all of it was entered today, with days that had passed


def test_days_that_cannot_be_are_said_and_the_usual_one_taken(client, deals, admin):
    assert "is not a day" in page(client, admin, "?on=yesterday")
    assert "The ledger does not know days to come" in page(client, admin, "?on=2999-01-01")
    assert "not among the choices" in page(client, admin, "?owner=99999")


def test_before_the_first_deal_the_page_says_so(client, ledger_folder, company, pipeline, admin):
    assert "No deal was there yet" in page(client, admin)
    assert "No deal was there yet" in page(client, admin, f"?on={datetime(2020, 1, 1, tzinfo=UTC).date()}")

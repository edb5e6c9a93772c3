"""What a seller's day suggests, what leaves it, and what is put aside."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from isthmus.core import commands
from isthmus.core.actors import SYSTEM
from isthmus.core.refusals import InvalidInput
from isthmus.handoff.commands import answer_lead, hand_over_lead
from isthmus.leads.commands import capture_lead, qualify_lead
from isthmus.leads.models import Lead
from isthmus.ledger.models import InboxFact
from isthmus.people.commands import add_person
from isthmus.sales.commands import (
    add_task,
    edit_stage,
    log_activity,
    open_deal,
    skip_suggestion,
    snooze_suggestion,
    snooze_task,
)
from isthmus.sales.day.queue import find, queue_of
from isthmus.sales.day.worth import measure
from isthmus.sales.models import LeadWorth
from isthmus.workspace.actors import actor_for
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def lead(company, rita):
    """Pat's enquiry, handed over to Rita at noon, to be answered within four hours."""
    lead = capture_lead(
        full_name="Pat", email="pat@x.example", message="How much?", by=SYSTEM, at=MONDAY_NOON
    )
    qualify_lead(lead_id=lead.pk, score=84, by=SYSTEM, at=MONDAY_NOON)
    due = MONDAY_NOON + 4 * HOUR
    return hand_over_lead(lead_id=lead.pk, owner_id=rita.pk, due_at=due, by=SYSTEM, at=MONDAY_NOON)


@pytest.fixture
def deal(pipeline, rita):
    """Rita's deal of 300, in a stage whose limit is ten days, with one chance in four."""
    stage = pipeline.stages.get(name="Discovery")
    edit_stage(stage_id=stage.pk, stale_days=10, probability=Decimal("0.25"), by=SYSTEM, at=MONDAY_NOON)
    pat = add_person(full_name="Pat", email="pat@x.example", by=SYSTEM, at=MONDAY_NOON)
    return open_deal(person_id=pat.pk, amount=Decimal(300), owner_id=rita.pk, by=SYSTEM, at=MONDAY_NOON)


def _keys(user, at=MONDAY_NOON):
    return [one.key for one in queue_of(actor_for(user), at).all]


def test_a_new_lead_stands_in_its_sellers_queue_with_its_clock_and_in_nobody_elses(lead, rita, sam, olga):
    (one,) = queue_of(actor_for(rita), MONDAY_NOON).all

    assert (one.kind, one.due_at, one.name) == ("lead", MONDAY_NOON + 4 * HOUR, "Pat")
    assert "How much?" in one.reason
    assert "84" in one.reason
    assert (_keys(sam), _keys(olga)) == ([], [])


def test_a_try_in_vain_is_said_and_leaves_the_lead_in_the_queue(lead, rita):
    log_activity(kind="call", lead_id=lead.pk, outcome="no_answer", by=actor_for(rita), at=MONDAY_NOON + HOUR)

    (one,) = queue_of(actor_for(rita), MONDAY_NOON + HOUR).all
    assert one.kind == "lead"
    assert "nobody reached" in one.reason


def test_a_lead_that_was_answered_waits_for_its_verdict_without_a_clock(lead, rita):
    log_activity(kind="call", lead_id=lead.pk, outcome="reached", by=actor_for(rita), at=MONDAY_NOON + HOUR)

    (one,) = queue_of(actor_for(rita), MONDAY_NOON + HOUR).all
    assert (one.kind, one.due_at) == ("verdict", None)


def test_answering_a_lead_stops_its_clock_and_opens_its_deal_in_one_act(lead, pipeline, rita):
    arguments = {"lead_id": lead.pk, "outcome": "reached", "objection": "price", "amount": "300"}
    done = commands.run("answer_lead", arguments, by=actor_for(rita), at=MONDAY_NOON + HOUR)

    lead.refresh_from_db()
    assert (lead.state, lead.contacted_at) == ("accepted", MONDAY_NOON + HOUR)
    assert done.value["deal_id"]
    assert InboxFact.objects.filter(batch=done.batch, kind="lead.contacted").exists()
    assert _keys(rita, MONDAY_NOON + HOUR) == []

    commands.undo(done.batch, by=actor_for(rita), at=MONDAY_NOON + 2 * HOUR)
    lead.refresh_from_db()
    assert (lead.state, lead.contacted_at) == ("handed_over", None)


def test_an_answer_that_cannot_be_accepted_is_not_logged_either(lead, rita):
    with pytest.raises(InvalidInput):
        answer_lead(lead_id=lead.pk, outcome="held", by=actor_for(rita), at=MONDAY_NOON + HOUR)  # type: ignore[arg-type]

    assert Lead.objects.get(pk=lead.pk).contacted_at is None


def test_a_deal_beyond_its_stages_limit_is_worth_its_value_times_its_chance(deal, rita):
    assert _keys(rita, MONDAY_NOON + 10 * DAY) == []

    (one,) = queue_of(actor_for(rita), MONDAY_NOON + 12 * DAY).all
    assert (one.kind, one.worth) == ("stale", 75_000_000)
    assert "12 days in Discovery" in one.reason


def test_a_deal_leaves_the_queue_when_somebody_deals_with_it_or_plans_to(deal, rita):
    later = MONDAY_NOON + 12 * DAY

    log_activity(kind="call", deal_id=deal.pk, by=actor_for(rita), at=later)
    assert _keys(rita, later) == []
    assert _keys(rita, later + 8 * DAY) == [f"deal:{deal.pk}:stale"]

    add_task(text="Call", deal_id=deal.pk, due_on=date(2026, 4, 1), by=actor_for(rita), at=later)
    assert _keys(rita, later + 8 * DAY) == []


def test_a_deal_whose_expected_close_nears_or_passed_is_suggested(pipeline, rita):
    pat = add_person(full_name="Pat", email="pat@x.example", by=SYSTEM, at=MONDAY_NOON)
    about = {"person_id": pat.pk, "owner_id": rita.pk, "by": SYSTEM, "at": MONDAY_NOON}
    open_deal(name="Near", expected_close_on=date(2026, 3, 4), **about)
    open_deal(name="Passed", expected_close_on=date(2026, 2, 27), **about)
    open_deal(name="Far", expected_close_on=date(2026, 3, 9), **about)

    reasons = " ".join(one.reason for one in queue_of(actor_for(rita), MONDAY_NOON).all)
    assert "Is to close in 2 days." in reasons
    assert "Was to close 3 days ago." in reasons
    assert len(_keys(rita)) == 2


def test_tasks_of_today_and_before_stand_in_the_queue_unless_they_sleep(company, rita):
    today = add_task(text="Today", due_on=date(2026, 3, 2), by=actor_for(rita), at=MONDAY_NOON)
    late = add_task(text="Late", due_on=date(2026, 2, 27), by=actor_for(rita), at=MONDAY_NOON)
    add_task(text="Tomorrow", due_on=date(2026, 3, 3), by=actor_for(rita), at=MONDAY_NOON)
    assert _keys(rita) == [f"task:{late.pk}", f"task:{today.pk}"]

    snooze_task(task_id=late.pk, until=MONDAY_NOON + HOUR, by=actor_for(rita), at=MONDAY_NOON)
    assert _keys(rita) == [f"task:{today.pk}"]
    assert f"task:{late.pk}" in _keys(rita, MONDAY_NOON + 2 * HOUR)


def test_what_is_put_off_sleeps_and_what_is_skipped_stays_away_until_it_is_brought_back(deal, rita):
    later, key = MONDAY_NOON + 12 * DAY, f"deal:{deal.pk}:stale"

    snooze_suggestion(key=key, until=later + HOUR, by=actor_for(rita), at=later)
    assert (_keys(rita, later), queue_of(actor_for(rita), later).asleep) == ([], 1)
    assert _keys(rita, later + 2 * HOUR) == [key]

    skip_suggestion(key=key, reason="waiting", by=actor_for(rita), at=later)  # type: ignore[arg-type]
    assert _keys(rita, later + 20 * DAY) == []
    assert find(key, actor_for(rita), later) is not None

    skipped = commands.run("skip_suggestion", {"key": key, "reason": "wrong"}, by=actor_for(rita), at=later)
    commands.undo(skipped.batch, by=actor_for(rita), at=later)
    assert _keys(rita, later) == [key]


def test_a_lead_has_no_worth_before_enough_of_them_were_won(lead, rita):
    measure(MONDAY_NOON)

    (one,) = queue_of(actor_for(rita), MONDAY_NOON).all
    assert one.worth is None
    assert "Not measured yet" in one.worth_note


def test_a_lead_is_worth_the_usual_deal_times_the_share_that_was_won(lead, rita):
    LeadWorth.objects.create(
        chance=0.2, chance_cases=400, value=1000_000_000, value_cases=80, measured_at=MONDAY_NOON
    )

    (one,) = queue_of(actor_for(rita), MONDAY_NOON).all
    assert one.worth == 200_000_000
    assert "400" in one.worth_note


def test_a_long_list_of_deals_is_asked_for_in_few_queries(pipeline, rita, django_assert_max_num_queries):
    pat = add_person(full_name="Pat", email="pat@x.example", by=SYSTEM, at=MONDAY_NOON)
    about = {"person_id": pat.pk, "owner_id": rita.pk, "by": SYSTEM, "at": MONDAY_NOON}
    for number in range(12):
        open_deal(name=f"Deal {number}", expected_close_on=date(2026, 3, 2), **about)
    actor = actor_for(rita)

    with django_assert_max_num_queries(16):  # One for each deal would be twelve more.
        assert len(queue_of(actor, MONDAY_NOON).all) == 12

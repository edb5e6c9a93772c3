"""Logging what was done in one line: outcome, objection, next step; and taking it back."""

from datetime import date, timedelta

import pytest

from isthmus.core import commands
from isthmus.core.actors import SYSTEM
from isthmus.core.refusals import InvalidInput, NotFound
from isthmus.handoff.commands import hand_over_lead
from isthmus.leads.commands import capture_lead, qualify_lead
from isthmus.leads.models import Lead
from isthmus.ledger.models import InboxFact
from isthmus.ledger.reading import snapshot
from isthmus.sales.commands import add_task, log_activity, take_back_activity
from isthmus.sales.models import Activity, Task
from isthmus.workspace.actors import actor_for
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
HOUR = timedelta(hours=1)


@pytest.fixture
def lead(company, rita):
    """Pat's enquiry, handed over to Rita, to be answered within four hours."""
    lead = capture_lead(full_name="Pat", email="pat@x.example", by=SYSTEM, at=MONDAY_NOON)
    qualify_lead(lead_id=lead.pk, by=SYSTEM, at=MONDAY_NOON)
    due = MONDAY_NOON + 4 * HOUR
    return hand_over_lead(lead_id=lead.pk, owner_id=rita.pk, due_at=due, by=SYSTEM, at=MONDAY_NOON)


def _call(lead, rita, after=HOUR, **more):
    return log_activity(kind="call", lead_id=lead.pk, by=actor_for(rita), at=MONDAY_NOON + after, **more)


def _told(kind):
    with snapshot() as ledger:
        return ledger.execute("SELECT count(*) FROM facts WHERE kind = ?", [kind]).fetchone()[0]


def test_the_fact_of_a_call_carries_the_codes_of_what_came_of_it(lead, rita):
    _call(lead, rita, outcome="reached", objection="price", text="Too dear, says Pat.")

    props = str(InboxFact.objects.get(kind="activity.logged").props)
    assert "reached" in props
    assert "price" in props
    assert "dear" not in props


def test_an_outcome_must_fit_what_was_done(lead, rita):
    with pytest.raises(InvalidInput, match="reached"):
        _call(lead, rita, outcome="held")

    assert not Activity.objects.exists()


def test_a_call_that_reached_nobody_does_not_stop_the_clock(lead, rita):
    _call(lead, rita, outcome="no_answer")
    assert Lead.objects.get().contacted_at is None

    _call(lead, rita, after=2 * HOUR, outcome="reached")
    assert Lead.objects.get().contacted_at == MONDAY_NOON + 2 * HOUR


def test_the_next_step_is_a_task_of_whoever_called(lead, rita):
    call = _call(
        lead, rita, outcome="reached", next_step="Send the price list", next_step_on=date(2026, 3, 4)
    )

    task = Task.objects.get()
    assert (task.text, task.due_on, task.owner, task.lead) == (
        "Send the price list",
        date(2026, 3, 4),
        rita,
        lead,
    )
    assert (task.after, task.person) == (call, lead.person)
    batches = InboxFact.objects.filter(kind__in=["activity.logged", "task.added"]).values_list(
        "batch", flat=True
    )
    assert len(set(batches)) == 1


def test_a_call_can_do_a_task(lead, rita):
    task = add_task(text="Call Pat", lead_id=lead.pk, by=actor_for(rita), at=MONDAY_NOON)

    call = _call(lead, rita, outcome="reached", task_id=task.pk)

    task.refresh_from_db()
    assert (task.state, task.done_by) == ("done", call)


def test_what_was_logged_by_mistake_is_taken_back_with_all_that_came_of_it(lead, rita):
    task = add_task(text="Call Pat", lead_id=lead.pk, by=actor_for(rita), at=MONDAY_NOON)
    arguments = {
        "kind": "call",
        "lead_id": lead.pk,
        "outcome": "reached",
        "next_step": "Write",
        "task_id": task.pk,
    }
    done = commands.run("log_activity", arguments, by=actor_for(rita), at=MONDAY_NOON + HOUR)

    commands.undo(done.batch, by=actor_for(rita), at=MONDAY_NOON + 2 * HOUR)

    assert not Activity.objects.exists()
    assert Lead.objects.get().contacted_at is None
    assert Task.objects.get(text="Write").state == "cancelled"
    assert Task.objects.get(pk=task.pk).state == "open"
    assert (_told("activity.logged"), _told("lead.contacted"), _told("task.done")) == (0, 0, 0)


def test_taking_back_the_first_contact_leaves_the_second(lead, rita):
    first = _call(lead, rita)
    _call(lead, rita, after=3 * HOUR)

    take_back_activity(activity_id=first.pk, by=actor_for(rita), at=MONDAY_NOON + 5 * HOUR)

    assert Lead.objects.get().contacted_at == MONDAY_NOON + 3 * HOUR
    assert _told("lead.contacted") == 1


def test_an_outsider_finds_no_activity_to_take_back(lead, rita, olga):
    call = _call(lead, rita)

    with pytest.raises(NotFound, match="no such activity"):
        take_back_activity(activity_id=call.pk, by=actor_for(olga), at=MONDAY_NOON + 2 * HOUR)

"""Somebody is enrolled: steps in time with the seller's own rights, until an answer, a meeting or a no."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
import time_machine

from isthmus.automation.commands import (
    activate_rule,
    add_rule,
    enrol_in_cadence,
    leave_cadence,
    rehearse_rule,
)
from isthmus.automation.commands.enrolling import AlreadyEnrolled, DoesNotFit
from isthmus.automation.commands.rules import NothingToTry
from isthmus.automation.enrolling import anybody_enrolled
from isthmus.automation.models import Rule
from isthmus.automation.starters import starter
from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.core.commands import undo
from isthmus.core.refusals import InvalidInput, NotFound
from isthmus.flows.advancing import advance_due
from isthmus.flows.invariants import stranded
from isthmus.flows.models import FlowRun, RunState
from isthmus.leads.models import Lead
from isthmus.ledger.models import InboxFact
from isthmus.people.commands import record_consent, set_contact_limit, suppress_address
from isthmus.people.models import Person
from isthmus.people.pressure import may_contact_at, room_again_at
from isthmus.sales.commands import log_activity, move_deal, open_deal
from isthmus.sales.models import Stage, Task
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User
from tests.automation.conftest import captured, only_if
from tests.cast import MONDAY_NOON

MOST, WITHIN = 4, timedelta(days=7)  # Where nobody set another limit.
pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def clock(company: object) -> Any:
    """It is Monday noon until a test moves on."""
    with time_machine.travel(MONDAY_NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def cadence(admin: User) -> Rule:
    """Four tries in two weeks."""
    ready = starter("first-contact")
    assert ready is not None
    rule = add_rule(name="First contact", spec=dict(ready.spec), by=actor_for(admin), at=now())
    return activate_rule(rule_id=rule.pk, by=actor_for(admin), at=now())


@pytest.fixture
def lead(rita: User) -> Lead:
    """Rita's."""
    return captured(owner_id=rita.pk, team_id=rita.team_id)


_WAITING = ({"kind": "wait", "pause": {"amount": 3, "unit": "days"}}, {"kind": "stop"})


def _enrol(cadence: Rule, lead: Lead, rita: User) -> FlowRun:
    enrol_in_cadence(cadence_id=cadence.pk, lead_id=lead.pk, by=actor_for(rita), at=now())
    return FlowRun.objects.get()


def test_tasks_come_in_time_to_the_seller(cadence: Rule, lead: Lead, rita: User, clock: Any) -> None:
    run = _enrol(cadence, lead, rita)

    advance_due()
    assert [(one.text, one.owner) for one in Task.objects.all()] == [("Call Pat Prospect: first try", rita)]
    for days, expected in ((2, 2), (7, 3), (14, 4)):
        clock.move_to(MONDAY_NOON + timedelta(days=days))
        advance_due()
        assert Task.objects.count() == expected

    run.refresh_from_db()
    assert run.state == RunState.DONE
    entered = InboxFact.objects.get(kind="cadence.entered")
    assert (entered.subject, entered.lead_id) == (lead.person.subject, lead.pk)


def _answers(lead: Lead) -> None:
    from django.db import transaction

    from isthmus import ledger
    from isthmus.ledger import Fact

    with transaction.atomic():
        ledger.record(Fact(kind="message.replied", at=now(), subject=lead.person.subject), by=SYSTEM)


def _meets(lead: Lead) -> None:
    log_activity(kind="meeting", lead_id=lead.pk, by=SYSTEM, at=now())


def _opts_out(lead: Lead) -> None:
    record_consent(
        person_id=lead.person_id, channel="email", given=False, source="page", by=SYSTEM, at=now()
    )  # fmt: skip


def _may_not_be_written_to(lead: Lead) -> None:
    suppress_address(channel="email", address="PAT@example.com", reason="asked", by=SYSTEM, at=now())


@pytest.mark.parametrize(
    ("happens", "because"),
    [
        (_answers, "They answered."),
        (_meets, "There was a meeting."),
        (_opts_out, "They opted out."),
        (_may_not_be_written_to, "Their address must not be written to any more."),
    ],
)
def test_it_ends_at_once_when(
    cadence: Rule, lead: Lead, rita: User, clock: Any, happens: Any, because: str
) -> None:
    run = _enrol(cadence, lead, rita)
    advance_due()
    clock.shift(timedelta(hours=1))

    happens(lead)

    run.refresh_from_db()
    assert (run.state, run.reason) == (RunState.STOPPED, because)
    clock.shift(timedelta(days=30))
    advance_due()
    assert Task.objects.count() == 1
    assert stranded() == []


def test_an_opt_out_ends_what_was_to_end_for_nothing_even_a_moment_after(
    admin: User, lead: Lead, rita: User
) -> None:
    given = {"when": {"enrolled": True, "record": "lead", "stop_on": []}, "steps": list(_WAITING)}
    rule = add_rule(name="Push", spec=given, by=actor_for(admin), at=now())
    activate_rule(rule_id=rule.pk, by=actor_for(admin), at=now())
    assert not anybody_enrolled()  # Another process remembers this for a moment.
    with patch("isthmus.automation.commands.enrolling.ask_again"):
        run = _enrol(rule, lead, rita)

    _answers(lead)
    run.refresh_from_db()
    assert run.state == RunState.RUNNING
    _opts_out(lead)

    run.refresh_from_db()
    assert (run.state, run.reason) == (RunState.STOPPED, "They opted out.")


def test_a_call_does_not_end_it(cadence: Rule, lead: Lead, rita: User) -> None:
    run = _enrol(cadence, lead, rita)

    log_activity(kind="call", lead_id=lead.pk, by=SYSTEM, at=now())

    run.refresh_from_db()
    assert run.state == RunState.RUNNING


def test_a_deal_that_moves_ends_what_it_was_enrolled_in(admin: User, pipeline: Any, clock: Any) -> None:
    wait = {"kind": "wait", "pause": {"amount": 3, "unit": "days"}}
    end = {"kind": "stop"}
    given = {
        "when": {"enrolled": True, "record": "deal", "stop_on": ["stage"]}, "steps": [wait, end],
    }  # fmt: skip
    by = actor_for(admin)
    rule = add_rule(name="Push", spec=given, by=by, at=now())
    activate_rule(rule_id=rule.pk, by=by, at=now())
    deal = open_deal(name="Lamps", person_id=captured().person_id, by=SYSTEM, at=now())
    enrol_in_cadence(cadence_id=rule.pk, deal_id=deal.pk, by=by, at=now())

    move_deal(deal_id=deal.pk, stage_id=Stage.objects.get(name="Proposal").pk, by=SYSTEM, at=now())

    assert FlowRun.objects.get().reason == "The deal moved to another stage."


def test_nobody_is_in_it_twice_and_only_who_reaches_the_record_enrols(
    cadence: Rule, lead: Lead, rita: User, olga: User
) -> None:
    with pytest.raises(NotFound):
        enrol_in_cadence(cadence_id=cadence.pk, lead_id=lead.pk, by=actor_for(olga), at=now())
    with pytest.raises(InvalidInput):
        enrol_in_cadence(cadence_id=cadence.pk, by=actor_for(rita), at=now())
    with pytest.raises(NotFound):
        enrol_in_cadence(cadence_id=999, lead_id=lead.pk, by=actor_for(rita), at=now())
    run = _enrol(cadence, lead, rita)
    with pytest.raises(AlreadyEnrolled):
        enrol_in_cadence(cadence_id=cadence.pk, lead_id=lead.pk, by=actor_for(rita), at=now())
    with pytest.raises(NotFound):
        leave_cadence(run_id=run.pk, by=actor_for(olga), at=now())

    leave_cadence(run_id=run.pk, by=actor_for(rita), at=now())

    run.refresh_from_db()
    assert run.reason == "Somebody took it out."


def test_enrolling_is_undone(cadence: Rule, lead: Lead, rita: User) -> None:
    from isthmus.core import commands

    done = commands.run(
        "enrol_in_cadence", {"cadence_id": cadence.pk, "lead_id": lead.pk}, by=actor_for(rita), at=now()
    )

    undo(done.batch, by=actor_for(rita), at=now())

    assert FlowRun.objects.get().state == RunState.STOPPED


def test_contacts_of_all_kinds_count_together(lead: Lead, clock: Any) -> None:
    person = Person.objects.get(pk=lead.person_id)
    for _number in range(MOST):
        assert may_contact_at(person, now()) is None
        log_activity(kind="call", lead_id=lead.pk, by=SYSTEM, at=now())
        clock.shift(timedelta(hours=1))

    assert may_contact_at(person, now()) == MONDAY_NOON + WITHIN
    assert may_contact_at(person, MONDAY_NOON + WITHIN) is None


def test_room_is_there_again_when_the_earliest_is_a_week_ago() -> None:
    times = [MONDAY_NOON + timedelta(days=day) for day in range(6)]

    assert room_again_at(times, MONDAY_NOON + timedelta(days=6), MOST, WITHIN) == times[-MOST] + WITHIN
    assert room_again_at(times[:3], MONDAY_NOON + timedelta(days=6), MOST, WITHIN) is None


def test_what_writes_by_itself_waits_while_somebody_was_contacted_often(
    admin: User, lead: Lead, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from isthmus.automation import acting

    monkeypatch.setattr(acting, "CONTACTING", frozenset({"tell_colleague"}))
    for _number in range(MOST):
        log_activity(kind="call", lead_id=lead.pk, by=SYSTEM, at=now())
    tell = {"user_id": {"value": admin.pk}, "text": {"text": "x"}}
    steps = [{"kind": "act", "command": "tell_colleague", "arguments": tell}]
    spec = {"when": {"enrolled": True, "record": "lead", "stop_on": []}, "steps": steps}
    by = actor_for(admin)
    rule = add_rule(name="Write", spec=spec, by=by, at=now())
    activate_rule(rule_id=rule.pk, by=by, at=now())
    enrol_in_cadence(cadence_id=rule.pk, lead_id=lead.pk, by=by, at=now())

    advance_due()
    step = FlowRun.objects.get().steps.get()
    assert "contacted 4 times in 7 days" in step.error
    assert step.due_at == MONDAY_NOON + WITHIN
    set_contact_limit(most=MOST + 1, days=2, by=by, at=now())
    assert may_contact_at(lead.person, now()) is None
    clock.move_to(step.due_at)
    advance_due()

    assert FlowRun.objects.get().state == RunState.DONE


def test_a_cadence_that_is_for_some_only_takes_no_others_and_is_not_tried_on_the_past(
    admin: User, lead: Lead, rita: User
) -> None:
    by = actor_for(admin)
    spec = {
        "when": {"enrolled": True, "record": "lead", "stop_on": []},
        "if": only_if(("lead.score", "gt", "50")),
        "steps": [{"kind": "stop"}],
    }
    rule = add_rule(name="Hot ones", spec=spec, by=by, at=now())
    activate_rule(rule_id=rule.pk, by=by, at=now())

    with pytest.raises(DoesNotFit):
        enrol_in_cadence(cadence_id=rule.pk, lead_id=lead.pk, by=actor_for(rita), at=now())
    with pytest.raises(NothingToTry):
        rehearse_rule(rule_id=rule.pk, by=by, at=now())

"""When a fact comes, if its conditions hold, then: once, with somebody's rights and no others."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from isthmus.automation.commands import pause_rule, remove_rule, resume_rule, retry_rule_run
from isthmus.automation.models import Rule
from isthmus.core.actors import SYSTEM
from isthmus.core.automations import Choice, setting_off
from isthmus.core.clock import now
from isthmus.core.refusals import InvalidInput, NotFound, NotPermitted
from isthmus.core.runs import CommandRun
from isthmus.flows.invariants import stranded
from isthmus.flows.models import FlowRun, RunState
from isthmus.ledger.models import InboxFact
from isthmus.sales.commands import log_activity, lose_deal, move_deal, open_deal
from isthmus.sales.models import Deal, Stage
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User
from tests.automation.conftest import Add, act, captured, only_if, spec, told
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


def _deal(**more: Any) -> Deal:
    owner: User | None = more.pop("owner", None)
    whose: dict[str, Any] = {"owner_id": owner.pk, "team_id": owner.team_id} if owner else {}
    lead = captured(email="dan@example.com", full_name="Dan Deal", **whose)
    given: dict[str, Any] = {"name": "Fifty lamps", "lead_id": lead.pk, "amount": Decimal(25_000), **more}
    deal: Deal = open_deal(**given, by=SYSTEM, at=now())
    return deal


def test_a_rule_acts_on_what_it_waits_for_once_and_says_what_it_knew(on: Add, tell: Any) -> None:
    rule = on(spec("lead.captured", then=[tell("{person.name} came by {lead.channel}")]))

    lead = captured()

    assert told() == ["Pat Prospect came by email"]
    assert told() == ["Pat Prospect came by email"]
    run = FlowRun.objects.get(flow=rule.pk)
    assert (run.state, run.record_kind, run.record_id) == (RunState.DONE, "lead", lead.pk)
    assert stranded() == []


def test_what_a_rule_does_is_a_fact_of_a_rule_with_the_rights_of_who_switched_it_on(
    on: Add, tell: Any, admin: User
) -> None:
    on(spec("lead.captured", then=[tell("x")]))
    captured()
    told()

    fact = InboxFact.objects.get(kind="colleague.told")
    assert (fact.actor_kind, fact.actor_id) == ("rule", admin.pk)
    assert CommandRun.objects.get(batch=str(fact.batch)).actor_kind == "rule"


def test_conditions_choose_by_the_record_and_by_those_that_it_leads_to(
    on: Add, tell: Any, pipeline: Any
) -> None:
    on(
        spec(
            "deal.stage_changed",
            then=[tell("Plan {deal.name}")],
            **{"if": only_if(
                ("deal.stage", "in", [str(pipeline.stages.get(name="Proposal").pk)]),
                ("deal.amount", "gt", "20000"), ("person.name", "contains", "dan"),
            )},
        )
    )  # fmt: skip
    proposal = Stage.objects.get(name="Proposal")
    for amount in (25_000, 20_000):
        deal = _deal(amount=Decimal(amount), name=f"Lamps for {amount}")
        move_deal(deal_id=deal.pk, stage_id=proposal.pk, by=SYSTEM, at=now())

    assert told() == ["Plan Lamps for 25000"]


def test_a_rule_fills_in_numbers_and_times(on: Add, pipeline: Any, rita: User, admin: User) -> None:
    ask = act(
        "edit_deal",
        owner_id={"value": rita.pk},
        expected_close_on={"in": {"amount": 10, "unit": "business_days"}, "as": "day"},
    )
    on(spec("deal.opened", then=[ask]))
    with time_machine.travel(MONDAY_NOON, tick=False):
        deal = _deal()
        told()

    deal.refresh_from_db()
    assert deal.owner == rita
    assert deal.expected_close_on is not None
    assert deal.expected_close_on.isoformat() == "2026-03-16"


def test_after_a_wait_the_record_is_judged_as_it_stands_then(on: Add, tell: Any, pipeline: Any) -> None:
    steps = [
        {"kind": "wait", "pause": {"amount": 1, "unit": "days"}},
        {"kind": "branch", "if": only_if(("deal.state", "in", ["open"])), "then": "a", "else": "end"},
        {**tell("{deal.name} is still open"), "key": "a"},
        {"kind": "stop", "key": "end"},
    ]
    on(spec("deal.opened", then=steps))
    with time_machine.travel(MONDAY_NOON, tick=False) as clock:
        _deal(name="Open")
        lost = _deal(name="Lost")
        told()
        lose_deal(deal_id=lost.pk, reason="price", by=SYSTEM, at=now())  # type: ignore[arg-type]
        clock.shift(timedelta(days=1))

        from isthmus.flows.advancing import advance_due

        advance_due()
        assert told() == ["Open is still open"]


@pytest.mark.parametrize(("once", "expected"), [("always", 4), ("record", 2), ("person", 1), ("day", 3)])
def test_how_often_a_rule_goes_off(on: Add, tell: Any, pipeline: Any, once: str, expected: int) -> None:
    on(spec("deal.changed", then=[tell("x")], once=once))
    from isthmus.sales.commands.editing import edit_deal

    with time_machine.travel(MONDAY_NOON, tick=False) as clock:
        one, other = _deal(name="One"), _deal(name="Other")
        edit_deal(deal_id=one.pk, name="One a", by=SYSTEM, at=now())
        edit_deal(deal_id=one.pk, name="One b", by=SYSTEM, at=now())
        edit_deal(deal_id=other.pk, name="Other a", by=SYSTEM, at=now())
        clock.shift(timedelta(days=1))
        edit_deal(deal_id=one.pk, name="One c", by=SYSTEM, at=now())

        assert len(told()) == expected


def test_a_rule_reaches_no_further_than_who_switched_it_on(
    on: Add, tell: Any, sam: User, rita: User, olga: User, pipeline: Any
) -> None:
    rule = on(spec("deal.opened", then=[tell("{deal.name}")]), user=sam)

    _deal(name="Hers", owner=rita)
    _deal(name="Not his", owner=olga)

    assert told() == ["Hers"]
    assert FlowRun.objects.filter(flow=rule.pk).count() == 1


def test_a_rule_does_nothing_in_the_name_of_who_left(on: Add, tell: Any, admin: User) -> None:
    on(spec("lead.captured", then=[tell("x")]))
    User.objects.filter(pk=admin.pk).update(is_active=False)

    captured()

    assert told() == []


def test_a_right_that_was_taken_meanwhile_is_refused_in_a_sentence(
    on: Add, sam: User, rita: User, pipeline: Any
) -> None:
    from isthmus.workspace.commands import take_grant

    rule = on(spec("deal.opened", then=[act("lose_deal", reason={"value": "price"})]), user=sam)
    take_grant(user_id=sam.pk, permission="deals.edit", by=SYSTEM, at=now())
    deal = _deal(owner=rita)
    told()

    run = FlowRun.objects.get(flow=rule.pk)
    deal.refresh_from_db()
    assert (run.state, deal.state) == (RunState.FAILED, "open")
    assert "deals.edit" in run.reason


def test_what_failed_is_tried_again(on: Add, sam: User, rita: User, pipeline: Any) -> None:
    from isthmus.core.actors import Scope
    from isthmus.workspace.commands import give_grant, take_grant

    rule = on(spec("deal.opened", then=[act("lose_deal", reason={"value": "price"})]), user=sam)
    take_grant(user_id=sam.pk, permission="deals.edit", by=SYSTEM, at=now())
    deal = _deal(owner=rita)
    told()
    give_grant(user_id=sam.pk, permission="deals.edit", scope=Scope.TEAM, by=SYSTEM, at=now())

    retry_rule_run(run_id=FlowRun.objects.get(flow=rule.pk).pk, by=actor_for(sam), at=now())
    told()

    deal.refresh_from_db()
    assert deal.state == "lost"


def test_a_paused_rule_does_not_go_off_and_what_it_had_under_way_waits(
    on: Add, tell: Any, admin: User
) -> None:
    rule = on(spec("lead.captured", then=[tell("{person.name}")]))
    by = actor_for(admin)
    captured()
    from isthmus.automation.tasks import consider_facts
    from isthmus.core.models import Job

    job = Job.objects.get(name="automation.consider")
    consider_facts(**job.args)
    pause_rule(rule_id=rule.pk, by=by, at=now())
    captured(email="late@example.com", full_name="Late")
    assert told() == []

    resume_rule(rule_id=rule.pk, by=by, at=now())

    assert told() == ["Pat Prospect"]


def test_a_removed_rule_stops_what_it_had_under_way(on: Add, tell: Any, admin: User) -> None:
    wait = {"kind": "wait", "pause": {"amount": 1, "unit": "days"}}
    rule = on(spec("lead.captured", then=[wait, tell("x")]))
    captured()
    told()

    remove_rule(rule_id=rule.pk, by=actor_for(admin), at=now())

    assert FlowRun.objects.get(flow=rule.pk).reason == "The rule was removed."
    assert stranded() == []


def test_an_import_sets_off_only_the_rules_that_were_chosen(on: Add, tell: Any) -> None:
    one = on(spec("lead.captured", then=[tell("one")]))
    on(spec("lead.captured", then=[tell("other")]))

    with setting_off(Choice(frozenset({f"rules.{one.pk}"}))) as stage:
        captured()

    assert told() == ["one"]
    assert stage.counts[f"rules.{one.pk}"][""] == 1


def test_a_rule_is_offered_to_imports_by_its_name(on: Add, tell: Any) -> None:
    from isthmus.core.automations import Ahead, offered

    rule = on(spec("lead.captured", then=[tell("x")]), name="Say hello")

    (ours,) = [one for one in offered() if one.name == f"rules.{rule.pk}"]
    ahead = Ahead()
    ahead.facts["lead.captured"] = 7
    assert str(ours.label) == "Rule: Say hello"
    assert ours.say(ours.foresee(ahead)) == "judges it 7 times"


def test_only_a_user_switches_a_rule_on_and_only_who_looks_after_it(
    tell: Any, admin: User, sam: User, on: Add
) -> None:
    from isthmus.automation.commands import activate_rule, add_rule

    rule = add_rule(name="R", spec=spec("lead.captured", then=[tell("x")]), by=actor_for(admin), at=now())
    with pytest.raises(NotPermitted):
        activate_rule(rule_id=rule.pk, by=SYSTEM, at=now())
    with pytest.raises(NotFound):
        activate_rule(rule_id=rule.pk, by=actor_for(sam), at=now())
    assert Rule.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({}, "when"),
        ({"when": {"facts": ["moon.rose"]}, "steps": []}, "when"),
        ({"when": {"facts": ["lead.captured", "deal.won"]}, "steps": []}, "when"),
        (spec("lead.captured", then=[]), "steps"),
        (spec("lead.captured", then=[act("erase_person", reason={"value": "x"})]), "steps.1"),
        (spec("lead.captured", then=[act("edit_user", user_id={"value": 1})]), "steps.1"),
        (spec("lead.captured", then=[act("no_such_act")]), "steps.1"),
        (spec("lead.captured", then=[act("edit_lead", score={"value": "many"})]), "steps.1.score"),
        (spec("lead.captured", then=[act("edit_lead", moon={"value": 1})]), "steps.1.moon"),
        (spec("lead.captured", then=[act("hand_over_lead")]), "steps.1.owner_id"),
        (spec("lead.captured", then=[act("edit_lead", score={"field": "deal.amount"})]), "steps.1"),
        (spec("lead.captured", then=[act("recycle_lead")], once="twice"), "once"),
        (spec("lead.captured", then=[act("recycle_lead")], **{"if": only_if(("x.y", "is", "z"))}), "if.1"),
        (
            spec("lead.captured", then=[act("recycle_lead")], **{"if": only_if(("lead.score", "gt", "a"))}),
            "if.1",
        ),
        ({"when": {"every": {"time": "8 o'clock"}, "record": "deal"}, "steps": []}, "when.every"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_the_place(admin: User, given: Any, place: str) -> None:
    from isthmus.automation.commands import add_rule

    with pytest.raises(InvalidInput) as refused:
        add_rule(name="Bad", spec=given, by=actor_for(admin), at=now())

    assert place in refused.value.errors


def test_activities_and_persons_are_about_the_person(on: Add, tell: Any) -> None:
    on(spec("activity.logged", then=[tell("{person.name}: {fact.kind}")]))
    lead = captured()

    log_activity(kind="call", lead_id=lead.pk, by=SYSTEM, at=now())

    assert told() == ["Pat Prospect: call"]

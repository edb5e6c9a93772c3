"""Rules that set each other off are stopped, shown, and told of."""

from decimal import Decimal
from typing import Any

import pytest

from isthmus.automation.firing import ABOUT_ONE, BY_ITSELF
from isthmus.automation.models import Rule
from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.core.queue.running import run_due
from isthmus.flows.invariants import stranded
from isthmus.flows.models import FlowRun, RunState
from isthmus.sales.commands import open_deal
from isthmus.sales.commands.editing import edit_deal
from isthmus.sales.models import Deal
from isthmus.workspace.models import Notification
from tests.automation.conftest import Add, act, captured, spec, told

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


def _deal() -> Deal:
    deal: Deal = open_deal(
        name="Lamps", person_id=captured().person_id, amount=Decimal(10), by=SYSTEM, at=now()
    )
    return deal


def test_two_rules_that_set_each_other_off_are_stopped_shown_and_told_of_once(
    on: Add, pipeline: Any, admin: Any
) -> None:
    more = act("edit_deal", name={"text": "{deal.name}."})
    less = act("edit_deal", name={"text": "{deal.name}!"})
    ping = on(spec("deal.changed", then=[more]), name="Ping")
    pong = on(spec("deal.changed", then=[less]), name="Pong")
    deal = _deal()

    edit_deal(deal_id=deal.pk, name="Lanterns", by=SYSTEM, at=now())
    ran = run_due(limit=5000)

    assert ran < 5000
    for rule in (ping, pong):
        runs = FlowRun.objects.filter(flow=rule.pk)
        assert runs.filter(looped=True).exists()
        assert "set off by its own effects" in runs.filter(looped=True)[0].reason
        told_of = Notification.objects.filter(kind="rule.looped", text__contains=rule.flow.name)
        assert told_of.count() == 1
        assert Rule.objects.get(pk=rule.pk).looped_at is not None
    assert not FlowRun.objects.filter(state__in=[RunState.RUNNING, RunState.PAUSED]).exists()
    assert stranded() == []


def test_a_rule_alone_may_go_on_by_itself_a_few_times_only(on: Add, pipeline: Any) -> None:
    rule = on(spec("deal.changed", then=[act("edit_deal", name={"text": "{deal.name}."})]))
    deal = _deal()

    edit_deal(deal_id=deal.pk, name="Lanterns", by=SYSTEM, at=now())
    told()

    deal.refresh_from_db()
    assert deal.name == "Lanterns" + "." * BY_ITSELF
    assert FlowRun.objects.filter(flow=rule.pk, looped=True).count() == 1


def test_a_rule_that_makes_a_new_record_each_time_is_stopped_too(on: Add, pipeline: Any) -> None:
    rule = on(spec("deal.opened", then=[act("open_deal", person_id={"field": "person.id"})]))

    _deal()
    told()

    assert Deal.objects.count() == 1 + BY_ITSELF
    assert FlowRun.objects.filter(flow=rule.pk, looped=True).count() == 1


def test_too_much_about_one_record_is_stopped_whoever_causes_it(on: Add, tell: Any, pipeline: Any) -> None:
    on(spec("deal.changed", then=[tell("x")]))
    deal = _deal()

    for number in range(ABOUT_ONE + 5):
        edit_deal(deal_id=deal.pk, name=f"Lamps {number}", by=SYSTEM, at=now())

    assert len(told()) == ABOUT_ONE
    assert FlowRun.objects.filter(looped=True).count() == 5


def test_what_is_so_already_is_no_failure(on: Add, pipeline: Any, rita: Any) -> None:
    rule = on(spec("deal.opened", then=[act("edit_deal", owner_id={"value": rita.pk})]))

    open_deal(name="Hers", person_id=captured().person_id, owner_id=rita.pk, by=SYSTEM, at=now())
    told()

    run = FlowRun.objects.get(flow=rule.pk)
    assert run.state == RunState.DONE
    assert "nothing" in run.steps.get().output

"""A rule tried on the past says how often it would have gone off, and does nothing."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from isthmus.automation.commands import add_rule, rehearse_rule
from isthmus.automation.models import DryRun
from isthmus.automation.rehearsing import what_it_means
from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.flows.models import FlowRun
from isthmus.ledger.sealing import seal
from isthmus.sales.commands import open_deal
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User
from tests.automation.conftest import captured, only_if, spec, told

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


def _tried(given: dict[str, Any], user: User) -> DryRun:
    rule = add_rule(name="Try", spec=given, by=actor_for(user), at=now())
    dry_run = rehearse_rule(rule_id=rule.pk, by=actor_for(user), at=now())
    told()
    dry_run.refresh_from_db()
    return dry_run


def _deals(*amounts: int, days_ago: int = 5, **more: Any) -> None:
    owner: User | None = more.pop("owner", None)
    whose: dict[str, Any] = {"owner_id": owner.pk, "team_id": owner.team_id} if owner else {}
    lead = captured(at=now() - timedelta(days=days_ago), **whose)
    for amount in amounts:
        open_deal(
            name=f"Deal of {amount}", lead_id=lead.pk, amount=Decimal(amount), by=SYSTEM,
            at=now() - timedelta(days=days_ago), **more,
        )  # fmt: skip


def test_it_counts_what_would_have_happened_and_does_nothing(admin: User, tell: Any, pipeline: Any) -> None:
    _deals(10_000, 30_000, 50_000)
    seal()
    _deals(40_000)
    _deals(90_000, days_ago=120)
    large = only_if(("deal.amount", "gt", "20000"))

    tried = _tried(spec("deal.opened", then=[tell("x")], **{"if": large}), admin)

    assert tried.state == DryRun.State.DONE
    assert {key: tried.result[key] for key in ("read", "met", "fired", "records")} == {
        "read": 4, "met": 3, "fired": 3, "records": 3,
    }  # fmt: skip
    assert tried.done == tried.total == 4
    assert "3 times in the last 90 days" in what_it_means(tried)
    assert told() == []
    assert not FlowRun.objects.exists()


def test_once_for_each_person_counts_once(admin: User, tell: Any, pipeline: Any) -> None:
    _deals(1, 2, 3)

    tried = _tried(spec("deal.opened", then=[tell("x")], once="person"), admin)

    assert (tried.result["met"], tried.result["fired"]) == (3, 1)


def test_it_sees_only_what_who_asks_may_see(
    sam: User, rita: User, olga: User, tell: Any, pipeline: Any
) -> None:
    _deals(1, owner=rita)
    _deals(2, 3, owner=olga)

    tried = _tried(spec("deal.opened", then=[tell("x")]), sam)

    assert (tried.result["read"], tried.result["fired"]) == (3, 1)


def test_by_the_clock_it_says_what_would_happen_now(admin: User, tell: Any, pipeline: Any) -> None:
    _deals(1, 2)
    given = {"when": {"every": {"time": "08:00"}, "record": "deal"}, "steps": [tell("x")]}

    tried = _tried(given, admin)

    assert tried.result["fired"] == 2
    assert "If its hour had come now" in what_it_means(tried)


def test_where_nothing_happened_it_says_so(admin: User, tell: Any) -> None:
    tried = _tried(spec("deal.won", then=[tell("x")]), admin)

    assert what_it_means(tried) == "Nothing that it waits for happened in the last 90 days."

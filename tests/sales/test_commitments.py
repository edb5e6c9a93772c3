"""Commitments: a seller promises, a manager puts a figure beside it, and both stay."""

from datetime import timedelta
from decimal import Decimal

import pytest

from isthmus.core import commands
from isthmus.core.actors import SYSTEM
from isthmus.core.refusals import InvalidInput, NotFound, NotPermitted
from isthmus.ledger.models import InboxFact
from isthmus.sales.commands import adjust_commitment, commit_forecast
from isthmus.sales.commands.commitments import PromisedSince, restore_commitment
from isthmus.sales.targets.periods import Period
from isthmus.sales.targets.standing import promise_history, promises
from isthmus.workspace.actors import actor_for
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
Q1 = Period.parse("2026-Q1")
DAY = timedelta(days=1)


def promise(user, amount, at=MONDAY_NOON):
    return commit_forecast(period="2026-Q1", amount=Decimal(amount), by=actor_for(user), at=at)


def test_a_sellers_promise_and_the_managers_figure_stand_side_by_side(rita, sam):
    promise(rita, 120)
    adjust_commitment(
        seller_id=rita.pk,
        period="2026-q1",
        amount=Decimal(100),
        note="One deal slips",
        by=actor_for(sam),
        at=MONDAY_NOON,
    )

    found = promises(actor_for(sam), Q1)[rita.pk]
    assert found.commitment.amount == 120_000_000
    assert (found.adjustment.amount, found.adjustment.note) == (100_000_000, "One deal slips")
    assert set(InboxFact.objects.filter(owner=rita.pk).values_list("kind", flat=True)) >= {
        "forecast.committed",
        "forecast.adjusted",
    }


def test_a_new_promise_leaves_the_old_one_in_the_history(rita):
    promise(rita, 120)
    promise(rita, 90, MONDAY_NOON + DAY)

    assert promises(SYSTEM, Q1)[rita.pk].commitment.amount == 90_000_000
    assert promises(SYSTEM, Q1, as_of=MONDAY_NOON)[rita.pk].commitment.amount == 120_000_000
    assert [row.amount for row in promise_history(SYSTEM, rita.pk, Q1)] == [90_000_000, 120_000_000]


def test_undo_brings_the_earlier_promise_back_and_then_none(rita):
    by = actor_for(rita)
    first = commands.run("commit_forecast", {"period": "2026-Q1", "amount": "120"}, by=by, at=MONDAY_NOON)
    second = commands.run("commit_forecast", {"period": "2026-Q1", "amount": "90"}, by=by, at=MONDAY_NOON)
    with pytest.raises(PromisedSince):
        restore_commitment(batch=first.batch, by=by, at=MONDAY_NOON)
    commands.undo(second.batch, by=by, at=MONDAY_NOON)

    assert promises(SYSTEM, Q1)[rita.pk].commitment.amount == 120_000_000


def test_an_adjustment_says_why(rita, sam):
    with pytest.raises(InvalidInput, match="Say why"):
        adjust_commitment(
            seller_id=rita.pk, period="2026-Q1", amount=Decimal(1), by=actor_for(sam), at=MONDAY_NOON
        )


def test_nobody_speaks_for_a_seller_of_another_team(rita, sam, olga):
    with pytest.raises(NotFound, match="speak for them"):
        commit_forecast(
            period="2026-Q1", seller_id=olga.pk, amount=Decimal(1), by=actor_for(rita), at=MONDAY_NOON
        )
    with pytest.raises(NotFound):
        adjust_commitment(
            seller_id=olga.pk,
            period="2026-Q1",
            amount=Decimal(1),
            note="x",
            by=actor_for(sam),
            at=MONDAY_NOON,
        )
    with pytest.raises(NotPermitted):
        adjust_commitment(
            seller_id=rita.pk,
            period="2026-Q1",
            amount=Decimal(1),
            note="x",
            by=actor_for(rita),
            at=MONDAY_NOON,
        )

"""The pipeline of any past day is the ledger replayed to that day, and what the tables held then."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from isthmus.core import commands
from isthmus.core.actors import SYSTEM
from isthmus.core.clock import to_us
from isthmus.core.refusals import Refusal
from isthmus.core.runs import CommandRun
from isthmus.insight.deals import Standing, deals_as_of, deals_through_time
from isthmus.ledger.reading import snapshot
from isthmus.ledger.sealing import seal
from isthmus.people.commands import add_person
from isthmus.sales.commands import (
    add_pipeline,
    edit_deal,
    lose_deal,
    move_deal,
    open_deal,
    reopen_deal,
    win_deal,
)
from isthmus.sales.models import Deal, Stage
from isthmus.workspace.commands import add_user, update_company
from tests.cast import MONDAY_NOON
from tests.insight.replay import plain_facts, replayed

ACTS = ("open", "move", "move", "value", "closes", "no day", "owner", "win", "lose", "reopen")
acts = st.tuples(st.sampled_from(ACTS), st.integers(0, 3), st.integers(0, 3))
days = st.lists(st.lists(acts, max_size=3), min_size=1, max_size=8)
days_with_undo = st.lists(
    st.lists(st.one_of(acts, st.just(("undo", 0, 0))), max_size=3), min_size=1, max_size=8
)


def standing_in(deals: list[Standing]) -> dict[int, tuple[Any, ...]]:
    """What the engine says, as the replay says it."""
    return {
        one.deal_id: (
            one.state, one.stage, one.since_us, one.amount, one.currency, one.owner,
            one.closes_on.isoformat() if one.closes_on else None,
        )
        for one in deals
    }  # fmt: skip


def in_the_tables() -> dict[int, tuple[Any, ...]]:
    """The deals of this moment; of an ended one the last open stage is not in its row."""
    return {
        deal.pk: (
            deal.state,
            deal.stage_id if deal.state == "open" else None,
            to_us(deal.stage_since),
            deal.amount,
            deal.currency,
            deal.owner_id,
            deal.expected_close_on.isoformat() if deal.expected_close_on else None,
        )
        for deal in Deal.objects.all()
    }


def without_stage_of_ended(standing: dict[int, tuple[Any, ...]]) -> dict[int, tuple[Any, ...]]:
    return {
        number: (one[0], one[1] if one[0] == "open" else None, *one[2:]) for number, one in standing.items()
    }


class _World:
    def __init__(self) -> None:
        update_company(name="Tarnfell", by=SYSTEM, at=MONDAY_NOON)
        names = ("Discovery", "Proposal", "Negotiation")
        add_pipeline(name="Sales", stages=[{"name": name} for name in names], by=SYSTEM, at=MONDAY_NOON)
        self.stages = list(Stage.objects.filter(kind="open"))
        self.sellers = [
            add_user(email=f"{name}@x.example", name=name, role="seller", by=SYSTEM, at=MONDAY_NOON).pk
            for name in ("rita", "rob")
        ]
        self.pat = add_person(full_name="Pat", email="pat@x.example", by=SYSTEM, at=MONDAY_NOON).pk
        self.deals: list[int] = []
        self.at = MONDAY_NOON

    def act(self, act: str, which: int, choice: int) -> None:
        """Do it a minute after the last one; what is refused did not happen."""
        self.at += timedelta(minutes=1)
        how: dict[str, Any] = {"by": SYSTEM, "at": self.at}
        if act == "undo":
            run = CommandRun.objects.filter(undone_by=None, command__contains="_deal").order_by("-at").first()
            if run is not None:
                commands.undo(str(run.batch), **how)
            return
        if act == "open":
            closes = date(2026, 4, choice + 1) if choice else None
            deal = open_deal(
                person_id=self.pat, amount=Decimal(choice) or None, expected_close_on=closes, **how
            )
            self.deals.append(deal.pk)
            return
        if not self.deals:
            return
        deal_id = self.deals[which % len(self.deals)]
        match act:
            case "move":
                move_deal(deal_id=deal_id, stage_id=self.stages[choice % 3].pk, **how)
            case "value":
                edit_deal(deal_id=deal_id, amount=Decimal(100 * choice), **how)
            case "closes":
                edit_deal(deal_id=deal_id, expected_close_on=date(2026, 5, choice + 1), **how)
            case "no day":
                edit_deal(deal_id=deal_id, clear=["expected_close_on"], **how)
            case "owner":
                edit_deal(deal_id=deal_id, owner_id=self.sellers[choice % 2], **how)
            case "win":
                win_deal(deal_id=deal_id, **how)
            case "lose":
                lose_deal(deal_id=deal_id, reason="price", **how)
            case "reopen":
                reopen_deal(deal_id=deal_id, **how)

    def live(self, told: list[list[tuple[str, int, int]]]) -> list[tuple[Any, dict[int, Any]]]:
        """Live through the days; the moment after each and what the tables held then."""
        seen = []
        for number, day in enumerate(told, start=1):
            for act, which, choice in day:
                try:
                    self.act(act, which, choice)
                except Refusal as refusal:
                    assert str(refusal)
            self.at = MONDAY_NOON + timedelta(days=number)
            seen.append((self.at, in_the_tables()))
            if number == len(told) // 2:
                seal()
        return seen


@pytest.mark.both_databases
class TheLedgerRemembersEveryDay(TestCase):
    @settings(max_examples=6, deadline=None)
    @given(days)
    def test_any_past_day_is_the_ledger_replayed_and_what_the_tables_held(self, told):
        seen = _World().live(told)

        facts = plain_facts()
        for at, held in seen:
            with snapshot() as ledger:
                found = standing_in(deals_as_of(ledger, at))
            assert found == replayed(facts, at)
            if all(act != "reopen" for day in told for act, _, _ in day):
                assert without_stage_of_ended(found) == held

    @settings(max_examples=6, deadline=None)
    @given(days_with_undo)
    def test_what_was_taken_back_counts_as_never_done_on_every_day(self, told):
        seen = _World().live(told)

        facts = plain_facts()
        for at, _ in seen:
            with snapshot() as ledger:
                assert standing_in(deals_as_of(ledger, at)) == replayed(facts, at)
        with snapshot() as ledger:
            assert without_stage_of_ended(standing_in(deals_as_of(ledger, seen[-1][0]))).keys() == (
                in_the_tables().keys()
            )


@pytest.mark.django_db
def test_every_row_through_time_is_how_the_deal_stood_just_after(company):
    world = _World()
    seen = world.live([[("open", 0, 2), ("move", 0, 1)], [("value", 0, 3), ("win", 0, 0)]])

    with snapshot() as ledger:
        rows = deals_through_time(ledger)
        last = standing_in(deals_as_of(ledger, seen[-1][0]))

    assert list(rows["state"]) == ["open", "open", "open", "won"]
    assert list(rows["amount"]) == [2_000_000, 2_000_000, 300_000_000, 300_000_000]
    assert last[rows["deal_id"][-1]][2] == rows["since_us"][-1]

"""The way of a lead as steps and as one sentence, in every state that it can be in."""

import pytest

from isthmus.leads.models import Lead, LeadState
from isthmus.sales.models import Deal, DealState, Order, Stage
from isthmus.web.leads.path import finding, steps_of
from tests.cast import MONDAY_NOON

S = LeadState


def a_lead(state, **more):
    return Lead(
        state=state, captured_at=MONDAY_NOON, qualified_at=MONDAY_NOON, handed_over_at=MONDAY_NOON, **more
    )


def a_deal(state=DealState.OPEN, **more):
    return Deal(
        state=state, opened_at=MONDAY_NOON, closed_at=MONDAY_NOON, stage=Stage(name="Proposal"), **more
    )


def an_order(paid):
    return Order(currency="EUR", total=500_000_000, paid=paid, updated_at=MONDAY_NOON)


@pytest.mark.parametrize(
    ("lead", "deals", "orders", "states", "sentence"),
    [
        (
            a_lead(S.CAPTURED), [], [], "here ahead ahead ahead ahead ahead ahead",
            "New: nobody has judged it yet",
        ),
        (
            a_lead(S.NURTURING), [], [], "left ahead ahead ahead ahead ahead ahead",
            "In nurturing, until it qualifies",
        ),
        (
            a_lead(S.QUALIFIED), [], [], "done here ahead ahead ahead ahead ahead",
            "Qualified, and not handed over yet",
        ),
        (
            a_lead(S.HANDED_OVER), [], [], "done done here ahead ahead ahead ahead",
            "Handed over, and waiting for the verdict of sales",
        ),
        (
            a_lead(S.RETURNED, return_reason="too_small"), [], [], "done done left ahead ahead ahead ahead",
            "Sales returned it: too small",
        ),
        (
            a_lead(S.EXPIRED), [], [], "done done left ahead ahead ahead ahead",
            "Its response clock ran out before sales answered",
        ),
        (
            a_lead(S.DISQUALIFIED, disqualify_reason="a student"), [], [],
            "left ahead ahead ahead ahead ahead ahead", "Out of the running: a student",
        ),
        (
            a_lead(S.ACCEPTED), [a_deal()], [], "done done done done here ahead ahead",
            "Accepted: its deal is in Proposal",
        ),
        (
            a_lead(S.ACCEPTED), [a_deal(DealState.LOST, lost_reason="price")], [],
            "done done done done left ahead ahead", "Its deal was lost: price",
        ),
        (
            a_lead(S.ACCEPTED), [a_deal(DealState.WON)], [an_order(0)], "done done done done done here ahead",
            "Won, and nothing paid yet",
        ),
        (
            a_lead(S.ACCEPTED), [a_deal(DealState.WON)], [an_order(380_000_000)],
            "done done done done done done here", "Won, and €380 paid",
        ),
    ],
)  # fmt: skip
def test_a_lead_is_on_its_way_or_has_left_it(lead, deals, orders, states, sentence):
    steps = steps_of(lead, deals, orders)

    assert " ".join(step.state for step in steps) == states
    assert finding(lead, deals, orders) == sentence

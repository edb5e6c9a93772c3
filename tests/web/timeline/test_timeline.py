"""The timeline tells both trades in one, each fact once, and nothing of what the reader may not see."""

from datetime import timedelta
from decimal import Decimal

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.handoff.commands import accept_lead, hand_over_lead, reopen_lead, return_lead
from isthmus.leads.commands import capture_lead, qualify_lead
from isthmus.ledger.sealing import seal
from isthmus.people.commands import add_account, edit_person
from isthmus.sales import timeline
from isthmus.sales.commands import (
    log_activity,
    lose_deal,
    move_deal,
    open_deal,
    pay_order,
    place_order,
    win_deal,
)
from isthmus.sales.models import Product
from isthmus.web.timeline import days, names, reading, sentences, way
from isthmus.workspace.actors import actor_for
from tests.cast import MONDAY_NOON

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)

SPINE = [
    "person.created", "person.changed", "account.created", "account.changed", "lead.changed",
    "deal.changed", "consent.given", "consent.withdrawn", "lead.captured", "lead.qualified",
    "lead.disqualified", "lead.handed_over", "lead.contacted", "lead.accepted", "lead.returned",
    "lead.recycled", "lead.reopened", "lead.merged", "lead.erased", "deal.opened", "deal.stage_changed",
    "deal.won", "deal.lost", "deal.reopened", "order.placed", "order.paid", "order.refunded",
    "activity.logged",
]  # fmt: skip


@pytest.fixture
def sold(ledger_folder, company, pipeline, rita, mia):
    """Pat, from capture to a payment of two lines, one thing an hour."""
    marketer, seller = actor_for(mia), actor_for(rita)

    def at(hours):
        return MONDAY_NOON + hours * HOUR

    lead = capture_lead(
        full_name="Pat Prospect",
        email="pat@buyer.example",
        channel="event",
        landing_page="/fair",
        by=marketer,
        at=at(0),
    )
    qualify_lead(lead_id=lead.pk, score=80, by=marketer, at=at(1))
    hand_over_lead(lead_id=lead.pk, owner_id=rita.pk, by=marketer, at=at(2))
    log_activity(
        kind="call", lead_id=lead.pk, text="They need it before the audit.", minutes=12, by=seller, at=at(4)
    )
    deal = accept_lead(lead_id=lead.pk, amount=Decimal(500), by=seller, at=at(5))
    offer = deal.pipeline.stages.get(name="Proposal")
    move_deal(deal_id=deal.pk, stage_id=offer.pk, by=seller, at=at(6))
    win_deal(deal_id=deal.pk, by=seller, at=at(7))
    lines = [{"amount": Decimal(300)}, {"amount": Decimal(200), "description": "Fitting"}]
    order = place_order(number="A-1", deal_id=deal.pk, lines=lines, by=seller, at=at(8))
    pay_order(order_id=order.pk, by=seller, at=at(9))
    return lead


def told_to(actor, about, show="all"):
    facts, _older = reading.page(about, actor, show=show)
    found = days.days_of(facts, names.names_for(facts))
    return [event for day in found for event in day.events]


def test_every_kind_of_fact_has_its_sentence():
    assert [kind for kind in SPINE if kind not in sentences._tellers] == []


def test_both_trades_and_the_money_stand_on_one_line_latest_first(sold, rita):
    events = told_to(actor_for(rita), timeline.of_person(sold.person))

    assert [(event.kind, event.title) for event in events] == [
        ("money", "Paid"),
        ("money", "Ordered"),
        ("sales", "Deal won"),
        ("sales", "Deal moved to Proposal"),
        ("sales", "Deal opened"),
        ("crossing", "Sales accepted the lead"),
        ("sales", "Call"),
        ("crossing", "Handed over to Rita Reyes"),
        ("marketing", "Qualified for sales"),
        ("marketing", "Became a lead"),
        ("system", "The person became known"),
    ]


def test_a_payment_of_several_lines_is_told_once_with_its_sum(sold, rita):
    paid = told_to(actor_for(rita), timeline.of_person(sold.person), "money")[0]

    assert (paid.title, paid.side, paid.quiet) == ("Paid", "€500", "order A-1")


def test_what_was_said_is_read_from_the_record_not_from_the_ledger(sold, rita):
    call = next(event for event in told_to(actor_for(rita), timeline.of_lead(sold)) if event.title == "Call")

    assert (call.quote, call.quiet, call.side) == (
        "They need it before the audit.",
        "12 minutes",
        "Rita Reyes",
    )


@pytest.mark.parametrize(
    ("show", "kinds"),
    [("marketing", {"marketing", "crossing"}), ("sales", {"sales", "crossing"}), ("money", {"money"})],
)
def test_one_trade_can_be_shown_alone(sold, rita, show, kinds):
    assert {event.kind for event in told_to(actor_for(rita), timeline.of_person(sold.person), show)} == kinds


def test_another_seller_reads_nothing_of_rita_s_lead_on_a_person_both_know(sold, olga, pipeline):
    own = open_deal(
        name="Olga's own", person_id=sold.person_id, owner_id=olga.pk, by=SYSTEM, at=MONDAY_NOON + 10 * HOUR
    )

    events = told_to(actor_for(olga), timeline.of_person(sold.person))

    assert [event.title for event in events] == ["Deal opened", "The person became known"]
    assert events[0].quiet == own.name


def test_a_deal_that_came_to_another_seller_keeps_its_past(sold, olga):
    deal = sold.deals.get()
    type(deal).objects.filter(pk=deal.pk).update(owner=olga, team=olga.team)

    titles = [event.title for event in told_to(actor_for(olga), timeline.of_deal(deal))]

    assert "Deal opened" in titles
    assert "Became a lead" not in titles


def test_a_verdict_taken_back_is_no_longer_told(sold, rita):
    reopen_lead(lead_id=sold.pk, by=SYSTEM, at=MONDAY_NOON + 11 * HOUR)
    return_lead(lead_id=sold.pk, reason="too_small", by=SYSTEM, at=MONDAY_NOON + 12 * HOUR)

    titles = [event.title for event in told_to(actor_for(rita), timeline.of_lead(sold))]

    assert "Sales accepted the lead" not in titles
    assert titles[:2] == ["Sales returned the lead: Too small", "The acceptance was taken back"]


def test_system_facts_that_follow_each_other_are_folded(sold, rita, admin):
    for hours, title in ((20, "Buyer"), (21, "Head buyer")):
        edit_person(person_id=sold.person_id, title=title, by=actor_for(admin), at=MONDAY_NOON + hours * HOUR)

    folded = told_to(actor_for(rita), timeline.of_person(sold.person))[0]

    assert folded.title == "2 system facts"
    assert folded.lines[0] == "The person’s record changed: title Buyer → Head buyer (Ines Admin)"


def test_older_days_come_by_the_place_where_the_page_ended(sold, rita):
    for hours in range(70):
        log_activity(
            kind="note",
            lead_id=sold.pk,
            text=f"Note {hours}",
            by=SYSTEM,
            at=MONDAY_NOON + (30 + hours) * HOUR,
        )
    about, actor = timeline.of_person(sold.person), actor_for(rita)

    first, before = reading.page(about, actor)
    second, end = reading.page(about, actor, before=before)

    assert len(first) == reading.PAGE
    assert not end
    assert {fact.id for fact in first} & {fact.id for fact in second} == set()
    assert second[-1].kind == "person.created"


def test_a_lost_deal_tells_its_reason(ledger_folder, company, pipeline, rita, sold):
    deal = open_deal(
        name="Second", person_id=sold.person_id, owner_id=rita.pk, by=SYSTEM, at=MONDAY_NOON + 20 * HOUR
    )
    lose_deal(deal_id=deal.pk, reason="price", by=SYSTEM, at=MONDAY_NOON + 21 * HOUR)

    assert told_to(actor_for(rita), timeline.of_deal(deal))[0].title == "Deal lost: Price"


def its_way(lead, user):
    facts, more = reading.latest(timeline.of_person(lead.person), actor_for(user), 1000)
    return way.way_of(facts, MONDAY_NOON + timedelta(days=3), more)


def test_the_way_says_what_happened_in_one_sentence(sold, rita):
    found = its_way(sold, rita)

    assert way.finding(found) == "1 marketing touch, then a first contact 2.0 h after hand-over, €500 paid"


def test_the_way_is_drawn_with_a_mark_for_each_moment(sold, rita):
    drawing = way.drawn(its_way(sold, rita))

    assert drawing.wide_svg.count("<circle") == 2
    assert drawing.wide_svg.count("f-sales") == 4  # accepting opens the deal: one moment
    assert drawing.wide_svg.count("rotate(45") == 2
    assert "handed over 2 Mar" in drawing.wide_svg


def test_a_lead_that_nobody_spoke_with_is_said_so(ledger_folder, company, rita, mia):
    lead = capture_lead(full_name="Kim Kunde", by=SYSTEM, at=MONDAY_NOON)
    qualify_lead(lead_id=lead.pk, by=SYSTEM, at=MONDAY_NOON + HOUR)
    hand_over_lead(lead_id=lead.pk, owner_id=rita.pk, by=SYSTEM, at=MONDAY_NOON + 2 * HOUR)

    assert way.finding(its_way(lead, rita)) == (
        "1 marketing touch, handed over 2 days ago and not spoken with yet"
    )


def test_somebody_who_came_straight_to_sales_is_said_so(ledger_folder, company, rita, pipeline):
    from isthmus.people.commands import add_person

    person = add_person(full_name="Lee Later", by=SYSTEM, at=MONDAY_NOON)
    open_deal(name="Direct", person_id=person.pk, owner_id=rita.pk, by=SYSTEM, at=MONDAY_NOON)
    facts, more = reading.latest(timeline.of_person(person), actor_for(rita), 1000)

    assert way.finding(way.way_of(facts, MONDAY_NOON, more)) == "Came straight to sales on 2 Mar"


def test_products_are_named_where_a_payment_has_several_lines(ledger_folder, company, rita, pipeline, sold):
    probe = Product.objects.create(sku="P", name="Probe", updated_at=MONDAY_NOON)
    lines = [{"amount": Decimal(10), "product_id": probe.pk}, {"amount": Decimal(5)}]
    at = MONDAY_NOON + 20 * HOUR
    order = place_order(number="A-2", deal_id=sold.deals.get().pk, lines=lines, by=SYSTEM, at=at)
    pay_order(order_id=order.pk, by=SYSTEM, at=at + HOUR)

    paid = told_to(actor_for(rita), timeline.of_person(sold.person), "money")[0]

    assert (paid.detail, paid.side) == ("Probe", "€15")


def test_the_first_page_is_the_same_whether_its_facts_were_read_before_or_not(sold, rita):
    about, actor = timeline.of_person(sold.person), actor_for(rita)
    for number in range(70):
        log_activity(
            kind="note",
            lead_id=sold.pk,
            text="Again.",
            by=actor,
            at=MONDAY_NOON + timedelta(days=1, hours=number),
        )

    first, before = reading.first_page(*reading.latest(about, actor, 1000))

    assert (first, before) == reading.page(about, actor)
    assert len(first) == reading.PAGE
    assert reading.first_page(first[:5], False) == (first[:5], "")


def test_an_account_keeps_the_past_of_somebody_who_left_it(sold):
    buyer, other = (add_account(name=name, by=SYSTEM, at=MONDAY_NOON) for name in ("Buyer", "Other"))
    pat = sold.person
    edit_person(person_id=pat.pk, account_id=buyer.pk, by=SYSTEM, at=MONDAY_NOON + 10 * HOUR)
    deal = open_deal(
        name="Audit", person_id=pat.pk, account_id=buyer.pk, by=SYSTEM, at=MONDAY_NOON + 11 * HOUR
    )
    edit_person(person_id=pat.pk, account_id=other.pk, by=SYSTEM, at=MONDAY_NOON + 12 * HOUR)

    facts, _more = reading.page(timeline.of_account(buyer, SYSTEM), SYSTEM)

    assert deal.pk in {fact.deal_id for fact in facts if fact.kind == "deal.opened"}


def test_a_deal_with_an_account_alone_has_its_timeline(company, pipeline, ledger_folder):
    buyer = add_account(name="Buyer", by=SYSTEM, at=MONDAY_NOON)
    deal = open_deal(name="Audit", account_id=buyer.pk, by=SYSTEM, at=MONDAY_NOON)
    seal()

    facts, _more = reading.page(timeline.of_deal(deal), SYSTEM)

    assert [fact.kind for fact in facts] == ["deal.opened"]

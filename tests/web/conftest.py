"""A small company with facts for pages to show: three leads, two of them sold, one of them Rita's."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from isthmus import ledger
from isthmus.core import clock
from isthmus.core.actors import SYSTEM
from isthmus.handoff.commands import accept_lead, hand_over_lead
from isthmus.leads.commands import capture_lead, qualify_lead
from isthmus.ledger import Fact
from isthmus.ledger import state as ledger_state
from isthmus.ledger.mirror import forget_overlays
from isthmus.ledger.segments import writer
from isthmus.people.commands import add_account
from isthmus.sales.commands import move_deal, open_deal, pay_order, place_order, win_deal
from isthmus.workspace.commands import set_rate


@pytest.fixture
def ledger_folder(settings, tmp_path):
    """Where this test's sealed files lie, and nothing remembered of other tests."""
    settings.LEDGER_DIR = tmp_path / "ledger"
    ledger_state.forget()
    forget_overlays()
    yield settings.LEDGER_DIR
    writer.end()  # What the next test receives must not go into this one's segment.
    ledger_state.forget()
    forget_overlays()


@pytest.fixture
def trading(ledger_folder, company, pipeline, rita, olga):
    """Facts of the last days, told through the commands."""
    start = clock.now() - timedelta(days=10)
    with transaction.atomic():
        shown = {"channel": "paid_search", "quantity": 1000, "natural_key": "media:1:a"}
        clicked = {"channel": "paid_search", "quantity": 50, "natural_key": "media_clicks:1:a"}
        ledger.record(
            [
                Fact(kind="media.delivered", at=start, **shown),
                Fact(kind="media.clicked", at=start, **clicked),
            ],
            by=SYSTEM,
        )
    return {
        "pat": _story("Pat Prospect", "paid_search", rita, start, paid="1200"),
        "kim": _story("Kim Kunde", "email", olga, start, paid="300"),
        "lee": _story("Lee Later", "paid_search", olga, start, paid=""),
    }


def _story(name, channel, owner, start, *, paid):
    """One person's way from capture to payment."""

    def after(days):
        return start + timedelta(days=days)

    email = f"{name.split()[0].lower()}@buyer.example"
    lead = capture_lead(full_name=name, email=email, channel=channel, by=SYSTEM, at=after(1))
    if not paid:
        return lead
    qualify_lead(lead_id=lead.pk, by=SYSTEM, at=after(2))
    hand_over_lead(lead_id=lead.pk, owner_id=owner.pk, by=SYSTEM, at=after(3))
    deal = accept_lead(lead_id=lead.pk, by=SYSTEM, at=after(4))
    win_deal(deal_id=deal.pk, by=SYSTEM, at=after(6))
    lines = [{"amount": Decimal(paid)}]
    order = place_order(number=f"A-{lead.pk}", deal_id=deal.pk, lines=lines, by=SYSTEM, at=after(6))
    pay_order(order_id=order.pk, amount=Decimal(paid), by=SYSTEM, at=after(8))
    return lead


@pytest.fixture
def deals(ledger_folder, company, pipeline, rita, olga):
    """By name. Discovery holds Alpha, Beta and Gamma of Rita's and Omega of Olga's; Proposal holds Delta."""
    now = clock.now()
    set_rate(
        currency="SEK", on=(now - timedelta(days=400)).date(), base_per_unit=Decimal("0.1"), by=SYSTEM, at=now
    )
    account = add_account(name="Nordlager Brewery", by=SYSTEM, at=now - timedelta(days=60))
    made = {}
    rows = [
        ("Alpha", rita, 1000, "EUR", 40),
        ("Beta", rita, 5000, "SEK", 9),
        ("Gamma", rita, None, "EUR", 3),
        ("Delta", rita, 2500, "EUR", 20),
        ("Omega", olga, 7000, "EUR", 5),
    ]
    for name, owner, amount, currency, age in rows:
        made[name] = open_deal(
            name=name,
            account_id=account.pk,
            amount=None if amount is None else Decimal(amount),
            currency=currency,
            owner_id=owner.pk,
            by=SYSTEM,
            at=now - timedelta(days=age),
        )
    proposal = pipeline.stages.get(name="Proposal")
    move_deal(deal_id=made["Delta"].pk, stage_id=proposal.pk, by=SYSTEM, at=now - timedelta(days=2))
    return made

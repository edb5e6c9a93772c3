"""From a new lead to her commission: a day of Rita in a real Chromium. SHOTS=folder keeps its pictures."""

import os
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from isthmus.core import clock
from isthmus.core.actors import SYSTEM
from isthmus.handoff.commands import hand_over_lead
from isthmus.leads.commands import capture_lead, qualify_lead
from isthmus.money.commands import add_commission_plan, assign_commission_plan
from isthmus.sales.commands import edit_stage, set_quota
from isthmus.sales.models import Activity, Deal, Order, Quote
from isthmus.sales.targets.periods import Period
from tests.sales.quoting import catalogue

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Looking:
    """Each page of the story has nothing for axe to report; its picture is kept where SHOTS is a folder."""

    def __init__(self, page):
        self.page, self.seen = page, 0

    def __call__(self, name):
        found = Axe().run(self.page).response["violations"]
        assert [(name, one["id"], one["nodes"][0]["html"][:160]) for one in found] == []
        if folder := os.environ.get("SHOTS"):
            self.seen += 1
            self.page.screenshot(path=Path(folder) / f"rita-{self.seen}-{name}.png", full_page=True)


@pytest.fixture
def lead(ledger_folder, pipeline, rita):
    """Pat asked for machines a few minutes ago; Rita has an hour. A quota of 1,000 and 10 % commission."""
    now, machines = clock.now(), catalogue()
    quarter = Period.containing("quarter", timezone.localdate())
    set_quota(seller_id=rita.pk, period=str(quarter), amount=Decimal(1000), by=SYSTEM, at=now)
    plan = add_commission_plan(
        name="Standard",
        period_kind="quarter",
        rate=Decimal("0.1"),
        valid_from=quarter.first,
        by=SYSTEM,
        at=now,
    )
    assign_commission_plan(seller_id=rita.pk, plan_id=plan.pk, from_on=quarter.first, by=SYSTEM, at=now)
    edit_stage(stage_id=pipeline.stages.get(name="Proposal").pk, gate=["amount"], by=SYSTEM, at=now)
    lead = capture_lead(
        full_name="Pat Prospect", email="pat@buyer.example", phone="+46701234567", company="Buyer Works",
        product_id=machines[0].pk, channel="organic_search", by=SYSTEM, at=now - timedelta(minutes=9),
    )  # fmt: skip
    qualify_lead(lead_id=lead.pk, by=SYSTEM, at=now - timedelta(minutes=8))
    due = now + timedelta(hours=1)
    return hand_over_lead(lead_id=lead.pk, owner_id=rita.pk, due_at=due, by=SYSTEM, at=now)


def test_rita_goes_from_a_new_lead_to_her_commission(sign_in, live_server, lead, rita, chromium):
    page = sign_in(rita)
    look = Looking(page)

    # A new lead, answered inside its clock, with what the customer objects to.
    page.goto(f"{live_server.url}/day/")
    page.get_by_text("How far in").wait_for()
    page.get_by_role("link", name="Pat Prospect", exact=True).wait_for()
    look("my-day")
    page.keyboard.press("d")
    page.get_by_role("heading", name="Answer by a call").wait_for()
    page.get_by_label("Reached").check()
    page.get_by_label("Objection").select_option(label="Price")
    page.get_by_label("Next step").first.fill("Send a quote")
    look("answering")
    page.get_by_role("button", name="Log and accept").click()
    page.get_by_text("Answered and accepted.").wait_for()
    lead.refresh_from_db()
    assert lead.contacted_at <= lead.due_at
    assert Activity.objects.get().objection == "price"

    # The deal goes through a gate: its value is asked for.
    deal = Deal.objects.get()
    page.goto(f"{live_server.url}/deals/board/")
    page.locator("a.deal-name", has_text=deal.name).focus()
    page.keyboard.press("]")
    page.get_by_label("Value in EUR").fill("1200")
    look("gate")
    page.get_by_role("button", name="Move to Proposal").click()
    page.get_by_text(f"{deal.name}: Moved to Proposal.").first.wait_for()
    page.goto(f"{live_server.url}/deals/{deal.pk}/")
    look("deal")

    # A quote, sent.
    page.get_by_role("button", name="New quote").click()
    page.get_by_label("Quantity of line 1").fill("6")
    page.locator("#line0-net").get_by_text("€1,199.94").wait_for()
    look("writing-the-quote")
    page.get_by_role("button", name="Send…").click()
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_text("Sent, not opened yet").wait_for()
    quote = Quote.objects.get()
    link = page.get_by_label("The customer's page").input_value()

    # The customer, signed in nowhere, reads and accepts it.
    phone = chromium.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    customer = phone.new_page()
    customer.goto(live_server.url + "/" + link.split("/", 3)[3])
    Looking(customer)("customer-reads")
    customer.get_by_label("Your full name").fill("Pat Prospect")
    customer.get_by_role("checkbox").check()
    customer.get_by_role("button", name="Accept and order for").click()
    customer.get_by_role("button", name="Accept and order for").wait_for(state="detached")
    Looking(customer)("customer-accepted")
    phone.close()
    order = Order.objects.get()
    quote.refresh_from_db()
    assert (quote.state, order.total) == ("accepted", quote.total)

    # The payment arrives.
    page.goto(f"{live_server.url}/orders/{order.pk}/")
    look("order")
    page.get_by_role("link", name="Record a payment").click()
    page.get_by_role("button", name="Record a payment").click()
    page.get_by_text("The payment is recorded.").wait_for()

    # Her attainment and her commission have changed.
    page.goto(f"{live_server.url}/targets/seller/{rita.pk}/")
    page.get_by_text("120%").first.wait_for()
    page.get_by_text("Reached, and €200 over it").first.wait_for()
    look("attainment")
    page.goto(f"{live_server.url}/commission/{rita.pk}/")
    page.get_by_text("€119.99").first.wait_for()
    look("commission")

    # The timeline shows it all.
    page.goto(f"{live_server.url}/people/{lead.person_id}/")
    told = " | ".join(page.locator(".event").all_inner_texts())
    for title in (
        "Became a lead",
        "Call: reached",
        "Objection: price",
        "Proposal",
        "Quote",
        "accepted",
        "Ordered",
        "Paid",
    ):
        assert title in told, (title, told)
    look("timeline")

"""Somebody comes by an ad, returns by search, fills in a form, is called and buys: one timeline tells it all.

The site is drawn by a real Chromium, and what our script sends goes through the receiver, the sealer and the
reactions; Mia and Rita act by the commands, as their pages do.
"""

import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
import time_machine

from isthmus.collect.commands import add_source
from isthmus.collect.receiving.receiver import Receiver
from isthmus.core.actors import SYSTEM
from isthmus.core.queue import run_due
from isthmus.handoff.commands import accept_lead, hand_over_lead
from isthmus.leads.commands import qualify_lead
from isthmus.leads.models import Lead
from isthmus.ledger.sealing import seal
from isthmus.ledger.segments import writer
from isthmus.ledger.segments.files import unsealed_segments
from isthmus.ledger.segments.frames import read_frames
from isthmus.people.models import Person
from isthmus.sales.commands import log_activity, move_deal, pay_order, place_order, win_deal
from isthmus.workspace.actors import actor_for
from tests.collect.script.conftest import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCREENSHOT = Path(__file__).resolve().parents[2] / "test-results" / "ad-to-payment.png"
MONDAY = datetime(2026, 9, 7, 9, 0, tzinfo=UTC)
AD = "utm_source=google&utm_medium=cpc&utm_campaign=Autumn&gclid=abc"
SEARCH = "https://www.google.com/"
TEXT = "<p style='height: 3000px'>Probes that measure what they say.</p>"
# Oldest first; that the form was sent and became a lead is one moment.
TOLD = [
    "Visited / and 1 other page",
    "Visited /guide and 2 other pages",
    "Became a lead",
    "Qualified for sales",
    "Handed over to Rita Reyes",
    "Call",
    "Sales accepted the lead",
    "Deal opened",
    "Deal moved to Proposal",
    "Deal won",
    "Ordered",
    "Paid",
]
PAGES = {
    "/": f"<h1>Probes</h1>{TEXT}<a href='/pricing'>Prices</a>",
    "/pricing": f"<h1>Prices</h1>{TEXT}",
    "/guide": f"<h1>How to choose a probe</h1>{TEXT}<a href='/contact'>Talk to us</a>",
    "/contact": """<h1>Contact</h1><form name="contact" action="/thanks">
      <label>Name <input name="name" autocomplete="name"></label>
      <label>E-mail <input name="mail" type="email"></label>
      <label>Company <input name="company"></label>
      <label>Message <textarea name="message"></textarea></label>
      <button>Send</button></form>""",
    "/thanks": "<h1>Thank you</h1>",
}


class Quiet(WSGIRequestHandler):
    def log_message(self, format, *arguments):
        """The terminal need not know."""


class Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@pytest.fixture
def site(ledger_folder, company):
    """A site with the collector on its own name: its address, as a browser knows it."""
    key = add_source(name="Shop", kind="site", by=SYSTEM, at=MONDAY - timedelta(days=1)).write_key

    def pages(environ, start_response):
        body = PAGES.get(environ["PATH_INFO"])
        start_response("200 OK" if body else "404 Not Found", [("Content-Type", "text/html; charset=utf-8")])
        script = f'<script async src="/isthmus.js" data-key="{key}" data-consent="granted"></script>'
        return [f"<!doctype html><title>Probes</title>{script}{body or ''}".encode()]

    receiver = Receiver(pages)

    def application(environ, start_response):
        # The standard library's server lets a body be read past its end, and waits there.
        length = int(environ.get("CONTENT_LENGTH") or 0)
        environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(length))
        return receiver(environ, start_response)

    server = make_server("127.0.0.1", 0, application, Threads, Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://shop.example:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    writer.end()


@pytest.fixture
def visitor(peoples_chromium):
    """The browser of somebody who has not been here."""
    context = peoples_chromium.new_context(viewport={"width": 1200, "height": 800})
    yield context.new_page()
    context.close()


def reads(visitor):
    """Goes down the page, as who reads it does."""
    visitor.mouse.wheel(0, 900)
    visitor.wait_for_timeout(400)


def leaves(visitor, *, events):
    """Goes elsewhere; so many events are on the collector's disk then."""
    visitor.goto("about:blank")
    wait_until(visitor, lambda: received() >= events)


def received():
    return sum(batch.count for path in unsealed_segments() for batch in read_frames(path))


def comes_by_the_ad(visitor, site):
    visitor.goto(f"{site}/?{AD}", referer=SEARCH)
    reads(visitor)
    visitor.get_by_role("link", name="Prices").click()
    reads(visitor)
    leaves(visitor, events=4)  # two views, each left


def comes_back_by_search_and_asks(visitor, site):
    visitor.goto(f"{site}/guide", referer=SEARCH)
    reads(visitor)
    visitor.get_by_role("link", name="Talk to us").click()
    visitor.get_by_label("Name").fill("Pat Prospect")
    visitor.get_by_label("E-mail").fill("pat@buyer.example")
    visitor.get_by_label("Company").fill("Buyer Works")
    visitor.get_by_label("Message").fill("Does it keep its figures over a year?")
    visitor.get_by_role("button", name="Send").click()
    visitor.get_by_role("heading", name="Thank you").wait_for()
    leaves(visitor, events=7)  # three views, each left, and the form


def sold(lead, pipeline, mia, rita, start):
    """Mia hands the lead over; Rita calls, accepts, wins; the order is paid."""
    marketing, sales = actor_for(mia), actor_for(rita)
    on = {number: start + timedelta(days=number) for number in range(30)}
    qualify_lead(lead_id=lead.pk, by=marketing, at=start + timedelta(hours=1))
    hand_over_lead(lead_id=lead.pk, owner_id=rita.pk, by=marketing, at=start + timedelta(hours=2))
    said = "Needs twelve probes before the audit."
    log_activity(kind="call", lead_id=lead.pk, text=said, minutes=14, by=sales, at=on[1])
    deal = accept_lead(
        lead_id=lead.pk, deal_name="Probes for Buyer", amount=Decimal(4800), by=sales, at=on[2]
    )
    move_deal(deal_id=deal.pk, stage_id=pipeline.stages.get(name="Proposal").pk, by=sales, at=on[4])
    win_deal(deal_id=deal.pk, by=sales, at=on[12])
    lines = [{"amount": Decimal(4800)}]
    order = place_order(number="A-1", deal_id=deal.pk, lines=lines, by=sales, at=on[12])
    pay_order(order_id=order.pk, amount=Decimal(4800), by=SYSTEM, at=on[26])


def settle():
    """What the worker does: seal what came, react to it, as long as there is something to do."""
    writer.end()
    seal()
    while run_due():
        pass


def test_from_the_first_touch_to_the_payment_one_timeline_tells_it_all(
    site, visitor, sign_in, live_server, pipeline, mia, rita, admin
):
    with time_machine.travel(MONDAY, tick=True):
        comes_by_the_ad(visitor, site)
        settle()
    with time_machine.travel(MONDAY + timedelta(days=3), tick=True):
        comes_back_by_search_and_asks(visitor, site)
        settle()
    lead = Lead.objects.get()
    sold(lead, pipeline, mia, rita, MONDAY + timedelta(days=3))
    settle()

    page = sign_in(admin)
    page.goto(f"{live_server.url}/people/{lead.person_id}/")
    SCREENSHOT.parent.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOT, full_page=True)

    told = page.locator(".event-title").all_inner_texts()
    assert in_order(reversed(told)) == TOLD
    assert any(text.startswith("Sent the form contact") for text in told)
    text = page.locator("main").inner_text()
    for said in ("Campaign Autumn, google / cpc", "from google.com", "message: Does it keep its figures"):
        assert said in text
    assert (lead.channel, lead.utm_campaign, lead.landing_page) == ("paid_search", "Autumn", "/")
    assert Person.objects.get().full_name == "Pat Prospect"


def in_order(told):
    """The moments that are looked for, in the order in which they are told, each once."""
    moments = [next((moment for moment in TOLD if text.startswith(moment)), None) for text in told]
    return [moment for moment in moments if moment]

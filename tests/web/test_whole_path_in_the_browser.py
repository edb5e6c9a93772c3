"""One lead in a real Chromium, from capture to a refund, by Mia and Rita; and every page with axe."""

from datetime import timedelta
from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe

from isthmus.core import clock
from isthmus.core.actors import SYSTEM
from isthmus.leads.models import Lead
from isthmus.people.commands import record_consent
from isthmus.sales.commands import log_activity, open_deal
from isthmus.sales.models import Deal, Order
from isthmus.workspace.commands import add_field, add_territory, create_api_key, invite_user, notify
from tests.browsing import FORMS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_lead_goes_from_capture_to_a_refund(sign_in, live_server, ledger_folder, pipeline, mia, rita):
    page = sign_in(mia)
    page.goto(live_server.url + "/leads/")
    page.get_by_role("link", name="New lead").first.click()
    page.get_by_label("Name").fill("Pat Prospect")
    page.get_by_label("E-mail", exact=False).first.fill("pat@buyer.example")
    page.get_by_label("Company", exact=False).first.fill("Buyer Works")
    page.get_by_role("button", name="Capture").click()
    page.get_by_text("The lead is captured.").wait_for()

    page.get_by_role("button", name="Qualify", exact=True).click()
    page.get_by_text("Qualified: the lead is an MQL now.").wait_for()
    page.get_by_role("link", name="Hand over…").click()
    page.get_by_label("Seller").select_option(label="Rita Reyes")
    page.get_by_role("button", name="Hand over", exact=True).click()
    page.get_by_text("Handed over to sales.").wait_for()
    lead = Lead.objects.get()
    assert (lead.state, lead.owner) == ("handed_over", rita)

    page = sign_in(rita)
    page.goto(f"{live_server.url}/leads/{lead.pk}/")
    page.get_by_label("What was said").fill("They need it before the audit.")
    page.get_by_label("Outcome").select_option(label="Reached")
    page.get_by_role("button", name="Log", exact=True).click()
    page.get_by_text("The call is logged.").wait_for()
    page.get_by_role("link", name="Accept").click()
    page.get_by_label("Deal", exact=False).first.fill("Probes for Buyer")
    page.get_by_label("Value, as far as known").fill("500")
    page.get_by_role("button", name="Accept and open the deal").click()
    page.get_by_text("Accepted: this is its deal.").wait_for()

    page.get_by_role("button", name="Move to Proposal").click()
    page.get_by_text("Moved to Proposal.").wait_for()
    page.get_by_role("link", name="Won").click()
    page.get_by_role("button", name="Won").click()
    page.get_by_text("Won after").wait_for()
    page.get_by_role("link", name="Place an order").first.click()
    page.get_by_label("Amount of line 1").fill("300")
    page.get_by_label("Amount of line 2").fill("200")
    page.get_by_label("Description of line 2").fill("Fitting")
    page.get_by_role("button", name="Place an order").click()
    page.get_by_text("The order is placed.").wait_for()
    page.get_by_role("link", name="Record a payment").click()
    page.get_by_role("button", name="Record a payment").click()
    page.get_by_text("The payment is recorded.").wait_for()
    page.get_by_role("link", name="Refund…").click()
    page.get_by_label("Amount in EUR").fill("120")
    page.get_by_role("button", name="Refund").click()
    page.get_by_text("The refund is recorded").wait_for()

    order = Order.objects.get()
    assert (order.total, order.paid) == (500_000_000, 380_000_000)
    assert Deal.objects.get().state == "won"
    page.goto(f"{live_server.url}/people/{lead.person_id}/")
    told = page.locator(".event-title, .event details summary").all_inner_texts()
    titles = [text.split("  ")[0] for text in told]
    for title in (
        "Refunded",
        "Paid",
        "Ordered",
        "Deal won",
        "Call",
        "Handed over to Rita Reyes",
        "Became a lead",
    ):
        assert any(text.startswith(title) for text in titles), (title, titles)


def test_a_refused_act_says_so_on_the_page_without_leaving_it(
    sign_in, live_server, ledger_folder, pipeline, trading, rita
):
    deal = Deal.objects.get(owner=rita)
    Deal.objects.filter(pk=deal.pk).update(
        state="open", closed_at=None, stage=pipeline.stages.get(name="Discovery")
    )
    page = sign_in(rita)
    page.goto(f"{live_server.url}/deals/{deal.pk}/")
    Deal.objects.filter(pk=deal.pk).update(stage=pipeline.stages.get(name="Proposal"))  # somebody was quicker

    page.get_by_role("button", name="Move to Proposal").click()

    page.get_by_role("alert").get_by_text("The deal is in Proposal already.").wait_for()
    assert page.url == f"{live_server.url}/deals/{deal.pk}/"


def test_what_was_done_is_taken_back_from_the_toast(sign_in, live_server, ledger_folder, trading, mia):
    lead = trading["lee"]
    page = sign_in(mia)
    page.goto(f"{live_server.url}/leads/{lead.pk}/")
    page.get_by_role("button", name="Qualify", exact=True).click()

    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Taken back.").wait_for()

    assert Lead.objects.get(pk=lead.pk).state == "nurturing"


def test_a_form_in_a_dialog_works_by_keys_alone(sign_in, live_server, ledger_folder, trading, mia):
    lead = trading["lee"]
    page = sign_in(mia)
    page.goto(f"{live_server.url}/leads/{lead.pk}/")
    opener = page.get_by_role("link", name="Disqualify…")
    opener.focus()
    page.keyboard.press("Enter")
    page.get_by_label("Reason").wait_for()

    page.keyboard.press("Enter")  # nothing filled in: the field says so
    page.get_by_text("Fill this in.").wait_for()
    page.keyboard.type("A student")
    page.keyboard.press("Enter")
    page.get_by_text("Disqualified.").wait_for()

    assert Lead.objects.get(pk=lead.pk).disqualify_reason == "A student"


def test_escape_leaves_a_form_and_nothing_is_done(sign_in, live_server, ledger_folder, trading, mia):
    page = sign_in(mia)
    page.goto(f"{live_server.url}/leads/{trading['lee'].pk}/")
    page.get_by_role("link", name="Disqualify…").click()
    page.get_by_label("Reason").wait_for()

    page.keyboard.press("Escape")

    assert not page.locator("#act").is_visible()
    assert page.evaluate("document.activeElement.textContent").strip() == "Disqualify…"


def test_filters_are_chosen_in_the_page_and_stand_in_the_address(
    sign_in, live_server, ledger_folder, trading, mia
):
    page = sign_in(mia)
    page.goto(live_server.url + "/leads/")

    page.get_by_role("button", name="Filter").click()
    page.locator("#list-filters").get_by_label("Captured", exact=True).check()
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_label("Remove the filter State").wait_for()

    assert page.url == live_server.url + "/leads/?state=captured"
    assert page.locator("tbody th a").all_inner_texts() == ["Lee Later"]


def problems(page):
    found = Axe().run(page).response["violations"]
    return [(one["id"], [node["html"][:140] for node in one["nodes"]]) for one in found]


@pytest.fixture
def furnished(trading, pipeline, admin, rita):
    """Something on every page: fields, consent, calls, an open deal, a key, an invitation, a notice."""
    at = clock.now() - timedelta(hours=5)
    by = {"by": SYSTEM, "at": at}
    add_field(
        model="person", key="plan", label="Plan", type="choice", kind="analytic", options=["A", "B"], **by
    )
    add_territory(name="Nordics", countries=["SE"], **by)
    pat = trading["pat"].person
    record_consent(person_id=pat.pk, channel="email", given=True, source="fair", **by)
    record_consent(person_id=pat.pk, channel="phone", given=False, source="call", **by)
    log_activity(kind="call", lead_id=trading["pat"].pk, text="Before the audit.", minutes=12, **by)
    deal = open_deal(name="Second", person_id=pat.pk, owner_id=rita.pk, amount=Decimal(90), **by)
    create_api_key(user_id=admin.pk, label="Shop", **by)
    invite_user(email="new@firm.example", role="seller", **by)
    notify(user=admin, kind="x", text="A lead waits", path="/leads/", at=at)
    order = Order.objects.filter(deal__lead=trading["pat"]).get()
    pages = [
        "/people/",
        "/accounts/",
        "/leads/",
        "/deals/",
        "/people/new/",
        "/leads/new/",
        "/deals/new/",
        "/accounts/new/",
    ]
    pages += [
        f"/people/{pat.pk}/",
        f"/leads/{trading['pat'].pk}/",
        f"/leads/{trading['lee'].pk}/",
        f"/deals/{deal.pk}/",
    ]
    pages += [
        f"/deals/{order.deal_id}/",
        f"/deals/{deal.pk}/order/",
        f"/people/{pat.pk}/edit/",
        "/notifications/",
    ]
    topics = [
        "users",
        "teams",
        "territories",
        "fields",
        "currencies",
        "company",
        "pipelines",
        "keys",
        "jobs",
        "keys/new",
        "fields/new",
    ]
    return pages + [f"/settings/{topic}/" for topic in topics] + [f"/settings/users/{admin.pk}/"]


@pytest.mark.parametrize(("width", "theme"), FORMS)
def test_every_page_of_records_is_open_to_everybody_and_fits_its_screen(
    sign_in, live_server, furnished, admin, theme, width
):
    page = sign_in(admin)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)

    for path in furnished:
        page.goto(live_server.url + path)

        assert problems(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, path


def test_dialogs_and_sheets_are_open_to_everybody(sign_in, live_server, furnished, trading, admin):
    page = sign_in(admin)
    page.goto(live_server.url + "/leads/")
    page.get_by_role("button", name="Filter").click()
    assert problems(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Columns").click()
    assert problems(page) == []

    page.goto(f"{live_server.url}/leads/{trading['lee'].pk}/")
    page.get_by_role("link", name="Disqualify…").click()
    page.get_by_label("Reason").wait_for()
    assert problems(page) == []

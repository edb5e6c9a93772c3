"""A seller offers more off than she may give, her manager approves it, she sends it: in a real Chromium."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from isthmus.sales.models import Quote

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_quote_above_the_limit_is_written_approved_and_sent(sign_in, live_server, deal, goods, rita, sam):
    page = sign_in(rita)
    page.goto(f"{live_server.url}/deals/{deal.pk}/")
    page.get_by_role("button", name="New quote").click()
    page.get_by_text("nobody outside sees it").wait_for()

    # By keys: the figures follow what is typed, and the field that is typed in keeps its place.
    assert page.get_by_text("You may give up to 10% alone. More asks Sam Sato.").is_visible()
    product = page.get_by_role("combobox", name="Product of line 1")
    product.fill("care")
    expect(page.locator("#id_line0_product-found [role=option]")).to_have_count(1)
    product.press("Escape")
    expect(product).to_have_value("Café machine · €199.99")
    product.fill("")
    product.press("ArrowDown")
    product.fill("cafe mach")
    product.press("Enter")
    expect(page.locator("#id_line0_product")).to_have_value(str(goods[0].pk))
    page.get_by_label("Quantity of line 1").fill("3")
    page.get_by_label("Discount of line 1 in percent").press_sequentially("15")
    page.get_by_text("15% below the list, your limit is 10%.").wait_for()
    page.get_by_text("Needs the approval of Sam Sato.").wait_for()
    assert page.evaluate("document.activeElement.id") == "id_line0_discount"
    assert page.locator("#line0-net").inner_text() == "€509.97"
    page.get_by_role("button", name="Add a line").press("Enter")
    page.get_by_label("Description of line 2").fill("Delivery")
    page.get_by_label("Price of one in line 2").fill("30")
    page.locator("#line1-net").get_by_text("€30.00").wait_for()
    page.get_by_role("button", name="Move line 2 up").press("Enter")
    expect(page.get_by_label("Description of line 1")).to_have_value("Delivery")
    expect(page.get_by_label("Discount of line 1 in percent")).to_have_value("")
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name="Ask for approval…").click()
    page.get_by_label("Why so much?").fill("They buy ten more")
    page.get_by_role("button", name="Ask", exact=True).click()
    page.get_by_text("Waits for the approval of its discount").wait_for()

    page = sign_in(sam)
    page.goto(f"{live_server.url}/day/")
    page.get_by_text("Rita Reyes asks for up to 15% discount.").wait_for()
    page.keyboard.press("j")
    assert "Approve" in page.evaluate("document.activeElement.textContent")
    page.goto(f"{live_server.url}/quotes/?state=awaiting")
    page.get_by_role("link", name=Quote.objects.get().number).click()
    page.get_by_role("button", name="Approve").click()
    page.get_by_text("Approved: the quote is ready to send.").wait_for()

    page = sign_in(rita)
    page.goto(f"{live_server.url}/quotes/{Quote.objects.get().pk}/")
    page.get_by_role("link", name="Send…").click()
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_text("Sent, not opened yet").wait_for()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the link").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert "/q/" in page.evaluate("navigator.clipboard.readText()")
    quote = Quote.objects.get()
    assert (quote.state, quote.approved_by, quote.total) == ("sent", sam, 642_560_000)
    assert [line.description or str(line.product) for line in quote.lines.all()] == [
        "Delivery",
        "Café machine",
    ]

"""Rita enters an expense with a photo of its receipt on her telephone; Sam approves it; what axe says."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from isthmus.money.models import Expense

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHOTO = {"name": "Lunch.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff\xe0 JFIF"}


def test_an_expense_is_entered_with_its_receipt_and_approved(
    sign_in, live_server, rita, sam, settings, tmp_path
):
    settings.ISTHMUS_HOME = tmp_path
    page = sign_in(rita)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/expenses/")
    page.get_by_role("link", name="Enter an expense").first.click()
    page.get_by_label("Receipt").set_input_files([PHOTO])
    page.get_by_label("Amount before tax").fill("45.50")
    page.get_by_role("radio", name="Meals").check()
    page.get_by_label("Note").fill("Lunch at the plant")
    found = [one["id"] for one in Axe().run(page).response["violations"]]
    page.get_by_role("button", name="Enter", exact=True).click()
    page.get_by_text("The expense is entered.").wait_for()
    assert page.get_by_role("link", name="Receipt Lunch.jpg").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page = sign_in(sam)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{live_server.url}/expenses/")
    found += [one["id"] for one in Axe().run(page).response["violations"]]
    page.get_by_role("button", name="Approve", exact=True).click()
    page.get_by_text("Approved.", exact=True).wait_for()
    page.get_by_role("link", name="Meals", exact=True).click()
    page.get_by_text("Decided by").wait_for()
    found += [one["id"] for one in Axe().run(page).response["violations"]]

    assert found == []
    one = Expense.objects.get()
    assert (one.state, one.owner, one.decided_by, one.amount) == ("approved", rita, sam, 45_500_000)

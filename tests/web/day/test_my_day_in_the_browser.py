"""My day by keys: walk, answer, put off, skip; the queue shows the next one and the tab counts."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe

from isthmus.core import clock
from isthmus.core.actors import SYSTEM
from isthmus.handoff.commands import hand_over_lead
from isthmus.leads.commands import capture_lead, qualify_lead
from isthmus.leads.models import Lead
from isthmus.sales.commands import add_task
from isthmus.sales.models import Activity, PutAside, Task
from isthmus.workspace.actors import actor_for

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _lead(name, rita, hours):
    now = clock.now()
    email = f"{name.split()[0].lower()}@buyer.example"
    lead = capture_lead(full_name=name, email=email, phone="+46701234567", by=SYSTEM, at=now)
    qualify_lead(lead_id=lead.pk, by=SYSTEM, at=now)
    due = now + timedelta(hours=hours)
    return hand_over_lead(lead_id=lead.pk, owner_id=rita.pk, due_at=due, by=SYSTEM, at=now)


def _is_open_to_everybody(page):
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.evaluate("Promise.allSettled(document.getAnimations().map((one) => one.finished))")
        found = Axe().run(page).response["violations"]
        assert [(scheme, one["id"], one["nodes"][0]["html"][:160]) for one in found] == []
    page.emulate_media(color_scheme="light")


def test_a_seller_works_through_the_day_by_keys(sign_in, live_server, ledger_folder, pipeline, rita):
    lead = _lead("Pat Prospect", rita, 1)
    _lead("Kim Keen", rita, 5)
    task = add_task(text="Send the list", due_on=clock.now().date(), by=actor_for(rita), at=clock.now())
    page = sign_in(rita)
    page.goto(f"{live_server.url}/day/")

    assert page.title().startswith("(3) My day")
    _is_open_to_everybody(page)
    names = page.locator(".queue-name").all_inner_texts()
    assert names[0] == "Pat Prospect"
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Answer by a call").wait_for()
    assert page.get_by_role("link", name="+46 70 123 45 67").get_attribute("href") == "tel:+46701234567"
    _is_open_to_everybody(page)
    page.get_by_label("Reached").check()
    page.get_by_label("Objection").select_option(label="Price")
    page.get_by_role("button", name="Log and accept").press("Enter")
    page.get_by_text("Answered and accepted.").wait_for()
    page.wait_for_function("document.title.startsWith('(2)')")
    lead.refresh_from_db()
    assert (lead.state, lead.contacted_at is not None) == ("accepted", True)
    assert Activity.objects.get().objection == "price"

    page.get_by_role("button", name="Close").first.click()
    page.keyboard.press("j")
    page.keyboard.press("s")
    page.get_by_role("button", name="Tomorrow").press("Enter")
    page.get_by_text("Put off.").wait_for()
    page.wait_for_function("document.title.startsWith('(1)')")
    assert PutAside.objects.get().key.startswith("lead:")

    page.keyboard.press("d")
    page.get_by_text("Nothing waits", exact=True).wait_for()
    assert Task.objects.get(pk=task.pk).state == "done"


def test_a_new_lead_appears_without_reloading(sign_in, live_server, ledger_folder, pipeline, rita):
    page = sign_in(rita)
    page.goto(f"{live_server.url}/day/")
    page.get_by_text("Nothing waits", exact=True).wait_for()

    _lead("Pat Prospect", rita, 1)
    page.evaluate("document.dispatchEvent(new Event('isthmus:look'))")

    page.get_by_role("link", name="Pat Prospect", exact=True).wait_for()
    assert page.title().startswith("(1)")


def test_a_call_is_logged_in_the_line_of_a_leads_page(sign_in, live_server, ledger_folder, pipeline, rita):
    lead = _lead("Pat Prospect", rita, 1)
    page = sign_in(rita)
    page.goto(f"{live_server.url}/leads/{lead.pk}/")
    _is_open_to_everybody(page)

    page.get_by_label("What was said").fill("Too dear, says Pat.")
    page.get_by_label("Outcome").select_option(label="Reached")
    page.get_by_label("Objection").select_option(label="Price")
    page.get_by_label("Next step", exact=True).fill("Send the price list")
    page.get_by_role("button", name="Log", exact=True).click()

    page.get_by_text("The call is logged.").wait_for()
    page.get_by_text("Call: reached").wait_for()
    page.get_by_text("Objection: price").wait_for()
    page.get_by_role("link", name="Send the price list").wait_for()
    assert Lead.objects.get().contacted_at is not None

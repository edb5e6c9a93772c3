"""A click on a telephone number dials; on coming back one line asks how the call went."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from isthmus.core.actors import SYSTEM
from isthmus.people.commands import add_person
from isthmus.people.models import Person
from isthmus.sales.commands import open_deal
from isthmus.sales.models import Activity, Task
from isthmus.workspace.commands import update_company
from tests.cast import MONDAY_NOON


@pytest.fixture
def deal(ledger_folder, company, pipeline, rita):
    """Rita's deal with Pat, who has a telephone."""
    pat = add_person(full_name="Pat Prospect", phone="+46701234567", by=SYSTEM, at=MONDAY_NOON)
    Person.objects.update(owner=rita, team=rita.team)
    return open_deal(name="Boats", person_id=pat.pk, owner_id=rita.pk, by=SYSTEM, at=MONDAY_NOON)


@pytest.mark.django_db
def test_a_call_is_logged_with_the_record_that_one_called_from(client, deal, rita, olga):
    client.force_login(rita)
    update_company(call_link="https://dial.example/?to={number}", by=SYSTEM, at=MONDAY_NOON)
    href = 'href="https://dial.example/?to=%2B46701234567" target="_blank" rel="noopener noreferrer"'
    for path, asks in (
        (f"/deals/{deal.pk}/", f"/calls/deal/{deal.pk}/"),
        (f"/people/{deal.person_id}/", f"/calls/person/{deal.person_id}/"),
    ):
        assert f'{href} data-calls="{asks}"' in client.get(path).content.decode()

    form = client.get(f"/calls/deal/{deal.pk}/?minutes=7").content.decode()
    assert 'name="minutes" value="7"' in form and "How did the call go?" in form
    address = f"/calls/deal/{deal.pk}/?back=/day/"
    assert client.post(address, {"outcome": ""}).status_code == 422
    said = {"outcome": "reached", "objection": "price", "minutes": "7"}
    assert client.post(address, {**said, "next_step": "Send the price"}).url == "/day/"

    one = Activity.objects.get()
    assert (one.deal, one.kind, one.outcome, one.objection) == (deal, "call", "reached", "price")
    assert one.minutes == 7
    assert Task.objects.get().text == "Send the price"
    client.force_login(olga)
    assert client.get(f"/calls/deal/{deal.pk}/").status_code == 404
    assert client.get("/calls/team/1/").status_code == 404


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_coming_back_from_a_call_asks_how_it_went_by_keys_alone(sign_in, live_server, deal, rita):
    page = sign_in(rita)
    page.goto(f"{live_server.url}/deals/{deal.pk}/")
    page.evaluate(
        "addEventListener('click', (event) => event.target.dataset.calls && event.preventDefault())"
    )
    number = page.get_by_role("link", name="+46 70 123 45 67")
    assert number.get_attribute("href") == "tel:+46701234567"

    def call():
        number.press("Enter")
        page.evaluate("dispatchEvent(new Event('blur'))")
        page.evaluate("(() => { const then = Date.now; Date.now = () => then() + 7 * 60_000; })()")
        page.evaluate("dispatchEvent(new Event('focus'))")
        page.get_by_role("heading", name="How did the call go?").wait_for()

    call()
    page.keyboard.press("Escape")
    page.get_by_role("heading", name="How did the call go?").wait_for(state="detached")
    assert not Activity.objects.exists()

    call()
    dialog = page.get_by_role("dialog")
    assert dialog.get_by_label("Minutes").input_value() == "7"
    assert page.evaluate("document.activeElement.name") == "outcome"
    assert Axe().run(page).response["violations"] == []
    dialog.get_by_label("What came of it").select_option("reached")
    dialog.get_by_label("Next step").fill("Send the price")
    dialog.get_by_label("Next step").press("Enter")
    page.get_by_text("The call is logged.").wait_for()
    one = Activity.objects.get()
    assert (one.kind, one.outcome, one.minutes, one.deal) == ("call", "reached", 7, deal)
    assert page.get_by_text("Reached").count()

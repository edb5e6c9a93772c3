"""Acts from pages: a refusal is a sentence, a wrong field says so beside it, what was done can be undone."""

import re
from decimal import Decimal

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.handoff.commands import accept_lead, hand_over_lead
from isthmus.leads.commands import capture_lead, qualify_lead
from isthmus.leads.models import Lead
from isthmus.people.commands import add_account, add_person
from isthmus.people.models import Person
from isthmus.sales.commands import pay_order, place_order
from isthmus.sales.models import Activity, Deal, Order, Payment
from isthmus.workspace.commands import add_field
from tests.cast import MONDAY_NOON

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def waiting(ledger_folder, company, pipeline, rita):
    """A lead that waits for Rita's verdict."""
    lead = capture_lead(full_name="Pat Prospect", email="pat@buyer.example", by=SYSTEM, at=MONDAY_NOON)
    qualify_lead(lead_id=lead.pk, by=SYSTEM, at=MONDAY_NOON)
    hand_over_lead(lead_id=lead.pk, owner_id=rita.pk, by=SYSTEM, at=MONDAY_NOON)
    return Lead.objects.get(pk=lead.pk)


@pytest.fixture
def ordered(waiting):
    """Its deal with an order of 500 in two lines."""
    deal = accept_lead(lead_id=waiting.pk, amount=Decimal(500), by=SYSTEM, at=MONDAY_NOON)
    lines = [{"amount": Decimal(300)}, {"amount": Decimal(200)}]
    return place_order(number="A-1", deal_id=deal.pk, lines=lines, by=SYSTEM, at=MONDAY_NOON)


def test_an_act_that_is_too_late_is_refused_in_a_sentence_beside_the_page(client, waiting, mia):
    client.force_login(mia)

    response = client.post(f"/leads/{waiting.pk}/qualify/", headers=HTMX)

    assert response.status_code == 409
    assert "cannot become qualified" in response.content.decode()
    assert "<html" not in response.content.decode()


def test_without_scripts_the_same_refusal_is_a_page_with_a_way_back(client, waiting, mia):
    client.force_login(mia)

    response = client.post(f"/leads/{waiting.pk}/qualify/")

    assert response.status_code == 409
    assert f'href="/leads/{waiting.pk}/"' in response.content.decode()


def test_a_return_without_its_reason_comes_back_with_the_field(client, waiting, rita):
    client.force_login(rita)

    response = client.post(f"/leads/{waiting.pk}/return/", {}, headers=HTMX)

    assert response.status_code == 422
    assert "Choose one of these." in response.content.decode()
    assert Lead.objects.get().state == "handed_over"


def test_what_was_done_is_said_with_its_undo_and_can_be_taken_back(client, waiting, rita):
    client.force_login(rita)

    done = client.post(f"/leads/{waiting.pk}/return/", {"reason": "too_small"}, headers=HTMX)
    page = client.get(done["HX-Redirect"]).content.decode()
    (undo,) = re.findall(r'action="(/undo/[^"]+)"', page)
    back = client.post(undo, {"back": f"/leads/{waiting.pk}/"})

    assert "Returned to marketing with its reason." in page
    assert back["Location"] == f"/leads/{waiting.pk}/"
    assert Lead.objects.get().state == "handed_over"


def test_the_same_act_is_not_taken_back_twice(client, waiting, rita):
    client.force_login(rita)
    client.post(f"/leads/{waiting.pk}/return/", {"reason": "too_small"}, headers=HTMX)
    (undo,) = re.findall(r'action="(/undo/[^"]+)"', client.get("/leads/").content.decode())
    client.post(undo)

    again = client.post(undo, headers=HTMX)

    assert again.status_code == 409
    assert "undone already" in again.content.decode()


def test_undo_goes_back_to_this_site_only(client, waiting, rita):
    client.force_login(rita)
    client.post(f"/leads/{waiting.pk}/return/", {"reason": "too_small"}, headers=HTMX)
    (undo,) = re.findall(r'action="(/undo/[^"]+)"', client.get("/leads/").content.decode())

    assert client.post(undo, {"back": "https://elsewhere.example/"})["Location"] == "/"


def test_another_seller_s_lead_is_not_there(client, waiting, olga):
    client.force_login(olga)

    for address in ("", "accept/", "return/", "log/?kind=call", "edit/"):
        assert client.get(f"/leads/{waiting.pk}/{address}").status_code == 404
    assert client.post(f"/leads/{waiting.pk}/accept/", {}).status_code == 404
    assert client.get(f"/people/{waiting.person_id}/").status_code == 404


def test_buttons_are_those_that_the_state_and_the_role_allow(client, waiting, rita, mia, ada):
    offered = {}
    for user in (rita, mia, ada):
        client.force_login(user)
        page = client.get(f"/leads/{waiting.pk}/").content.decode()
        offered[user.role] = set(re.findall(rf"/leads/{waiting.pk}/([a-z-]+)/", page))

    assert offered["seller"] == {"accept", "return", "log", "edit"}
    assert offered["marketer"] == {"take-back", "edit"}
    assert offered["analyst"] == set()


def test_accepting_opens_the_deal_and_leads_to_it(client, waiting, rita):
    client.force_login(rita)

    done = client.post(
        f"/leads/{waiting.pk}/accept/",
        {"deal_name": "Probes", "amount": "1234.50", "currency": "EUR"},
        headers=HTMX,
    )

    deal = Deal.objects.get()
    assert done["HX-Redirect"] == f"/deals/{deal.pk}/"
    assert (deal.name, deal.amount) == ("Probes", 1_234_500_000)


def test_a_call_is_logged_with_its_words_and_stops_the_clock(client, waiting, rita):
    client.force_login(rita)

    client.post(
        f"/leads/{waiting.pk}/log/?kind=call", {"kind": "call", "text": "Budget in May", "minutes": "9"}
    )

    call = Activity.objects.get()
    assert (call.kind, call.text, call.minutes) == ("call", "Budget in May", 9)
    assert Lead.objects.get().contacted_at is not None


def test_a_call_of_tomorrow_is_not_logged_today(client, waiting, rita):
    client.force_login(rita)

    response = client.post(
        f"/leads/{waiting.pk}/log/?kind=call", {"kind": "call", "at": "2199-01-01T10:00"}, headers=HTMX
    )

    assert response.status_code == 422
    assert "This lies ahead" in response.content.decode()
    assert not Activity.objects.exists()


def test_only_what_was_changed_is_sent_so_that_nobody_s_change_is_lost(client, waiting, rita, pipeline):
    accept_lead(lead_id=waiting.pk, amount=Decimal(500), by=SYSTEM, at=MONDAY_NOON)
    deal = Deal.objects.get()
    client.force_login(rita)
    opened = {
        "name": deal.name,
        "amount": "500.00",
        "owner_id": str(rita.pk),
        "expected_close_on": "",
        "product_id": "",
    }
    Deal.objects.filter(pk=deal.pk).update(amount=700_000_000)
    opened["amount"] = "700.00"  # what the form shows now

    client.post(f"/deals/{deal.pk}/edit/", {**opened, "name": "Renamed"})

    changed = Deal.objects.get()
    assert (changed.name, changed.amount) == ("Renamed", 700_000_000)


def test_a_deal_is_not_moved_into_a_stage_of_nowhere(client, ordered, rita):
    client.force_login(rita)

    response = client.post(f"/deals/board/{ordered.deal_id}/move/", {"stage_id": "99"}, headers=HTMX)

    assert response.status_code == 422
    assert "Where to?" in response.content.decode()


def test_an_order_takes_the_lines_that_were_filled_in(client, ordered, rita):
    client.force_login(rita)
    lines = {
        "line0_amount": "10",
        "line0_description": "Fitting",
        "line0_quantity": "2",
        "line2_amount": "5.50",
    }

    client.post(
        f"/deals/{ordered.deal_id}/order/", {"number": "A-2", "currency": "EUR", "lines": "3", **lines}
    )

    order = Order.objects.get(number="A-2")
    assert order.total == 15_500_000
    assert list(order.lines.values_list("description", "quantity")) == [("Fitting", 2), ("", 1)]


def test_another_line_is_asked_for_without_storing_anything(client, ordered, rita):
    client.force_login(rita)
    form = {"number": "A-3", "currency": "EUR", "lines": "3", "line0_amount": "10", "more": "1"}

    text = client.post(f"/deals/{ordered.deal_id}/order/", form, headers=HTMX).content.decode()

    assert 'name="line3_amount"' in text
    assert 'value="A-3"' in text
    assert not Order.objects.filter(number="A-3").exists()


def test_a_line_with_words_and_no_amount_is_asked_for_it(client, ordered, rita):
    client.force_login(rita)
    form = {"number": "A-3", "currency": "EUR", "lines": "3", "line0_description": "Fitting"}

    response = client.post(f"/deals/{ordered.deal_id}/order/", form, headers=HTMX)

    assert response.status_code == 422
    assert "Say what this line costs." in response.content.decode()


def test_a_payment_and_a_refund_are_recorded_and_shown(client, ordered, rita):
    client.force_login(rita)

    client.post(f"/orders/{ordered.pk}/pay/", {"amount": "500", "reference": "B-1"})
    client.post(f"/orders/{ordered.pk}/refund/", {"amount": "120"})

    page = client.get(f"/orders/{ordered.pk}/").content.decode()
    assert list(Payment.objects.values_list("kind", "amount")) == [
        ("payment", 500_000_000), ("refund", 120_000_000)
    ]  # fmt: skip
    assert "−€120" in page
    assert "Partly paid" in page


def test_no_more_is_given_back_than_was_paid(client, ordered, rita):
    pay_order(order_id=ordered.pk, amount=Decimal(100), by=SYSTEM, at=MONDAY_NOON)
    client.force_login(rita)

    response = client.post(f"/orders/{ordered.pk}/refund/", {"amount": "200"}, headers=HTMX)

    assert response.status_code == 409
    assert "no more can be given back" in response.content.decode()


def test_an_order_has_a_page_of_its_own_that_its_deal_leads_to(client, ordered, rita, olga):
    client.force_login(rita)
    assert f"/orders/{ordered.pk}/" in client.get(f"/deals/{ordered.deal_id}/").content.decode()
    assert "Order A-1" in client.get(f"/orders/{ordered.pk}/").content.decode()
    client.force_login(olga)
    assert client.get(f"/orders/{ordered.pk}/").status_code == 404


def test_a_new_lead_finds_its_person_and_keeps_its_custom_values(client, waiting, mia):
    add_field(model="lead", key="need", label="Need", type="text", kind="analytic", by=SYSTEM, at=MONDAY_NOON)
    client.force_login(mia)
    form = {"email": "PAT@buyer.example", "channel": "event", "consent": ["email"], "custom_need": "Audit"}

    client.post("/leads/new/", form)

    lead = Lead.objects.latest("pk")
    assert lead.person_id == waiting.person_id
    assert lead.custom == {"need": "Audit"}
    assert lead.person.consents.get().channel == "email"


def test_a_lead_of_nobody_is_refused_in_words(client, waiting, mia):
    client.force_login(mia)

    response = client.post("/leads/new/", {"channel": "event"}, headers=HTMX)

    assert response.status_code == 409
    assert "Give a name, an e-mail" in response.content.decode()


def test_somebody_known_is_not_added_twice(client, waiting, mia):
    client.force_login(mia)

    response = client.post("/people/new/", {"email": "pat@buyer.example"}, headers=HTMX)

    assert response.status_code == 409
    assert "Open their page instead" in response.content.decode()


def test_a_wrong_address_stands_beside_its_field(client, waiting, mia):
    client.force_login(mia)
    form = {"email": "pat at home", "owner_id": waiting.owner_id}

    response = client.post(f"/people/{waiting.person_id}/edit/", form, headers=HTMX)

    assert response.status_code == 422
    assert "“pat at home” is not an e-mail address." in response.content.decode()


def test_consent_is_recorded_and_its_withdrawal_holds(client, waiting, mia):
    client.force_login(mia)
    address = f"/people/{waiting.person_id}/consent/"

    client.post(address, {"channel": "email", "given": "yes", "source": "fair"})
    client.post(address, {"channel": "email", "given": "no", "source": "call"})

    assert list(waiting.person.consents.order_by("pk").values_list("given", flat=True)) == [True, False]


def test_an_account_is_chosen_by_typing_among_those_one_may_see(client, waiting, mia, olga):
    account = add_account(name="Nordlager", domain="nordlager.example", by=SYSTEM, at=MONDAY_NOON)
    client.force_login(mia)

    found = client.get("/pick/account/?name=account_id&pick=nord").content.decode()
    form = {"full_name": "Pat Prospect", "email": "pat@buyer.example", "owner_id": waiting.owner_id}
    client.post(f"/people/{waiting.person_id}/edit/", {**form, "account_id": account.pk})

    assert f'value="{account.pk}"' in found
    assert Person.objects.get(pk=waiting.person_id).account_id == account.pk
    client.force_login(olga)
    assert "Nordlager" not in client.get("/pick/account/?name=account_id&pick=nord").content.decode()


def test_nobody_is_put_into_an_account_that_one_may_not_see(client, waiting, rita):
    hidden = add_account(name="Hidden", by=SYSTEM, at=MONDAY_NOON)
    own = add_person(full_name="Lee Later", by=SYSTEM, at=MONDAY_NOON)
    Person.objects.filter(pk=own.pk).update(owner=rita)
    client.force_login(rita)

    response = client.post(
        f"/people/{own.pk}/edit/", {"full_name": "Lee Later", "account_id": hidden.pk}, headers=HTMX
    )

    assert response.status_code == 422
    assert Person.objects.get(pk=own.pk).account is None


def test_an_act_of_no_name_is_not_there_and_a_button_s_act_is_not_got_by_a_link(client, waiting, mia):
    client.force_login(mia)

    assert client.get(f"/leads/{waiting.pk}/explode/").status_code == 404
    assert client.get(f"/leads/{waiting.pk}/recycle/").status_code == 405

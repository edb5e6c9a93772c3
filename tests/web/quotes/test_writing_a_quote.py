"""A draft as a form: lines come and go, the server works it out while it is typed, it is saved as a whole."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from isthmus.core import clock
from isthmus.core.actors import SYSTEM
from isthmus.core.runs import CommandRun
from isthmus.people.commands import add_account, add_person
from isthmus.people.models import Person
from isthmus.sales.commands import edit_quote
from isthmus.sales.models import Deal, Quote
from isthmus.workspace.actors import actor_for
from tests.web.quotes.conftest import form

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def test_a_new_quote_begins_on_its_deal_with_the_deals_product_at_the_books_price(client, deal, goods, rita):
    client.force_login(rita)
    assert "New quote" in client.get(f"/deals/{deal.pk}/").content.decode()

    response = client.post(f"/deals/{deal.pk}/quote/")

    quote = Quote.objects.get()
    assert response["Location"] == f"/quotes/{quote.pk}/"
    assert [(line.product, line.net, line.tax) for line in quote.lines.all()] == [
        (goods[0], 199_990_000, 38_000_000)
    ]
    page = client.get(f"/quotes/{quote.pk}/").content.decode()
    assert "€237.99" in page  # with the tax
    assert f"Quote {quote.number}" in client.get(f"/deals/{deal.pk}/").content.decode()


def test_typed_lines_are_worked_out_by_the_server_and_nothing_is_stored(client, draft, goods, rita):
    client.force_login(rita)
    lines = (
        {"product": goods[0].pk, "quantity": "3", "discount": "10"},
        {"description": "Delivery", "price": "12.345", "quantity": "1"},
    )

    text = client.post(f"/quotes/{draft.pk}/sums/", form(draft, *lines), headers=HTMX).content.decode()

    # 3 × 199.99 less 10 % is 539.97, 12.345 becomes 12.35; 102.59 and 2.35 of tax.
    assert "€552.32" in text
    assert "€657.26" in text
    assert '<span id="line0-net" hx-swap-oob="true">€539.97</span>' in text
    assert '<span id="line1-net" hx-swap-oob="true">€12.35</span>' in text
    assert "needs" not in text.lower()
    assert Quote.objects.get().version == draft.version


def test_a_discount_above_the_limit_says_whose_approval_it_needs_while_typing(
    client, draft, goods, rita, sam
):
    client.force_login(rita)
    line = {"product": goods[0].pk, "quantity": "1", "discount": "12.5"}

    text = client.post(f"/quotes/{draft.pk}/sums/", form(draft, line), headers=HTMX).content.decode()

    assert "Café machine: 12.5% below the list, your limit is 10%." in text
    assert "Needs the approval of Sam Sato." in text
    assert "Ask for approval…" in text
    assert "Send…" not in text


def test_what_cannot_be_a_line_is_said_instead_of_a_sum(client, draft, rita):
    client.force_login(rita)

    text = client.post(
        f"/quotes/{draft.pk}/sums/", form(draft, {"description": "Delivery"}), headers=HTMX
    ).content.decode()

    assert "No price book knows a price for line 1 in EUR. Say its price." in text
    assert "Not yet to be said" in text


def test_lines_are_added_moved_and_taken_out_without_scripts_and_without_saving(client, draft, goods, rita):
    client.force_login(rita)
    first, second = {"description": "First", "price": "1"}, {"description": "Second", "price": "2"}

    def order(do):
        sent = form(draft, first, second, do=do)
        page = client.post(f"/quotes/{draft.pk}/", sent).content.decode()
        return sorted(word for word in ("First", "Second") if word in page), page

    there, page = order("up:1")
    assert page.index("Second") < page.index('value="First"')
    assert 'name="line2_product"' in order("add")[1]
    assert order("drop:0")[0] == ["Second"]
    assert order("down:1")[1].index('value="First"') < page.index('value="First"')
    assert there == ["First", "Second"]
    assert Quote.objects.get().version == draft.version


def test_a_saved_draft_holds_the_lines_the_days_and_the_words(client, draft, goods, rita):
    client.force_login(rita)
    lines = (
        {"description": "Delivery", "price": "80", "quantity": "2"},
        {},  # left empty: left out
        {"product": goods[1].pk, "quantity": "4", "discount": "2.5"},
    )

    response = client.post(
        f"/quotes/{draft.pk}/", form(draft, *lines, words="As we said.", terms="Net.", do="save")
    )

    assert response.status_code == 302
    quote = Quote.objects.get()
    assert (quote.note, quote.terms, quote.valid_until) == ("As we said.", "Net.", date(2099, 1, 1))
    stored = quote.lines.values_list("position", "description", "quantity", "discount")
    assert list(stored) == [(1, "Delivery", 2, 0), (2, "", 4, Decimal("0.025"))]
    assert quote.total == (160_000_000 + 30_400_000) + (39_000_000 + 7_410_000)
    again = client.get(f"/quotes/{draft.pk}/").content.decode()
    assert 'value="2.5"' in again
    assert 'value="80"' in again


def test_a_price_above_the_list_stays_when_the_draft_is_saved_again(client, draft, goods, rita):
    client.force_login(rita)
    client.post(f"/quotes/{draft.pk}/", form(draft, {"product": goods[0].pk, "price": "250"}, do="save"))

    page = client.get(f"/quotes/{draft.pk}/").content.decode()

    assert 'value="250"' in page


def test_somebody_quicker_is_not_overwritten_and_what_was_typed_is_kept(client, draft, rita):
    client.force_login(rita)
    sent = form(draft, {"description": "Mine", "price": "5"}, do="save")
    edit_quote(quote_id=draft.pk, note="Theirs", valid_until=date(2099, 2, 2), by=SYSTEM, at=clock.now())

    response = client.post(f"/quotes/{draft.pk}/", sent)

    page = response.content.decode()
    assert response.status_code == 409
    assert "Somebody changed this since you read it." in page
    assert 'value="Mine"' in page
    assert Quote.objects.get().note == "Theirs"


def test_a_field_that_cannot_be_read_says_so_beside_it(client, draft, goods, rita):
    client.force_login(rita)
    line = {"product": goods[0].pk, "quantity": "many", "discount": "120"}

    response = client.post(f"/quotes/{draft.pk}/", form(draft, line, do="save"), headers=HTMX)

    page = response.content.decode()
    assert response.status_code == 422
    assert "<html" not in page
    assert 'id="id_line0_quantity_error"' in page
    assert 'id="id_line0_discount_error"' in page


def test_a_day_that_is_past_is_refused_beside_its_field(client, draft, goods, rita):
    client.force_login(rita)
    past = clock.now().date() - timedelta(days=3)

    response = client.post(
        f"/quotes/{draft.pk}/", form(draft, {"product": goods[0].pk}, do="save", valid_until=past)
    )

    assert response.status_code == 422
    assert "A quote is valid until today at least." in response.content.decode()


def test_sending_saves_first_and_asks_whether_it_is_meant(client, draft, goods, rita):
    client.force_login(rita)
    sent = form(draft, {"product": goods[0].pk, "quantity": "7"}, do="send")

    response = client.post(f"/quotes/{draft.pk}/", sent)

    assert response["Location"] == f"/quotes/{draft.pk}/send/"
    assert Quote.objects.get().lines.get().quantity == 7
    asked = client.get(response["Location"]).content.decode()
    assert "Send it, valid until 1 Jan 2099?" in asked
    client.post(response["Location"])
    assert Quote.objects.get().state == "sent"


def test_the_contact_is_chosen_among_the_accounts_people_and_the_address_is_kept_for_the_next(
    client, deal, draft, goods, rita, olga
):
    account = add_account(name="Pat Works", city="Bremen", country="DE", by=SYSTEM, at=clock.now())
    kim, lee = (
        add_person(full_name=name, email=f"{name[:3]}@x.example", by=actor_for(owner), at=clock.now())
        for name, owner in (("Kim Buyer", rita), ("Lee Hidden", olga))
    )
    Person.objects.filter(pk__in=(kim.pk, lee.pk)).update(account=account)
    Deal.objects.filter(pk=deal.pk).update(account=account)
    Quote.objects.filter(pk=draft.pk).update(account=account)
    draft.refresh_from_db()
    client.force_login(rita)
    page = client.get(f"/quotes/{draft.pk}/").content.decode()
    assert "Kim Buyer" in page
    assert "Lee Hidden" not in page
    line, address = {"product": goods[0].pk}, "Pat Works\nHafen 1\nBremen"
    told = {"billing_address": address, "do": "save"}

    refused = client.post(f"/quotes/{draft.pk}/", form(draft, line, person_id=lee.pk, **told))
    client.post(f"/quotes/{draft.pk}/", form(draft, line, person_id=kim.pk, **told))
    client.post(f"/deals/{deal.pk}/quote/")

    assert refused.status_code == 422
    draft.refresh_from_db()
    assert (draft.person, draft.billing_address) == (kim, address)
    assert Quote.objects.latest("pk").billing_address == address


def test_a_contact_can_be_left_out_and_that_is_taken_back(client, draft, goods, rita):
    client.force_login(rita)
    pat = draft.person

    client.post(f"/quotes/{draft.pk}/", form(draft, {"product": goods[0].pk}, person_id="", do="save"))
    assert Quote.objects.get().person is None
    client.post(f"/undo/{CommandRun.objects.latest('at').batch}/")

    assert Quote.objects.get().person == pat

"""A quote from state to state on its page, touched only by whom it concerns; its versions; the list."""

from decimal import Decimal

import pytest

from isthmus.core import clock
from isthmus.core.actors import SYSTEM
from isthmus.sales.commands import (
    accept_quote,
    ask_approval,
    edit_quote,
    make_quote,
    note_quote_viewed,
    reopen_quote,
    revise_quote,
    send_quote,
)
from isthmus.sales.models import Quote
from isthmus.sales.quoting.standing import token_of
from isthmus.web.quotes.paper import quote_paper
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import Notification
from tests.web.quotes.conftest import form

pytestmark = pytest.mark.django_db


def _reduced(draft, goods, rita):
    """The draft with more off than Rita may give, waiting for approval."""
    line = {"product_id": goods[0].pk, "discount": Decimal("0.25")}
    edit_quote(quote_id=draft.pk, lines=[line], by=actor_for(rita), at=clock.now())
    return ask_approval(quote_id=draft.pk, reason="They buy ten more", by=actor_for(rita), at=clock.now())


def test_a_discount_is_asked_for_approved_by_the_manager_and_sent_by_the_seller(
    client, draft, goods, rita, sam
):
    client.force_login(rita)
    line = {"product": goods[0].pk, "discount": "25"}
    response = client.post(f"/quotes/{draft.pk}/", form(draft, line, do="ask"))
    response = client.post(response["Location"], {"reason": "They buy ten more"})
    page = client.get(response["Location"]).content.decode()
    assert "Waits for the approval of its discount" in page
    assert "Approve</button>" not in page
    assert client.post(f"/quotes/{draft.pk}/approve/").status_code == 409

    client.force_login(sam)
    page = client.get(f"/quotes/{draft.pk}/").content.decode()
    assert "Café machine: 25% below the list, the limit is 10%." in page
    assert "Asked because: They buy ten more" in page
    client.post(f"/quotes/{draft.pk}/approve/")

    client.force_login(rita)
    page = client.get(f"/quotes/{draft.pk}/").content.decode()
    assert "Ready to send" in page
    assert "Sam Sato" in page
    client.post(f"/quotes/{draft.pk}/send/")
    assert "Sent, not opened yet" in client.get(f"/quotes/{draft.pk}/").content.decode()


def test_what_waits_for_approval_stands_in_the_managers_day_and_not_in_the_sellers(
    client, draft, goods, rita, sam
):
    _reduced(draft, goods, rita)

    client.force_login(sam)
    day = client.get("/day/").content.decode()
    client.force_login(rita)
    own = client.get("/day/").content.decode()
    assert [(notice.user, notice.path) for notice in Notification.objects.filter(kind="quote.approval")] == [
        (sam, f"/quotes/{draft.pk}/")
    ]

    assert "Rita Reyes asks for up to 25% discount. “They buy ten more”" in day
    assert f"/quotes/{draft.pk}/" in day
    assert "Discount to approve" not in own


def test_a_discount_is_approved_or_refused_from_the_row_of_ones_day(client, draft, goods, rita, sam):
    _reduced(draft, goods, rita)
    client.force_login(sam)
    key = f"?key=approve:{draft.pk}"

    day = client.get("/day/").content.decode()
    assert f"/day/approve/{key.replace(':', '%3A')}" in day
    assert client.get(f"/day/approve/{key}").status_code == 405
    assert client.get(f"/day/accept/{key}").status_code == 404
    assert client.post(f"/day/refuse/{key}", {"reason": ""}).status_code == 422
    assert client.post(f"/day/approve/{key}").url == "/day/"
    draft.refresh_from_db()
    assert (draft.state, draft.approved_by) == ("ready", sam)

    reopen_quote(quote_id=draft.pk, by=actor_for(rita), at=clock.now())
    ask_approval(quote_id=draft.pk, by=actor_for(rita), at=clock.now())
    client.force_login(rita)
    assert client.post(f"/day/approve/{key}").status_code == 409
    client.force_login(sam)
    assert client.post(f"/day/refuse/{key}", {"reason": "Ten percent is enough"}).url == "/day/"
    draft.refresh_from_db()
    assert (draft.state, draft.refused_because) == ("draft", "Ten percent is enough")


def test_a_refused_discount_comes_back_as_a_draft_with_the_reason(client, draft, goods, rita, sam):
    _reduced(draft, goods, rita)
    client.force_login(sam)
    assert client.post(f"/quotes/{draft.pk}/refuse/", {"reason": ""}).status_code == 422
    client.post(f"/quotes/{draft.pk}/refuse/", {"reason": "Ten percent is enough"})

    client.force_login(rita)

    page = client.get(f"/quotes/{draft.pk}/").content.decode()
    assert "The discount was refused." in page
    assert "Ten percent is enough" in page
    assert 'id="quote-form"' in page


def test_a_quote_with_the_customer_is_read_revised_withdrawn_or_answered_for_them(client, draft, goods, rita):
    send_quote(quote_id=draft.pk, by=actor_for(rita), at=clock.now())
    note_quote_viewed(quote_id=draft.pk, by=SYSTEM, at=clock.now())
    client.force_login(rita)
    page = client.get(f"/quotes/{draft.pk}/").content.decode()
    for said in ("Seen by the customer, valid 30 days more", "First opened by the customer", "Revise"):
        assert said in page
    assert client.post(f"/quotes/{draft.pk}/").status_code == 405

    assert client.post(f"/quotes/{draft.pk}/accept/", {"name": ""}).status_code == 422
    client.post(f"/quotes/{draft.pk}/accept/", {"name": "Pat Prospect", "purchase_number": "PO-7"})

    quote = Quote.objects.get()
    page = client.get(f"/quotes/{draft.pk}/").content.decode()
    for said in ("Accepted by Pat Prospect", "PO-7", f'href="/orders/{quote.order_id}/"'):
        assert said in page


def test_a_withdrawn_quote_is_given_up_and_nobody_can_accept_it(client, draft, rita):
    send_quote(quote_id=draft.pk, by=actor_for(rita), at=clock.now())
    client.force_login(rita)

    client.post(f"/quotes/{draft.pk}/withdraw/")

    assert "Given up" in client.get(f"/quotes/{draft.pk}/").content.decode()
    assert client.post(f"/quotes/{draft.pk}/accept/", {"name": "Pat"}).status_code == 409


def test_a_revised_quote_says_what_changed_from_one_version_to_the_next(client, draft, goods, rita):
    by, at = actor_for(rita), clock.now()
    send_quote(quote_id=draft.pk, by=by, at=at)
    second = revise_quote(quote_id=draft.pk, by=by, at=at)
    lines = [{"product_id": goods[0].pk, "quantity": Decimal(3)}, {"product_id": goods[1].pk}]
    edit_quote(quote_id=second.pk, lines=lines, by=by, at=at)
    client.force_login(rita)

    page = client.get(f"/quotes/{second.pk}/").content.decode()

    for said in (
        "2 versions",
        "Café machine, quantity: 2 → 3",
        "Café machine, discount: 5% → 0%",
        "New: Care",
        "Total: €452.18 → €725.86",
        f'href="/quotes/{draft.pk}/"',
    ):
        assert said in page
    assert "A later version stands in its place" in client.get(f"/quotes/{draft.pk}/").content.decode()


def test_nobody_else_sees_the_quote_and_a_reader_changes_nothing(client, draft, goods, rita, olga, ada):
    client.force_login(olga)
    assert client.get(f"/quotes/{draft.pk}/").status_code == 404
    assert client.post(f"/quotes/{draft.pk}/sums/", {}).status_code == 404
    assert draft.number not in client.get("/quotes/").content.decode()

    client.force_login(ada)
    page = client.get(f"/quotes/{draft.pk}/").content.decode()
    assert 'id="quote-form"' not in page
    assert "A draft: nobody outside has seen it" in page
    assert client.post(f"/quotes/{draft.pk}/", form(draft, {})).status_code == 405
    assert client.post(f"/quotes/{draft.pk}/send/").status_code == 409


def test_the_list_shows_what_is_under_way_and_what_waits_for_the_manager(
    client, draft, deal, goods, rita, sam
):
    by, at = actor_for(rita), clock.now()
    other = make_quote(deal_id=deal.pk, lines=[{"product_id": goods[1].pk}], by=by, at=at)
    sent = send_quote(quote_id=other.pk, by=by, at=at)
    accept_quote(quote_id=sent.pk, name="Pat", by=by, at=at)
    _reduced(draft, goods, rita)
    client.force_login(sam)

    under_way = client.get("/quotes/?state=draft&state=awaiting&state=ready&state=sent").content.decode()
    waiting = client.get("/quotes/?state=awaiting").content.decode()
    found = client.get(f"/quotes/?q={sent.number}").content.decode()

    assert draft.number in under_way
    assert sent.number not in under_way
    assert "Awaiting approval" in waiting
    assert "€178.49" in waiting
    assert sent.number in found
    assert draft.number not in found


def test_the_page_asks_the_same_for_many_lines_as_for_few(
    client, draft, goods, rita, sam, django_assert_max_num_queries
):
    lines = [{"description": f"Line {n}", "unit_price": Decimal(n + 1)} for n in range(40)]
    edit_quote(quote_id=draft.pk, lines=lines, by=actor_for(rita), at=clock.now())
    client.force_login(rita)

    with django_assert_max_num_queries(30):
        assert client.get(f"/quotes/{draft.pk}/").status_code == 200
    sent = form(draft, *({"description": f"Line {n}", "price": n + 1} for n in range(40)))
    with django_assert_max_num_queries(20):
        assert client.post(f"/quotes/{draft.pk}/sums/", sent).status_code == 200


def test_whoever_may_change_a_sent_quote_finds_the_customers_page_and_readers_only_its_paper(
    client, draft, rita, ada
):
    address = "Pat Works\nHafen 1\nBremen"
    edit_quote(quote_id=draft.pk, billing_address=address, by=actor_for(rita), at=clock.now())
    sent = send_quote(quote_id=draft.pk, by=actor_for(rita), at=clock.now())
    client.force_login(rita)
    page = client.get(f"/quotes/{draft.pk}/").content.decode()
    client.force_login(ada)
    read = client.get(f"/quotes/{draft.pk}/").content.decode()

    assert f"http://testserver/q/{token_of(sent)}/" in page
    assert "/q/" not in read
    assert f"/quotes/{draft.pk}/quote.pdf" in read
    assert quote_paper(Quote.objects.get()).receiver == ["Pat Works", "Pat Prospect", "Hafen 1", "Bremen"]

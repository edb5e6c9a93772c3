"""The pages of expenses, of the cost of selling and of salaries: who sees what, acts without scripts."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from isthmus.core.actors import SYSTEM
from isthmus.files.models import AttachedFile
from isthmus.money.commands import book_expense, set_salary
from isthmus.money.models import Expense, Salary
from isthmus.sales.commands import open_deal
from isthmus.workspace.actors import actor_for
from tests.cast import MONDAY_NOON

pytestmark = pytest.mark.django_db
TRIP = {"on": date(2026, 2, 27), "category": "travel", "amount": Decimal("120.50"), "note": "Train to Kiel"}
FORM = {"on": "2026-02-27", "category": "meals", "amount": "45", "words": "Lunch"}


@pytest.fixture(autouse=True)
def monday_noon():
    with time_machine.travel(MONDAY_NOON, tick=False):
        yield


@pytest.fixture
def trip(rita):
    return book_expense(**TRIP, by=actor_for(rita), at=MONDAY_NOON)


def page(client, user, address):
    client.force_login(user)
    return client.get(address)


def test_a_seller_enters_one_with_its_receipt_and_it_stands_in_the_list(client, rita):
    client.force_login(rita)
    photo = SimpleUploadedFile("Lunch.jpg", b"\xff\xd8\xff\xe0 JFIF")

    answer = client.post("/expenses/new/", {**FORM, "files": photo})

    assert (answer.status_code, answer["Location"]) == (302, "/expenses/")
    one = Expense.objects.get()
    assert (one.owner, one.amount, one.category) == (rita, 45_000_000, "meals")
    assert AttachedFile.objects.get(kind="expense", record_id=one.pk).name == "Lunch.jpg"
    shown = client.get("/expenses/?period=2026-02").content.decode()
    assert "Lunch" in shown
    assert "Receipt Lunch.jpg" in shown
    assert "You spent €45 in Feb 2026" in shown


def test_what_is_wrong_stands_beside_its_field_and_the_receipt_is_dropped(client, rita):
    client.force_login(rita)
    photo = SimpleUploadedFile("Lunch.jpg", b"\xff\xd8\xff\xe0 JFIF")

    answer = client.post("/expenses/new/", {**FORM, "on": "2026-03-09", "files": photo})

    assert answer.status_code == 422
    assert "That day has not come yet." in answer.content.decode()
    assert "Choose it once more" in answer.content.decode()
    assert not Expense.objects.exists()


def test_the_manager_decides_from_the_queue_and_the_seller_sees_why(client, trip, rita, sam):
    assert "1 expense waits for you" in page(client, sam, "/expenses/").content.decode()
    client.post(f"/expenses/{trip.pk}/approve/", {"back": "/expenses/?period=2026-02"})
    trip.refresh_from_db()
    assert (trip.state, trip.decided_by) == ("approved", sam)
    assert "waits for you" not in client.get("/expenses/").content.decode()

    client.post(f"/expenses/{trip.pk}/refuse/", {"reason": "No receipt"})
    assert "Refused: No receipt" in page(client, rita, f"/expenses/{trip.pk}/").content.decode()
    assert client.post(f"/expenses/{trip.pk}/approve/").status_code == 409
    client.post(f"/expenses/{trip.pk}/correct/", {**FORM, "amount": "50"})
    trip.refresh_from_db()
    assert (trip.state, trip.amount) == ("corrected", 50_000_000)
    client.post(f"/expenses/{trip.pk}/withdraw/")
    trip.refresh_from_db()
    assert trip.state == "withdrawn"


@pytest.mark.parametrize("path", ["/expenses/", "/expenses/new/", "/selling-cost/", "/salaries/"])
def test_each_role_opens_the_pages_that_are_its_own(client, path, rita, sam, ada, mia, admin):
    opened = [page(client, user, path).status_code == 200 for user in (rita, sam, ada, mia, admin)]

    assert (
        opened
        == {
            "/expenses/": [True, True, True, False, True],
            "/expenses/new/": [True, True, False, False, True],
            "/selling-cost/": [True, True, True, False, True],
            "/salaries/": [False, False, False, False, True],
        }[path]
    )


def test_others_do_not_find_it(client, trip, olga):
    assert page(client, olga, f"/expenses/{trip.pk}/").status_code == 404
    assert client.post(f"/expenses/{trip.pk}/withdraw/").status_code == 404


def test_the_cost_of_selling_holds_salaries_for_who_may_see_them_and_for_nobody_else(
    client, trip, sam, admin, rita
):
    set_salary(user_id=rita.pk, monthly=Decimal(4000), from_on=date(2026, 1, 1), by=SYSTEM, at=MONDAY_NOON)

    seen = page(client, sam, "/selling-cost/?period=2026-Q1").content.decode()
    assert "Direct cost of selling" in seen
    assert "€120.50" in seen
    assert "12,12" not in seen
    assert "€12,121" in page(client, admin, "/selling-cost/?period=2026-Q1").content.decode()


def test_a_deals_page_shows_what_it_cost_and_brought_to_who_may_see_it(client, rita, pipeline, mia):
    deal = open_deal(name="Harbour", by=actor_for(rita), at=MONDAY_NOON)
    assert "No expense was entered for it." in page(client, rita, f"/deals/{deal.pk}/").content.decode()
    book_expense(**TRIP, deal_id=deal.pk, by=actor_for(rita), at=MONDAY_NOON)

    shown = page(client, rita, f"/deals/{deal.pk}/").content.decode()
    assert "Direct cost of selling" in shown
    assert "€120.50" in shown
    assert "What it cost" not in page(client, mia, f"/deals/{deal.pk}/").content.decode()
    assert "Harbour" in page(client, rita, "/selling-cost/?period=2026-Q1&by=deal").content.decode()


def test_an_administrator_sets_a_salary(client, admin, rita):
    client.force_login(admin)

    client.post(
        "/salaries/set/", {"user_id": rita.pk, "monthly": "4000", "currency": "EUR", "from_on": "2026-01-01"}
    )

    assert Salary.objects.get().amount == 4_000_000_000
    assert "€4,000" in client.get("/salaries/").content.decode()

"""Changing many records from a list: chosen ones or all that it holds; previewed, made, taken back."""

import re
from datetime import date

import pytest

from isthmus.bulk import commands as bulk
from isthmus.bulk.models import BulkEdit
from isthmus.core.actors import SYSTEM
from isthmus.core.queue import run_due
from isthmus.people.commands import add_person
from isthmus.sales.commands import open_deal
from isthmus.sales.models import Deal
from tests.cast import MONDAY_NOON

pytestmark = pytest.mark.django_db
ACT = {"by": SYSTEM, "at": MONDAY_NOON}
NEW = "/changes/deals/new/"
CLOSE = {"field": "expected_close_on", "value": "2026-09-30"}


@pytest.fixture
def deals(ledger_folder, company, pipeline, rita, olga):
    """Two deals of Rita's and one of Olga's."""
    pat = add_person(full_name="Pat", email="pat@buyer.example", **ACT)
    owners = (("Probes", rita), ("Valves", rita), ("Olgas", olga))
    return [open_deal(name=name, person_id=pat.pk, owner_id=one.pk, **ACT).pk for name, one in owners]


def closing():
    return set(Deal.objects.exclude(expected_close_on=None).values_list("name", "expected_close_on"))


def test_chosen_records_are_previewed_changed_and_taken_back(client, deals, rita):
    client.force_login(rita)
    page = client.get("/deals/").content.decode()
    assert f'data-pick value="{deals[0]}" aria-label="Choose Probes"' in page

    response = client.post(f"{NEW}?ids={deals[0]},{deals[2]}", CLOSE)

    edit = BulkEdit.objects.get()
    assert response["Location"] == f"/changes/{edit.pk}/"
    preview = client.get(response["Location"]).content.decode()
    assert "Expected close becomes “30 Sep" in preview and "Probes" in preview and "Olgas" not in preview
    assert "your role does not reach it" in preview and "Change 1 record" in preview
    assert closing() == set()
    client.post(f"/changes/{edit.pk}/start/")
    assert closing() == {("Probes", date(2026, 9, 30))}
    done = client.get(response["Location"]).content.decode()
    client.post(re.search(r'action="(/undo/[^"]+)"', done)[1])
    assert closing() == set()
    assert "Put back" in client.get(response["Location"]).content.decode()


def test_all_that_the_filters_hold_is_changed_and_nothing_else(client, deals, mia, admin, rita):
    client.force_login(admin)

    client.post(f"{NEW}?owner={rita.pk}", CLOSE)
    client.post(f"/changes/{BulkEdit.objects.get().pk}/start/")

    assert {name for name, _day in closing()} == {"Probes", "Valves"}


def test_a_change_under_way_is_stopped_goes_on_and_is_taken_back_from_its_page(
    client, deals, admin, monkeypatch
):
    monkeypatch.setattr(bulk, "AT_ONCE", 1)
    monkeypatch.setattr(bulk, "PART", 1)
    client.force_login(admin)
    page = client.post(f"{NEW}?ids={','.join(map(str, deals))}", CLOSE)["Location"]
    run_due()
    client.post(f"{page}start/")
    assert "hx-trigger" in live(client, page) and "Go on" not in live(client, page)

    client.post(f"{page}stop/")
    run_due()
    said = live(client, page)
    assert "What is changed stays" in said and "hx-trigger" not in said and ">Stop<" not in said
    assert closing() == set()
    client.post(f"{page}go-on/")
    run_due()
    assert len(closing()) == 3

    client.post(re.search(r'action="(/undo/[^"]+)"', client.get(page).content.decode())[1])
    client.post(f"{page}stop/")
    assert "the rest is still changed" in live(client, page)
    assert ">Take it all back<" not in live(client, page)


def live(client, page):
    return client.get(f"{page}?part=live", headers={"HX-Request": "true"}).content.decode()


def test_a_missing_value_empties_nothing_and_emptying_is_said(client, deals, admin):
    client.force_login(admin)

    response = client.post(f"{NEW}?ids={deals[0]}", {"field": "owner_id", "value": ""})
    assert response.status_code == 422
    assert "one of the two" in response.content.decode()
    response = client.post(f"{NEW}?ids={deals[0]}", {"field": "owner_id", "value": "", "empties": "on"})

    assert "Owner is emptied" in client.get(response["Location"]).content.decode()


def test_a_filter_that_cannot_be_used_does_not_mean_everything(client, deals, admin):
    client.force_login(admin)

    response = client.post(f"{NEW}?value_from=many", CLOSE)

    assert response.status_code == 409
    assert not BulkEdit.objects.exists()


def test_who_may_not_change_many_sees_nothing_to_choose(client, deals, ada, olga, rita):
    client.force_login(ada)
    page = client.get("/deals/").content.decode()
    assert "data-pick" not in page and "Change all" not in page
    assert client.get(NEW).status_code == 403
    client.force_login(rita)
    client.post(f"{NEW}?ids={deals[0]}", CLOSE)
    client.force_login(olga)
    assert client.get(f"/changes/{BulkEdit.objects.get().pk}/").status_code == 404

"""Forms that change a record: no later change is lost, a field can be emptied, and Undo puts it back."""

import re
from decimal import Decimal

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.people.commands import add_person
from isthmus.sales.commands import edit_deal, open_deal
from isthmus.sales.models import Deal
from tests.cast import MONDAY_NOON

pytestmark = pytest.mark.django_db
ACT = {"by": SYSTEM, "at": MONDAY_NOON}


@pytest.fixture
def deal(ledger_folder, company, pipeline, rita):
    """Rita's deal with Pat over 300."""
    pat = add_person(full_name="Pat", email="pat@buyer.example", **ACT)
    return open_deal(person_id=pat.pk, name="Probes", amount=Decimal(300), owner_id=rita.pk, **ACT)


def test_a_form_that_was_opened_before_somebodys_change_shows_both_values(client, deal, rita):
    client.force_login(rita)
    page = client.get(f"/deals/{deal.pk}/edit/").content.decode()
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    edit_deal(deal_id=deal.pk, name="Renamed", **ACT)
    sent = {"name": "Probes", "amount": "500", "owner_id": str(rita.pk), "version": version}

    response = client.post(f"/deals/{deal.pk}/edit/", sent)

    text = response.content.decode()
    assert response.status_code == 409
    assert "It says “Renamed” now" in text and 'value="Probes"' in text
    newer = re.search(r'name="version" value="(\d+)"', text)[1]
    assert client.post(f"/deals/{deal.pk}/edit/", {**sent, "version": newer}).status_code == 302
    assert Deal.objects.get().name == "Probes"


def test_a_form_empties_what_was_taken_out_of_it(client, deal, rita):
    client.force_login(rita)
    page = client.get(f"/deals/{deal.pk}/edit/").content.decode()
    version = re.search(r'name="version" value="(\d+)"', page)[1]

    client.post(
        f"/deals/{deal.pk}/edit/",
        {"name": "Probes", "amount": "", "owner_id": str(rita.pk), "version": version},
    )

    assert Deal.objects.get().amount is None


def test_a_change_by_form_is_taken_back_by_the_button_that_follows_it(client, deal, rita):
    client.force_login(rita)
    page = client.get(f"/deals/{deal.pk}/edit/").content.decode()
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    sent = {"name": "Probes", "amount": "450", "owner_id": str(rita.pk), "version": version}

    text = client.post(f"/deals/{deal.pk}/edit/", sent, follow=True).content.decode()

    assert Deal.objects.get().amount == 450_000_000
    (undo,) = set(re.findall(r'action="(/undo/[^"]+)"', text))
    client.post(undo)
    assert Deal.objects.get().amount == 300_000_000

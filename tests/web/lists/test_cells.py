"""A cell changed where it stands: saved through the command, and never over somebody else's change."""

import re
from decimal import Decimal

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.people.commands import add_person, edit_person
from isthmus.sales.commands import edit_deal, open_deal
from isthmus.sales.models import Deal
from isthmus.workspace.actors import actor_for
from tests.cast import MONDAY_NOON

pytestmark = pytest.mark.django_db
ACT = {"by": SYSTEM, "at": MONDAY_NOON}


@pytest.fixture
def deal(ledger_folder, company, pipeline, rita):
    """Rita's deal with Pat over 300."""
    pat = add_person(full_name="Pat", email="pat@buyer.example", **ACT)
    return open_deal(person_id=pat.pk, name="Probes", amount=Decimal(300), owner_id=rita.pk, **ACT)


def asked(client, address):
    text = client.get(address).content.decode()
    return {name: re.search(rf'name="{name}" value="([^"]*)"', text)[1] for name in ("version", "was")}


def test_a_cell_is_a_field_and_then_its_new_value_with_an_undo(client, deal, rita):
    client.force_login(rita)
    address = f"/cells/deals/{deal.pk}/value/"
    assert f'data-cell="{address}"' in client.get("/deals/").content.decode()

    response = client.post(address, {**asked(client, address), "amount": "450"})

    text = response.content.decode()
    assert response.status_code == 200
    assert "€450" in text and 'data-state="saved"' in text
    (batch,) = re.findall(r'action="(/undo/[^"]+)"', text)
    client.post(batch)
    assert Deal.objects.get().amount == 300_000_000


def test_a_cell_can_be_emptied(client, deal, rita):
    client.force_login(rita)
    address = f"/cells/deals/{deal.pk}/value/"

    client.post(address, {**asked(client, address), "amount": ""})

    assert Deal.objects.get().amount is None


def test_somebody_elses_change_is_shown_and_not_overwritten(client, deal, rita):
    client.force_login(rita)
    address = f"/cells/deals/{deal.pk}/value/"
    opened = asked(client, address)
    edit_deal(deal_id=deal.pk, amount=Decimal(700), **ACT)

    response = client.post(address, {**opened, "amount": "450"})

    text = response.content.decode()
    assert response.status_code == 409
    assert "changed to “700" in text and 'value="450"' in text
    assert Deal.objects.get().amount == 700_000_000
    again = {name: re.search(rf'name="{name}" value="([^"]*)"', text)[1] for name in ("version", "was")}
    assert client.post(address, {**again, "amount": "450"}).status_code == 200
    assert Deal.objects.get().amount == 450_000_000


def test_who_was_quicker_is_named(client, ledger_folder, company, mia, admin):
    pat = add_person(full_name="Pat", email="pat@buyer.example", **ACT)
    client.force_login(mia)
    address = f"/cells/people/{pat.pk}/city/"
    opened = asked(client, address)
    edit_person(person_id=pat.pk, city="Lund", by=actor_for(admin), at=MONDAY_NOON)

    text = client.post(address, {**opened, "city": "Malmö"}).content.decode()

    assert "Ines Admin changed this to “Lund” meanwhile" in text


def test_a_change_of_another_field_is_no_conflict(client, deal, rita):
    client.force_login(rita)
    address = f"/cells/deals/{deal.pk}/value/"
    opened = asked(client, address)
    edit_deal(deal_id=deal.pk, name="Renamed", **ACT)

    assert client.post(address, {**opened, "amount": "450"}).status_code == 200
    deal.refresh_from_db()
    assert (deal.name, deal.amount) == ("Renamed", 450_000_000)


def test_a_wrong_value_is_said_beside_the_field(client, deal, rita):
    client.force_login(rita)
    address = f"/cells/deals/{deal.pk}/value/"

    response = client.post(address, {**asked(client, address), "amount": "-4"})

    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()


def test_cells_of_others_and_of_readers_are_plain(client, deal, olga, ada):
    client.force_login(ada)
    assert "data-cell=" not in client.get("/deals/").content.decode()
    assert client.get(f"/cells/deals/{deal.pk}/value/").status_code == 403
    client.force_login(olga)
    assert client.get(f"/cells/deals/{deal.pk}/value/").status_code == 404
    assert client.get(f"/cells/deals/{deal.pk}/colour/").status_code == 404
    assert client.get(f"/cells/orders/{deal.pk}/value/").status_code == 404


def test_a_change_that_does_not_say_what_it_was_decided_on_overwrites_nothing(client, deal, rita):
    client.force_login(rita)

    response = client.post(f"/cells/deals/{deal.pk}/value/", {"amount": "450"})

    assert response.status_code == 409
    assert Deal.objects.get().amount == 300_000_000

"""The page of an account: its group, its people and its money, as far as the reader may see them."""

import pytest

from isthmus.core import clock
from isthmus.core.actors import SYSTEM
from isthmus.leads.commands import capture_lead
from isthmus.people.commands import add_account, edit_account
from isthmus.people.models import Account, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(ledger_folder, company, pipeline, rita, olga):
    """Nordlager below Nord Holding; Pat there is Rita's, Kim there is Olga's."""
    at = clock.now()
    holding = add_account(name="Nord Holding", domain="nord.example", by=SYSTEM, at=at)
    for name, owner in (("Pat Prospect", rita), ("Kim Kunde", olga)):
        capture_lead(
            full_name=name, company="Nordlager", company_domain="nordlager.example",
            owner_id=owner.pk, team_id=owner.team_id, by=SYSTEM, at=at,
        )  # fmt: skip
    account = Account.objects.get(domain="nordlager.example")
    edit_account(account_id=account.pk, parent_id=holding.pk, by=SYSTEM, at=at)
    return account


def test_the_group_is_shown_up_and_down(client, group, admin):
    holding = Account.objects.get(name="Nord Holding")
    client.force_login(admin)

    below = client.get(f"/accounts/{group.pk}/").content.decode()
    above = client.get(f"/accounts/{holding.pk}/").content.decode()

    assert "Nord Holding" in below
    assert "Accounts below it" in above
    assert f'href="/accounts/{group.pk}/"' in above


def test_people_there_are_those_that_the_reader_may_see(client, group, rita, admin):
    client.force_login(admin)
    assert "2 people" in client.get(f"/accounts/{group.pk}/").content.decode()

    client.force_login(rita)
    text = client.get(f"/accounts/{group.pk}/").content.decode()

    assert "1 person" in text
    assert "Pat Prospect" in text
    assert "Kim Kunde" not in text
    assert "Nord Holding" not in text
    assert text.count("Became a lead") == 1


def test_an_account_that_one_has_no_part_in_is_not_there(client, group, rita):
    holding = Account.objects.get(name="Nord Holding")
    client.force_login(rita)

    assert client.get(f"/accounts/{holding.pk}/").status_code == 404
    assert client.get(f"/accounts/{holding.pk}/edit/").status_code == 404


def test_an_account_does_not_stand_above_itself(client, group, admin):
    holding = Account.objects.get(name="Nord Holding")
    client.force_login(admin)

    response = client.post(
        f"/accounts/{holding.pk}/edit/",
        {"name": holding.name, "domain": holding.domain, "parent_id": group.pk},
        headers={"HX-Request": "true"},
    )

    assert response.status_code == 422
    assert "cannot stand above itself" in response.content.decode()
    assert Person.objects.count() == 2

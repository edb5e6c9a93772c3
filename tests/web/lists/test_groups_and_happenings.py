"""Filters joined by "or", and filters by what happened: of records that the reader sees, and no others."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from isthmus.core import clock
from isthmus.core.actors import SYSTEM
from isthmus.people.commands import add_person, edit_person
from isthmus.sales.commands import log_activity, pay_order, place_order

pytestmark = pytest.mark.django_db


def names(response):
    return sorted(re.findall(r'class="row-name" href="[^"]*">([^<]+)<', response.content.decode()))


@pytest.fixture
def people(ledger_folder, company, rita, olga):
    """Pat of Sweden is Rita's, Kim of Denmark Olga's, Lee of Sweden nobody's."""
    now, made = clock.now(), {}
    for name, country, owner in (("Pat", "SE", rita), ("Kim", "DK", olga), ("Lee", "SE", None)):
        about = {"by": SYSTEM, "at": now - timedelta(days=400)}
        made[name] = add_person(full_name=name, email=f"{name}@x.example", country=country, **about)
        if owner:
            edit_person(person_id=made[name].pk, owner_id=owner.pk, **about)
    return made


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("1.country=SE&1.owner=OLGA", ["Kim", "Lee", "Pat"]),
        ("1.country=DK&1.owner=nobody", ["Kim", "Lee"]),
        ("country=SE&1.owner=nobody&1.owner=OLGA", ["Lee"]),
        ("1.country=SE&2.owner=nobody&2.country=DK", ["Lee"]),
        ("1.country=SE&q=kim", []),
        ("1.colour=red", ["Kim", "Lee", "Pat"]),
    ],
)
def test_one_of_a_group_is_enough_and_every_group_must_hold(client, people, mia, olga, query, expected):
    client.force_login(mia)

    assert names(client.get("/people/?" + query.replace("OLGA", str(olga.pk)))) == expected


def test_a_group_is_one_chip_that_can_be_taken_away(client, people, mia):
    client.force_login(mia)

    text = client.get("/people/?1.country=SE&1.owner=nobody&country=SE").content.decode()

    assert "Any of" in text and "Country SE" in text and "Owner Nobody" in text
    assert 'href="?country=SE" aria-label="Remove the filter Any of"' in text


def test_a_group_is_asked_for_in_a_form_of_its_own(client, people, mia):
    client.force_login(mia)

    text = client.get("/people/?country=SE&1.owner=me&part=group").content.decode()

    assert 'name="2.country"' in text and 'name="2.owner" value="nobody"' in text
    assert '<input type="hidden" name="1.owner" value="me">' in text


def test_a_filter_of_a_group_that_cannot_be_used_is_said(client, people, mia):
    client.force_login(mia)

    text = client.get("/people/?1.owner=everybody&1.country=DK").content.decode()

    assert "Owner has no choice “everybody”." in text


def test_people_are_found_by_what_they_paid_and_by_not_being_contacted(client, people, mia):
    now = clock.now()
    for name, days in (("Pat", 10), ("Kim", 200)):
        about = {"by": SYSTEM, "at": now - timedelta(days=days)}
        order = place_order(number=name, person_id=people[name].pk, lines=[{"amount": Decimal(5)}], **about)
        pay_order(order_id=order.pk, **about)
    log_activity(kind="call", text="x", person_id=people["Pat"].pk, by=SYSTEM, at=now)
    log_activity(kind="note", text="x", person_id=people["Lee"].pk, by=SYSTEM, at=now)
    client.force_login(mia)

    assert names(client.get("/people/?paid=90")) == ["Pat"]
    assert names(client.get("/people/?paid=ever")) == ["Kim", "Pat"]
    assert names(client.get("/people/?paid=never")) == ["Lee"]
    assert names(client.get("/people/?contacted=never")) == ["Kim", "Lee"]
    assert names(client.get("/people/?1.paid=90&1.contacted=never")) == ["Kim", "Lee", "Pat"]

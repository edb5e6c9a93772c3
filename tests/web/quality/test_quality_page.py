"""The page Quality: it counts what the list behind it shows, and what the change of many then mends."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from isthmus.core.actors import SYSTEM
from isthmus.people.commands import add_person, edit_person
from isthmus.people.models import Person
from isthmus.quality.finding import find_flaws
from tests.cast import MONDAY_NOON

pytestmark = pytest.mark.django_db
ACT = {"by": SYSTEM, "at": MONDAY_NOON}


@pytest.fixture
def people(ledger_folder, company, pipeline, rita, olga):
    """Two people of Rita's without a country, one of Olga's, and one who is whole."""
    for name, owner, country in (
        ("Pat", rita, ""),
        ("Kim", rita, ""),
        ("Lee", olga, ""),
        ("Max", rita, "SE"),
    ):
        row = add_person(full_name=name, email=f"{name.lower()}@buyer.example", country=country, **ACT)
        edit_person(person_id=row.pk, owner_id=owner.pk, **ACT)
    find_flaws(at=MONDAY_NOON)


def line(client, text, group="missing"):
    """The cells of a flaw's line, as the page fetches it."""
    html = client.get(f"/quality/?part={group}").content.decode()
    return next(row for row in re.findall(r"<tr>.*?</tr>", html, re.DOTALL) if text in row)


def test_a_count_its_rows_and_its_mend_are_one_definition(client, people, admin):
    client.force_login(admin)
    assert "Which records need mending?" in client.get("/quality/").content.decode()
    row = line(client, "No country")
    assert re.search(r'class="num"[^>]*>3<', row)

    rows, mend = re.findall(r' href="([^"]+)"', row)
    listed = client.get(rows.replace("&amp;", "&")).content.decode()
    assert all(name in listed for name in ("Pat", "Kim", "Lee")) and "Max" not in listed
    response = client.post(mend.replace("&amp;", "&"), {"field": "country", "value": "NO"})
    client.post(response["Location"] + "start/")

    assert set(Person.objects.values_list("full_name", "country")) == {
        ("Pat", "NO"), ("Kim", "NO"), ("Lee", "NO"), ("Max", "SE"),
    }  # fmt: skip
    assert "No country (People)" in client.get("/quality/?part=missing").content.decode()


def test_everybody_counts_what_they_may_see(client, people, rita):
    client.force_login(rita)

    assert re.search(r'class="num"[^>]*>2<', line(client, "No country"))


def test_who_may_change_nothing_is_offered_no_mend(client, people, ada):
    client.force_login(ada)

    row = line(client, "No country")

    assert re.search(r'class="num"[^>]*>3<', row) and "Change all" not in row
    assert "Look now" not in client.get("/quality/").content.decode()
    assert client.post("/quality/look/").status_code == 403


def test_counting_costs_the_same_for_many_as_for_few(client, people, admin):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            client.get("/quality/?part=missing")
        return len(asked)

    client.force_login(admin)
    queries()
    few = queries()
    for number in range(30):
        add_person(full_name=f"Person {number}", **ACT)
    find_flaws(at=MONDAY_NOON)

    assert queries() == few


def test_flaws_are_looked_for_anew(client, people, admin):
    client.force_login(admin)

    client.post("/quality/look/")

    assert "Being looked through now" in client.get("/quality/").content.decode()

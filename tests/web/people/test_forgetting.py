"""Handing over everything about somebody, and erasing them, from their page."""

import io
import json
import zipfile

import pytest
from django.test import Client

from isthmus.core.actors import SYSTEM
from isthmus.files.commands import attach_files
from isthmus.ledger.models import InboxFact
from isthmus.people.commands import add_person
from isthmus.people.models import Erasure, Person
from isthmus.workspace.models import User
from tests.attaching import brought
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def pat(admin: User) -> Person:
    return add_person(full_name="Pat Prospect", email="pat@example.com", by=SYSTEM, at=MONDAY_NOON)


@pytest.fixture
def admins_page(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def test_everything_comes_as_a_file_to_read_and_as_one_for_programs(admins_page: Client, pat: Person) -> None:
    to_read = admins_page.post(f"/people/{pat.pk}/everything.txt")
    for_programs = admins_page.post(f"/people/{pat.pk}/everything.json")

    assert "pat@example.com" in to_read.content.decode()
    assert json.loads(for_programs.content)["person"] == "Pat Prospect"
    assert to_read["Content-Disposition"] == f'attachment; filename="person-{pat.pk}.txt"'
    assert InboxFact.objects.filter(kind="person.disclosed").count() == 2


def test_with_files_everything_comes_in_one_archive(admins_page: Client, pat: Person) -> None:
    assert "everything.zip" not in admins_page.get(f"/people/{pat.pk}/everything/").content.decode()
    given = [brought(b"signed", "Contract of Pat.txt")]
    told = attach_files(kind="person", record_id=pat.pk, files=given, by=SYSTEM, at=MONDAY_NOON)

    assert "everything.zip" in admins_page.get(f"/people/{pat.pk}/everything/").content.decode()
    answer = admins_page.post(f"/people/{pat.pk}/everything.zip")

    with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as archive:
        file = f"files/{told['file_ids'][0]}-Contract of Pat.txt"
        assert set(archive.namelist()) == {f"person-{pat.pk}.txt", f"person-{pat.pk}.json", file}
        assert archive.read(file) == b"signed"
        assert file in archive.read(f"person-{pat.pk}.txt").decode()


def test_nothing_is_handed_over_by_looking(admins_page: Client, pat: Person) -> None:
    assert admins_page.get(f"/people/{pat.pk}/everything/").status_code == 200
    assert admins_page.get(f"/people/{pat.pk}/everything.txt").status_code == 405
    assert admins_page.post(f"/people/{pat.pk}/everything.exe").status_code == 404
    assert not InboxFact.objects.filter(kind="person.disclosed").exists()


def test_erasing_says_first_what_goes_and_stays_and_asks_why(admins_page: Client, pat: Person) -> None:
    first = admins_page.get(f"/people/{pat.pk}/erase/").content.decode()
    second = admins_page.post(f"/people/{pat.pk}/erase/for-ever/", {})

    assert "the books must be kept" in first
    assert second.status_code == 422
    pat.refresh_from_db()
    assert pat.email == "pat@example.com"


def test_erased_from_the_page_nothing_of_the_person_opens_any_more(admins_page: Client, pat: Person) -> None:
    done = admins_page.post(f"/people/{pat.pk}/erase/for-ever/", {"reason": "request"})

    assert (done.status_code, done["Location"]) == (302, "/people/")
    assert Erasure.objects.get().reason == "request"
    assert admins_page.get(f"/people/{pat.pk}/").status_code == 404
    assert "Pat Prospect" not in admins_page.get("/people/").content.decode()


def test_a_seller_without_the_rights_sees_neither(client: Client, rita: User, pat: Person) -> None:
    Person.objects.filter(pk=pat.pk).update(owner=rita)
    client.force_login(rita)
    page = client.get(f"/people/{pat.pk}/").content.decode()

    assert "Erase the person" not in page
    assert "Everything about them" not in page
    for path in ("everything/", "erase/", "erase/for-ever/"):
        assert client.get(f"/people/{pat.pk}/{path}").status_code == 403

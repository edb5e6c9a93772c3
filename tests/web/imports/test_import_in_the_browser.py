"""A file of people with two bad rows, the whole way by Mia in a real Chromium; each page with axe."""

import csv
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from isthmus.core import clock
from isthmus.core.queue import run_due
from isthmus.imports.models import ImportRun, SavedRecipe
from isthmus.people.models import Person
from isthmus.workspace.models import Grant, Notification

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PEOPLE = """Contact ID,First Name,Last Name,E-mail,Job,Since,Contact owner,Fleet
C-1,Pat,Prospect,pat@buyer.example,Buyer,03.02.2026,Rita Reyes,12
C-2,Kim,Keen,kim@keen.example,Head of IT,04.02.2026,Bob Bygone,7
C-3,Lou,Late,lou@late.example,Owner,soon,Rita Reyes,
C-4,Max,Muddle,max@muddle.example,Clerk,31.02.2026,Bob Bygone,3
C-5,Joe,Joint,joe@joint.example,Clerk,06.02.2026,,9
"""
PEOPLE += "".join(
    f"C-{n},Ann,Other{n},ann{n}@other.example,Clerk,{n:02}.03.2026,,{n}\n" for n in range(6, 12)
)


@pytest.fixture
def importer(mia, settings, tmp_path):
    """Mia, who may also add fields."""
    settings.ISTHMUS_HOME = tmp_path / "home"
    Grant.objects.create(user=mia, permission="settings.edit", scope="all", given_at=clock.now())
    return mia


def is_accessible(page) -> list[str]:
    return [
        f"{scheme}: {one['id']} {one['nodes'][0]['html'][:160]}"
        for scheme in ("light", "dark")
        for one in _violations(page, scheme)
    ]


def _violations(page, scheme):
    page.emulate_media(color_scheme=scheme)
    page.evaluate("Promise.allSettled(document.getAnimations().map((one) => one.finished))")
    found = Axe().run(page).response["violations"]
    page.emulate_media(color_scheme="light")
    return found


def test_a_file_of_people_goes_the_whole_way_and_its_bad_rows_come_back(
    sign_in, live_server, ledger_folder, importer, rita, tmp_path
):
    path = tmp_path / "Contacts March.csv"
    path.write_text(PEOPLE)
    page = sign_in(importer)
    page.goto(live_server.url + "/people/")
    page.get_by_role("link", name="Import", exact=True).click()
    assert page.get_by_label("What are their rows?").input_value() == "person"
    assert is_accessible(page) == []
    page.get_by_label("Drop files here").set_input_files(path)
    page.get_by_text("Contacts March.csv").wait_for()
    page.get_by_label("What is that system called?").fill("Old CRM")
    page.get_by_role("button", name="Look at the files").click()

    page.get_by_role("heading", name="Which column is what?").wait_for()
    assert page.get_by_label("E-mail becomes").input_value() == "email"
    assert page.get_by_label("What tells them apart").input_value() == "Contact ID"
    assert page.get_by_label("Job becomes").input_value() == "title"
    page.get_by_label("Job becomes").select_option("city")
    page.get_by_role("button", name="Save", exact=True).click()
    assert page.get_by_label("Job becomes").input_value() == "city"
    page.get_by_label("Job becomes").select_option("title")
    assert page.get_by_label("Fleet becomes").input_value() == "custom.fleet", "a new field, proposed"
    page.get_by_label("Bob Bygone").select_option("")
    assert is_accessible(page) == []
    page.get_by_role("button", name="Save and see the rows").click()

    page.get_by_text("Pat Prospect").wait_for()
    assert page.get_by_text("“31.02.2026” is not a date").count() == 1
    assert Person.objects.count() == 0
    assert is_accessible(page) == []
    page.get_by_role("button", name="Rehearse", exact=True).click()
    page.get_by_role("heading", name="Waits for its turn").wait_for()
    assert is_accessible(page) == []
    run_due()
    page.get_by_role("heading", name="2 rows would not come in").wait_for()
    assert Person.objects.count() == 0
    assert page.get_by_label("Nothing: it comes in quietly").is_checked()
    assert not page.get_by_label("Notify the owners of new records").is_visible()
    page.get_by_label("What I choose").check()
    page.get_by_label("Notify the owners of new records").check()
    page.get_by_text("one notice to 1 person, 1 record").wait_for()
    assert is_accessible(page) == []

    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_role("heading", name="Waits for its turn").wait_for()
    run_due()
    page.get_by_role("heading", name="9 new, 0 known, 2 bad rows").wait_for()
    page.get_by_role("heading", name="This went out").wait_for()
    assert Notification.objects.get(user=rita).text == (
        "Mia Moreau imported 1 person for you (“Contacts March”)"
    )
    assert is_accessible(page) == []
    pat = Person.objects.get(email="pat@buyer.example")
    assert (pat.full_name, pat.owner, pat.custom) == ("Pat Prospect", rita, {"fleet": 12})
    assert Person.objects.get(email="kim@keen.example").owner is None

    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download with reasons").click()
    bad = tmp_path / "bad.csv"
    downloading.value.save_as(bad)
    rows = list(csv.DictReader(bad.open(encoding="utf-8-sig")))
    assert [row["Contact ID"] for row in rows] == ["C-3", "C-4"]
    assert all(row["reason"] for row in rows)
    corrected(bad, {"soon": "05.02.2026", "31.02.2026": "28.02.2026"})
    page.get_by_label("The downloaded file, corrected").set_input_files(bad)
    page.get_by_role("button", name="Bring these rows").click()
    page.get_by_role("button", name="Import without rehearsing").click()
    page.get_by_role("heading", name="Waits for its turn").wait_for()
    run_due()
    page.get_by_role("heading", name="2 new, 0 known").wait_for()
    assert Person.objects.count() == 11

    page.get_by_role("link", name="corrects an earlier import").click()
    page.get_by_label("Name of the recipe").fill("Contacts of the old CRM")
    page.get_by_role("button", name="Save the recipe").click()
    page.get_by_text("The recipe is saved").wait_for()
    assert SavedRecipe.objects.get().name == "Contacts of the old CRM"
    page.goto(live_server.url + "/imports/new/")
    page.get_by_label("Drop files here").set_input_files(path)
    page.get_by_label("Where do they come from?").select_option(label="Contacts of the old CRM")
    assert not page.get_by_label("What is that system called?").is_visible()
    page.get_by_role("button", name="Look at the files").click()
    page.get_by_role("heading", name="Which column is what?").wait_for()
    assert page.get_by_label("Job becomes").input_value() == "title"

    page.goto(live_server.url + "/imports/")
    page.get_by_role("link", name="Contacts March", exact=True).wait_for()
    assert is_accessible(page) == []
    assert ImportRun.objects.count() == 3


def corrected(path: Path, changes: dict[str, str]) -> None:
    text = path.read_text("utf-8-sig")
    for wrong, right in changes.items():
        text = text.replace(wrong, right)
    path.write_text(text)

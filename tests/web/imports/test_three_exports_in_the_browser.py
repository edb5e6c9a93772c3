"""A new user with three exports of another CRM, the whole way in a real Chromium: in, cleaned, one undone.

Duplicates, wrong dates, two currencies, owners whom nobody knows; pictures of each step in test-results.
"""

import csv
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from isthmus.core.queue import run_due
from isthmus.people.models import Account, Person
from isthmus.sales.models import Deal
from isthmus.workspace.models import User

pytestmark = [pytest.mark.prove, pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PICTURES = Path("test-results/three-exports")
COMPANIES = """\
Record ID,Company name,Company Domain Name,Industry,City,Country/Region,Company owner,Create Date
9001,Harbour Lane Boats,harbour.example,Shipping,Kiel,Germany,Rita Reyes,2024-02-01 09:30
9002,Quay & Sons,quay.example,,Malmö,SE,,2024-03-05 14:00
9003,Harbour Lane Boats Ltd,harbour.example,,,,Gone Gary,2024-04-01 08:00
"""
CONTACTS = (
    "Record ID,First Name,Last Name,Email,Phone Number,Job Title,Contact owner,Create Date,"
    "Associated Company IDs\n"
    "8001,Pat,Prospect,pat@harbour.example,+49 431 123456,Captain,Rita Reyes,2024-02-02 10:00,9001\n"
    "8002,Kim,Keen,kim@quay.example,,,Gone Gary,2024-02-03 10:00,9002;9001\n"
    "8003,P.,Prospect,PAT@harbour.example,,,,2024-05-02 10:00,9001\n"
    "8004,Lou,Late,lou@late.example,,,,31.02.2024,\n"
)
DEALS = (
    "Record ID,Deal Name,Deal Stage,Amount,Currency,Close Date,Create Date,Deal owner,"
    "Associated Company IDs,Associated Contact IDs\n"
    "7001,Boat,Presentation Scheduled,15000,EUR,2024-09-30 00:00,2024-03-01 09:00,Rita Reyes,9001,8001\n"
    "7002,Sail,Closed Won,900.50,USD,2024-04-10 00:00,2024-03-02 09:00,Gone Gary,9002,8002\n"
    "7003,Rope,Closed Lost,50,EUR,2024-04-11 00:00,2024-03-03 09:00,,9002,8002\n"
)


def written(folder: Path, **files: str) -> list[Path]:
    paths = [folder / f"hubspot-{name}.csv" for name in files]
    for path, text in zip(paths, files.values(), strict=True):
        path.write_text(text)
    return paths


class Walk:
    """The page of the new user: what is seen on the way is kept as a picture, and looked at with axe."""

    def __init__(self, page, address):
        self.page, self.address = page, address
        PICTURES.mkdir(parents=True, exist_ok=True)

    def look(self, name):
        found = []
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            self.page.evaluate("Promise.allSettled(document.getAnimations().map((one) => one.finished))")
            found += [
                f"{scheme}: {one['id']} {one['nodes'][0]['html'][:160]}"
                for one in Axe().run(self.page).response["violations"]
            ]
            self.page.screenshot(path=PICTURES / f"{name}-{scheme}.png", full_page=True)
        self.page.emulate_media(color_scheme="light")
        assert found == []

    def work(self, heading):
        """Let the queue do what was just asked for, and wait for what the page says then."""
        self.page.get_by_role("heading", name="Waits for its turn").wait_for()
        run_due()
        self.page.get_by_role("heading", name=heading).wait_for()

    def bring(self, paths):
        page = self.page
        page.goto(self.address + "/imports/new/")
        page.get_by_label("Drop files here").set_input_files(paths)
        page.get_by_label("Where do they come from?").select_option("hubspot")
        page.get_by_role("button", name="Look at the files").click()
        page.get_by_role("heading", name="Which column is what?").wait_for()


def test_a_new_user_brings_three_exports_in_cleans_them_and_undoes_one(
    sign_in, live_server, ledger_folder, company, admin, rita, settings, tmp_path
):
    settings.ISTHMUS_HOME = tmp_path / "home"
    page = sign_in(admin)
    walk = Walk(page, live_server.url)

    # Companies and contacts together: who owned what, then the first rows, then the counts.
    page.goto(live_server.url + "/imports/")
    page.get_by_text("Nothing was imported yet").wait_for()
    walk.look("1-nothing-yet")
    walk.bring(written(tmp_path, companies=COMPANIES, contacts=CONTACTS))
    assert page.get_by_label("Company name becomes").input_value() == "name"
    gone = page.get_by_label("Gone Gary")
    assert [one.input_value() for one in gone.all()] == ["", ""], "nobody is made an owner unasked"
    for one in gone.all():
        one.select_option("invite")
    walk.look("2-columns")
    page.get_by_role("button", name="Save and see the rows").click()
    page.get_by_text("“31.02.2024” is not a date").wait_for()
    walk.look("3-first-rows")
    assert Person.objects.count() == Account.objects.count() == 0
    page.get_by_role("button", name="Rehearse", exact=True).click()
    walk.work("1 row would not come in")
    walk.look("4-rehearsal")
    assert Person.objects.count() == Account.objects.count() == 0
    page.get_by_role("button", name="Import", exact=True).click()
    walk.work("4 new, 2 known, 1 bad row")
    walk.look("5-report")

    assert sorted(Account.objects.values_list("name", "country")) == [
        ("Harbour Lane Boats", "DE"), ("Quay & Sons", "SE"),
    ]  # fmt: skip
    pat = Person.objects.get(email="pat@harbour.example")
    assert (pat.full_name, pat.account.name, pat.owner) == ("Pat Prospect", "Harbour Lane Boats", rita)
    gary = User.objects.get(name="Gone Gary")
    assert (gary.is_active, Person.objects.get(full_name="Kim Keen").owner) == (False, gary)

    # The bad row, corrected and brought again.
    bad = tmp_path / "bad.csv"
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download with reasons").click()
    downloading.value.save_as(bad)
    (row,) = csv.DictReader(bad.open(encoding="utf-8-sig"))
    assert row["Last Name"] == "Late"
    bad.write_text(bad.read_text("utf-8-sig").replace("31.02.2024", "2024-02-28"))
    page.get_by_label("The downloaded file, corrected").set_input_files(bad)
    page.get_by_role("button", name="Bring these rows").click()
    page.get_by_role("button", name="Import without rehearsing").click()
    walk.work("1 new, 0 known")
    assert Person.objects.count() == 3

    # Deals in two currencies; one has no rate here, which is said before anything comes in.
    walk.bring(written(tmp_path, deals=DEALS))
    page.get_by_label("Gone Gary").select_option("invite")
    page.get_by_role("button", name="Save and see the rows").click()
    page.get_by_text("USD", exact=False).first.wait_for()
    walk.look("6-two-currencies")
    draft = page.url
    add_dollars(page, live_server.url)
    page.goto(draft)
    page.get_by_role("button", name="Rehearse", exact=True).click()
    walk.work("Every row would come in")
    page.get_by_role("button", name="Import", exact=True).click()
    walk.work("3 new, 0 known")
    report = page.url
    assert dict(Deal.objects.values_list("name", "state")) == {"Boat": "open", "Sail": "won", "Rope": "lost"}
    assert set(Deal.objects.values_list("currency", flat=True)) == {"EUR", "USD"}

    # One of the deals is worked on; then the import of deals is undone.
    boat = Deal.objects.get(name="Boat")
    page.goto(f"{live_server.url}/deals/{boat.pk}/edit/")
    page.get_by_role("textbox", name="Name").first.fill("Boat with a mast")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Boat with a mast").first.wait_for()
    page.goto(report)
    page.get_by_role("link", name="Undo this import").click()
    page.get_by_role("heading", name="Some rows were worked on since, and stay").wait_for()
    page.get_by_role("link", name="Boat with a mast").wait_for()
    walk.look("7-undo-previewed")
    assert Deal.objects.count() == 3
    page.get_by_role("button", name="Undo the import").click()
    walk.work("2 taken away or put back, 1 stayed")
    walk.look("8-undone")

    kept = Deal.objects.get()
    assert (kept.pk, kept.name) == (boat.pk, "Boat with a mast")
    assert Person.objects.count() == 3, "the people came with another import"
    page.goto(live_server.url + "/imports/")
    page.get_by_text("Undone").first.wait_for()
    walk.look("9-all-imports")


def add_dollars(page, address):
    page.goto(address + "/settings/currencies/new/")
    page.get_by_role("textbox", name="Currency").fill("USD")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_text("The currency is added.").wait_for()
    page.goto(address + "/settings/currencies/rate/")
    page.get_by_role("combobox", name="Currency").select_option("USD")
    page.locator("[name=on]").fill("2020-01-01")
    page.locator("[name=base_per_unit]").fill("0.9")
    page.get_by_role("button", name="Set", exact=True).click()
    page.get_by_text("The rate holds from that day on.").wait_for()

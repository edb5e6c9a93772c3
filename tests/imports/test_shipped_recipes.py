"""The recipes for exports of other CRMs, on small invented files of their shapes."""

from pathlib import Path
from typing import Any

import pytest

from isthmus.core.actors import SYSTEM, Actor
from isthmus.imports.planning import FilesDoNotFit, make_plan
from isthmus.imports.recipe import read_recipe
from isthmus.imports.running import run_import
from isthmus.imports.shipped import shipped_recipe, shipped_recipes
from isthmus.people.models import Account, Person
from isthmus.sales.models import Activity, Deal
from isthmus.workspace.commands import add_currency
from isthmus.workspace.models import User
from tests.cast import MONDAY_NOON
from tests.imports.conftest import Notebook

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

HUBSPOT = {
    "hubspot-crm-exports-all-companies.csv": (
        "Record ID,Company name,Company Domain Name,Industry,City,Country/Region,Number of Employees,"
        "Company owner,Create Date\n"
        "9001,Harbour Lane,harbour.example,Shipping,Kiel,Germany,120,Rita Reyes,2024-02-01 09:30\n"
        "9002,Quay & Sons,quay.example,,Malmö,SE,,,2024-03-05 14:00\n"
        "9003,Harbour Lane again,harbour.example,,,,,Gone Gary,2024-04-01 08:00\n"
    ),
    "hubspot-crm-exports-all-contacts.csv": (
        "Record ID,First Name,Last Name,Email,Phone Number,Job Title,Contact owner,Lifecycle Stage,"
        "Create Date,Associated Company,Associated Company IDs\n"
        "8001,Pat,Prospect,pat@harbour.example,+49 431 123456,Captain,Rita Reyes,Lead,2024-02-02 10:00,"
        "Harbour Lane,9001\n"
        "8002,Kim,Keen,kim@quay.example,,,Gone Gary,Customer,2024-02-03 10:00,Quay & Sons,9002;9001\n"
        "8003,P.,Prospect,PAT@harbour.example,,,,Lead,2024-05-02 10:00,,\n"
        "8004,Lou,Late,lou@late.example,,,,Lead,31.02.2024,,\n"
    ),
    "hubspot-crm-exports-all-deals.csv": (
        "Record ID,Deal Name,Deal Stage,Pipeline,Amount,Currency,Close Date,Create Date,Deal owner,"
        "Associated Company IDs,Associated Contact IDs\n"
        "7001,Boat,Presentation Scheduled,Sales Pipeline,15000,EUR,2024-09-30 00:00,2024-03-01 09:00,"
        "Rita Reyes,9001,8001\n"
        "7002,Sail,Closed Won,Sales Pipeline,900.50,USD,2024-04-10 00:00,2024-03-02 09:00,Gone Gary,"
        "9002,8002\n"
        "7003,Rope,Closed Lost,Sales Pipeline,50,EUR,2024-04-11 00:00,2024-03-03 09:00,,9002,\n"
        "7004,Mast,Some Own Stage,Sales Pipeline,10,EUR,,2024-03-04 09:00,,,8001;8002\n"
        "7005,Keel,Contract Sent,Sales Pipeline,10,XAU,,2024-03-04 09:00,,,8001\n"
    ),
    "hubspot-crm-exports-activities.csv": (
        "Record ID,Activity type,Activity date,Activity assigned to,Note body,Associated Contact IDs,"
        "Associated Deal IDs\n"
        "1,Call,2024-03-05 10:00,Rita Reyes,Asked for a price,8001,7001\n"
        "2,Note,2024-03-06 10:00,,Likes red,8002,\n"
        "3,Task,2024-03-06 10:00,,Call back,8002,\n"
        "4,Meeting,2024-03-07 10:00,,Nobody known,404,\n"
    ),
}
SALESFORCE = {
    "accounts.csv": (
        "Account ID,Account Name,Website,Industry,Employees,Billing City,Billing Country,Account Owner,"
        "Created Date\n"
        '001A,Harbour Lane,https://www.harbour.example/en,Shipping,"1,200",Kiel,Germany,Rita Reyes,2/1/2024\n'
        "001B,Quay & Sons,quay.example,,,,United Kingdom,Gone Gary,3/5/2024\n"
    ),
    "contacts.csv": (
        "Contact ID,First Name,Last Name,Title,Account Name,Account ID,Email,Phone,Mailing Country,"
        "Contact Owner\n"
        "003A,Pat,Prospect,Captain,Harbour Lane,001A,pat@harbour.example,,Germany,Rita Reyes\n"
        "003B,Kim,Keen,,Quay & Sons,001B,kim@quay.example,,Atlantis,Rita Reyes\n"
    ),
    "leads.csv": (
        "Lead ID,First Name,Last Name,Title,Company / Account,Email,Lead Source,Lead Status,Lead Owner,"
        "Create Date\n"
        "00Q1,Lou,Late,Mate,Late Ltd,lou@late.example,Web,Open - Not Contacted,Rita Reyes,5/17/2024\n"
        "00Q2,Max,Mad,,Mad Ltd,max@mad.example,Other,Working,Rita Reyes,17/5/2024\n"
    ),
    "opportunities.csv": (
        "Opportunity ID,Opportunity Name,Account Name,Stage,Amount,Amount Currency,Close Date,Created Date,"
        "Opportunity Owner\n"
        '006A,Boat,Harbour Lane,Qualification,"15,000.00",EUR,9/30/2024,3/1/2024,Rita Reyes\n'
        "006B,Sail,Quay & Sons,Closed Won,900,USD,4/10/2024,3/2/2024,Rita Reyes\n"
        "006C,Rope,Nobody Inc,Closed Lost,50,EUR,4/11/2024,3/3/2024,Rita Reyes\n"
    ),
    "tasks.csv": (
        "Activity ID,Subject,Date,Task Subtype,Contact,Opportunity,Assigned,Full Comments\n"
        "00T1,Ring,3/5/2024,Call,Pat Prospect,Boat,Rita Reyes,Asked for a price\n"
    ),
}
PIPEDRIVE = {
    "organizations-1.csv": (
        "Organization - ID,Organization - Name,Organization - Owner,Organization - Country of Address\n"
        "1,Harbour Lane,Rita Reyes,Germany\n2,Quay & Sons,Gone Gary,\n"
    ),
    "people-1.csv": (
        "Person - ID,Person - Name,Person - Organization,Person - Email - Work,Person - Email - Home,"
        "Person - Phone - Work,Person - Owner\n"
        '1,Pat Prospect,Harbour Lane,"pat@harbour.example, pat@home.example",,+49 431 123456,Rita Reyes\n'
        "2,Kim Keen,Quay & Sons,,kim@quay.example,,Rita Reyes\n"
        "3,Pat Prospect,,other@pat.example,,,Rita Reyes\n"
    ),
    "deals-1.csv": (
        "Deal - ID,Deal - Title,Deal - Value,Deal - Currency of Value,Deal - Organization,"
        "Deal - Contact person,Deal - Owner,Deal - Stage,Deal - Status,Deal - Deal created,Deal - Won time,"
        "Deal - Lost time,Deal - Lost reason,Deal - Expected close date\n"
        "1,Boat,15000,EUR,Harbour Lane,Pat Prospect,Rita Reyes,Proposal Made,Open,2024-03-01 09:00:00,,,,"
        "2024-09-30\n"
        "2,Sail,900,USD,Quay & Sons,Kim Keen,Gone Gary,Qualified,Won,2024-03-02 09:00:00,"
        "2024-04-10 12:00:00,,,\n"
        "3,Rope,50,EUR,,Kim Keen,Rita Reyes,Qualified,Lost,2024-03-03 09:00:00,,2024-04-11 12:00:00,Price,\n"
    ),
    "activities-1.csv": (
        "Activity - ID,Activity - Type,Activity - Subject,Activity - Due date,Activity - Deal,"
        "Activity - Contact person,Activity - Assigned to user,Activity - Note\n"
        "1,Call,Ring,2024-03-05,Boat,,Rita Reyes,Asked for a price\n"
        "2,Lunch,Eat,2024-03-06,Sail,Kim Keen,Rita Reyes,\n"
    ),
}


@pytest.fixture
def exported(company: Any, rita: User, settings: Any, tmp_path: Path) -> Any:
    """`exported("hubspot", files)`: the report of bringing files in by a shipped recipe, and the bad rows."""
    settings.ISTHMUS_HOME = tmp_path / "home"
    add_currency(code="USD", by=SYSTEM, at=MONDAY_NOON)

    def run(name: str, files: dict[str, str]) -> tuple[Any, str]:
        shipped = shipped_recipe(name)
        assert shipped is not None
        paths = [tmp_path / one for one in files]
        for path, text in zip(paths, files.values(), strict=True):
            path.write_text(text, "utf-8")
        plan = make_plan(read_recipe(shipped.text), paths)
        report = run_import(
            plan,
            by=Actor(kind="import", unlimited=True),
            watcher=Notebook(),
            bad_rows=tmp_path / f"bad-{name}.csv",
        )
        bad = "".join(path.read_text() for path in report.bad_files.values())
        return report, bad

    return run


def test_hubspot(exported: Any) -> None:
    with_rate()
    _report, bad = exported("hubspot", HUBSPOT)

    assert Account.objects.get(domain="harbour.example").country == "DE", "one domain is one company"
    assert Account.objects.count() == 2
    pat = Person.objects.get(email="pat@harbour.example")
    assert (pat.full_name, pat.title, pat.account.name) == ("Pat Prospect", "Captain", "Harbour Lane")
    assert pat.owner == User.objects.get(email="rita@example.com")
    assert not User.objects.get(name="Gone Gary").is_active
    states = dict(Deal.objects.values_list("name", "state"))
    assert states == {"Boat": "open", "Sail": "won", "Rope": "lost", "Mast": "open"}
    assert Deal.objects.get(name="Boat").stage.name == "Presentation Scheduled"
    assert Deal.objects.get(name="Sail").currency == "USD"
    assert sorted(Activity.objects.values_list("kind", "text")) == [
        ("call", "Asked for a price"), ("note", "Likes red"),
    ]  # fmt: skip
    for said in ("31.02.2024", "Some Own Stage", "XAU", "“Task”", "Say with whom"):
        assert said in bad


def test_salesforce(exported: Any) -> None:
    with_rate()
    _report, bad = exported("salesforce", SALESFORCE)

    harbour = Account.objects.get(domain="harbour.example")
    assert (harbour.country, harbour.size) == ("DE", 1200)
    assert Person.objects.get(email="pat@harbour.example").account == harbour
    assert dict(Deal.objects.values_list("name", "state")) == {"Boat": "open", "Sail": "won"}
    assert Activity.objects.get().deal == Deal.objects.get(name="Boat")
    for said in ("Atlantis", "17/5/2024", "Nobody Inc"):
        assert said in bad


def test_pipedrive(exported: Any) -> None:
    with_rate()
    _report, bad = exported("pipedrive", PIPEDRIVE)

    assert Person.objects.get(email="pat@harbour.example").account.country == "DE"
    boat = Deal.objects.get(name="Boat")
    assert boat.person is None, "two people are called Pat Prospect: nobody is guessed"
    assert (boat.account.name, boat.stage.name) == ("Harbour Lane", "Proposal Made")
    assert dict(Deal.objects.values_list("name", "state")) == {"Boat": "open", "Sail": "won", "Rope": "lost"}
    assert Deal.objects.get(name="Rope").lost_reason == "price"
    assert Activity.objects.get().kind == "meeting"
    assert "Say with whom" in bad, "a call on a deal without a person"


@pytest.mark.parametrize("name, files", [("hubspot", HUBSPOT), ("pipedrive", PIPEDRIVE)])
def test_a_second_time_brings_nothing_twice(exported: Any, name: str, files: dict[str, str]) -> None:
    with_rate()
    exported(name, files)
    before = [model.objects.count() for model in (Account, Person, Deal, Activity, User)]

    exported(name, files)

    assert [model.objects.count() for model in (Account, Person, Deal, Activity, User)] == before


def test_one_file_alone_is_enough_and_its_missing_columns_are_passed_over(exported: Any) -> None:
    report, bad = exported("hubspot", {"contacts.csv": "Record ID,First Name,Last Name\n1,Pat,Prospect\n"})

    assert list(report.counts) == ["person (contacts)"]
    assert Person.objects.get().full_name == "Pat Prospect"
    assert bad == ""


def test_no_file_that_the_recipe_knows_is_said(exported: Any) -> None:
    with pytest.raises(FilesDoNotFit, match="No file was given"):
        exported("hubspot", {"pipes.csv": "a\n1\n"})


def test_every_recipe_can_be_read() -> None:
    assert [one.name for one in shipped_recipes()] == [
        "expenses", "hubspot", "opportunities", "pipedrive", "salesforce",
    ]  # fmt: skip
    assert all(read_recipe(one.text).rows for one in shipped_recipes())


def with_rate() -> None:
    """A rate for dollars, old enough for every row."""
    from datetime import date
    from decimal import Decimal

    from isthmus.workspace.commands import set_rate

    set_rate(currency="USD", on=date(2020, 1, 1), base_per_unit=Decimal("0.9"), by=SYSTEM, at=MONDAY_NOON)

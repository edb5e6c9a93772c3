"""The same rows in chunks of any size leave the same; and how large a chunk may be."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from isthmus.core.contention import note_wait
from isthmus.imports import turns
from isthmus.imports.models import BadRow, ImportRun
from isthmus.ledger.models import InboxFact, Subject
from isthmus.people.models import (
    Account,
    AccountIdentifier,
    Identifier,
    IdentityEvent,
    Person,
    SearchToken,
)
from isthmus.workspace.models import FieldDefinition, Team, Territory, User
from tests.imports.conftest import Notebook

RECIPE = """
[inputs.people]
[[rows]]
what = "person"
from = "people"
key = "id"
[rows.fields]
created_at = "on"
full_name = "name"
email = "mail"
phone = "phone"
country = "country"
company = "firm"
company_domain = "site"
owner = { column = "rep", match = "email", unknown = "empty" }
custom.fleet = "fleet"
"""
HEADER = "id,on,name,mail,phone,country,firm,site,rep,fleet"
CELLS = [
    ["1", "2", "3", "4", "5", ""],
    ["2026-01-05", "2026-01-06", "2026-02-30"],
    ["Åsa Öberg", "Ana", ""],
    [
        "ana@example.com",
        "ANA@example.com ",
        "bo@example.com",
        "åsa@exämple.com",
        "test@test.com",
        "nobody",
        "",
    ],
    ["+46701234567", "070-123 45 68", "0000000", "12", ""],
    ["SE", "Sweden", "DE", "Nowhere", ""],
    ["Harbour", "harbour", "Quay", ""],
    ["harbour.example", ""],
    ["sam@example.com", "gone@example.com", ""],
    ["4", "many", ""],
]
ROWS = st.lists(st.tuples(*map(st.sampled_from, CELLS)), min_size=1, max_size=12)
# Numbers are drawn anew in each run and times are the clock's: the same rows are told by what they say.
NUMBERS = (
    "id",
    "seq",
    "subject",
    "batch",
    "received_us",
    "updated_at",
    "person_id",
    "account_id",
    "party_id",
    "other_id",
)


@pytest.fixture
def fleet(company: object) -> None:
    team = Team.objects.create(name="North")
    User.objects.create(name="Sam", email="sam@example.com", team=team)
    Territory.objects.create(name="Sweden", countries=["SE"])
    FieldDefinition.objects.create(model="person", key="fleet", label="Fleet", type="number", kind="analytic")


def stand() -> dict[str, list[str]]:
    """What is stored, without numbers and clock times; rows that belong to a party carry its key words."""
    people = {pk: sorted(Identifier.objects.filter(person=pk).values_list("kind", "value")) for pk in
              Person.objects.values_list("pk", flat=True)}  # fmt: skip
    accounts = dict(Account.objects.values_list("pk", "name"))
    subjects = {
        subject: f"person {people[pk]}" for pk, subject in Person.objects.values_list("pk", "subject")
    }
    subjects |= {
        subject: f"account {accounts[pk]}" for pk, subject in Account.objects.values_list("pk", "subject")
    }
    found: dict[str, list[str]] = {}
    for model in (
        Person,
        Account,
        Identifier,
        AccountIdentifier,
        IdentityEvent,
        SearchToken,
        InboxFact,
        BadRow,
    ):
        found[model.__name__] = sorted(
            str({
                **{name: value for name, value in row.items() if name not in NUMBERS and name != "run_id"},
                "person": people.get(row.get("person_id", row.get("id") if model is Person else None)),
                "other": people.get(row.get("other_id")),
                "account": accounts.get(row.get("account_id")),
                "party": (people if row.get("party") == 1 else accounts).get(row.get("party_id")),
                "subject": subjects.get(row.get("subject")),
            })
            for row in model.objects.values()
        )  # fmt: skip
    found["counts"] = [str(run.counts) for run in ImportRun.objects.order_by("pk")]
    found["subjects"] = [str(Subject.objects.count())]
    return found


def forget_all() -> None:
    for model in (ImportRun, SearchToken, Identifier, IdentityEvent, Person, AccountIdentifier, Account):
        model.objects.all().delete()
    InboxFact.objects.all().delete()
    Subject.objects.all().delete()


@pytest.mark.django_db
@pytest.mark.both_databases
def test_rows_one_by_one_and_all_at_once_leave_the_same(bring_in, fleet, monkeypatch):
    @settings(
        max_examples=6,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(before=ROWS, rows=ROWS)
    def compare(before: list[tuple[str, ...]], rows: list[tuple[str, ...]]) -> None:
        left = []
        for size in (1, 100):
            forget_all()
            bring_in(RECIPE, people=written(before))
            monkeypatch.setattr(turns, "ALONE", size)
            monkeypatch.setattr(turns, "MOST", size)
            bring_in(RECIPE, people=written(rows))
            left.append(stand())
        for name, one_by_one in left[0].items():
            assert left[1][name] == one_by_one, name

    compare()


def written(rows: list[tuple[str, ...]]) -> str:
    return "\n".join([HEADER, *(",".join(row) for row in rows)])


@pytest.mark.parametrize(("rows", "seconds", "size"), [(100, 1.0, 100), (100, 0.05, 200), (100, 0.001, 1000)])
def test_quick_rows_come_in_by_larger_chunks(monkeypatch, rows, seconds, size):
    monkeypatch.setattr(turns, "MOST", 1000)
    monkeypatch.setattr(turns, "BREATH", 0)
    clock = iter([0.0, 0.0, 0.0, *[seconds] * 9])
    monkeypatch.setattr(turns, "monotonic", lambda: next(clock))
    taking = turns.Turns(Notebook())

    taking.write(lambda _again: None, rows=rows)

    assert taking.rows == size


def test_beside_others_they_are_small_again(monkeypatch):
    monkeypatch.setattr(turns, "MOST", 1000)
    monkeypatch.setattr(turns, "sleep", lambda _seconds: None)
    clock = iter([0.0, 0.0, 0.0, *[0.1] * 9])
    monkeypatch.setattr(turns, "monotonic", lambda: next(clock))
    taking = turns.Turns(Notebook())

    taking.write(lambda _again: note_wait(), rows=200)

    assert taking.rows == 60

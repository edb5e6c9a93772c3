"""Expenses from other books: entered by one's rights, bad rows kept with reason, once, and taken back."""

import dataclasses
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from isthmus.core.actors import SYSTEM, Scope
from isthmus.core.money import to_micros
from isthmus.core.refusals import NotPermitted, Refusal
from isthmus.core.window import Window
from isthmus.imports.drafting import draft
from isthmus.imports.looking import look
from isthmus.imports.planning import make_plan
from isthmus.imports.recipe import read_recipe
from isthmus.imports.running import run_import
from isthmus.imports.shipped import shipped_recipe
from isthmus.imports.undoing import undo_import
from isthmus.ledger.models import InboxFact
from isthmus.metrics.queries import Question, ask
from isthmus.money.commands import approve_expense, book_expense, book_expenses
from isthmus.money.models import Expense
from isthmus.people.commands import add_person
from isthmus.sales.commands import open_deal
from isthmus.workspace.actors import actor_for
from isthmus.workspace.commands import give_grant
from isthmus.workspace.models import Company
from tests.cast import MONDAY_NOON
from tests.imports.conftest import Notebook

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
HEAD = "day,kind,amount,currency,who,deal,team,note\n"
GOOD = """2026-02-27,Travel,120.50,EUR,Rita Reyes,Harbour sails,,Train to Kiel
2026-02-27,meals,34.00,,rita@example.com,,,
2026-02-26,event,900,EUR,Olga Orlova,,,Fair
"""
BAD = """2026-02-27,yacht,9,EUR,Rita Reyes,,,
2026-02-27,travel,-9,EUR,Rita Reyes,,,
2999-01-01,travel,9,EUR,Rita Reyes,,,
2026-02-27,travel,9,XXX,Rita Reyes,,,
2026-02-27,travel,9,EUR,Nobody Known,,,
2026-02-27,travel,9,EUR,Rita Reyes,No such deal,,
2026-02-27,meals,34.00,,rita@example.com,,,Once more
2026-02-27,travel,many,EUR,Rita Reyes,,,
"""


@pytest.fixture
def bring(company: Any, settings: Any, tmp_path: Path) -> Any:
    settings.ISTHMUS_HOME = tmp_path / "home"
    shipped = shipped_recipe("expenses")
    assert shipped is not None

    def run(text: str, by: Any) -> tuple[Any, str]:
        file = tmp_path / "expenses.csv"
        file.write_text(HEAD + text)
        plan = make_plan(read_recipe(shipped.text), [file])
        actor = dataclasses.replace(by, kind="import")
        report = run_import(plan, by=actor, watcher=Notebook(), bad_rows=tmp_path / "bad.csv")
        return report, "".join(path.read_text() for path in report.bad_files.values())

    return run


@pytest.fixture
def deal(rita: Any, pipeline: Any) -> Any:
    by = actor_for(rita)
    pat = add_person(full_name="Pat", email="pat@x.example", by=by, at=MONDAY_NOON)
    return open_deal(name="Harbour sails", person_id=pat.pk, by=by, at=MONDAY_NOON)


def spent() -> Any:
    window = Window.parse("2026-01-01", "2026-04-01", Company.current().zone)
    return ask(Question(metric="expenses", window=window, actor=SYSTEM)).total.value


def counts(report: Any) -> tuple[int, int, int]:
    found = report.counts["expense (expenses)"]
    return found["new"], found["matched"], found["refused"]


def test_good_rows_go_in_bad_ones_are_kept_with_reason_and_twice_is_once(
    bring: Any, admin: Any, rita: Any, olga: Any, deal: Any
) -> None:
    report, bad = bring(GOOD + BAD, actor_for(admin))

    assert counts(report) == (3, 0, 8)
    for said in (
        "“yacht” is no kind of expense", "above zero", "not come yet", "XXX is not in use", "“Nobody Known”",
        "“No such deal”", "stands twice in the file", "“many” is not a number",
    ):  # fmt: skip
        assert said in bad
    trip = Expense.objects.get(category="travel")
    assert (trip.owner, trip.team, trip.deal, trip.note) == (rita, rita.team, deal, "Train to Kiel")
    assert (trip.state, trip.booked_by, trip.external_id and len(trip.external_id)) == ("booked", admin, 32)
    assert spent() == Decimal("1054.5")

    again, _bad = bring(GOOD, actor_for(admin))
    assert counts(again) == (0, 3, 0)
    assert spent() == Decimal("1054.5")


def test_the_whole_import_is_taken_back_but_what_was_decided_since_stays(
    bring: Any, admin: Any, sam: Any, rita: Any, olga: Any, deal: Any
) -> None:
    report, _bad = bring(GOOD, actor_for(admin))
    meal = Expense.objects.get(category="meals")
    approve_expense(expense_id=meal.pk, by=actor_for(sam), at=MONDAY_NOON)

    undo_import(report.run_id, actor_for(admin), Notebook())

    assert list(Expense.objects.all()) == [meal]
    assert spent() == 34
    later, _bad = bring(GOOD, actor_for(admin))
    assert counts(later) == (2, 1, 0)


def test_it_needs_the_right_to_enter_expenses_and_reaches_no_further(
    bring: Any, rita: Any, olga: Any, mia: Any, deal: Any
) -> None:
    with pytest.raises((NotPermitted, Refusal), match=r"expenses\.edit"):
        bring(GOOD, actor_for(mia))
    give_grant(user_id=rita.pk, permission="imports.run", scope=Scope.OWN, by=SYSTEM, at=MONDAY_NOON)

    report, bad = bring(GOOD, actor_for(rita))

    assert counts(report) == (2, 0, 1)
    assert "your role does not reach them" in bad


def test_a_file_that_nobody_described_is_proposed_as_expenses_known_by_its_receipts(tmp_path: Path) -> None:
    file = tmp_path / "expenses.csv"
    file.write_text("Date,Category,Amount,Employee,Purpose\n2026-02-27,Taxi,9.00,Rita Reyes,To Kiel\n")

    drafted = draft({file.name: look(file)})

    (rows,) = read_recipe(drafted.recipe_text()).rows
    assert (rows.what, set(rows.key)) == ("expense", {"Date", "Category", "Amount", "Employee"})
    assert set(rows.fields) == {"on", "kind", "amount", "owner", "note"}


def test_bulk_and_single_forms_are_equal_and_ask_once_for_all_rows(rita: Any, deal: Any) -> None:
    by = actor_for(rita)
    given = {"on": date(2026, 2, 27), "category": "travel", "note": " Train ", "deal_id": deal.pk}
    one = book_expense(**given, amount=Decimal("12.5"), by=by, at=MONDAY_NOON)
    row = {**given, "amount": to_micros(Decimal("12.5")), "at": MONDAY_NOON}
    (other,) = book_expenses(rows=[row], by=by)

    apart = ("_state", "id")
    for name in vars(one).keys() - set(apart):
        assert getattr(one, name) == getattr(other, name), name
    facts = InboxFact.objects.filter(kind="expense.booked").order_by("pk")
    first, second = (
        {name: value for name, value in vars(fact).items() if name not in UNLIKE} for fact in facts
    )
    assert first == second

    def asked(count: int) -> int:
        with CaptureQueriesContext(connection) as seen:
            book_expenses(rows=[{**row, "external_id": f"{count}-{n}"} for n in range(count)], by=by)
        return len(seen)

    assert asked(40) <= asked(2) + 1


UNLIKE = ("_state", "id", "batch", "natural_key", "received_us", "received_at", "seq", "position")

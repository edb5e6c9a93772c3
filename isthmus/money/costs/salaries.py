"""Salaries month by month: what holds in each month, and bringing the ledger into line with it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.window import add_months
from isthmus.ledger.facts import Fact
from isthmus.money.costs.telling import start_of
from isthmus.money.models import Salary, SalaryMonth
from isthmus.workspace.models import Company, User
from isthmus.workspace.queries import Converter


class Paid(NamedTuple):
    """One person's month."""

    owner: int
    month: date


def month_at(at: datetime) -> date:
    """The month of an instant, by its first day."""
    return at.astimezone(Company.current().zone).date().replace(day=1)


def standing(people: Iterable[int] | None, until: date) -> dict[Paid, tuple[int, str]]:
    """What each month costs, of those with a salary, up to and with the month `until`."""
    rows = Salary.objects.filter(withdrawn_at=None, from_on__lte=until)
    if people is not None:
        rows = rows.filter(owner__in=people)
    of: dict[int, list[Salary]] = {}
    for row in rows.order_by("from_on", "pk"):
        assert row.owner_id is not None
        of.setdefault(row.owner_id, []).append(row)
    return {
        Paid(owner, month): (amount, currency)
        for owner, its in of.items()
        for month, amount, currency in _months(its, until)
    }


def due(people: Sequence[int] | None, until: date) -> dict[Paid, tuple[int, str] | None]:
    """The months of which the ledger knows something else than what holds; None is to be taken back."""
    wanted = standing(people, until)
    rows = SalaryMonth.objects.all() if people is None else SalaryMonth.objects.filter(owner__in=people)
    known = {Paid(row.owner_id, row.month): row for row in rows if row.owner_id is not None}
    found: dict[Paid, tuple[int, str] | None] = {
        paid: worth
        for paid, worth in wanted.items()
        if (row := known.get(paid)) is None or (row.amount, row.currency) != worth
    }
    gone = [paid for paid, row in known.items() if row.amount is not None and paid not in wanted]
    return {**found, **dict.fromkeys(gone)}


def book(months: dict[Paid, tuple[int, str] | None], *, by: Actor, at: datetime) -> list[SalaryMonth]:
    """Tell the ledger these months. Raises NoRate where a currency has none on a month's first day."""
    people = User.objects.in_bulk({paid.owner for paid in months})
    known = {
        Paid(row.owner_id, row.month): row
        for row in SalaryMonth.objects.select_for_update().filter(owner__in=people)
        if row.owner_id is not None
    }
    converter, facts, rows = Converter(), [], []
    for paid, worth in sorted(months.items()):
        person = people[paid.owner]
        row = known.get(paid) or SalaryMonth(owner=person, month=paid.month)
        rows.append(row)
        if worth is None:
            row.amount = None
            ledger.retract(natural_key=_key(paid), by=by, at=at, reason="salary changed")
            continue
        row.amount, row.currency = worth
        row.team_id, row.territory_id = person.team_id, person.territory_id
        facts.append(
            Fact(
                kind="salary.booked",
                at=start_of(paid.month),
                owner=person.pk,
                team=person.team_id,
                territory=person.territory_id,
                amount=row.amount,
                amount_base=converter.to_base(row.amount, row.currency, paid.month),
                currency=row.currency,
                natural_key=_key(paid),
                revision=row.stated,
            )
        )
        row.stated += 1
    ledger.record(facts, by=by)
    new, old = [row for row in rows if row.pk is None], [row for row in rows if row.pk is not None]
    SalaryMonth.objects.bulk_create(new)
    fields = ["amount", "currency", "stated", "team", "territory"]
    SalaryMonth.objects.bulk_update(old, fields, batch_size=200)
    return rows


def _key(paid: Paid) -> str:
    return f"salary:{paid.owner}:{paid.month:%Y-%m}"


def _months(rows: Sequence[Salary], until: date) -> Iterable[tuple[date, int, str]]:
    """Each month from the first row on with what holds in it; those without a salary left out."""
    month = rows[0].from_on
    while month <= until:
        last = [row for row in rows if row.from_on <= month][-1]
        if last.amount is not None:
            yield month, last.amount, last.currency
        month = add_months(month, 1)

"""Salaries: what people cost from when on, booked month by month."""

from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.commands import command, current_batch
from isthmus.core.money import to_micros
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.ledger.facts import Fact
from isthmus.money.costs import salaries
from isthmus.money.costs.reach import seller_for
from isthmus.money.models import Salary, SalaryMonth
from isthmus.workspace.models import Company, Currency, User


class SalariesBooked(Refusal):
    """Every month that has begun is booked."""


@command(
    permission="salaries.edit", label=gettext_lazy("Set a salary"), trade="money", undo="withdraw_salary"
)
def set_salary(
    *,
    user_id: int,
    from_on: date,
    by: Actor,
    at: datetime,
    monthly: Decimal | None = None,
    currency: str = "",
) -> Salary:
    """Say what a person costs each month from a month on, all told; without an amount, nothing from then on.

    Months that have begun are booked at once, and booked anew where they cost something else now.
    """
    person = seller_for(by, "salaries.edit", user_id)
    if from_on.day != 1:
        raise InvalidInput({"from_on": _("A salary holds from the first day of a month on.")})
    if monthly is not None and monthly < 0:
        raise InvalidInput({"monthly": _("A salary cannot be below zero.")})
    currency = currency.strip().upper() or Company.current().base_currency
    if not Currency.objects.filter(code=currency).exists():
        raise InvalidInput({"currency": _("%(currency)s is not in use here.") % {"currency": currency}})
    row = Salary.objects.create(
        owner=person,
        team_id=person.team_id,
        territory_id=person.territory_id,
        from_on=from_on,
        amount=to_micros(monthly) if monthly is not None else None,
        currency=currency,
        set_by_id=by.id,
        set_at=at,
        batch=current_batch() or "",
    )
    _in_line("salary.set", person, from_on, by=by, at=at)
    return row


@command(permission="salaries.edit", label=gettext_lazy("Take back a salary"), trade="money")
def withdraw_salary(*, batch: str, by: Actor, at: datetime) -> Salary:
    """Let a salary not have been set: months go back to what they cost before."""
    rows = Salary.objects.visible_to(by, "salaries.edit").filter(batch=batch, withdrawn_at=None)
    row: Salary | None = rows.select_related("owner").first()
    if row is None or row.owner is None:
        raise NotFound(_("That act set no salary, or it was taken back."))
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
    _in_line("salary.withdrawn", row.owner, row.from_on, by=by, at=at)
    return row


@command(permission="salaries.edit", label=gettext_lazy("Book salaries"), trade="money")
def book_salaries(*, by: Actor, at: datetime) -> list[SalaryMonth]:
    """Book the salaries of months that have begun and are not booked yet. The clock does it by itself."""
    months = salaries.due(_reached(by), salaries.month_at(at))
    if not months:
        raise SalariesBooked(_("Every month that has begun is booked already."))
    return salaries.book(months, by=by, at=at)


def _in_line(kind: str, person: User, from_on: date, *, by: Actor, at: datetime) -> None:
    """Book what a changed salary makes of the months so far; the fact of the act names no amount."""
    salaries.book(salaries.due([person.pk], salaries.month_at(at)), by=by, at=at)
    props = {"from": from_on.isoformat()}
    ledger.record(Fact(kind=kind, at=at, owner=person.pk, team=person.team_id, props=props), by=by)


def _reached(by: Actor) -> list[int] | None:
    """Those whose salaries the actor may book; None is everybody."""
    if by.unlimited:
        return None
    return list(Salary.objects.visible_to(by, "salaries.edit").values_list("owner", flat=True).distinct())

"""Entering expenses, many at a time: what was spent, by whom, for which deal, and which team bears it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from isthmus import ledger
from isthmus.core.actors import Actor, Scope
from isthmus.core.changes import note_made
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.money.costs.reach import reaches_seller
from isthmus.money.costs.telling import amount_fact
from isthmus.money.models import Expense, ExpenseState
from isthmus.sales.models import Deal
from isthmus.workspace.models import Company, Currency, Team, User
from isthmus.workspace.queries import Converter

Row = Mapping[str, Any]


class ExpenseAlreadyEntered(Refusal):
    """An expense with this id of other books is here: `expense_id` is its number, `entered_at` since when."""

    def __init__(self, sentence: str, expense_id: int, entered_at: datetime) -> None:
        self.expense_id, self.entered_at = expense_id, entered_at
        super().__init__(sentence)


def enter_chunk(rows: Sequence[Row], by: Actor) -> list[Any]:
    """Enter the expense of each row in the caller's transaction; a bad row's Refusal stands in its place.

    Amounts are micros. A row may bring the `external_id` by which it is known the next time.
    """
    entering, known = Entering(rows, by), _known(rows)
    outcomes: list[Any] = []
    entered: list[Expense] = []
    for row in rows:
        try:
            expense = entering.new(row, known)
        except Refusal as refusal:
            outcomes.append(refusal)
            continue
        entered.append(expense)
        outcomes.append(expense)
    Expense.objects.bulk_create(entered)
    note_made(entered)
    told = [amount_fact(one, entering.company, entering.converter, revision=0) for one in entered]
    ledger.record(told, by=by)
    return outcomes


class Entering:
    """What all rows need, read once."""

    def __init__(self, rows: Sequence[Row], by: Actor) -> None:
        self.by = by
        self.company = Company.current()
        self.converter = Converter(self.company.base_currency)
        self._currencies = set(Currency.objects.values_list("code", flat=True))
        self._sellers = User.objects.in_bulk({row.get("seller_id") or by.id for row in rows} - {None})
        deals = {row["deal_id"] for row in rows if row.get("deal_id") is not None}
        self._deals: dict[int, Deal] = Deal.objects.visible_to(by).in_bulk(deals) if deals else {}
        teams = {row["team_id"] for row in rows if row.get("team_id") is not None}
        self._teams = set(Team.objects.filter(pk__in=teams).values_list("pk", flat=True)) if teams else set()

    def new(self, row: Row, known: dict[str, tuple[int, datetime]]) -> Expense:
        """The expense of a row, not stored yet. Raises a Refusal."""
        key = row.get("external_id") or None
        if key in known:
            raise ExpenseAlreadyEntered(_("This expense was entered already."), *known[key])
        expense = Expense(booked_by_id=self.by.id, booked_at=row["at"], state=ExpenseState.BOOKED)
        self.fill(expense, row)
        self.converter.to_base(expense.amount, expense.currency, expense.on)  # Refused before it is stored.
        expense.external_id, expense.stated = key, 1
        if key is not None:
            known[key] = (0, row["at"])
        return expense

    def fill(self, expense: Expense, row: Row) -> None:
        """Put on an expense what was entered. Raises InvalidInput, NotFound."""
        if row["amount"] <= 0:
            raise InvalidInput({"amount": _("An expense is above zero.")})
        if row["on"] > row["at"].astimezone(self.company.zone).date():
            raise InvalidInput({"on": _("That day has not come yet.")})
        currency = (row.get("currency") or "").strip().upper() or self.company.base_currency
        if currency not in self._currencies:
            raise InvalidInput({"currency": _("%(currency)s is not in use here.") % {"currency": currency}})
        seller = self._seller(row.get("seller_id"))
        expense.owner, expense.territory_id = seller, seller.territory_id
        expense.team_id = self._team(seller, row.get("team_id"))
        deal_id = row.get("deal_id")
        if deal_id is None or deal_id != expense.deal_id:
            expense.deal = self._deal(deal_id)
        expense.on, expense.category = row["on"], row["category"]
        expense.amount, expense.currency = row["amount"], currency
        expense.note = (row.get("note") or "").strip()[:300]

    def _seller(self, seller_id: int | None) -> User:
        number = self.by.id if seller_id is None else seller_id
        if number is None:
            raise InvalidInput({"seller_id": _("Say whose it is.")})
        seller = self._sellers.get(number)
        if seller is None or not reaches_seller(self.by, "expenses.edit", seller):
            raise NotFound(_("There is no such seller, or your role does not reach them."))
        return seller

    def _deal(self, deal_id: int | None) -> Deal | None:
        if deal_id is None:
            return None
        if deal_id not in self._deals:
            raise NotFound(_("There is no such deal, or your role does not reach it."))
        return self._deals[deal_id]

    def _team(self, seller: User, team_id: int | None) -> int | None:
        """The team that bears a cost: the one named, where the actor belongs to it; else the seller's own."""
        if team_id is None or team_id == seller.team_id:
            return seller.team_id
        reached = self.by.scope("expenses.edit") is Scope.ALL or team_id in self.by.team_ids
        if not reached or team_id not in self._teams:
            raise NotFound(_("There is no such team, or your role does not reach it."))
        return team_id


def _known(rows: Sequence[Row]) -> dict[str, tuple[int, datetime]]:
    keys = [row["external_id"] for row in rows if row.get("external_id")]
    if not keys:
        return {}
    held = Expense.objects.filter(external_id__in=keys)
    return {key: (pk, at) for key, pk, at in held.values_list("external_id", "pk", "booked_at")}

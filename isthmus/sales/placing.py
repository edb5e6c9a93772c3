"""Placing orders, many at a time."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.changes import note_made
from isthmus.core.clock import written_now
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.core.rows import insert_rows
from isthmus.ledger.facts import Fact
from isthmus.people.models import Account, Person
from isthmus.sales.changing import Row, no_such_deal
from isthmus.sales.credit import order_credit
from isthmus.sales.models import Deal, Order, OrderLine
from isthmus.workspace.queries import Converter


class OrderAlreadyPlaced(Refusal):
    """An order with this number is here already; `order_id` is its row."""

    def __init__(self, sentence: str, order_id: int) -> None:
        self.order_id = order_id
        super().__init__(sentence)


def place_chunk(rows: Sequence[Row], by: Actor) -> list[Any]:
    """Store the order of each row with its lines; a bad row's Refusal stands in its place."""
    context = _Context(rows, by)
    outcomes: list[Any] = []
    placed: list[tuple[Row, Order]] = []
    for row in rows:
        try:
            order = context.order(row)
        except Refusal as refusal:
            outcomes.append(refusal)
            continue
        placed.append((row, order))
        outcomes.append(order)
    Order.objects.bulk_create(order for _, order in placed)
    note_made(order for _, order in placed)
    insert_rows(
        OrderLine(
            order=order,
            position=position,
            product_id=line.get("product_id"),
            description=str(line.get("description") or "")[:200],
            quantity=line.get("quantity") or 1,
            unit=line.get("unit", ""),
            amount=line["amount"],
            tax=line.get("tax", 0),
            tax_rate=line.get("tax_rate", 0),
            tax_note=line.get("tax_note", ""),
        )
        for row, order in placed
        for position, line in enumerate(row["lines"], start=1)
    )
    ledger.record([_placed_fact(order, row, context.converter) for row, order in placed], by=by)
    return outcomes


def _placed_fact(order: Order, row: Row, converter: Converter) -> Fact:
    """Told without tax: tax is nobody's booking."""
    quantity = sum(line.get("quantity") or 1 for line in row["lines"])
    net = sum(line["amount"] for line in row["lines"])
    return Fact(
        kind="order.placed",
        at=row["at"],
        amount=net,
        amount_base=converter.to_base(net, order.currency, row["at"].date()),
        quantity=int(quantity),
        natural_key=f"order:{order.pk}",
        **order_credit(order),
    )


class _Context:
    """What all rows of a chunk need, read once."""

    def __init__(self, rows: Sequence[Row], by: Actor) -> None:
        self.converter = Converter()
        deal_ids = {row["deal_id"] for row in rows if row.get("deal_id") is not None}
        deals = Deal.objects.visible_to(by).filter(pk__in=deal_ids).select_related("person", "account")
        self.deals = {deal.pk: deal for deal in deals}
        self.people = _reachable(Person, rows, "person_id", by)
        self.accounts = _reachable(Account, rows, "account_id", by)
        numbers = {row["number"] for row in rows}
        self.known = dict(Order.objects.filter(number__in=numbers).values_list("number", "pk"))
        self.by = by

    def order(self, row: Row) -> Order:
        number = str(row["number"]).strip()
        if number in self.known:
            sentence = _("The order %(number)s is here already; it is left as it is.") % {"number": number}
            raise OrderAlreadyPlaced(sentence, self.known[number])
        if not row.get("lines"):
            raise InvalidInput({"lines": _("An order needs at least one line.")})
        if any(line["amount"] < 0 for line in row["lines"]):
            raise InvalidInput({"lines": _("A line's amount cannot be below zero. Record a refund instead.")})
        deal = self._one(self.deals, row, "deal_id")
        person = deal.person if deal else self._one(self.people, row, "person_id")
        account = deal.account if deal else self._one(self.accounts, row, "account_id")
        if deal is None and person is None and account is None:
            raise InvalidInput({"deal_id": _("Say who ordered: name the deal, the person or the account.")})
        owned = deal or person or account
        currency = row.get("currency") or (deal.currency if deal else self.converter.base)
        total = sum(line["amount"] + line.get("tax", 0) for line in row["lines"])
        self.converter.to_base(total, currency, row["at"].date())
        self.known[number] = 0
        return Order(
            number=number,
            deal=deal,
            person=person,
            account=account,
            currency=currency,
            total=total,
            placed_at=row["at"],
            updated_at=written_now(),
            owner_id=owned.owner_id if owned.owner_id is not None else self.by.id,
            team_id=owned.team_id,
            territory_id=owned.territory_id,
        )

    def _one(self, known: dict[int, Any], row: Row, name: str) -> Any:
        if row.get(name) is None:
            return None
        if row[name] not in known:
            if name == "deal_id":
                raise no_such_deal()
            raise NotFound(_("There is no such person or account, or your role does not reach it."))
        return known[row[name]]


def _reachable(model: Any, rows: Sequence[Row], name: str, by: Actor) -> dict[int, Any]:
    ids = {row[name] for row in rows if row.get(name) is not None}
    return model.objects.visible_to(by).in_bulk(ids) if ids else {}

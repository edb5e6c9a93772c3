"""Changing deals many at a time: one rule for single acts and for bulk."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.clock import written_now
from isthmus.core.commands import bulk_call
from isthmus.core.refusals import NotFound, Refusal
from isthmus.core.rows import update_rows
from isthmus.ledger.facts import Fact
from isthmus.sales.credit import deal_credit
from isthmus.sales.models import Deal
from isthmus.workspace.queries import Converter

Row = Mapping[str, Any]
Outcomes = list[Deal | Refusal]


def no_such_deal() -> NotFound:
    """The one answer for a deal that is not there and one that may not be touched."""
    return NotFound(
        _("There is no such deal, or your role does not reach it. Look for it in the list of deals.")
    )


def change_deals(
    name: str,
    rows: Sequence[Row],
    *,
    by: Actor,
    apply: Callable[[Row, Deal, Converter], Fact],
    fields: Sequence[str],
    permission: str = "deals.edit",
) -> Outcomes:
    """Apply a change to the deal of each row; save all and record the facts, set-based, in chunks."""

    def act(chunk: Sequence[Row]) -> Outcomes:
        reachable = Deal.objects.visible_to(by, permission).filter(pk__in={row["deal_id"] for row in chunk})
        loaded = reachable.select_related("person", "account", "stage").select_for_update(of=("self",))
        deals = {deal.pk: deal for deal in loaded}
        converter = Converter()
        outcomes: Outcomes = []
        facts: list[Fact] = []
        changed: dict[int, Deal] = {}
        for row in chunk:
            deal = deals.get(row["deal_id"])
            try:
                if deal is None:
                    raise no_such_deal()
                facts.append(apply(row, deal, converter))
            except Refusal as refusal:
                outcomes.append(refusal)
                continue
            deal.updated_at = written_now()
            deal.version += 1
            changed[deal.pk] = deal
            outcomes.append(deal)
        if changed:
            update_rows(changed.values(), [*fields, "updated_at", "version"])
            ledger.record(facts, by=by)
        return outcomes

    return bulk_call(name, permission, rows, by, act)


def deal_fact(kind: str, deal: Deal, row: Row, converter: Converter, **more: Any) -> Fact:
    """A fact about a deal with its credit and its amount in both currencies."""
    amount = deal.amount
    base = converter.to_base(amount, deal.currency, row["at"].date()) if amount is not None else None
    return Fact(kind=kind, at=row["at"], amount=amount, amount_base=base, **{**deal_credit(deal), **more})

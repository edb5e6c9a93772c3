"""Changing what is known of deals, and taking a change back."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.actors import Actor
from isthmus.core.commands import command, only
from isthmus.core.editing import asked_changes, need_version
from isthmus.core.money import to_micros
from isthmus.core.refusals import InvalidInput
from isthmus.ledger.facts import Fact
from isthmus.sales.changing import Outcomes, Row, change_deals, deal_fact, no_such_deal
from isthmus.sales.models import Deal
from isthmus.workspace.changing import apply_changes, definitions_by_key
from isthmus.workspace.commands import owner_before, tell_owner
from isthmus.workspace.queries import Converter
from isthmus.workspace.restoring import Restoring

# What may be emptied, and what then stands there. A deal's name may name a person: it is sealed.
EMPTY: Mapping[str, Any] = dict.fromkeys(("amount", "expected_close_on", "owner_id", "product_id"))
_ANALYTIC = frozenset(EMPTY)
_RESTORING = Restoring(
    "deal.changed",
    "deal_id",
    "deal_id",
    "deal",
    lambda deal: party.subject if (party := deal.person or deal.account) else None,
    no_such_deal,
)
_FIELDS = ["name", "amount", "expected_close_on", "owner", "product", "custom"]


def edit_deals(*, rows: Sequence[Row], by: Actor) -> Outcomes:
    """Bulk form of `edit_deal`; amounts are integer micros."""
    return _change("edit_deal", rows, by)


@command(
    permission="deals.edit",
    label=gettext_lazy("Change a deal"),
    trade="sales",
    undo="restore_deal",
    bulk=edit_deals,
)
def edit_deal(
    *,
    deal_id: int,
    by: Actor,
    at: datetime,
    name: str | None = None,
    amount: Decimal | None = None,
    expected_close_on: date | None = None,
    owner_id: int | None = None,
    product_id: int | None = None,
    custom: dict[str, Any] | None = None,
    clear: list[str] | None = None,
    version: int | None = None,
) -> Deal:
    """Change what is known of a deal; the change itself is a fact, with before and after.

    `clear` names fields to empty; a custom field is emptied by null. With `version` a change is refused when
    somebody was quicker.
    """
    row = {key: value for key, value in locals().items() if key not in ("by", "amount")}
    row["amount"] = to_micros(amount) if amount is not None else None
    before = owner_before(Deal, deal_id) if owner_id is not None else None
    deal: Deal = only(edit_deals(rows=[row], by=by))
    if owner_id is not None:
        text = gettext_lazy("A deal is yours now")
        tell_owner(deal, kind="deal.given", text=text, record="deal", before=before, by=by, at=at)
    return deal


def restore_deals(*, rows: Sequence[Row], by: Actor) -> Outcomes:
    """Bulk form of `restore_deal`."""
    reachable = Deal.objects.visible_to(by, "deals.edit").select_related("person", "account")
    deals = reachable.in_bulk({row["deal_id"] for row in rows})
    return _RESTORING.put_back(rows, deals, lambda back: _change("restore_deal", back, by))


@command(
    permission="deals.edit",
    label=gettext_lazy("Take back a change of a deal"),
    trade="sales",
    undo="restore_deal",
    bulk=restore_deals,
)
def restore_deal(*, deal_id: int, batch: str, by: Actor, at: datetime) -> Deal:
    """Put back what one change of a deal replaced; refused when it was changed once more since."""
    restored: Deal = only(restore_deals(rows=[{"deal_id": deal_id, "batch": batch, "at": at}], by=by))
    return restored


def _change(command_name: str, rows: Sequence[Row], by: Actor) -> Outcomes:
    definitions = definitions_by_key("deal")

    def apply(row: Row, deal: Deal, converter: Converter) -> Fact:
        need_version(deal, row.get("version"))
        given = asked_changes({field: row.get(field) for field in ("name", *EMPTY)}, row.get("clear"), EMPTY)
        if given.get("name") == "":
            raise InvalidInput({"name": _("A deal needs a name.")})
        changed = apply_changes(deal, given, row.get("custom"), definitions=definitions, analytic=_ANALYTIC)
        return deal_fact("deal.changed", deal, row, converter, props=changed.plain, sealed=changed.personal)

    return change_deals(command_name, rows, by=by, apply=apply, fields=_FIELDS)

"""Deals, from their opening to how they ended."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from isthmus.imports.acts.context import Context, Record
from isthmus.imports.acts.outcome import REFUSED, Known, Outcome, Row, create, follow
from isthmus.imports.acts.prices import list_price_of, list_prices
from isthmus.imports.recipe.expressions import LIST_PRICE
from isthmus.imports.recipe.kinds import PARTIES
from isthmus.sales.commands import lose_deals, move_deals, open_deals, win_deals
from isthmus.sales.models import Deal, DealState, Stage
from isthmus.sales.opening import DealAlreadyOpened


def bring_in_deals(records: Sequence[Record], outcomes: Sequence[Outcome], context: Context) -> None:
    """Open the deal of each record, move it to its stage, win or lose it at the times given."""
    waiting = [(outcome, record[0]) for outcome, record in zip(outcomes, records, strict=True)]
    for outcome, mapped in waiting:
        _check(outcome, mapped.values, context)
    good = [(outcome, mapped) for outcome, mapped in waiting if outcome.state != REFUSED]
    _value_by_list([mapped.values for _outcome, mapped in good], context)
    rows = [
        (outcome, _open_row(mapped.key, mapped.values, mapped.custom, context)) for outcome, mapped in good
    ]
    keys = [mapped.key for _outcome, mapped in good]
    create(open_deals, rows, Known(DealAlreadyOpened, "deal_id"), keys, context.by)
    open_now = _open_among({outcome.pk for outcome, _m in good})
    ends = [(outcome, mapped.values) for outcome, mapped in good if outcome.pk in open_now]
    follow(move_deals, _moves(ends, open_now, context), context.by)
    won = [
        (outcome, {"deal_id": outcome.pk, "amount": values.get("won_amount"), "at": values["won_at"]})
        for outcome, values in _once(ends, "won_at")
    ]
    follow(win_deals, won, context.by)
    lost = [
        (outcome, {"deal_id": outcome.pk, "reason": values.get("lost_reason") or "", "at": values["lost_at"]})
        for outcome, values in _once(ends, "lost_at")
    ]
    follow(lose_deals, lost, context.by)


def _check(outcome: Outcome, values: dict[str, Any], context: Context) -> None:
    if "won_at" in values and "lost_at" in values:
        outcome.refuse(_("A deal is won or lost, not both: this row has a time for each."))
    fields = context.rows.fields
    if not any(name in values for name in PARTIES) and all(
        fields[name].needed for name in PARTIES if name in fields
    ):
        outcome.refuse(_("A deal needs a lead, a person or an account with whom it is."))
    if "opened_at" not in values:
        if "won_at" in values or "lost_at" in values:
            outcome.refuse(_("A deal that ended needs the day of its opening: give opened_at."))
        # Nothing tells when it was opened: it is known of since the import, and is told so.
        values["opened_at"], values["opening_unknown"] = context.at, True


def _value_by_list(rows: Sequence[dict[str, Any]], context: Context) -> None:
    """Where the recipe says so, a deal of which no amount is told is worth its product's list price."""
    amount = context.rows.fields.get("amount")
    if amount is None or amount.missing != LIST_PRICE:
        return
    untold = [values for values in rows if "amount" not in values]
    prices = list_prices(untold, context)
    for values in untold:
        if price := list_price_of(values, prices, context):
            values["amount"] = price


def _open_row(
    key: str, values: Mapping[str, Any], custom: Mapping[str, dict[str, Any]], context: Context
) -> Row:
    return {
        "name": values.get("name"),
        "lead_id": values.get("lead"),
        "person_id": values.get("person"),
        "account_id": values.get("account"),
        "pipeline_id": context.pipeline_id,
        "amount": values.get("amount"),
        "currency": values.get("currency") or context.currency,
        "product_id": values.get("product"),
        "campaign_id": values.get("campaign"),
        "channel": values.get("channel"),
        "expected_close_on": values.get("expected_close_on"),
        "external_id": key,
        "custom": custom.get("custom"),
        "at": values["opened_at"],
        "opening_unknown": values.get("opening_unknown", False),
        "territory_id": context.territories.get(values.get("owner", 0)),
        **context.owner(values),
    }


def _open_among(numbers: set[int]) -> dict[int, Deal]:
    return Deal.objects.filter(state=DealState.OPEN).in_bulk(numbers)


def _once(
    ends: Sequence[tuple[Outcome, Mapping[str, Any]]], field: str
) -> list[tuple[Outcome, Mapping[str, Any]]]:
    """The rows with this time, one for each deal: a key that stands twice acts once."""
    first = {outcome.pk: (outcome, values) for outcome, values in reversed(ends) if field in values}
    return list(first.values())


def _moves(
    ends: Sequence[tuple[Outcome, Mapping[str, Any]]], open_now: Mapping[int, Deal], context: Context
) -> list[tuple[Outcome, Row]]:
    stages = {(stage.pipeline_id, stage.name): stage for stage in Stage.objects.all()}
    moves: list[tuple[Outcome, Row]] = []
    fields = context.rows.fields
    # A stage that all rows are said to have been in, each at its time: without the time, this one was not.
    is_passed = "stage_since" in fields and "stage" in fields and fields["stage"].value is not None
    for outcome, values in _once(ends, "stage"):
        if is_passed and "stage_since" not in values:
            continue
        deal = open_now[outcome.pk]
        stage = stages.get((deal.pipeline_id, values["stage"]))
        if stage is None:
            outcome.reasons.append(
                _("There is no stage “%(name)s” in the pipeline.") % {"name": values["stage"]}
            )
        elif stage.kind == "open" and stage.pk != deal.stage_id:
            at = values.get("stage_since") or values["opened_at"]
            moves.append((outcome, {"deal_id": deal.pk, "stage_id": stage.pk, "at": at}))
    return moves

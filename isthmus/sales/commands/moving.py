"""Moving deals from stage to stage, and putting one back."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.actors import Actor
from isthmus.core.commands import command, only
from isthmus.core.money import to_micros
from isthmus.core.refusals import InvalidInput, NotFound
from isthmus.ledger.facts import Fact
from isthmus.sales.changing import Outcomes, Row, change_deals, deal_fact
from isthmus.sales.commands.editing import edit_deal
from isthmus.sales.commands.working import tick_item
from isthmus.sales.gates import demandable, pass_gate
from isthmus.sales.models import Deal, DealState, Stage
from isthmus.sales.playbooks import Playbooks, open_items, ticked
from isthmus.sales.retracting import retract_end, retract_move
from isthmus.sales.standing import (
    END_FIELDS,
    DealMovedMeanwhile,
    DealStillOpen,
    came_from,
    leave,
    need_here,
    need_open,
)
from isthmus.workspace.changing import NothingChanged
from isthmus.workspace.queries import Converter, field_definitions


def move_deals(*, rows: Sequence[Row], by: Actor) -> Outcomes:
    """Bulk form of `move_deal`, without values to fill in."""
    stages = Stage.objects.in_bulk({row["stage_id"] for row in rows})
    named = demandable(field_definitions("deal")) if any(stage.gate for stage in stages.values()) else {}
    books = Playbooks(stages)
    done = ticked([row["deal_id"] for row in rows]) if books else set()

    def apply(row: Row, deal: Deal, converter: Converter) -> Fact:
        need_open(deal)
        stage = stages.get(row["stage_id"])
        if stage is None or stage.pipeline_id != deal.pipeline_id:
            raise NotFound(_("That stage is not in this deal's pipeline. Choose one of its own stages."))
        if stage.kind != "open":
            raise DealStillOpen(_("To end a deal use “Won” or “Lost”: a lost one needs its reason."))
        if stage.pk == deal.stage_id:
            raise NothingChanged(_("The deal is in %(stage)s already.") % {"stage": stage.name})
        need_here(deal, row.get("from_stage_id"))
        pass_gate(stage, deal, named, open_items(deal, stage, books, done))
        props = {
            "from": deal.stage.name,
            "to": stage.name,
            "from_id": deal.stage_id,
            "to_id": stage.pk,
            "seconds": int((row["at"] - deal.stage_since).total_seconds()),
        }
        leave(deal)
        deal.stage, deal.stage_since = stage, row["at"]
        return deal_fact("deal.stage_changed", deal, row, converter, props=props)

    return change_deals("move_deal", rows, by=by, apply=apply, fields=["stage", "stage_since"])


@command(
    permission="deals.edit",
    label=gettext_lazy("Move to a stage"),
    trade="sales",
    undo="put_deal_back",
    undo_arguments=lambda deal, _: came_from(deal),
    bulk=move_deals,
)
def move_deal(
    *,
    deal_id: int,
    stage_id: int,
    by: Actor,
    at: datetime,
    from_stage_id: int | None = None,
    amount: Decimal | None = None,
    expected_close_on: date | None = None,
    owner_id: int | None = None,
    product_id: int | None = None,
    custom: dict[str, Any] | None = None,
    version: int | None = None,
    item_ids: list[int] | None = None,
) -> Deal:
    """Move an open deal to another open stage of its pipeline, filling in what that stage demands.

    `item_ids` ticks off what its checklist asks for. `from_stage_id` says where the mover saw it: when it is
    elsewhere by now the move is refused. With `version` nothing is filled in over what somebody else said
    meanwhile. Taken back, the deal stands where it stood, since when it stood there; what was filled in and
    ticked off stays.
    """
    known: dict[str, Any] = {
        "amount": amount,
        "expected_close_on": expected_close_on,
        "owner_id": owner_id,
        "product_id": product_id,
        "custom": custom or None,
    }
    filled = {name: value for name, value in known.items() if value is not None}
    if filled:
        with suppress(NothingChanged):  # It says this already: the move goes on.
            edit_deal(deal_id=deal_id, **filled, version=version, by=by, at=at)
    for item_id in item_ids or ():
        with suppress(NothingChanged):  # Somebody else ticked it off meanwhile.
            tick_item(deal_id=deal_id, item_id=item_id, by=by, at=at)
    row = {"deal_id": deal_id, "stage_id": stage_id, "from_stage_id": from_stage_id, "at": at}
    deal: Deal = only(move_deals(rows=[row], by=by))
    return deal


@command(permission="deals.edit", label=gettext_lazy("Put a deal back"), trade="sales")
def put_deal_back(
    *,
    deal_id: int,
    stage_id: int,
    since: datetime,
    from_stage_id: int,
    by: Actor,
    at: datetime,
    moved_at: datetime | None = None,
    amount: Decimal | None = None,
    final_amount: Decimal | None = None,
) -> Deal:
    """Take back a move or an end: the deal is open in the stage it came from, as if it had stayed there.

    Refused when it was moved since `moved_at`. Where an end stated a `final_amount` that still stands, the
    `amount` from before takes its place.
    """
    stage = Stage.objects.filter(pk=stage_id, kind="open").first()

    def apply(row: Row, deal: Deal, converter: Converter) -> Fact:
        need_here(deal, from_stage_id)
        if moved_at is not None and deal.stage_since != moved_at:
            raise DealMovedMeanwhile(_("This deal was moved once more since, so it stays where it is."))
        if stage is None or stage.pipeline_id != deal.pipeline_id:
            raise NotFound(_("That stage is not in this deal's pipeline. Choose one of its own stages."))
        if since > at:
            raise InvalidInput({"since": _("A deal cannot stand in a stage since a time to come.")})
        moved = deal.state == DealState.OPEN
        (retract_move if moved else retract_end)(deal, by=by, at=row["at"])
        if final_amount is not None and deal.amount == to_micros(final_amount):
            deal.amount = None if amount is None else to_micros(amount)
        deal.state, deal.closed_at, deal.lost_reason = DealState.OPEN, None, ""
        deal.stage, deal.stage_since = stage, since
        if moved:
            return deal_fact("deal.move_undone", deal, row, converter, props={"to": stage.name})
        return deal_fact("deal.reopened", deal, row, converter)

    rows = [{"deal_id": deal_id, "at": at}]
    fields = [*END_FIELDS, "lost_reason", "amount"]
    deal: Deal = only(change_deals("put_deal_back", rows, by=by, apply=apply, fields=fields))
    return deal

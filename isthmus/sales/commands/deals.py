"""Everything that writes deals: open, move, win, lose, reopen, change."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.actors import Actor
from isthmus.core.commands import bulk_call, command, only
from isthmus.core.money import to_micros
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.ledger.facts import Fact
from isthmus.sales.changing import Outcomes, Row, change_deals, deal_fact
from isthmus.sales.commands.editing import edit_deal
from isthmus.sales.gates import demandable, pass_gate
from isthmus.sales.models import Deal, DealState, LossReason, Stage
from isthmus.sales.opening import open_chunk
from isthmus.sales.retracting import retract_end, retract_move
from isthmus.workspace.changing import NothingChanged
from isthmus.workspace.queries import Converter, field_definitions


class DealClosed(Refusal):
    """A deal that ended cannot be worked on until it is reopened."""


class DealStillOpen(Refusal):
    """Only a deal that ended can be reopened."""


class ReasonMissing(Refusal):
    """A lost deal teaches something only with its reason."""


class DealMovedMeanwhile(Refusal):
    """The deal is no longer where whoever moves it saw it."""


def open_deals(*, rows: Sequence[Row], by: Actor) -> Outcomes:
    """Bulk form of `open_deal`; amounts are integer micros."""
    return bulk_call("open_deal", "deals.edit", rows, by, lambda chunk: open_chunk(chunk, by))


@command(
    permission="deals.edit",
    label=gettext_lazy("Open a deal"),
    trade="sales",
    undo="lose_deal",
    undo_arguments=lambda deal, _: {"deal_id": deal.pk, "reason": "other"},
    bulk=open_deals,
)
def open_deal(
    *,
    by: Actor,
    at: datetime,
    name: str = "",
    lead_id: int | None = None,
    person_id: int | None = None,
    account_id: int | None = None,
    pipeline_id: int | None = None,
    amount: Decimal | None = None,
    currency: str = "",
    product_id: int | None = None,
    owner_id: int | None = None,
    expected_close_on: date | None = None,
    external_id: str | None = None,
    custom: dict[str, Any] | None = None,
) -> Deal:
    """Open a deal with a person or account, from a lead where there is one, in the first stage."""
    row = {key: value for key, value in locals().items() if key not in ("by", "amount")}
    row["amount"] = to_micros(amount) if amount is not None else None
    deal: Deal = only(open_deals(rows=[row], by=by))
    return deal


def move_deals(*, rows: Sequence[Row], by: Actor) -> Outcomes:
    """Bulk form of `move_deal`, without values to fill in."""
    stages = Stage.objects.in_bulk({row["stage_id"] for row in rows})
    named = demandable(field_definitions("deal")) if any(stage.gate for stage in stages.values()) else {}

    def apply(row: Row, deal: Deal, converter: Converter) -> Fact:
        _need_open(deal)
        stage = stages.get(row["stage_id"])
        if stage is None or stage.pipeline_id != deal.pipeline_id:
            raise NotFound(_("That stage is not in this deal's pipeline. Choose one of its own stages."))
        if stage.kind != "open":
            raise DealStillOpen(_("To end a deal use “Won” or “Lost”: a lost one needs its reason."))
        if stage.pk == deal.stage_id:
            raise NothingChanged(_("The deal is in %(stage)s already.") % {"stage": stage.name})
        _need_here(deal, row.get("from_stage_id"))
        pass_gate(stage, deal, named)
        props = {
            "from": deal.stage.name,
            "to": stage.name,
            "from_id": deal.stage_id,
            "to_id": stage.pk,
            "seconds": int((row["at"] - deal.stage_since).total_seconds()),
        }
        _leave(deal)
        deal.stage, deal.stage_since = stage, row["at"]
        return deal_fact("deal.stage_changed", deal, row, converter, props=props)

    return change_deals("move_deal", rows, by=by, apply=apply, fields=["stage", "stage_since"])


@command(
    permission="deals.edit",
    label=gettext_lazy("Move to a stage"),
    trade="sales",
    undo="put_deal_back",
    undo_arguments=lambda deal, _: _came_from(deal),
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
) -> Deal:
    """Move an open deal to another open stage of its pipeline, filling in what that stage demands.

    `from_stage_id` says where the mover saw it: when it is elsewhere by now the move is refused. Taken back,
    the deal stands where it stood, since when it stood there; what was filled in stays.
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
            edit_deal(deal_id=deal_id, **filled, by=by, at=at)
    row = {"deal_id": deal_id, "stage_id": stage_id, "from_stage_id": from_stage_id, "at": at}
    deal: Deal = only(move_deals(rows=[row], by=by))
    return deal


@command(permission="deals.edit", label=gettext_lazy("Put a deal back"), trade="sales")
def put_deal_back(
    *, deal_id: int, stage_id: int, since: datetime, from_stage_id: int, by: Actor, at: datetime
) -> Deal:
    """Take back a move or an end: the deal is open in the stage it came from, as if it had stayed there."""
    stage = Stage.objects.filter(pk=stage_id, kind="open").first()

    def apply(row: Row, deal: Deal, converter: Converter) -> Fact:
        _need_here(deal, from_stage_id)
        if stage is None or stage.pipeline_id != deal.pipeline_id:
            raise NotFound(_("That stage is not in this deal's pipeline. Choose one of its own stages."))
        if since > at:
            raise InvalidInput({"since": _("A deal cannot stand in a stage since a time to come.")})
        moved = deal.state == DealState.OPEN
        (retract_move if moved else retract_end)(deal, by=by, at=row["at"])
        deal.state, deal.closed_at, deal.lost_reason = DealState.OPEN, None, ""
        deal.stage, deal.stage_since = stage, since
        if moved:
            return deal_fact("deal.move_undone", deal, row, converter, props={"to": stage.name})
        return deal_fact("deal.reopened", deal, row, converter)

    rows = [{"deal_id": deal_id, "at": at}]
    fields = [*END_FIELDS, "lost_reason"]
    deal: Deal = only(change_deals("put_deal_back", rows, by=by, apply=apply, fields=fields))
    return deal


def win_deals(*, rows: Sequence[Row], by: Actor) -> Outcomes:
    """Bulk form of `win_deal`; amounts are integer micros."""
    ends = _end_stages("won")

    def apply(row: Row, deal: Deal, converter: Converter) -> Fact:
        _need_open(deal)
        if row.get("amount") is not None:
            deal.amount = row["amount"]
        _end(deal, DealState.WON, ends, row)
        return deal_fact("deal.won", deal, row, converter)

    return change_deals("win_deal", rows, by=by, apply=apply, fields=[*END_FIELDS, "amount"])


@command(
    permission="deals.edit",
    label=gettext_lazy("Won"),
    trade="sales",
    undo="put_deal_back",
    undo_arguments=lambda deal, _: _came_from(deal),
    bulk=win_deals,
)
def win_deal(*, deal_id: int, by: Actor, at: datetime, amount: Decimal | None = None) -> Deal:
    """End a deal as won, with its final amount where that changed."""
    row = {"deal_id": deal_id, "amount": to_micros(amount) if amount is not None else None, "at": at}
    deal: Deal = only(win_deals(rows=[row], by=by))
    return deal


def lose_deals(*, rows: Sequence[Row], by: Actor) -> Outcomes:
    """Bulk form of `lose_deal`."""
    ends = _end_stages("lost")

    def apply(row: Row, deal: Deal, converter: Converter) -> Fact:
        _need_open(deal)
        if row["reason"] not in LossReason.values:
            reasons = ", ".join(LossReason.values)
            raise ReasonMissing(_("Say why it was lost, with one of: %(reasons)s.") % {"reasons": reasons})
        deal.lost_reason = row["reason"]
        _end(deal, DealState.LOST, ends, row)
        return deal_fact("deal.lost", deal, row, converter, props={"reason": deal.lost_reason})

    return change_deals("lose_deal", rows, by=by, apply=apply, fields=[*END_FIELDS, "lost_reason"])


@command(
    permission="deals.edit",
    label=gettext_lazy("Lost"),
    trade="sales",
    undo="put_deal_back",
    undo_arguments=lambda deal, _: _came_from(deal),
    bulk=lose_deals,
)
def lose_deal(*, deal_id: int, reason: LossReason, by: Actor, at: datetime) -> Deal:
    """End a deal as lost, with its reason."""
    deal: Deal = only(lose_deals(rows=[{"deal_id": deal_id, "reason": str(reason), "at": at}], by=by))
    return deal


@command(permission="deals.edit", label=gettext_lazy("Reopen a deal"), trade="sales")
def reopen_deal(*, deal_id: int, by: Actor, at: datetime) -> Deal:
    """Take back how a deal ended: it is open again in the last open stage, and its end no longer counts."""

    def apply(row: Row, deal: Deal, converter: Converter) -> Fact:
        if deal.state == DealState.OPEN:
            raise DealStillOpen(_("This deal is open already."))
        retract_end(deal, by=by, at=row["at"])
        stage = deal.pipeline.stages.filter(kind="open").order_by("-position").first()
        assert stage is not None, "a pipeline keeps at least one open stage"
        deal.state, deal.closed_at, deal.lost_reason = DealState.OPEN, None, ""
        deal.stage, deal.stage_since = stage, row["at"]
        return deal_fact("deal.reopened", deal, row, converter)

    rows = [{"deal_id": deal_id, "at": at}]
    deal: Deal = only(
        change_deals("reopen_deal", rows, by=by, apply=apply, fields=[*END_FIELDS, "lost_reason"])
    )
    return deal


END_FIELDS = ["state", "stage", "stage_since", "closed_at"]


def _end(deal: Deal, state: DealState, ends: dict[int, Stage], row: Row) -> None:
    stage = ends.get(deal.pipeline_id)
    if stage is None:
        raise NotFound(_("This pipeline has no stage for that end. Add one under Settings, Pipelines."))
    _leave(deal)
    deal.state, deal.stage = state, stage
    deal.stage_since = deal.closed_at = row["at"]


def _leave(deal: Deal) -> None:
    # Where it stood, for whoever takes the act back.
    deal.left = {"stage_id": deal.stage_id, "since": deal.stage_since.isoformat()}  # To the microsecond.


def _came_from(deal: Deal) -> dict[str, Any]:
    return {"deal_id": deal.pk, "from_stage_id": deal.stage_id, **(deal.left or {})}


def _need_here(deal: Deal, stage_id: int | None) -> None:
    if stage_id is not None and deal.stage_id != stage_id:
        raise DealMovedMeanwhile(
            _("Somebody moved this deal to %(stage)s meanwhile. It stays there; look again before moving it.")
            % {"stage": deal.stage.name}
        )


def _end_stages(kind: str) -> dict[int, Stage]:
    return {stage.pipeline_id: stage for stage in Stage.objects.filter(kind=kind)}


def _need_open(deal: Deal) -> None:
    if deal.state != DealState.OPEN:
        raise DealClosed(
            _("This deal is %(state)s already. Reopen it first.")
            % {"state": deal.get_state_display().lower()}
        )

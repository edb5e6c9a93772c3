"""How deals begin and end: open, win, lose, reopen."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.actors import Actor
from isthmus.core.commands import bulk_call, command, only
from isthmus.core.money import from_micros, to_micros
from isthmus.core.refusals import NotFound, Refusal
from isthmus.ledger.facts import Fact
from isthmus.sales.changing import Outcomes, Row, change_deals, deal_fact
from isthmus.sales.models import Deal, DealState, LossReason, Stage
from isthmus.sales.opening import open_chunk
from isthmus.sales.retracting import retract_end
from isthmus.sales.standing import END_FIELDS, DealClosed, DealStillOpen, came_from, leave, need_open
from isthmus.workspace.commands import tell_owner
from isthmus.workspace.queries import Converter

__all__ = [
    "DealClosed",
    "DealStillOpen",
    "ReasonMissing",
    "lose_deal",
    "lose_deals",
    "open_deal",
    "open_deals",
    "reopen_deal",
    "win_deal",
    "win_deals",
]


class ReasonMissing(Refusal):
    """A lost deal teaches something only with its reason."""


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
    text = gettext_lazy("A new deal is yours")
    tell_owner(deal, kind="deal.given", text=text, record="deal", by=by, at=at)
    return deal


def win_deals(*, rows: Sequence[Row], by: Actor) -> Outcomes:
    """Bulk form of `win_deal`; amounts are integer micros."""
    ends = _end_stages("won")

    def apply(row: Row, deal: Deal, converter: Converter) -> Fact:
        need_open(deal)
        before = deal.amount
        if row.get("amount") is not None:
            deal.amount = row["amount"]
        _end(deal, DealState.WON, ends, row, before)
        return deal_fact("deal.won", deal, row, converter)

    return change_deals("win_deal", rows, by=by, apply=apply, fields=[*END_FIELDS, "amount"])


@command(
    permission="deals.edit",
    label=gettext_lazy("Won"),
    trade="sales",
    undo="put_deal_back",
    undo_arguments=lambda deal, _: came_from(deal),
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
        need_open(deal)
        if row["reason"] not in LossReason.values:
            reasons = ", ".join(LossReason.values)
            raise ReasonMissing(_("Say why it was lost, with one of: %(reasons)s.") % {"reasons": reasons})
        deal.lost_reason = row["reason"]
        _end(deal, DealState.LOST, ends, row, deal.amount)
        return deal_fact("deal.lost", deal, row, converter, props={"reason": deal.lost_reason})

    return change_deals("lose_deal", rows, by=by, apply=apply, fields=[*END_FIELDS, "lost_reason"])


@command(
    permission="deals.edit",
    label=gettext_lazy("Lost"),
    trade="sales",
    undo="put_deal_back",
    undo_arguments=lambda deal, _: came_from(deal),
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
        return deal_fact("deal.reopened", deal, row, converter, props={"to_id": stage.pk})

    rows = [{"deal_id": deal_id, "at": at}]
    deal: Deal = only(
        change_deals("reopen_deal", rows, by=by, apply=apply, fields=[*END_FIELDS, "lost_reason"])
    )
    return deal


def _end(deal: Deal, state: DealState, ends: dict[int, Stage], row: Row, amount_before: int | None) -> None:
    stage = ends.get(deal.pipeline_id)
    if stage is None:
        raise NotFound(_("This pipeline has no stage for that end. Add one under Settings, Pipelines."))
    leave(deal)
    if deal.amount is not None and deal.amount != amount_before:
        before = None if amount_before is None else str(from_micros(amount_before))
        deal.left = {**(deal.left or {}), "amount": before, "final_amount": str(from_micros(deal.amount))}
    deal.state, deal.stage = state, stage
    deal.stage_since = deal.closed_at = row["at"]


def _end_stages(kind: str) -> dict[int, Stage]:
    return {stage.pipeline_id: stage for stage in Stage.objects.filter(kind=kind)}

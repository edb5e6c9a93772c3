"""The crossing: hand a lead over, accept it, return it with a reason."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.actors import Actor
from isthmus.core.clock import to_us
from isthmus.core.commands import bulk_call, command, only, part
from isthmus.core.money import to_micros
from isthmus.core.refusals import NotFound, Refusal
from isthmus.leads.models import Lead, LeadState, ReturnReason
from isthmus.leads.transitions import Row, change_leads, lead_fact, retract_latest
from isthmus.ledger.facts import Fact
from isthmus.people.owning import take_ownership
from isthmus.sales.commands import log_activity, open_deals, take_back_activity
from isthmus.sales.models import Deal, Objection, Outcome
from isthmus.workspace.commands import tell_owner
from isthmus.workspace.models import User

S = LeadState
Outcomes = list[Any]


class LeadNotQualified(Refusal):
    """Only a qualified lead crosses over."""


class LeadAlreadyDecided(Refusal):
    """Sales has given its verdict on this lead."""


class LeadNotHandedOver(Refusal):
    """A verdict needs a lead that was handed over."""


class ReturnReasonMissing(Refusal):
    """A return without a reason teaches marketing nothing."""


def hand_over_leads(*, rows: Sequence[Row], by: Actor) -> Outcomes:
    """Bulk form of `hand_over_lead`."""
    sellers = User.objects.in_bulk({row["owner_id"] for row in rows})

    def apply(row: Row, lead: Lead) -> Fact:
        if lead.state != S.QUALIFIED:
            raise LeadNotQualified(
                _("This lead is %(state)s. Qualify it first; then it can be handed over.")
                % {"state": lead.get_state_display().lower()}
            )
        seller = sellers.get(row["owner_id"])
        # An import tells what was: those to whom leads went then may have left since.
        if seller is None or not (seller.is_active or by.kind == "import"):
            raise NotFound(_("There is no such seller any more. Choose somebody who works here."))
        lead.state, lead.handed_over_at = S.HANDED_OVER, row["at"]
        lead.owner_id, lead.team_id = seller.pk, seller.team_id
        lead.due_at, lead.contacted_at, lead.decided_at, lead.return_reason = (
            row.get("due_at"),
            None,
            None,
            "",
        )
        # With the fact, so that whether the clock was met can be told of any hand-over of any day.
        due_us = to_us(lead.due_at) if lead.due_at else None
        return lead_fact("lead.handed_over", lead, row, props={"score": lead.score, "due_us": due_us})

    fields = [
        "state",
        "handed_over_at",
        "owner",
        "team",
        "due_at",
        "contacted_at",
        "decided_at",
        "return_reason",
    ]

    def act(chunk: Sequence[Row]) -> Outcomes:
        outcomes = change_leads(chunk, by=by, permission="leads.hand_over", apply=apply, fields=fields)
        take_ownership(
            (lead.person_id, lead.account_id, lead.owner_id, lead.team_id)
            for lead in outcomes
            if isinstance(lead, Lead) and lead.owner_id is not None
        )
        return list(outcomes)

    return bulk_call("hand_over_lead", "leads.hand_over", rows, by, act)


@command(
    permission="leads.hand_over",
    label=gettext_lazy("Hand over to sales"),
    trade="crossing",
    undo="take_back_lead",
    bulk=hand_over_leads,
)
def hand_over_lead(
    *, lead_id: int, owner_id: int, by: Actor, at: datetime, due_at: datetime | None = None
) -> Lead:
    """Give a qualified lead to a seller, who accepts it or returns it with a reason."""
    row = {"lead_id": lead_id, "owner_id": owner_id, "due_at": due_at, "at": at}
    lead: Lead = only(hand_over_leads(rows=[row], by=by))
    text = gettext_lazy("A lead was handed over to you")
    tell_owner(lead, kind="lead.handed_over", text=text, record="lead", by=by, at=at)
    return lead


@command(permission="leads.hand_over", label=gettext_lazy("Take back from sales"), trade="crossing")
def take_back_lead(*, lead_id: int, by: Actor, at: datetime) -> Lead:
    """Undo a hand-over that was a mistake, before sales has given its verdict."""

    def apply(row: Row, lead: Lead) -> Fact:
        if lead.state != S.HANDED_OVER:
            raise LeadAlreadyDecided(_("Sales has taken this lead up, so the hand-over stands."))
        retract_latest(lead, ["lead.handed_over"], by=by, at=row["at"])
        lead.state, lead.handed_over_at, lead.owner_id, lead.team_id, lead.due_at = (
            S.QUALIFIED,
            None,
            None,
            None,
            None,
        )
        return lead_fact("lead.reopened", lead, row, props={"from": "handed_over"})

    fields = ["state", "handed_over_at", "owner", "team", "due_at"]
    lead: Lead = only(
        _change("take_back_lead", "leads.hand_over", [{"lead_id": lead_id, "at": at}], by, apply, fields)
    )
    return lead


def accept_leads(*, rows: Sequence[Row], by: Actor) -> Outcomes:
    """Bulk form of `accept_lead`: outcomes are the opened deals, or the leads where a row opens none."""

    return bulk_call("accept_lead", "leads.decide", rows, by, lambda chunk: _accept_chunk(chunk, by))


def _accept_chunk(chunk: Sequence[Row], by: Actor) -> Outcomes:
    """Accept and open in one go; an acceptance whose deal cannot be opened is none."""
    try:
        with part():
            return _accept_and_open(chunk, by)
    except Refusal as refusal:
        if len(chunk) == 1:
            return [refusal]
    return [outcome for row in chunk for outcome in _accept_chunk([row], by)]


def _accept_and_open(chunk: Sequence[Row], by: Actor) -> Outcomes:
    outcomes: Outcomes = change_leads(
        chunk, by=by, permission="leads.decide", apply=_accept, fields=["state", "decided_at"]
    )
    opening = [
        (index, {**row, "name": row.get("deal_name"), "external_id": row.get("deal_external_id")})
        for index, row in enumerate(chunk)
        if row.get("open_deal", True) and isinstance(outcomes[index], Lead)
    ]
    deals = open_deals(rows=[row for _, row in opening], by=by) if opening else []
    for (index, _row), deal in zip(opening, deals, strict=True):
        if isinstance(deal, Refusal):
            raise deal
        outcomes[index] = deal
    return outcomes


@command(
    permission="leads.decide",
    label=gettext_lazy("Accept"),
    trade="crossing",
    undo="reopen_lead",
    bulk=accept_leads,
)
def accept_lead(
    *,
    lead_id: int,
    by: Actor,
    at: datetime,
    open_deal: bool = True,
    deal_name: str = "",
    amount: Decimal | None = None,
    currency: str = "",
    pipeline_id: int | None = None,
) -> Deal | Lead:
    """Take a lead into sales (SAL) and open its deal; without a deal when asked so."""
    row = {key: value for key, value in locals().items() if key not in ("by", "amount")}
    row["amount"] = to_micros(amount) if amount is not None else None
    outcome: Deal | Lead = only(accept_leads(rows=[row], by=by))
    return outcome


def return_leads(*, rows: Sequence[Row], by: Actor) -> Outcomes:
    """Bulk form of `return_lead`."""

    def apply(row: Row, lead: Lead) -> Fact:
        _need_open_crossing(lead)
        if row["reason"] not in ReturnReason.values:
            raise ReturnReasonMissing(
                _("Say why, with one of: %(reasons)s. The campaign that brought the lead learns from it.")
                % {"reasons": ", ".join(ReturnReason.values)}
            )
        lead.state, lead.decided_at, lead.return_reason = S.RETURNED, row["at"], row["reason"]
        return lead_fact("lead.returned", lead, row, props={"reason": lead.return_reason})

    return _change("return_lead", "leads.decide", rows, by, apply, ["state", "decided_at", "return_reason"])


@command(
    permission="leads.decide",
    label=gettext_lazy("Return with a reason"),
    trade="crossing",
    undo="reopen_lead",
    bulk=return_leads,
)
def return_lead(*, lead_id: int, reason: ReturnReason, by: Actor, at: datetime) -> Lead:
    """Give a lead back to marketing, with the reason."""
    lead: Lead = only(return_leads(rows=[{"lead_id": lead_id, "reason": str(reason), "at": at}], by=by))
    return lead


@command(permission="leads.decide", label=gettext_lazy("Reopen the verdict"), trade="crossing")
def reopen_lead(*, lead_id: int, by: Actor, at: datetime) -> Lead:
    """Take back the verdict on a lead: it waits for one again, and the earlier one no longer counts."""

    def apply(row: Row, lead: Lead) -> Fact:
        if not lead.verdict:
            raise LeadNotHandedOver(_("There is no verdict on this lead to take back."))
        retract_latest(lead, ["lead.accepted", "lead.returned"], by=by, at=row["at"])
        before = lead.state
        lead.state, lead.decided_at, lead.return_reason = S.HANDED_OVER, None, ""
        return lead_fact("lead.reopened", lead, row, props={"from": before})

    fields = ["state", "decided_at", "return_reason"]
    lead: Lead = only(
        _change("reopen_lead", "leads.decide", [{"lead_id": lead_id, "at": at}], by, apply, fields)
    )
    return lead


@command(
    permission="leads.decide",
    label=gettext_lazy("Answer and accept"),
    trade="crossing",
    undo="take_back_answer",
    undo_arguments=lambda done, _: {name: done[name] for name in ("lead_id", "activity_id")},
)
def answer_lead(
    *,
    lead_id: int,
    by: Actor,
    at: datetime,
    kind: Literal["call", "meeting", "mail"] = "call",
    text: str = "",
    minutes: int | None = None,
    outcome: Outcome | None = None,
    objection: Objection | None = None,
    next_step: str = "",
    next_step_on: date | None = None,
    deal_name: str = "",
    amount: Decimal | None = None,
) -> dict[str, Any]:
    """Log the first contact with a lead, which stops its clock, and accept it: all of it or nothing."""
    said = {"kind": kind, "text": text, "minutes": minutes, "outcome": outcome, "objection": objection}
    step = {"next_step": next_step, "next_step_on": next_step_on}
    activity = log_activity(lead_id=lead_id, by=by, at=at, **said, **step)  # type: ignore[arg-type]
    deal = accept_lead(lead_id=lead_id, deal_name=deal_name, amount=amount, by=by, at=at)
    deal_id = deal.pk if isinstance(deal, Deal) else None
    return {"lead_id": lead_id, "activity_id": activity.pk, "deal_id": deal_id}


@command(permission="leads.decide", label=gettext_lazy("Take back an answer"), trade="crossing")
def take_back_answer(*, lead_id: int, activity_id: int, by: Actor, at: datetime) -> Lead:
    """Take back the verdict on a lead with the contact that was logged with it: its clock runs again."""
    reopen_lead(lead_id=lead_id, by=by, at=at)
    take_back_activity(activity_id=activity_id, by=by, at=at)
    return Lead.objects.get(pk=lead_id)


def _accept(row: Row, lead: Lead) -> Fact:
    _need_open_crossing(lead)
    lead.state, lead.decided_at = S.ACCEPTED, row["at"]
    return lead_fact("lead.accepted", lead, row)


def _need_open_crossing(lead: Lead) -> None:
    if lead.verdict:
        verdict = lead.get_state_display().lower()
        raise LeadAlreadyDecided(
            _("This lead was already %(verdict)s. Reopen it to decide again.") % {"verdict": verdict}
        )
    if lead.state != S.HANDED_OVER:
        raise LeadNotHandedOver(
            _("This lead is %(state)s and was not handed over, so there is nothing to decide yet.")
            % {"state": lead.get_state_display().lower()}
        )


def _change(
    name: str, permission: str, rows: Sequence[Row], by: Actor, apply: Any, fields: list[str]
) -> Outcomes:
    def act(chunk: Sequence[Row]) -> Outcomes:
        return list(change_leads(chunk, by=by, permission=permission, apply=apply, fields=fields))

    return bulk_call(name, permission, rows, by, act)

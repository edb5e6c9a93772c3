"""Everything that writes leads: capture, qualify, contact, disqualify, recycle."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.actors import Actor
from isthmus.core.commands import bulk_call, command, only
from isthmus.core.refusals import Refusal
from isthmus.leads.capturing import capture_chunk
from isthmus.leads.editing import edit_lead, edit_leads, restore_lead
from isthmus.leads.models import Lead, LeadState
from isthmus.leads.reassigning import reassign_lead, reassign_leads
from isthmus.leads.transitions import Row, change_leads, lead_fact, retract_latest
from isthmus.ledger.facts import Fact

__all__ = [
    "LeadClosed",
    "LeadNotQualifiable",
    "ReasonMissing",
    "capture_lead",
    "capture_leads",
    "disqualify_lead",
    "disqualify_leads",
    "edit_lead",
    "edit_leads",
    "qualify_lead",
    "qualify_leads",
    "reassign_lead",
    "reassign_leads",
    "record_contacts",
    "recycle_lead",
    "recycle_leads",
    "restore_lead",
    "unqualify_lead",
    "withdraw_lead",
]

Outcomes = list[Lead | Refusal]
S = LeadState


class LeadNotQualifiable(Refusal):
    """The lead's state has no way to "qualified"."""


class LeadClosed(Refusal):
    """The lead has ended, so the act makes no sense any more."""


class ReasonMissing(Refusal):
    """An act that teaches something needs its reason."""


def capture_leads(*, rows: Sequence[Row], by: Actor) -> Outcomes:
    """Bulk form of `capture_lead`."""
    return bulk_call("capture_lead", "leads.capture", rows, by, lambda chunk: capture_chunk(chunk, by))


@command(
    permission="leads.capture",
    label=gettext_lazy("Capture a lead"),
    trade="marketing",
    undo="withdraw_lead",
    undo_arguments=lambda lead, _: {"lead_id": lead.pk, "reason": "captured by mistake"},
    bulk=capture_leads,
)
def capture_lead(
    *,
    by: Actor,
    at: datetime,
    full_name: str = "",
    email: str = "",
    phone: str = "",
    title: str = "",
    country: str = "",
    city: str = "",
    locale: str = "",
    company: str = "",
    company_domain: str = "",
    channel: str = "",
    utm_source: str = "",
    utm_medium: str = "",
    utm_campaign: str = "",
    landing_page: str = "",
    campaign_id: int | None = None,
    product_id: int | None = None,
    message: str = "",
    consent: list[Literal["email", "phone", "sms", "post"]] | None = None,
    consent_source: str = "",
    consent_wording: str = "",
    external_id: str | None = None,
    person_external_id: str | None = None,
    user_id: str | None = None,
    custom: dict[str, Any] | None = None,
    person_custom: dict[str, Any] | None = None,
    owner_id: int | None = None,
    team_id: int | None = None,
    form: str = "",
    click_id: str = "",
) -> Lead:
    """Store an enquiry: the person is found by their identifiers or made, and the lead begins its way."""
    row = {name: value for name, value in locals().items() if name != "by"}
    lead: Lead = only(capture_leads(rows=[row], by=by))
    return lead


def qualify_leads(*, rows: Sequence[Row], by: Actor) -> Outcomes:
    """Bulk form of `qualify_lead`."""

    def apply(row: Row, lead: Lead) -> Fact:
        if lead.state not in (S.CAPTURED, S.NURTURING, S.RETURNED, S.EXPIRED):
            raise LeadNotQualifiable(
                _("This lead is %(state)s, so it cannot become qualified. Recycle it first.")
                % {"state": lead.get_state_display().lower()}
            )
        lead.state, lead.qualified_at = S.QUALIFIED, row["at"]
        if row.get("score") is not None:
            lead.score = row["score"]
        return lead_fact("lead.qualified", lead, row, props={"score": lead.score})

    return _change("qualify_lead", "leads.qualify", rows, by, apply, ["state", "qualified_at", "score"])


@command(
    permission="leads.qualify",
    label=gettext_lazy("Qualify"),
    trade="marketing",
    undo="unqualify_lead",
    bulk=qualify_leads,
)
def qualify_lead(*, lead_id: int, by: Actor, at: datetime, score: int | None = None) -> Lead:
    """Say that a lead meets the bar of sales: it becomes an MQL."""
    lead: Lead = only(qualify_leads(rows=[{"lead_id": lead_id, "score": score, "at": at}], by=by))
    return lead


@command(permission="leads.qualify", label=gettext_lazy("Take back the qualification"), trade="marketing")
def unqualify_lead(*, lead_id: int, by: Actor, at: datetime) -> Lead:
    """Undo a qualification that was a mistake: it no longer counts as an MQL."""

    def apply(row: Row, lead: Lead) -> Fact:
        if lead.state != S.QUALIFIED:
            raise LeadNotQualifiable(_("This lead has moved on since, so its qualification stands."))
        retract_latest(lead, ["lead.qualified"], by=by, at=row["at"])
        lead.state, lead.qualified_at = S.NURTURING, None
        return lead_fact("lead.reopened", lead, row, props={"from": "qualified"})

    lead: Lead = only(
        _change(
            "unqualify_lead",
            "leads.qualify",
            [{"lead_id": lead_id, "at": at}],
            by,
            apply,
            ["state", "qualified_at"],
        )
    )
    return lead


def disqualify_leads(*, rows: Sequence[Row], by: Actor) -> Outcomes:
    """Bulk form of `disqualify_lead`."""

    def apply(row: Row, lead: Lead) -> Fact:
        _need_reason(row)
        if lead.state in (S.ACCEPTED, S.DISQUALIFIED, S.MERGED, S.ERASED):
            raise LeadClosed(_closed_sentence(lead))
        lead.state, lead.disqualify_reason = S.DISQUALIFIED, str(row["reason"])[:120]
        return lead_fact("lead.disqualified", lead, row, props={"reason": lead.disqualify_reason})

    return _change("disqualify_lead", "leads.qualify", rows, by, apply, ["state", "disqualify_reason"])


@command(
    permission="leads.qualify",
    label=gettext_lazy("Disqualify"),
    trade="marketing",
    undo="recycle_lead",
    bulk=disqualify_leads,
)
def disqualify_lead(*, lead_id: int, reason: str, by: Actor, at: datetime) -> Lead:
    """Take a lead out of the running, with the reason; it stays counted."""
    lead: Lead = only(disqualify_leads(rows=[{"lead_id": lead_id, "reason": reason, "at": at}], by=by))
    return lead


@command(permission="leads.capture", label=gettext_lazy("Withdraw a lead"), trade="marketing")
def withdraw_lead(*, lead_id: int, reason: str, by: Actor, at: datetime) -> Lead:
    """Disqualify a lead that should not have been captured, by whoever may capture; it stays counted."""

    def apply(row: Row, lead: Lead) -> Fact:
        _need_reason(row)
        if lead.state not in (S.CAPTURED, S.NURTURING):
            raise LeadClosed(_closed_sentence(lead))
        lead.state, lead.disqualify_reason = S.DISQUALIFIED, str(row["reason"])[:120]
        return lead_fact("lead.disqualified", lead, row, props={"reason": lead.disqualify_reason})

    rows = [{"lead_id": lead_id, "reason": reason, "at": at}]
    lead: Lead = only(
        _change("withdraw_lead", "leads.capture", rows, by, apply, ["state", "disqualify_reason"])
    )
    return lead


def recycle_leads(*, rows: Sequence[Row], by: Actor) -> Outcomes:
    """Bulk form of `recycle_lead`."""

    def apply(row: Row, lead: Lead) -> Fact:
        if lead.state not in (S.RETURNED, S.DISQUALIFIED, S.EXPIRED, S.CAPTURED, S.QUALIFIED):
            raise LeadClosed(_closed_sentence(lead))
        lead.state = S.NURTURING
        return lead_fact("lead.recycled", lead, row)

    return _change("recycle_lead", "leads.qualify", rows, by, apply, ["state"])


@command(
    permission="leads.qualify",
    label=gettext_lazy("Recycle to nurturing"),
    trade="marketing",
    bulk=recycle_leads,
)
def recycle_lead(*, lead_id: int, by: Actor, at: datetime) -> Lead:
    """Give a returned, expired or disqualified lead back to nurturing, so that it can qualify again."""
    lead: Lead = only(recycle_leads(rows=[{"lead_id": lead_id, "at": at}], by=by))
    return lead


def record_contacts(*, rows: Sequence[Row], by: Actor) -> Outcomes:
    """Say of leads that a human has spoken with them (`lead.contacted`), keeping the first time.

    Called by the acts of sales that are such contacts; each row may name the user whose contact it was.
    """

    def apply(row: Row, lead: Lead) -> Fact:
        if lead.contacted_at is None or row["at"] < lead.contacted_at:
            lead.contacted_at = row["at"]
        return lead_fact(
            "lead.contacted", lead, row, props={"by": row["kind"]}, owner=row.get("owner_id") or lead.owner_id
        )

    return change_leads(rows, by=by, permission="leads.contact", apply=apply, fields=["contacted_at"])


def _change(
    name: str, permission: str, rows: Sequence[Row], by: Actor, apply: Any, fields: list[str]
) -> Outcomes:
    def act(chunk: Sequence[Row]) -> Outcomes:
        return change_leads(chunk, by=by, permission=permission, apply=apply, fields=fields)

    return bulk_call(name, permission, rows, by, act)


def _need_reason(row: Row) -> None:
    if not str(row.get("reason") or "").strip():
        raise ReasonMissing(_("Say why: the reason goes back to the campaign that brought the lead."))


def _closed_sentence(lead: Lead) -> str:
    return _("This lead is %(state)s, so this cannot be done to it.") % {
        "state": lead.get_state_display().lower()
    }

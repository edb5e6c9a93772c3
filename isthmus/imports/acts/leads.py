"""Leads, and how far each has come."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from isthmus.handoff.commands import accept_leads, hand_over_leads, return_leads
from isthmus.imports.acts.context import Context, Record
from isthmus.imports.acts.outcome import REFUSED, Known, Outcome, Row, create, follow
from isthmus.leads.capturing import LeadAlreadyCaptured
from isthmus.leads.commands import capture_leads, disqualify_leads, qualify_leads
from isthmus.leads.models import Lead, LeadState
from isthmus.sales.commands import log_activities

CONSENTS = ("email", "phone", "sms", "post")
# In the order of a lead's life: the act, the field with its time, and the fields that it needs.
_STEPS = (
    ("qualified", "qualified_at"),
    ("handed_over", "handed_over_at"),
    ("contacted", "contacted_at"),
    ("accepted", "accepted_at"),
    ("returned", "returned_at"),
    ("disqualified", "disqualified_at"),
)


def bring_in_leads(records: Sequence[Record], outcomes: Sequence[Outcome], context: Context) -> None:
    """Capture the lead of each record; then qualify, hand over, decide as far as its times say."""
    waiting = [(outcome, record[0]) for outcome, record in zip(outcomes, records, strict=True)]
    for outcome, mapped in waiting:
        _check(outcome, mapped.values)
    good = [(outcome, mapped) for outcome, mapped in waiting if outcome.state != REFUSED]
    rows = [
        (outcome, _capture_row(mapped.key, mapped.values, mapped.custom, context)) for outcome, mapped in good
    ]
    keys = [mapped.key for _outcome, mapped in good]
    fresh = create(capture_leads, rows, Known(LeadAlreadyCaptured, "lead_id"), keys, context.by)
    done = _steps_done([outcome.pk for outcome, _m in good if outcome.pk not in fresh])
    for step, field in _STEPS:
        acting = [
            (outcome, row)
            for outcome, mapped in good
            if outcome.pk and field in mapped.values and not _is_done(done, outcome.pk, step)
            for row in [_step_row(step, outcome, mapped.values[field], mapped.values, context)]
        ]
        follow(_BULK[step], acting, context.by)


def _check(outcome: Outcome, values: Mapping[str, Any]) -> None:
    unknown = [word for word in values.get("consent", ()) if word not in CONSENTS]
    if unknown:
        outcome.refuse(
            _("consent: “%(word)s” is no way to reach somebody; use %(known)s.")
            % {"word": unknown[0], "known": ", ".join(CONSENTS)}
        )
    if "handed_over_at" in values and "owner" not in values:
        outcome.refuse(_("handed_over_at: a hand-over needs the owner to whom it went."))


def _capture_row(
    key: str, values: Mapping[str, Any], custom: Mapping[str, dict[str, Any]], context: Context
) -> Row:
    row = {name: value for name, value in values.items() if not name.endswith("_at")}
    handed_over = "handed_over_at" in values
    return {
        **row,
        **({"owner_id": None, "team_id": None} if handed_over else context.owner(values)),
        "external_id": key,
        "person_external_id": values.get("person_key"),
        "company_external_id": values.get("company_key"),
        "campaign_id": values.get("campaign"),
        "product_id": values.get("product"),
        "custom": custom.get("custom"),
        "person_custom": custom.get("person_custom"),
        "account_custom": custom.get("company_custom"),
        "at": values["captured_at"],
    }


def _steps_done(numbers: Sequence[int]) -> dict[int, set[str]]:
    """What was done before with leads that were here already, so that it is not done again."""
    done: dict[int, set[str]] = {}
    columns = ("qualified_at", "handed_over_at", "contacted_at", "decided_at", "state")
    for pk, *times, state in Lead.objects.filter(pk__in=set(numbers)).values_list("pk", *columns):
        qualified, handed_over, contacted, decided = (time is not None for time in times)
        steps = done.setdefault(pk, set())
        steps |= {"qualified"} if qualified else set()
        steps |= {"handed_over"} if handed_over else set()
        steps |= {"contacted"} if contacted else set()
        steps |= {"accepted", "returned"} if decided else set()
        steps |= {"disqualified"} if state == LeadState.DISQUALIFIED else set()
    return done


def _is_done(done: dict[int, set[str]], pk: int, step: str) -> bool:
    """Whether a step was done; asking counts as doing it, so that a key that stands twice acts once."""
    steps = done.setdefault(pk, set())
    was = step in steps
    steps.add(step)
    return was


def _step_row(step: str, outcome: Outcome, at: datetime, values: Mapping[str, Any], context: Context) -> Row:
    row: dict[str, Any] = {"lead_id": outcome.pk, "at": at}
    if step == "handed_over":
        row |= context.owner(values)
    elif step == "contacted":
        row |= {"kind": values.get("contact_kind") or "call", "owner_id": values.get("owner")}
    elif step == "accepted":
        row["open_deal"] = False  # Deals are rows of their own.
    elif step == "returned":
        row["reason"] = values.get("return_reason") or ""
    elif step == "disqualified":
        row["reason"] = values.get("disqualify_reason") or ""
    return row


_BULK = {
    "qualified": qualify_leads,
    "handed_over": hand_over_leads,
    "contacted": log_activities,
    "accepted": accept_leads,
    "returned": return_leads,
    "disqualified": disqualify_leads,
}

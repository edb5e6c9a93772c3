"""Changing what is known of leads, and taking a change back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from isthmus.core.actors import Actor
from isthmus.core.commands import bulk_call, command, only
from isthmus.core.editing import asked_changes, need_version
from isthmus.core.refusals import Refusal
from isthmus.leads.models import Lead
from isthmus.leads.transitions import Row, change_leads, lead_fact, no_such_lead
from isthmus.ledger.facts import Fact
from isthmus.workspace.changing import apply_changes, definitions_by_key
from isthmus.workspace.commands import owner_before, tell_owner
from isthmus.workspace.restoring import Restoring

Outcomes = list[Lead | Refusal]

# What may be emptied, and what then stands there.
EMPTY: Mapping[str, Any] = dict.fromkeys(("owner_id", "score", "product_id"))
_ANALYTIC = frozenset(EMPTY)
_RESTORING = Restoring(
    "lead.changed", "lead_id", "lead_id", "lead", lambda lead: lead.person.subject, no_such_lead
)
_FIELDS = ["owner", "score", "product_id", "custom"]


def edit_leads(*, rows: Sequence[Row], by: Actor) -> Outcomes:
    """Bulk form of `edit_lead`."""
    return _change("edit_lead", rows, by)


@command(
    permission="leads.edit",
    label=gettext_lazy("Change a lead"),
    trade="crossing",
    undo="restore_lead",
    bulk=edit_leads,
)
def edit_lead(
    *,
    lead_id: int,
    by: Actor,
    at: datetime,
    owner_id: int | None = None,
    score: int | None = None,
    product_id: int | None = None,
    custom: dict[str, Any] | None = None,
    clear: list[str] | None = None,
    version: int | None = None,
) -> Lead:
    """Change what is known of a lead; the change itself is a fact, with before and after.

    `clear` names fields to empty; a custom field is emptied by null. With `version` a change is refused when
    somebody was quicker.
    """
    row = {key: value for key, value in locals().items() if key != "by"}
    before = owner_before(Lead, lead_id) if owner_id is not None else None
    lead: Lead = only(edit_leads(rows=[row], by=by))
    if owner_id is not None:
        text = gettext_lazy("A lead is yours now")
        tell_owner(lead, kind="lead.given", text=text, record="lead", before=before, by=by, at=at)
    return lead


def restore_leads(*, rows: Sequence[Row], by: Actor) -> Outcomes:
    """Bulk form of `restore_lead`."""
    reachable = Lead.objects.visible_to(by, "leads.edit").select_related("person")
    leads = reachable.in_bulk({row["lead_id"] for row in rows})
    return _RESTORING.put_back(rows, leads, lambda back: _change("restore_lead", back, by))


@command(
    permission="leads.edit",
    label=gettext_lazy("Take back a change of a lead"),
    trade="crossing",
    undo="restore_lead",
    bulk=restore_leads,
)
def restore_lead(*, lead_id: int, batch: str, by: Actor, at: datetime) -> Lead:
    """Put back what one change of a lead replaced; refused when it was changed once more since."""
    restored: Lead = only(restore_leads(rows=[{"lead_id": lead_id, "batch": batch, "at": at}], by=by))
    return restored


def _change(command_name: str, rows: Sequence[Row], by: Actor) -> Outcomes:
    definitions = definitions_by_key("lead")

    def apply(row: Row, lead: Lead) -> Fact:
        need_version(lead, row.get("version"))
        given = asked_changes({field: row.get(field) for field in EMPTY}, row.get("clear"), EMPTY)
        changed = apply_changes(lead, given, row.get("custom"), definitions=definitions, analytic=_ANALYTIC)
        return lead_fact("lead.changed", lead, row, props=changed.plain, sealed=changed.personal)

    def act(chunk: Sequence[Row]) -> Outcomes:
        return change_leads(chunk, by=by, permission="leads.edit", apply=apply, fields=_FIELDS)

    return bulk_call(command_name, "leads.edit", rows, by, act)

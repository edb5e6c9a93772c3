"""Moving leads between states, many at a time: one rule for single acts and for bulk."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.clock import written_now
from isthmus.core.refusals import NotFound, Refusal
from isthmus.core.rows import update_rows
from isthmus.leads.credit import credit_of
from isthmus.leads.models import Lead
from isthmus.ledger.facts import Fact

Row = Mapping[str, Any]
Apply = Callable[[Row, Lead], Fact | list[Fact]]


def no_such_lead() -> NotFound:
    """The one answer for a lead that is not there and one that may not be touched."""
    return NotFound(
        _("There is no such lead, or your role does not reach it. Look for it in the list of leads.")
    )


def change_leads(
    rows: Sequence[Row], *, by: Actor, permission: str, apply: Apply, fields: Sequence[str]
) -> list[Lead | Refusal]:
    """Apply a change to the lead of each row, in order; save all and record the facts, set-based.

    `apply` checks and changes one lead and returns its facts, or raises a Refusal, which then stands in that
    row's place. Must run inside a transaction.
    """
    wanted = {row["lead_id"] for row in rows}
    reachable = Lead.objects.visible_to(by, permission).filter(pk__in=wanted)
    leads = {lead.pk: lead for lead in reachable.select_related("person").select_for_update(of=("self",))}
    outcomes: list[Lead | Refusal] = []
    facts: list[Fact] = []
    changed: dict[int, Lead] = {}
    for row in rows:
        lead = leads.get(row["lead_id"])
        try:
            if lead is None:
                raise no_such_lead()
            made = apply(row, lead)
        except Refusal as refusal:
            outcomes.append(refusal)
            continue
        facts += made if isinstance(made, list) else [made]
        lead.updated_at = written_now()
        lead.version += 1
        changed[lead.pk] = lead
        outcomes.append(lead)
    if changed:
        update_rows(changed.values(), [*fields, "updated_at", "version"])
        ledger.record(facts, by=by)
    return outcomes


def lead_fact(kind: str, lead: Lead, row: Row, **more: Any) -> Fact:
    """A fact about a lead with its credit as it stands after the change."""
    return Fact(kind=kind, at=row["at"], **{**credit_of(lead), **more})


def retract_latest(lead: Lead, kinds: Sequence[str], *, by: Actor, at: datetime) -> None:
    """Retract the latest fact of these kinds about a lead, so that no figure counts it."""
    from isthmus.ledger import timeline

    for fact in timeline.facts_where("lead_id", [lead.pk], kinds=list(kinds), limit=1):
        ledger.retract(fact_id=fact.id, by=by, at=at, reason="taken back")

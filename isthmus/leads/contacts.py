"""Taking back that a human spoke with a lead."""

from collections.abc import Sequence
from datetime import datetime

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.leads.models import Lead
from isthmus.leads.transitions import Row, change_leads
from isthmus.ledger.facts import Fact

_LOOKED_AT = 200  # contacts of one lead among which the one taken back is looked for


def forget_contact(
    *, lead_id: int, contacted_at: datetime, first: datetime | None, by: Actor, at: datetime
) -> None:
    """Let a contact of a lead not count any more; `first` is the first one that remains.

    Called where an activity is taken back, in its transaction. Who may not touch the lead leaves it alone.
    """
    from isthmus.ledger import timeline

    told = timeline.facts_where("lead_id", [lead_id], kinds=["lead.contacted"], limit=_LOOKED_AT)
    for fact in [one for one in told if one.at == contacted_at][:1]:
        ledger.retract(fact_id=fact.id, by=by, at=at, reason="contact taken back")

    def apply(row: Row, lead: Lead) -> list[Fact]:
        lead.contacted_at = first
        return []

    rows: Sequence[Row] = [{"lead_id": lead_id, "at": at}]
    change_leads(rows, by=by, permission="leads.contact", apply=apply, fields=["contacted_at"])

"""Giving leads to somebody else, or to another territory."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from isthmus.core.actors import Actor
from isthmus.core.commands import bulk_call, command, only
from isthmus.leads.models import Lead
from isthmus.leads.transitions import change_leads, lead_fact
from isthmus.ledger.facts import Fact
from isthmus.workspace.reassigning import FIELDS, MAY, Giving, Row, put_back


def reassign_leads(*, rows: Sequence[Row], by: Actor) -> list[Any]:
    """Bulk form of `reassign_lead`."""

    def act(chunk: Sequence[Row]) -> list[Any]:
        giving = Giving(chunk, by)
        told: dict[int, Any] = {}

        def apply(row: Row, lead: Lead) -> Fact:
            told[lead.pk] = giving.give(lead, row)
            return lead_fact("lead.changed", lead, row, props=told[lead.pk])

        outcomes = change_leads(chunk, by=by, permission=MAY, apply=apply, fields=FIELDS)
        for lead in outcomes:
            if isinstance(lead, Lead):
                lead.back = {"lead_id": lead.pk, **put_back(lead, told[lead.pk])}
        return list(outcomes)

    return bulk_call("reassign_lead", MAY, rows, by, act)


@command(
    permission=MAY,
    label=gettext_lazy("Give a lead to somebody else"),
    trade="crossing",
    undo="reassign_lead",
    undo_arguments=lambda lead, _: lead.back,
    bulk=reassign_leads,
)
def reassign_lead(
    *,
    lead_id: int,
    by: Actor,
    at: datetime,
    owner_id: int | None = None,
    team_id: int | None = None,
    territory_id: int | None = None,
    why: str = "",
    clear: list[str] | None = None,
    version: int | None = None,
) -> Lead:
    """Give a lead to another seller or territory. Its response clock runs on: the customer waits the same."""
    row = {key: value for key, value in locals().items() if key != "by"}
    lead: Lead = only(reassign_leads(rows=[row], by=by))
    return lead

"""Taking back in the ledger what an undone act had said."""

from datetime import datetime

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.sales.models import Deal


def retract_end(deal: Deal, *, by: Actor, at: datetime) -> None:
    """Retract the latest "won" or "lost" of a deal, so that no figure counts it."""
    from isthmus.ledger import timeline

    ends = timeline.facts_where("deal_id", [deal.pk], kinds=["deal.won", "deal.lost"], limit=1)
    for fact in ends:
        ledger.retract(fact_id=fact.id, by=by, at=at, reason="deal reopened")

"""Taking back in the ledger what an undone act had said."""

from datetime import datetime

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.sales.models import Deal


def retract_end(deal: Deal, *, by: Actor, at: datetime) -> None:
    """Retract the latest "won" or "lost" of a deal, so that no figure counts it."""
    _retract_latest(deal, ["deal.won", "deal.lost"], "deal reopened", by=by, at=at)


def retract_move(deal: Deal, *, by: Actor, at: datetime) -> None:
    """Retract the latest move of a deal, so that it counts as never made."""
    _retract_latest(deal, ["deal.stage_changed"], "move taken back", by=by, at=at)


def _retract_latest(deal: Deal, kinds: list[str], reason: str, *, by: Actor, at: datetime) -> None:
    from isthmus.ledger import timeline

    party = deal.person or deal.account
    subjects = [party.subject] if party and party.subject is not None else None
    for fact in timeline.facts_where("deal_id", [deal.pk], kinds=kinds, limit=1, subjects=subjects):
        ledger.retract(fact_id=fact.id, by=by, at=at, reason=reason)

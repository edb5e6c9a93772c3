"""The way of a lead from captured to paid, as steps: those behind it, where it is, where it left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from isthmus.leads.models import Lead, LeadState
from isthmus.sales.models import Deal, DealState, Order
from isthmus.web import formats

S = LeadState


@dataclass(frozen=True)
class Step:
    """One step: `state` is done, here, ahead, or left (where the lead went off the way)."""

    text: str
    trade: str
    state: str
    at: datetime | None = None
    note: str = ""


def steps_of(lead: Lead, deals: Sequence[Deal], orders: Sequence[Order]) -> list[Step]:
    """The seven steps. Dates are those of the present run: a lead that came back begins it anew."""
    deal = next(iter(deals), None)
    won = next((one for one in deals if one.state == DealState.WON), None)
    paid = [order for order in orders if order.paid > 0]
    accepted = lead.state == S.ACCEPTED
    crossed = lead.state in (S.HANDED_OVER, S.ACCEPTED, S.RETURNED, S.EXPIRED)
    qualified = crossed or lead.state == S.QUALIFIED
    reached = [
        (_("Captured"), "marketing", True, lead.captured_at),
        (_("Qualified"), "marketing", qualified, lead.qualified_at if qualified else None),
        (_("Handed over"), "crossing", crossed, lead.handed_over_at if crossed else None),
        (_("Accepted"), "sales", accepted, lead.decided_at if accepted else None),
        (_("Deal"), "sales", deal is not None, deal.opened_at if deal else None),
        (_("Won"), "sales", won is not None, won.closed_at if won else None),
        (_("Paid"), "money", bool(paid), max((order.updated_at for order in paid), default=None)),
    ]
    last = max(place for place, step in enumerate(reached) if step[2])
    off = _off_the_way(lead, deal)
    return [
        Step(
            text,
            trade,
            ("left" if off else "here") if place == last else ("done" if done else "ahead"),
            at,
            off if place == last else "",
        )
        for place, (text, trade, done, at) in enumerate(reached)
    ]


def finding(lead: Lead, deals: Sequence[Deal], orders: Sequence[Order]) -> str:
    """How far the lead came and what it waits for, in one sentence."""
    deal = next(iter(deals), None)
    if lead.state == S.ACCEPTED:
        return _of_deal(deal, orders) if deal else _("Accepted by sales, without a deal")
    owner = lead.owner.name if lead.owner else _("sales")
    sentences = {
        S.CAPTURED: _("New: nobody has judged it yet"),
        S.NURTURING: _("In nurturing, until it qualifies"),
        S.QUALIFIED: _("Qualified, and not handed over yet"),
        S.HANDED_OVER: _("Handed over, and waiting for the verdict of %(owner)s") % {"owner": owner},
        S.RETURNED: _("Sales returned it: %(reason)s") % {"reason": lead.get_return_reason_display().lower()},
        S.EXPIRED: _("Its response clock ran out before sales answered"),
        S.DISQUALIFIED: _("Out of the running: %(reason)s") % {"reason": lead.disqualify_reason},
        S.MERGED: _("Joined into another lead"),
        S.ERASED: _("Its personal data was erased"),
    }
    return sentences[LeadState(lead.state)]


def _of_deal(deal: Deal, orders: Sequence[Order]) -> str:
    if deal.state == DealState.OPEN:
        return _("Accepted: its deal is in %(stage)s") % {"stage": deal.stage.name}
    if deal.state == DealState.LOST:
        return _("Its deal was lost: %(reason)s") % {"reason": deal.get_lost_reason_display().lower()}
    sums: dict[str, int] = {}
    for order in orders:
        sums[order.currency] = sums.get(order.currency, 0) + order.paid
    paid = ", ".join(formats.money(micros, currency) for currency, micros in sums.items() if micros)
    return _("Won, and %(sum)s paid") % {"sum": paid} if paid else _("Won, and nothing paid yet")


def _off_the_way(lead: Lead, deal: Deal | None) -> str:
    """In words, where the lead is instead of going on; empty while it is on the way."""
    if lead.state == S.RETURNED:
        return _("returned: %(reason)s") % {"reason": lead.get_return_reason_display().lower()}
    if lead.state == S.DISQUALIFIED:
        return _("disqualified: %(reason)s") % {"reason": lead.disqualify_reason}
    if lead.state in (S.EXPIRED, S.NURTURING, S.MERGED, S.ERASED):
        return str(lead.get_state_display()).lower()
    if deal is not None and deal.state == DealState.LOST:
        return _("lost: %(reason)s") % {"reason": deal.get_lost_reason_display().lower()}
    return ""

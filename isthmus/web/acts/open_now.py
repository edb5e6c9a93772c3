"""What is open now with somebody: leads that wait, deals under way, unpaid orders, each with its acts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from isthmus.core.actors import Actor
from isthmus.leads.models import Lead, LeadState
from isthmus.sales.models import Deal, DealState, Order
from isthmus.web import formats
from isthmus.web.acts.acting import Button
from isthmus.web.leads import acts as lead_acts
from isthmus.web.leads import words
from isthmus.web.orders.acts import order_buttons_for
from isthmus.web.sales import acts as deal_acts
from isthmus.web.sales.listing import stayed

SHOWN = 4


@dataclass(frozen=True)
class Open:
    """One thing that is not over: what, why it is open, how its clock stands, what may be done."""

    trade: str
    text: str
    href: str
    why: str
    clock: SafeString | str = ""
    buttons: Sequence[Button] = ()


def open_with(
    leads: Sequence[Lead], deals: Sequence[Deal], orders: Sequence[Order], actor: Actor, now: datetime
) -> list[Open]:
    """What is open among these rows, which the actor may see; the most pressing first."""
    waiting = [lead for lead in leads if LeadState(lead.state) in _WHY_OF]
    waiting.sort(key=lambda lead: (lead.state != LeadState.HANDED_OVER, lead.captured_at))
    found = [_lead(lead, actor, now) for lead in waiting[:SHOWN]]
    found += [_deal(deal, actor, now) for deal in deals if deal.state == DealState.OPEN][:SHOWN]
    found += [_order(order, actor) for order in orders if order.open > 0][:SHOWN]
    return found


def _lead(lead: Lead, actor: Actor, now: datetime) -> Open:
    if lead.state == LeadState.HANDED_OVER:
        mine = lead.owner_id == actor.id
        seller = lead.owner.name if lead.owner else _("sales")
        text = (
            _("A lead waits for your verdict")
            if mine
            else _("A lead waits for the verdict of %(name)s") % {"name": seller}
        )
    else:
        text = _WHY_OF[LeadState(lead.state)]()
    why = _("%(channel)s, captured %(ago)s") % {
        "channel": words.channel_of(lead),
        "ago": formats.ago(lead.captured_at, now),
    }
    clock = words.due_clock(lead, now)
    return Open(
        "crossing" if lead.state == LeadState.HANDED_OVER else "marketing",
        str(text),
        reverse("lead", args=[lead.pk]),
        why,
        clock if clock != formats.NOTHING else "",
        lead_acts.buttons_for(lead, actor)[:2],
    )


_WHY_OF: dict[LeadState, Callable[[], str]] = {
    LeadState.HANDED_OVER: lambda: "",
    LeadState.QUALIFIED: lambda: _("A qualified lead waits to be handed over"),
    LeadState.RETURNED: lambda: _("A lead came back from sales"),
    LeadState.EXPIRED: lambda: _("A lead’s response clock ran out"),
    LeadState.CAPTURED: lambda: _("A new lead is not judged yet"),
}


def _deal(deal: Deal, actor: Actor, now: datetime) -> Open:
    parts = [stayed(deal, now)]
    if deal.amount is not None:
        parts.insert(0, formats.money(deal.amount, deal.currency))
    buttons = deal_acts.end_buttons_for(deal, actor)
    return Open("sales", deal.name, reverse("deal", args=[deal.pk]), ", ".join(parts), buttons=buttons)


def _order(order: Order, actor: Actor) -> Open:
    left = formats.money(order.open, order.currency)
    return Open(
        "money",
        _("Order %(number)s") % {"number": order.number},
        reverse("order", args=[order.pk]),
        _("%(left)s of %(total)s not paid yet")
        % {"left": left, "total": formats.money(order.total, order.currency)},
        buttons=order_buttons_for(order, actor)[:1],
    )

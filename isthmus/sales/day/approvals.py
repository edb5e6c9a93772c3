"""What quotes offer to a manager's day: discounts that wait to be approved."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from isthmus.core.actors import Actor
from isthmus.sales.day.offering import LIMIT, Suggestion
from isthmus.sales.day.sources import _chance, _values
from isthmus.sales.models import Quote, QuoteState
from isthmus.sales.quoting.lines import discount_given


def approvals_waiting(actor: Actor, now: datetime) -> Sequence[Suggestion]:
    """Quotes whose discounts the actor may approve, the longest waiting first."""
    if actor.id is None or not actor.allows("discounts.approve"):
        return []
    waiting = Quote.objects.visible_to(actor, "discounts.approve").filter(state=QuoteState.AWAITING)
    related = waiting.select_related("deal__stage", "person", "account", "owner").prefetch_related("lines")
    quotes = list(related.order_by("updated_at", "pk")[:LIMIT])
    values = _values([quote.deal for quote in quotes], timezone.localdate(now))
    return [_suggestion(quote, values.get(quote.deal_id)) for quote in quotes]


def _suggestion(quote: Quote, value: int | None) -> Suggestion:
    most = max((discount_given(line) for line in quote.lines.all()), default=0)
    told = {
        "seller": quote.owner.name if quote.owner else _("A seller"),
        "share": f"{most * 100:.1f}".rstrip("0").rstrip("."),
        "why": quote.asked_because,
    }
    reason = _("%(seller)s asks for up to %(share)s%% discount.") % told
    if quote.asked_because:
        reason += " " + _("“%(why)s”") % told
    return Suggestion(
        key=f"approve:{quote.pk}",
        kind="approve",
        record=("quote", quote.pk),
        name=str(quote.person or quote.account or quote.deal),
        account=str(quote.account or "") if quote.person else "",
        stage=_("Discount to approve"),
        reason=reason,
        clock_from=quote.updated_at,
        day=timezone.localdate(quote.updated_at).isoformat(),
        value=value,
        chance=_chance(quote.deal),
        subjects={"quote": quote.pk},
        acts=("approve", "refuse"),
    )

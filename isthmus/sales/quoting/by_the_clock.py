"""What happens to quotes and subscriptions by the clock: each once, on the company's own days."""

import logging
from datetime import datetime

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from isthmus.core.actors import SYSTEM
from isthmus.core.refusals import Refusal
from isthmus.sales.commands.deciding import expire_quote
from isthmus.sales.commands.subscriptions import NotDueYet, SubscriptionEnded, renew_subscription
from isthmus.sales.models import WITH_CUSTOMER, Order, Quote, Subscription
from isthmus.sales.quoting.standing import QuoteNotOpen, today
from isthmus.workspace.commands import notify
from isthmus.workspace.models import Notification

MOST = 500  # of one kind at a time; the next hour goes on
MOST_PERIODS = 24  # of one subscription: after a long stand-still each period has its own order
_log = logging.getLogger(__name__)


def expire_quotes(at: datetime) -> int:
    """Let quotes run out whose last day is past. Answers how many did."""
    over = Quote.objects.visible_to(SYSTEM).filter(state__in=WITH_CUSTOMER, valid_until__lt=today(at))
    expired = 0
    for pk in list(over.order_by("valid_until", "pk").values_list("pk", flat=True)[:MOST]):
        try:
            expire_quote(quote_id=pk, by=SYSTEM, at=at)
        except QuoteNotOpen:  # Answered or revised between the look and now.
            continue
        expired += 1
    return expired


def renew_subscriptions(at: datetime) -> int:
    """Renew what is due and renews itself: an order for each period. Answers how many were placed."""
    due = Subscription.objects.visible_to(SYSTEM).filter(ended_on=None, renew_by_hand=False)
    numbers = due.filter(renews_on__lte=today(at)).order_by("renews_on", "pk").values_list("pk", flat=True)
    return sum(len(_renewed(pk, at)) for pk in list(numbers[:MOST]))


def _renewed(pk: int, at: datetime) -> list[Order]:
    placed: list[Order] = []
    while len(placed) < MOST_PERIODS:
        try:
            placed.append(renew_subscription(subscription_id=pk, by=SYSTEM, at=at))
        except (NotDueYet, SubscriptionEnded):  # All its periods have their orders.
            break
        except Refusal as refusal:
            _tell(pk, refusal, at)
            break
    return placed


def _tell(pk: int, refusal: Refusal, at: datetime) -> None:
    """Whose it is learns once for each period why it was not renewed; it is tried again each hour."""
    one = Subscription.objects.visible_to(SYSTEM).select_related("owner").get(pk=pk)
    _log.error("Subscription %s was not renewed: %s", pk, refusal)
    if one.owner is None or one.deal_id is None:
        return
    about = {"kind": "subscription.stuck", "record_kind": "deal", "record_id": one.deal_id}
    if not Notification.objects.filter(user=one.owner, at__date__gte=one.renews_on, **about).exists():
        text = format_lazy("{} {}", gettext_lazy("A subscription could not be renewed:"), refusal)
        notify(user=one.owner, kind="subscription.stuck", text=text, record=("deal", one.deal_id), at=at)

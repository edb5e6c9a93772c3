"""Subscriptions: renewed, changed, ended."""

from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.clock import written_now
from isthmus.core.commands import command
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.sales.commands.orders import place_orders
from isthmus.sales.invoicing import invoice_order
from isthmus.sales.models import EndReason, Order, Subscription
from isthmus.sales.quoting.numbers import next_order_number
from isthmus.sales.quoting.rules import after
from isthmus.sales.quoting.standing import today
from isthmus.sales.quoting.subscribing import month_of, order_line, subscription_fact
from isthmus.workspace.changing import NothingChanged


class SubscriptionEnded(Refusal):
    """What has ended is not renewed or changed."""


class NotDueYet(Refusal):
    """A subscription is renewed when its period ends."""


@command(permission="orders.edit", label=gettext_lazy("Renew a subscription"), trade="money")
def renew_subscription(*, subscription_id: int, by: Actor, at: datetime) -> Order:
    """Renew a subscription for its next period: an order and its invoice are made, each period once."""
    one = _locked(subscription_id, by)
    if one.renews_on > today(at):
        raise NotDueYet(_("This subscription is paid until %(day)s. Renew it then.") % {"day": one.renews_on})
    period = one.renews_on
    row = {
        "number": next_order_number(today(at).year),
        "deal_id": one.deal_id,
        "currency": one.currency,
        "at": at,
        "lines": [order_line(one, at)],
    }
    (order,) = place_orders(rows=[row], by=by)
    if isinstance(order, Refusal):
        raise order
    if order.total:
        invoice_order(order, by=by, at=at)
    one.renewals += 1
    one.renews_on = after(one.started_on, one.interval, one.renewals + 1)
    _save(one, "renewals", "renews_on")
    fact = subscription_fact(
        "subscription.renewed",
        one,
        at,
        month_of(one),
        order_id=order.pk,
        props={"period": period.isoformat()},
    )
    fact.natural_key = f"renewal:{one.pk}:{period.isoformat()}"
    ledger.record(fact, by=by)
    return order  # type: ignore[no-any-return]


@command(
    permission="orders.edit",
    label=gettext_lazy("Change a subscription"),
    trade="money",
    undo="change_subscription",
    undo_arguments=lambda one, _: {"subscription_id": one.pk, **one.before},
)
def change_subscription(
    *,
    subscription_id: int,
    by: Actor,
    at: datetime,
    quantity: Decimal | None = None,
    renew_by_hand: bool | None = None,
) -> Subscription:
    """Change how much is bought from the next renewal on, or whether somebody renews it by hand."""
    one = _locked(subscription_id, by)
    if quantity is not None and (quantity <= 0 or quantity != round(quantity, 4) or quantity >= 10**9):
        raise InvalidInput({"quantity": _("Give a quantity above zero, with up to four decimals.")})
    month, before = month_of(one), {}
    for field, value in (("quantity", quantity), ("renew_by_hand", renew_by_hand)):
        if value is not None and value != getattr(one, field):
            before[field] = getattr(one, field)
            setattr(one, field, value)
    if not before:
        raise NothingChanged(_("Nothing was changed: it says this already."))
    _save(one, "quantity", "renew_by_hand")
    one.before = before
    fields = {"fields": sorted(before)}
    ledger.record(
        subscription_fact("subscription.changed", one, at, month_of(one) - month, props=fields), by=by
    )
    return one


@command(
    permission="orders.edit",
    label=gettext_lazy("End a subscription"),
    trade="money",
    undo="resume_subscription",
    undo_arguments=lambda one, _: {"subscription_id": one.pk},
)
def end_subscription(
    *, subscription_id: int, reason: EndReason, by: Actor, at: datetime, on: date | None = None
) -> Subscription:
    """End a subscription from a day on, with the reason; nothing more is renewed."""
    one = _locked(subscription_id, by)
    last = on or today(at)
    if last < one.started_on:
        raise InvalidInput({"on": _("It cannot end before it began.")})
    one.ended_on, one.end_reason = last, EndReason(reason).value
    _save(one, "ended_on", "end_reason")
    props = {"reason": one.end_reason}
    ledger.record(subscription_fact("subscription.ended", one, at, -month_of(one), props=props), by=by)
    return one


@command(permission="orders.edit", label=gettext_lazy("Resume a subscription"), trade="money")
def resume_subscription(*, subscription_id: int, by: Actor, at: datetime) -> Subscription:
    """Take back the end of a subscription: it goes on as if it had not ended."""
    one = _locked(subscription_id, by, ended=True)
    one.ended_on, one.end_reason = None, ""
    _save(one, "ended_on", "end_reason")
    _retract_end(one, by=by, at=at)
    ledger.record(subscription_fact("subscription.resumed", one, at, month_of(one)), by=by)
    return one


def _locked(subscription_id: int, by: Actor, *, ended: bool = False) -> Subscription:
    found = Subscription.objects.visible_to(by, "orders.edit").select_for_update(of=("self",))
    found = found.select_related("deal__person", "deal__account", "product")
    one: Subscription | None = found.filter(pk=subscription_id).first()
    if one is None:
        raise NotFound(_("There is no such subscription, or your role does not reach it."))
    if ended and one.ended_on is None:
        raise NothingChanged(_("This subscription goes on already."))
    if not ended and one.ended_on is not None:
        raise SubscriptionEnded(_("This subscription has ended. Resume it first."))
    return one


def _retract_end(one: Subscription, *, by: Actor, at: datetime) -> None:
    """So that no figure counts it: it never ended."""
    from isthmus.ledger import timeline

    assert one.deal_id is not None  # Subscriptions begin with a quote.
    party = one.person or one.account
    subjects = [party.subject] if party else None
    ends = timeline.facts_where(
        "deal_id", [one.deal_id], kinds=["subscription.ended"], limit=200, subjects=subjects
    )
    last = next(fact for fact in ends if fact.values.get("subscription_id") == one.pk)
    ledger.retract(fact_id=last.id, by=by, at=at, reason="subscription resumed")


def _save(one: Subscription, *fields: str) -> None:
    one.updated_at = written_now()
    one.save(update_fields=[*fields, "updated_at"])

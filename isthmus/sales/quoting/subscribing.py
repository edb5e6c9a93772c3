"""Subscriptions: how they begin with a quote, what a renewal costs, their facts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.clock import written_now
from isthmus.ledger.facts import Fact
from isthmus.sales.credit import deal_credit
from isthmus.sales.models import Quote, QuoteLine, Subscription
from isthmus.sales.quoting.rules import after, line_money, monthly
from isthmus.sales.quoting.standing import today
from isthmus.sales.quoting.tables import PriceList
from isthmus.workspace.queries import Converter


def begin_subscriptions(quote: Quote, lines: Sequence[QuoteLine], *, by: Actor, at: datetime) -> None:
    """Begin one for each line that is billed again and again; its first period is the quote's order."""
    on = today(at)
    made = [
        Subscription(
            deal=quote.deal,
            person=quote.person,
            account=quote.account,
            line=line,
            product=line.product,
            description=line.description,
            currency=quote.currency,
            region=quote.region,
            quantity=line.quantity,
            unit_price=line.unit_price,
            discount=line.discount,
            interval=line.interval,
            started_on=on,
            renews_on=after(on, line.interval),
            updated_at=written_now(),
            owner_id=quote.owner_id,
            team_id=quote.team_id,
            territory_id=quote.territory_id,
        )
        for line in lines
        if line.interval
    ]
    if made:
        Subscription.objects.bulk_create(made)
        ledger.record(
            [subscription_fact("subscription.started", one, at, month_of(one)) for one in made], by=by
        )


def order_line(one: Subscription, at: datetime) -> dict[str, Any]:
    """The line of the order that renews it, at the tax of the day."""
    tax = _prices(one, at).tax(one.product)
    rate = tax.rate if tax else 0
    money = line_money(one.quantity, one.unit_price, one.discount, rate, one.currency)  # type: ignore[arg-type]
    return {
        "amount": money.net,
        "tax": money.tax,
        "tax_rate": rate,
        "tax_note": tax.note if tax else "",
        "quantity": one.quantity,
        "unit": one.product.unit if one.product else "",
        "product_id": one.product_id,
        "description": one.description,
    }


def month_of(one: Subscription) -> int:
    """What it brings in a month before tax, in micros."""
    net = line_money(one.quantity, one.unit_price, one.discount, 0, one.currency).net  # type: ignore[arg-type]
    return monthly(net, one.interval)


def subscription_fact(kind: str, one: Subscription, at: datetime, micros: int, **more: Any) -> Fact:
    """A fact about a subscription; its amount is of monthly recurring revenue."""
    credit = deal_credit(one.deal) if one.deal else {"account_id": one.account_id}
    return Fact(
        kind=kind,
        at=at,
        amount=micros,
        amount_base=Converter().to_base(micros, one.currency, at.date()),
        props={"subscription_id": one.pk, "interval": one.interval, **more.pop("props", {})},
        **{
            **credit,
            "product_id": one.product_id,
            "owner": one.owner_id,
            "team": one.team_id,
            "territory": one.territory_id,
            "currency": one.currency,
            **more,
        },
    )


def _prices(one: Subscription, at: datetime) -> PriceList:
    return PriceList(
        currency=one.currency, region=one.region, territory_id=one.territory_id, on=today(at), products=[]
    )

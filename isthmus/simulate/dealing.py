"""What becomes of a deal and of the customer it makes: stages, calls, orders, payments, renewals, voices."""

import math
import random
from datetime import datetime, timedelta
from decimal import Decimal

from isthmus.simulate import catalogue as c
from isthmus.simulate import truths
from isthmus.simulate.chances import weighted
from isthmus.simulate.stories import Crossing, Dealing, Sale, Story
from isthmus.simulate.times import working
from isthmus.simulate.voices import speak

SERVICE = next(index for index, one in enumerate(c.PRODUCTS) if one.sku == "CAL-1")
_YEARS = 3  # for which customers' later orders are told


def deal(chance: random.Random, story: Story, crossing: Crossing) -> Dealing:
    """The deal of an accepted lead, to its end and beyond it."""
    won = story.dice[6] < truths.win_chance(
        quality=story.quality,
        skill=c.STAFF[story.seller].skill,
        hours=crossing.hours,
        discount=story.terms.discount,
        price=story.terms.price,
        rival=story.rival,
        objection=story.terms.objection,
    )
    reached = len(c.STAGES) if won else chance.randint(1, len(c.STAGES))
    opened, moves = crossing.decided_at, []
    at = opened
    for _stage in range(1, reached):
        at = working(at + timedelta(days=chance.lognormvariate(math.log(6), 0.7)))
        moves.append(at)
    ended = working(at + timedelta(days=chance.lognormvariate(math.log(7 if won else 12), 0.7)))
    calls = sorted(working(opened + (ended - opened) * chance.random()) for _ in range(chance.randint(1, 4)))
    reason = "" if won else c.LOSS_REASONS[weighted(chance, _loss_weights(story))][0]
    dealing = Dealing(opened, moves, ended, won, reason, story.terms.amount, calls)
    if won:
        dealing.sales = _customer(chance, story, ended, crossing.hours)
        speak(chance, story, bought=ended)
    return dealing


def sell_online(chance: random.Random, story: Story) -> None:
    """What somebody buys who never needed a seller, and what they come back for."""
    quantity = chance.choice((1, 1, 1, 2))
    product = chance.choice((0, 0, 1, SERVICE))
    price = _price(product, story.terms.price) * quantity
    story.satisfaction = _satisfaction(chance, 0.25, refunded=False)
    sale = Sale(
        story.at + timedelta(minutes=chance.uniform(2, 25)),
        [(product, quantity, price)],
        None,
        None,
        0.0,
        True,
    )
    sale.paid_at = sale.at + timedelta(minutes=1)
    story.online_sales = [sale, *_later(chance, story, sale.at, online=0.9)]
    speak(chance, story, bought=sale.at)


def _loss_weights(story: Story) -> list[float]:
    """The rival takes more while its campaign runs; an objection to the price is often the reason."""
    factors = {"competitor": 1 + 2 * story.rival, "price": 1.8 if story.terms.objection == "Price" else 1.0}
    return [share * factors.get(reason, 1.0) for reason, share in c.LOSS_REASONS]


def _customer(chance: random.Random, story: Story, at: datetime, hours: float) -> list[Sale]:
    lines = [(story.product, story.terms.quantity, story.terms.amount)]
    serviced = story.product == SERVICE or chance.random() < 0.45
    if serviced and story.product != SERVICE:
        lines.append((SERVICE, 1, _price(SERVICE, story.terms.price)))
    first = _sale(chance, at, lines)
    story.satisfaction = _satisfaction(chance, hours, refunded=first.refunded_at is not None)
    renewals = _renewals(chance, story, at) if serviced else []
    return [first, *sorted([*renewals, *_later(chance, story, at, online=0.4)], key=lambda sale: sale.at)]


def _satisfaction(chance: random.Random, hours: float, *, refunded: bool) -> float:
    return (
        truths.SATISFACTION_BASE
        + truths.SATISFACTION_PER_SLOW_HOUR * math.log(max(hours, 0.25))
        + (truths.SATISFACTION_WHEN_REFUNDED if refunded else 0.0)
        + chance.gauss(0, 0.8)
    )


def _renewals(chance: random.Random, story: Story, at: datetime) -> list[Sale]:
    """The yearly service, for as long as the customer stays."""
    found = []
    stays = truths.odds(truths.RENEW_BASE + truths.RENEW_PER_SATISFACTION * story.satisfaction)
    for year in range(1, _YEARS + 1):
        if chance.random() >= stays:
            break
        due = working(at + timedelta(days=365 * year + chance.uniform(-20, 15)))
        found.append(_sale(chance, due, [(SERVICE, 1, _price(SERVICE, story.terms.price))]))
    return found


def _later(chance: random.Random, story: Story, at: datetime, *, online: float) -> list[Sale]:
    """More of the same, the more readily the better it went."""
    found: list[Sale] = []
    again = truths.odds(-0.9 + 0.6 * story.satisfaction)
    while chance.random() < again and len(found) < 6:
        at = working(at + timedelta(days=chance.uniform(40, 240)))
        product, more = chance.randrange(len(c.PRODUCTS) - 1), chance.randint(1, 3)
        sale = _sale(chance, at, [(product, more, _price(product, story.terms.price) * more)])
        if chance.random() < online:
            sale.online, sale.paid_at = True, sale.at + timedelta(minutes=1)
        found.append(sale)
    return found


def _sale(chance: random.Random, at: datetime, lines: list[tuple[int, int, Decimal]]) -> Sale:
    paid = working(at + timedelta(days=chance.uniform(6, 48))) if chance.random() < 0.96 else None
    back = paid is not None and chance.random() < truths.REFUND_SHARE
    refunded = paid + timedelta(days=chance.uniform(3, 40)) if paid and back else None
    return Sale(at, lines, paid, refunded, chance.choice((1.0, 0.5, 0.25)))


def _price(product: int, level: float) -> Decimal:
    return Decimal(round(float(c.PRODUCTS[product].price) * level))

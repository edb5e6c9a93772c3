"""Drawing enquiries: who asks, when, moved by what, having come by which ways. Pure; no database."""

import random
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np

from isthmus.simulate import catalogue as c
from isthmus.simulate import names, site, truths
from isthmus.simulate.chances import chance_of, plain, weighted
from isthmus.simulate.firms import Firms
from isthmus.simulate.market import Market
from isthmus.simulate.sizes import DAYS, HORIZON
from isthmus.simulate.sources import AT_ONCE, COMES_BACK_BY, SOURCES
from isthmus.simulate.stories import Story, Terms, Touch

SAME_PERSON = 0.07
_OFFLINE = {"event": 0.7, "partner": 0.45}  # enquiries that never see the site
_BY_CHANNEL = {
    channel: next(i for i, one in enumerate(SOURCES) if one.channel == channel) for channel in AT_ONCE
}
_PERSONAL = (
    "full_name", "email", "phone", "title", "company", "domain", "industry", "size", "market", "city",
)  # fmt: skip


def draw_stories(*, seed: int, leads: int, market: Market, start: datetime) -> list[Story]:
    """Every enquiry in order: so many in the history, and what the market brings in the days after it."""
    firms = Firms()
    told: list[Story] = []
    for number, (day, cause, second) in enumerate(_moments(seed, leads, market)):
        chance = chance_of(seed, number)
        at = start + timedelta(days=day, seconds=second)
        story = _story(chance, number, at, cause, firms, rival=float(market.rival[day]), share=day / DAYS)
        if told and chance.random() < SAME_PERSON:
            earlier = chance.choice(told[-600:])
            for name in _PERSONAL:
                setattr(story, name, getattr(earlier, name))
            story.visitor = earlier.visitor
        story.touches = _touches(chance, story, start)
        told.append(story)
    return told


def _moments(seed: int, leads: int, market: Market) -> list[tuple[int, int, int]]:
    rng = np.random.default_rng([seed, 12])
    expected = market.leads[:, :DAYS]
    counts = rng.multinomial(leads, (expected / expected.sum()).ravel()).reshape(expected.shape)
    after = rng.poisson(market.leads[:, DAYS : DAYS + HORIZON])
    found = []
    for cause, day in np.argwhere(np.hstack([counts, after]) > 0).tolist():
        count = counts[cause, day] if day < DAYS else after[cause, day - DAYS]
        seconds = np.clip(rng.normal(12.5, 3.2, int(count)), 0.1, 23.9) * 3600
        found += [(day, cause, int(second)) for second in seconds]
    return sorted(found, key=lambda one: (one[0], one[2], one[1]))


def _story(
    chance: random.Random,
    number: int,
    at: datetime,
    cause: int,
    firms: Firms,
    *,
    rival: float,
    share: float,
) -> Story:
    company, domain, industry, size, market = firms.one(chance, number)
    country = c.MARKETS[market].country
    given, family = chance.choice(names.GIVEN[country]), chance.choice(names.FAMILY[country])
    channel = SOURCES[cause].channel
    on_site = chance.random() >= _OFFLINE.get(channel, 0.0)
    form = weighted(chance, [one.share for one in site.FORMS]) if on_site else -1
    better = site.FORMS[form].quality if on_site else 0.0
    product = weighted(chance, [one.share for one in c.PRODUCTS])
    return Story(
        number=number,
        at=at,
        cause=cause,
        source=_source(chance, cause, share) if on_site else cause,
        market=market,
        product=product,
        quality=chance.gauss(SOURCES[cause].quality, 0.95) + better + (0.25 if size > 200 else 0.0),
        full_name=f"{given} {family}",
        email=f"{plain(given)}.{plain(family)}{number}@{domain}",
        phone=f"{c.MARKETS[market].phone}{chance.randrange(600_000_000, 799_999_999)}",
        title=chance.choice(names.TITLES),
        company=company,
        domain=domain,
        industry=industry,
        size=size,
        city=chance.choice(c.MARKETS[market].cities),
        consent=chance.random() < 0.8,
        form=form,
        on_site=on_site,
        terms=_terms(chance, product, size, share),
        rival=rival,
        visitor=number,
        dice=[chance.random() for _ in range(12)],
    )


def _source(chance: random.Random, cause: int, share: float) -> int:
    """By which source somebody comes at last, once moved by another."""
    if chance.random() < AT_ONCE[SOURCES[cause].channel]:
        return cause
    channel = COMES_BACK_BY[weighted(chance, [weight for _, weight in COMES_BACK_BY])][0]
    if channel == "paid_search":
        return 1 if share >= SOURCES[1].from_day and chance.random() < SOURCES[1].weight else 0
    return _BY_CHANNEL[channel]


def _terms(chance: random.Random, product: int, size: int, share: float) -> Terms:
    price = truths.price_level(share)
    discount = truths.DISCOUNTS[weighted(chance, [weight for _, weight in truths.DISCOUNTS])][0]
    quantity = max(1, int(chance.lognormvariate(0.9 + (0.35 if size > 200 else 0), 0.7)))
    spread = Decimal(str(round(chance.uniform(0.96, 1.04) * price * (1 - discount), 4)))
    objection = c.OBJECTIONS[weighted(chance, [weight for _, weight in c.OBJECTIONS])][0]
    return Terms(
        quantity, Decimal(round(c.PRODUCTS[product].price * quantity * spread)), discount, price, objection
    )


def _touches(chance: random.Random, story: Story, start: datetime) -> list[Touch]:
    """The visits before the enquiry: the first by what moved them, the others as people come back."""
    if not story.on_site:
        return []
    before = 0 if story.source == story.cause else 1
    while chance.random() < 0.38 and before < 6:
        before += 1
    moments = sorted(story.at - timedelta(days=chance.lognormvariate(1.6, 1.0)) for _ in range(before))
    touches = []
    for position, at in enumerate(moments):
        channel = COMES_BACK_BY[weighted(chance, [weight for _, weight in COMES_BACK_BY])][0]
        source = story.cause if position == 0 else _BY_CHANNEL[channel]
        if at >= start:
            touches.append(Touch(source, at))
    return touches

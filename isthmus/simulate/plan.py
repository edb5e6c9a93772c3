"""The sample company as it moves: every lead's whole story, drawn from known chances. Pure; no database.

Same seed, size and last day give the same stories, on any machine.
"""

import math
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from isthmus.simulate import catalogue as c

DAYS = 730
LEADS = {"small": 3_000, "medium": 30_000, "large": 300_000}

# The truth: what moves the odds of winning, as log-odds. Tests of analysis are judged against it.
WIN_BASE = -1.25
WIN_PER_QUALITY = 0.9
WIN_PER_SKILL = 1.0
WIN_PER_SLOW_HOUR = -0.35  # per natural log of hours to the first reply
QUALIFY_BASE, QUALIFY_PER_QUALITY = -0.35, 1.1
ACCEPT_BASE, ACCEPT_PER_QUALITY = 1.1, 1.0


@dataclass
class Sale:
    """An order of a won deal or of a customer who came back."""

    at: datetime
    lines: list[tuple[int, int, Decimal]]  # product index, quantity, amount
    paid_at: datetime | None
    refunded_at: datetime | None
    refund_share: float


@dataclass
class Dealing:
    """A deal's story after acceptance."""

    opened_at: datetime
    moves: list[datetime]
    ended_at: datetime
    won: bool
    loss_reason: str
    amount: Decimal
    calls: list[datetime]
    sales: list[Sale] = field(default_factory=list)


@dataclass
class Crossing:
    """One pass over the crossing: qualified, handed over, contacted, decided."""

    qualified_at: datetime
    score: int
    handed_over_at: datetime
    contacted_at: datetime | None
    decided_at: datetime
    return_reason: str  # empty: accepted
    recycled_at: datetime | None


@dataclass
class Story:
    """One lead from its first moment to its last."""

    number: int
    at: datetime
    source: int
    market: int
    product: int
    quality: float
    full_name: str
    email: str
    phone: str
    title: str
    company: str
    domain: str
    industry: str
    size: int
    city: str
    seller: int
    consent: bool
    disqualified_at: datetime | None
    crossings: list[Crossing]
    dealing: Dealing | None


@dataclass(frozen=True)
class MediaDay:
    """What one campaign delivered on one day."""

    source: int
    day: int
    impressions: int
    clicks: int
    spend: Decimal


def leads_for(size: str) -> int:
    """How many leads a size has."""
    return LEADS[size]


def stories(*, seed: int, leads: int, last_day: datetime) -> list[Story]:
    """Every lead's story in order of capture, within the two years up to `last_day` (midnight UTC)."""
    chance = random.Random(seed)
    start = last_day - timedelta(days=DAYS)
    moments = sorted(_moments(chance, leads))
    firms: dict[str, tuple[str, str, str, int, int]] = {}
    told: list[Story] = []
    for number, moment in enumerate(moments):
        story = _story(chance, number, start, moment, firms)
        if told and chance.random() < 0.07:
            _be_the_same_person(story, chance.choice(told[-600:]))
        told.append(story)
    return told


def _be_the_same_person(story: Story, earlier: Story) -> None:
    for name in [
        "full_name",
        "email",
        "phone",
        "title",
        "company",
        "domain",
        "industry",
        "size",
        "city",
        "market",
        "seller",
    ]:
        setattr(story, name, getattr(earlier, name))


def media_days(*, seed: int, leads: int) -> list[MediaDay]:
    """What the campaigns delivered, day by day, in proportion to the size of the company."""
    chance = random.Random(seed + 1)
    days: list[MediaDay] = []
    for index, source in enumerate(c.SOURCES):
        for day in range(int(source.from_day * DAYS), int(source.to_day * DAYS)):
            expected = leads * source.weight * _pull(day) / (DAYS * _mean_pull())
            level = expected * chance.lognormvariate(0, 0.25)
            clicks = int(level * source.clicks)
            spend = Decimal(str(round(clicks * source.cost * chance.lognormvariate(0, 0.08), 2)))
            days.append(MediaDay(index, day, int(level * source.impressions), clicks, spend))
    return days


def _pull(day: int) -> float:
    """How strong a day is: growth over the two years, a yearly season, quiet weekends."""
    growth = 0.75 + 0.5 * day / DAYS
    season = 1 + 0.18 * math.sin(2 * math.pi * (day % 365) / 365)
    return growth * season * (0.35 if day % 7 in (5, 6) else 1.0)


def _mean_pull() -> float:
    return sum(_pull(day) for day in range(DAYS)) / DAYS


def _moments(chance: random.Random, leads: int) -> list[tuple[int, int]]:
    days = chance.choices(range(DAYS), weights=[_pull(day) for day in range(DAYS)], k=leads)
    return [(day, int(min(max(chance.gauss(12.5, 3.5), 0.1), 23.9) * 3600)) for day in days]


def _story(
    chance: random.Random,
    number: int,
    start: datetime,
    moment: tuple[int, int],
    firms: dict[str, tuple[str, str, str, int, int]],
) -> Story:
    day, second = moment
    at = start + timedelta(days=day, seconds=second)
    running = [index for index, one in enumerate(c.SOURCES) if one.from_day * DAYS <= day < one.to_day * DAYS]
    source = chance.choices(running, weights=[c.SOURCES[index].weight for index in running])[0]
    company, domain, industry, size, market = _firm(chance, number, firms)
    quality = chance.gauss(c.SOURCES[source].quality, 1.0) + (0.25 if size > 200 else 0.0)
    country = c.MARKETS[market].country
    given, family = chance.choice(c.GIVEN[country]), chance.choice(c.FAMILY[country])
    seller = _seller(chance, market)
    story = Story(
        number=number,
        at=at,
        source=source,
        market=market,
        product=chance.choices(range(len(c.PRODUCTS)), weights=[one.share for one in c.PRODUCTS])[0],
        quality=quality,
        full_name=f"{given} {family}",
        email=f"{_ascii(given)}.{_ascii(family)}{number}@{domain}",
        phone=f"{c.MARKETS[market].phone}{chance.randrange(600_000_000, 799_999_999)}",
        title=chance.choice(c.TITLES),
        company=company,
        domain=domain,
        industry=industry,
        size=size,
        city=chance.choice(c.MARKETS[market].cities),
        seller=seller,
        consent=chance.random() < 0.8,
        disqualified_at=None,
        crossings=[],
        dealing=None,
    )
    _cross(chance, story)
    return story


def _firm(
    chance: random.Random, number: int, firms: dict[str, tuple[str, str, str, int, int]]
) -> tuple[str, str, str, int, int]:
    if firms and chance.random() < 0.3:
        return firms[chance.choice(list(firms)[-400:])]
    market = chance.choices(range(len(c.MARKETS)), weights=[one.share for one in c.MARKETS])[0]
    industry = _weighted(chance, c.INDUSTRIES)
    kind = c.FIRM_KIND[industry]
    stem = chance.choice(c.FIRM_FIRST) + chance.choice(c.FIRM_SECOND)
    name = f"{stem} {kind}"
    if name in firms:
        name = f"{stem} {kind} {chance.choice(c.MARKETS[market].cities)}"
    if name in firms:
        name = f"{stem} {kind} {number}"
    domain = f"{_ascii(name)}.example"
    firms[name] = (name, domain, industry, int(chance.lognormvariate(4.4, 0.9)) + 5, market)
    return firms[name]


def _seller(chance: random.Random, market: int) -> int:
    territory = c.MARKETS[market].territory
    able = [index for index, one in enumerate(c.STAFF) if one.role == "seller" and one.territory == territory]
    return chance.choice(able)


def _cross(chance: random.Random, story: Story) -> None:
    at = story.at
    for attempt in range(2):
        bar = QUALIFY_BASE + QUALIFY_PER_QUALITY * story.quality + (0.2 if attempt else 0.0)
        if chance.random() >= _odds(bar):
            if chance.random() < 0.4:
                story.disqualified_at = at + timedelta(days=chance.uniform(1, 20))
            return
        crossing = _pass(chance, story, at)
        story.crossings.append(crossing)
        if not crossing.return_reason:
            story.dealing = _deal(chance, story, crossing)
            return
        if crossing.recycled_at is None:
            return
        at = crossing.recycled_at + timedelta(days=chance.uniform(10, 60))


def _pass(chance: random.Random, story: Story, at: datetime) -> Crossing:
    seller = c.STAFF[story.seller]
    qualified = at + timedelta(hours=chance.expovariate(1 / 16))
    handed = qualified + timedelta(minutes=chance.uniform(1, 90))
    hours = chance.lognormvariate(math.log(3.2 * seller.slowness), 0.9)
    contacted = _working(handed + timedelta(hours=hours)) if chance.random() < 0.94 else None
    decided = _working((contacted or handed + timedelta(days=3)) + timedelta(hours=chance.uniform(0.2, 40)))
    accepted = chance.random() < _odds(
        ACCEPT_BASE + ACCEPT_PER_QUALITY * story.quality - (0 if contacted else 2.5)
    )
    reason = "" if accepted else ("unreachable" if contacted is None else _weighted(chance, c.RETURN_REASONS))
    recycled = decided + timedelta(days=chance.uniform(0.5, 6)) if reason and chance.random() < 0.7 else None
    score = int(min(99, max(1, 55 + 18 * story.quality + chance.gauss(0, 6))))
    return Crossing(qualified, score, handed, contacted, decided, reason, recycled)


def _deal(chance: random.Random, story: Story, crossing: Crossing) -> Dealing:
    seller = c.STAFF[story.seller]
    product = c.PRODUCTS[story.product]
    waited = crossing.contacted_at - crossing.handed_over_at if crossing.contacted_at else timedelta(hours=72)
    log_odds = (
        WIN_BASE
        + WIN_PER_QUALITY * story.quality
        + WIN_PER_SKILL * seller.skill
        + WIN_PER_SLOW_HOUR * math.log(max(waited.total_seconds() / 3600, 0.25))
    )
    won = chance.random() < _odds(log_odds)
    quantity = max(1, int(chance.lognormvariate(0.9 + (0.35 if story.size > 200 else 0), 0.7)))
    amount = Decimal(round(product.price * quantity * Decimal(str(round(chance.uniform(0.85, 1.05), 3)))))
    reached = len(c.STAGES) if won else chance.randint(1, len(c.STAGES))
    opened, moves = crossing.decided_at, []
    at = opened
    for _stage in range(1, reached):
        at = _working(at + timedelta(days=chance.lognormvariate(math.log(6), 0.7)))
        moves.append(at)
    ended = _working(at + timedelta(days=chance.lognormvariate(math.log(7 if won else 12), 0.7)))
    calls = sorted(_working(opened + (ended - opened) * chance.random()) for _ in range(chance.randint(1, 4)))
    reason = "" if won else _weighted(chance, c.LOSS_REASONS)
    dealing = Dealing(opened, moves, ended, won, reason, amount, calls)
    if won:
        dealing.sales = _sales(chance, story, ended, quantity, amount)
    return dealing


def _sales(chance: random.Random, story: Story, at: datetime, quantity: int, amount: Decimal) -> list[Sale]:
    lines = [(story.product, quantity, amount)]
    if chance.random() < 0.45:
        years = chance.randint(1, 3)
        lines.append((4, years, c.PRODUCTS[4].price * years))
    sales = [_sale(chance, at, lines)]
    again = at
    while chance.random() < 0.35:
        again = _working(again + timedelta(days=chance.uniform(40, 240)))
        index = chance.randrange(len(c.PRODUCTS))
        more = chance.randint(1, 3)
        sales.append(_sale(chance, again, [(index, more, c.PRODUCTS[index].price * more)]))
    return sales


def _sale(chance: random.Random, at: datetime, lines: list[tuple[int, int, Decimal]]) -> Sale:
    paid = _working(at + timedelta(days=chance.uniform(6, 48))) if chance.random() < 0.96 else None
    refunded = paid + timedelta(days=chance.uniform(3, 40)) if paid and chance.random() < 0.05 else None
    return Sale(at, lines, paid, refunded, chance.choice((1.0, 0.5, 0.25)))


def _working(at: datetime) -> datetime:
    """The same moment, or the next working morning where it falls on a weekend or a night."""
    hour = at.hour
    if hour < 7:
        at = at.replace(hour=7)
    elif hour >= 16:
        at = at.replace(hour=7) + timedelta(days=1)
    while at.weekday() >= 5:
        at += timedelta(days=1)
    return at


def _odds(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))


def _weighted(chance: random.Random, choices: tuple[tuple[str, float], ...]) -> str:
    return chance.choices([name for name, _ in choices], weights=[share for _, share in choices])[0]


def _ascii(text: str) -> str:
    letters = {"ä": "a", "ö": "o", "ü": "u", "å": "a", "ø": "o", "æ": "ae", "ß": "ss", " ": "-"}
    return "".join(letters.get(ch, ch) for ch in text.lower())


def midnight(at: datetime) -> datetime:
    """The UTC midnight that begins a moment's day."""
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)

"""The sample company as it moves: what becomes of every enquiry. Pure; no database.

Same seed, size and last day give the same company. Leads wait for desks in the order in which they are handed
over; each lead's own luck was drawn before, so that the same company with more hours differs only by these.
"""

import heapq
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from isthmus.simulate import catalogue as c
from isthmus.simulate import site, truths
from isthmus.simulate.chances import chance_of, weighted
from isthmus.simulate.dealing import deal, sell_online
from isthmus.simulate.desks import GIVEN_UP_AFTER, LOAD, Desk, desks, service_seconds
from isthmus.simulate.drawing import draw_stories
from isthmus.simulate.market import Market, market
from isthmus.simulate.sizes import DAYS, SIZES
from isthmus.simulate.stories import Crossing, Story
from isthmus.simulate.times import midnight, working


@dataclass(frozen=True)
class Plan:
    """A whole company: its market, its sellers, and every enquiry's story; `end` is where history ends."""

    seed: int
    start: datetime
    end: datetime
    market: Market
    desks: dict[str, list[Desk]]
    service: dict[str, float]  # seconds of a first contact by territory
    stories: list[Story]

    @property
    def history(self) -> list[Story]:
        """The enquiries that have come."""
        return [one for one in self.stories if one.at < self.end]


def make_plan(*, seed: int, leads: int, last_day: datetime, busy: float = 1.0, hours: float = 1.0) -> Plan:
    """A company whose history ends at `last_day` (midnight UTC); `hours` multiplies what each desk can do."""
    start = last_day - timedelta(days=DAYS)
    its_market = market(seed=seed, leads=leads, busy=busy, first=start.date())
    told = draw_stories(seed=seed, leads=leads, market=its_market, start=start)
    at_desks = desks(start)
    service = {
        territory: service_seconds(own, _contacts(told, territory), LOAD[territory]) / hours
        for territory, own in at_desks.items()
    }
    _work(told, at_desks, service, seed)
    return Plan(seed, start, last_day, its_market, at_desks, service, told)


def leads_for(size: str) -> int:
    """How many leads a size has."""
    return SIZES[size].leads


def _territory(story: Story) -> str:
    return c.MARKETS[story.market].territory


def _qualifies(story: Story, attempt: int) -> bool:
    if story.form == site.SHOP:
        return False
    bar = truths.QUALIFY_BASE + truths.QUALIFY_PER_QUALITY * story.quality + (0.2 if attempt else 0.0)
    return story.dice[attempt] < truths.odds(bar)


def _contacts(told: list[Story], territory: str) -> float:
    """How many first contacts a territory has to make, those of the second attempts estimated."""
    return 1.12 * sum(_qualifies(one, 0) for one in told if _territory(one) == territory)


def _work(told: list[Story], at_desks: dict[str, list[Desk]], service: dict[str, float], seed: int) -> None:
    """Send every qualified lead over the crossing, in the order in which they are handed over."""
    waiting: list[tuple[datetime, int, int]] = []
    turn = dict.fromkeys(at_desks, 0)
    sellers: dict[int, Desk] = {}
    for story in told:
        chance = chance_of(seed, story.number, 1)
        if story.form == site.SHOP:
            sell_online(chance, story)
        elif _qualifies(story, 0):
            heapq.heappush(
                waiting, (_handed_over(chance_of(seed, story.number, 2), story.at), story.number, 0)
            )
        elif chance.random() < 0.4:
            story.disqualified_at = story.at + timedelta(days=chance.uniform(1, 20))
    while waiting:
        handed, number, attempt = heapq.heappop(waiting)
        story = told[number]
        territory = _territory(story)
        desk = _desk_for(story, at_desks[territory], turn, sellers, handed)
        chance = chance_of(seed, number, 4 + attempt)
        crossing = _pass(chance, story, desk, service[territory], handed, attempt)
        story.crossings.append(crossing)
        if not crossing.return_reason:
            story.dealing = deal(chance_of(seed, number, 3), story, crossing)
        elif crossing.recycled_at and not attempt and _qualifies(story, 1):
            again = crossing.recycled_at + timedelta(days=chance.uniform(10, 60))
            heapq.heappush(waiting, (_handed_over(chance, again), number, 1))


def _handed_over(chance: random.Random, at: datetime) -> datetime:
    return at + timedelta(hours=chance.expovariate(1 / 16), minutes=chance.uniform(1, 90))


def _desk_for(
    story: Story, own: list[Desk], turn: dict[str, int], sellers: dict[int, Desk], handed: datetime
) -> Desk:
    """In turn among those who work there then; whoever had the lead before keeps it."""
    if story.number in sellers:
        return sellers[story.number]
    day = (handed - own[0].start).days
    there = [desk for desk in own if desk.works_on(day)] or own
    territory = _territory(story)
    turn[territory] += 1
    desk = there[turn[territory] % len(there)]
    sellers[story.number] = desk
    story.seller = desk.seller
    return desk


def _pass(
    chance: random.Random, story: Story, desk: Desk, seconds: float, handed: datetime, attempt: int
) -> Crossing:
    slowness = c.STAFF[desk.seller].slowness
    asked = desk.worked(handed)
    begins = max(desk.free_at, asked)
    reached = story.dice[2 + attempt] < 0.96 and begins - asked < GIVEN_UP_AFTER
    contacted = None
    if begins - asked < GIVEN_UP_AFTER:
        desk.free_at = begins + seconds
        desk.took += 1
        thinking = chance.lognormvariate(0.0, 0.9) * 2400 * slowness
        if reached:
            contacted = max(desk.moment(begins + thinking), handed + timedelta(minutes=2))
    decided = working((contacted or handed + timedelta(days=3)) + timedelta(hours=chance.uniform(0.2, 40)))
    accepted = story.dice[4 + attempt] < truths.accept_chance(
        quality=story.quality, contacted=contacted is not None
    )
    reason = ""
    if not accepted:
        reasons = c.RETURN_REASONS
        reason = "unreachable" if contacted is None else reasons[weighted(chance, [w for _, w in reasons])][0]
    recycled = decided + timedelta(days=chance.uniform(0.5, 6)) if reason and chance.random() < 0.7 else None
    score = int(min(99, max(1, 55 + 18 * story.quality + chance.gauss(0, 6))))
    qualified = handed - timedelta(minutes=chance.uniform(1, 90))
    return Crossing(max(qualified, story.at), score, handed, contacted, decided, reason, recycled)


def expected_revenue(plan: Plan, within: timedelta | None = None) -> float:
    """Euro that the deals of the history are worth by their true chances: luck aside."""
    total = 0.0
    for one in plan.history:
        if not one.crossings or (within and one.at < plan.end - within):
            continue
        last = one.crossings[-1]
        skill = c.STAFF[one.seller].skill
        won = truths.win_chance(
            quality=one.quality,
            skill=skill,
            hours=last.hours,
            discount=one.terms.discount,
            price=one.terms.price,
            rival=one.rival,
            objection=one.terms.objection,
        )
        accepted = truths.accept_chance(quality=one.quality, contacted=last.contacted_at is not None)
        total += accepted * won * float(one.terms.amount)
    return total


def last_day_of(until: datetime) -> datetime:
    """Where the history ends that has a moment on its last day."""
    return midnight(until.astimezone(UTC)) + timedelta(days=1)

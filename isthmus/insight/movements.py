"""What happened to each deal of the pipeline between two moments. Steps in value add up exactly."""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from isthmus.insight.deals import Standing

# Where a stage stands among those of its pipeline; a stage that is gone has no place.
Places = Mapping[int, int]
Counts = Callable[[Standing], bool]


class Step(StrEnum):
    """What can happen to a deal between two moments. The first eight change what is open in value."""

    OPENED = "opened"
    REOPENED = "reopened"
    ARRIVED = "arrived"
    RAISED = "raised"
    LOWERED = "lowered"
    WON = "won"
    LOST = "lost"
    LEFT = "left"
    FORWARD = "forward"
    BACK = "back"
    PUSHED = "pushed"
    PULLED = "pulled"


# The sign with which a step's value goes into the sum.
SIGNS: Mapping[Step, int] = {
    Step.OPENED: 1,
    Step.REOPENED: 1,
    Step.ARRIVED: 1,
    Step.RAISED: 1,
    Step.LOWERED: -1,
    Step.WON: -1,
    Step.LOST: -1,
    Step.LEFT: -1,
}
SIDEWAYS = (Step.FORWARD, Step.BACK, Step.PUSHED, Step.PULLED)


class Movement(NamedTuple):
    """One step of one deal. `value`: micros of the base currency, never negative.

    Of RAISED and LOWERED by how much, else what the deal is worth. `days`: by how many a close was moved.
    """

    step: Step
    deal_id: int
    value: int
    days: int = 0


def movements(
    before: Iterable[Standing],
    now: Iterable[Standing],
    places: Places,
    counts: Counts = lambda deal: True,
) -> list[Movement]:
    """The steps of every deal, in the order of the deals.

    `counts` says whether a standing is among those asked for (whose, which team's): a deal that came among
    them meanwhile has ARRIVED, one that went to somebody else has LEFT. One that ended leaves with the value
    it had before; what was won above or below that is a change of value first.
    """
    earlier = {one.deal_id: one for one in before}
    later = {one.deal_id: one for one in now}
    found: list[Movement] = []
    for number in sorted(earlier.keys() | later.keys()):
        found += _steps(earlier.get(number), later.get(number), places, counts)
    return found


def value_of(deal: Standing) -> int:
    """What a deal counts for in sums: nothing where no value was said, or none in the base currency."""
    return deal.amount_base or 0


def _steps(was: Standing | None, now: Standing | None, places: Places, counts: Counts) -> list[Movement]:
    counted = was is not None and was.state == "open" and counts(was)
    if now is None or not counts(now):
        return [_whole(Step.LEFT, was)] if counted and was is not None else []
    if was is None:
        return [_whole(Step.OPENED, now), *_ended(now)]
    if was.state != "open":
        return [_whole(Step.REOPENED, now)] if now.state == "open" else []
    if not counted:
        return [_whole(Step.ARRIVED, now), *_ended(now)]
    return [*_worth(was, now), *(_ended(now) or _sideways(was, now, places))]


def _whole(step: Step, deal: Standing) -> Movement:
    return Movement(step, deal.deal_id, value_of(deal))


def _ended(now: Standing) -> list[Movement]:
    if now.state == "open":
        return []
    return [_whole(Step.WON if now.state == "won" else Step.LOST, now)]


def _worth(was: Standing, now: Standing) -> list[Movement]:
    gained = value_of(now) - value_of(was)
    if not gained:
        return []
    return [Movement(Step.RAISED if gained > 0 else Step.LOWERED, now.deal_id, abs(gained))]


def _sideways(was: Standing, now: Standing, places: Places) -> list[Movement]:
    found = []
    here, there = places.get(was.stage or 0), places.get(now.stage or 0)
    if here is not None and there is not None and here != there:
        found.append(_whole(Step.FORWARD if there > here else Step.BACK, now))
    if was.closes_on and now.closes_on and was.closes_on != now.closes_on:
        days = (now.closes_on - was.closes_on).days
        step = Step.PUSHED if days > 0 else Step.PULLED
        found.append(Movement(step, now.deal_id, value_of(now), abs(days)))
    return found

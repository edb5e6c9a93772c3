"""The market: what each day's spend, season and rival bring of enquiries and visits. Numbers, no database.

Its parameters are the truth that analysis is judged by. Same seed, size and first day give the same numbers.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from isthmus.simulate.sizes import DAYS, HORIZON, LEAST_LEADS
from isthmus.simulate.sources import CHANNELS, CURVES, SOURCES

Array = npt.NDArray[Any]

LENGTH = DAYS + HORIZON
# A rival's campaign: its first day and last, as shares of the history; it makes clicks dearer and wins rarer.
RIVAL_FROM, RIVAL_TO = 0.60, 0.74
RIVAL_CLICKS = 1.22
WEEKEND = 0.35
SEASON = 0.18
FAIR_WEEKS = (10, 46)  # of the year
MAILED_EVERY = 14  # days between two newsletters
_AFTER_MAIL = (2.6, 1.8, 1.2, 0.9)
TRACKED = 0.87  # of clicks, those that become a visit which the site sees


@dataclass(frozen=True)
class Market:
    """Everything by source (rows) and day (columns); the last `HORIZON` days are not history yet."""

    spend: Array  # euro
    clicks: Array  # expected
    leads: Array  # expected enquiries caused
    sessions: Array  # expected visits
    demand: Array  # what season, growth and weekdays make of every channel's leads
    rival: Array  # 0 to 1: how strongly the rival is at work
    greatest: dict[str, float]  # leads a day that a channel's spend could bring at most, before demand
    half: dict[str, float]  # euro a day of carried spend that bring half of these


def market(*, seed: int, leads: int, busy: float, first: date) -> Market:
    """The market of a company with so many enquiries in its history; `busy` multiplies visits and clicks."""
    rng = np.random.default_rng([seed, 11])
    scale = leads / LEAST_LEADS
    days = [first + timedelta(days=number) for number in range(LENGTH)]
    demand, rival = _demand(days), _rival()
    spend = _spend(rng, days) * scale
    rates = np.zeros((len(SOURCES), LENGTH))
    greatest: dict[str, float] = {}
    half: dict[str, float] = {}
    for channel in CHANNELS:
        curve, own = CURVES[channel], _rows(channel)
        weights = _weights(own)
        if curve.by_itself:
            shape = _pulses(channel, days)
            pull = np.ones(LENGTH) * shape
        else:
            carried = carry(spend[own].sum(axis=0), curve.carry)
            half[channel] = curve.half * float(carried[:DAYS].mean())
            pull = carried / (carried + half[channel])
        pull = pull * (1 - curve.rival * rival)
        scaled = curve.share * leads / float((pull * demand)[:DAYS].sum())
        greatest[channel] = scaled
        rates[own] = weights * pull * demand * scaled
    clicks = _clicks(spend, rates, rival, busy)
    sessions = clicks * np.array([[TRACKED if one.is_paid else 1.0] for one in SOURCES])
    return Market(spend, clicks, rates, sessions, demand, rival, greatest, half)


def carry(spend: Array, kept: float) -> Array:
    """Spend as it works: each day a share of the effect is left for the next; the whole sums to the spend."""
    carried = np.empty_like(spend, dtype=float)
    level = 0.0
    for day, amount in enumerate(spend):
        level = kept * level + (1 - kept) * float(amount)
        carried[day] = level
    return carried


def _rows(channel: str) -> list[int]:
    return [index for index, one in enumerate(SOURCES) if one.channel == channel]


def _weights(own: list[int]) -> Array:
    """How a channel's days are shared among the campaigns that run then."""
    at = np.arange(LENGTH) / DAYS
    runs = np.array(
        [
            SOURCES[index].weight * ((at >= SOURCES[index].from_day) & (at < _end(SOURCES[index].to_day)))
            for index in own
        ]
    )
    total = runs.sum(axis=0)
    # A channel that rests keeps what still works of it with its first campaign.
    runs[0] = np.where(total == 0, 1.0, runs[0])
    whole: Array = runs / runs.sum(axis=0)
    return whole


def _end(to_day: float) -> float:
    return to_day if to_day < 1 else 2.0


def _demand(days: list[date]) -> Array:
    """Growth over the years, a yearly season, quiet weekends and holidays."""
    at = np.arange(LENGTH)
    growth = 0.85 + 0.30 * at / DAYS
    season = np.array([1 + SEASON * np.sin(2 * np.pi * (day.timetuple().tm_yday - 60) / 365) for day in days])
    quiet = np.array([_quiet(day) for day in days])
    whole: Array = growth * season * quiet
    return whole


def _quiet(day: date) -> float:
    factor = WEEKEND if day.weekday() >= 5 else 1.0
    if (day.month, day.day) in {(12, 24), (12, 25), (12, 26), (12, 31), (1, 1), (5, 1)}:
        return factor * 0.3
    return factor * (0.72 if day.month == 7 else 1.0)


def _rival() -> Array:
    """Strong at once, gone by and by after it ends."""
    at = np.arange(LENGTH) / DAYS
    after = np.exp(-(at - RIVAL_TO) * DAYS / 30)
    return np.where(at < RIVAL_FROM, 0.0, np.where(at < RIVAL_TO, 1.0, after))


def _spend(rng: np.random.Generator, days: list[date]) -> Array:
    """Euro by campaign and day at the smallest size: budgets that change by the month, pauses, fair weeks."""
    at = np.arange(LENGTH) / DAYS
    spend = np.zeros((len(SOURCES), LENGTH))
    weekday = np.array([0.6 if day.weekday() >= 5 else 1.16 for day in days])
    for index, one in enumerate(SOURCES):
        budget = CURVES[one.channel].spend * one.weight
        if one.channel == "event":
            weeks = np.array([day.isocalendar().week in FAIR_WEEKS for day in days])
            spend[index] = np.where(weeks, budget * 365 / (7 * len(FAIR_WEEKS)), 0.0)
            continue
        if not budget:
            continue
        monthly = rng.choice([0.0, 0.45, 0.8, 1.0, 1.3, 1.9], p=[0.06, 0.16, 0.24, 0.24, 0.2, 0.1], size=60)
        level = np.array([monthly[(day.year * 12 + day.month) % 60] for day in days])
        runs = (at >= one.from_day) & (at < _end(one.to_day))
        spend[index] = budget * level * weekday * runs * (0.8 + 0.4 * at) * rng.lognormal(0, 0.18, LENGTH)
    return spend


def _pulses(channel: str, days: list[date]) -> Array:
    """Newsletters bring their enquiries in the days after they go out; the rest comes evenly."""
    if channel != "email":
        return np.ones(LENGTH)
    since = [day.toordinal() % MAILED_EVERY for day in days]
    return np.array([_AFTER_MAIL[passed] if passed < len(_AFTER_MAIL) else 0.35 for passed in since])


def _clicks(spend: Array, rates: Array, rival: Array, busy: float) -> Array:
    clicks = np.zeros_like(spend)
    for index, one in enumerate(SOURCES):
        if one.is_paid:
            clicks[index] = spend[index] / (one.cost * (1 + (RIVAL_CLICKS - 1) * rival)) * busy
        else:
            clicks[index] = rates[index] * CURVES[one.channel].visits * busy
    return clicks

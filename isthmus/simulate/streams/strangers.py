"""Visits of people whom nobody knows, and of machines: month by month, so that no size fills the memory."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import numpy as np
import pyarrow as pa

from isthmus.core.clock import to_us
from isthmus.simulate import catalogue as c
from isthmus.simulate import site
from isthmus.simulate.market import Market
from isthmus.simulate.sizes import DAYS
from isthmus.simulate.sources import SOURCES
from isthmus.simulate.streams.batches import DAY_US, Array
from isthmus.simulate.streams.visits import BOUNCE, Place, Sessions, facts_of

COMES_AGAIN = 0.26  # of visits: by somebody who was here before
_AT_ONCE = 40_000  # visits in a batch
_BOUNCE = np.array([BOUNCE[one.channel] for one in SOURCES])
_HOURS = np.array([1, 1, 1, 1, 1, 2, 5, 9, 13, 14, 14, 12, 11, 13, 14, 13, 11, 8, 6, 6, 6, 5, 3, 2], float)


def visits_by_day(*, seed: int, market: Market) -> Array:
    """How many visits each source brings on each day of the history."""
    rng = np.random.default_rng([seed, 31])
    counts: Array = rng.poisson(market.sessions[:, :DAYS])
    return counts


def most_visitors(counts: Array) -> int:
    """No more than so many: one for each visit, machines' visits too."""
    return int(counts.sum() * 1.15) + 1_000


def strangers(
    *, seed: int, counts: Array, start: datetime, first_subject: int, place: Place
) -> Iterator[pa.RecordBatch]:
    """All that strangers and machines do on the site; `first_subject` is the first visitor's number."""
    known = 0
    for batch, (first, end) in enumerate(_spans(counts)):
        rng = np.random.default_rng([seed, 32, batch])
        visits, known = _sessions(rng, counts[:, first:end], to_us(start) + first * DAY_US, known)
        yield facts_of(rng, _with_subjects(visits, first_subject), place)


def _spans(counts: Array) -> Iterator[tuple[int, int]]:
    """Days that together have about one batch of visits."""
    first, waiting = 0, 0
    for day, count in enumerate(counts.sum(axis=0).tolist()):
        waiting += count
        if waiting >= _AT_ONCE or day == DAYS - 1:
            yield first, day + 1
            first, waiting = day + 1, 0


def _sessions(rng: np.random.Generator, counts: Array, start_us: int, known: int) -> tuple[Sessions, int]:
    source, day = np.nonzero(counts)
    source, day = (np.repeat(one, counts[source, day]) for one in (source, day))
    bots = rng.binomial(len(source), site.BOT_SHARE / (1 - site.BOT_SHARE))
    source = np.concatenate([source, np.zeros(bots, int)])
    day = np.concatenate([day, rng.integers(0, counts.shape[1], bots)])
    machine = np.arange(len(source)) >= len(source) - bots
    hour = rng.choice(24, len(source), p=_HOURS / _HOURS.sum())
    at = start_us + day * DAY_US + ((hour + rng.random(len(source))) * 3600e6).astype(np.int64)
    order = np.argsort(at, kind="stable")
    visitor, known = _visitors(rng, len(order), known)
    machine, source = machine[order], source[order]
    visits = Sessions(
        at_us=at[order],
        source=source,
        country=rng.choice(len(c.MARKETS), len(order), p=_shares([one.share for one in c.MARKETS])),
        agent=_agents(rng, machine),
        subject=visitor,
        bounced=(rng.random(len(order)) < _BOUNCE[source]) & ~machine,
        form=np.full(len(order), -1),
        machine=machine,
    )
    return visits, known


def _visitors(rng: np.random.Generator, count: int, known: int) -> tuple[Array, int]:
    """Who comes, by number: a new visitor, or one of those who were here lately."""
    new = rng.random(count) >= COMES_AGAIN
    if not known:
        new[:1] = True
    latest = known + new.cumsum() - 1
    back = (rng.exponential(0.08, count) * (latest + 1)).astype(int)
    return np.where(new, latest, np.maximum(latest - back, 0)), int(latest[-1]) + 1 if count else known


def _agents(rng: np.random.Generator, machine: Array) -> Array:
    chosen = np.zeros(len(machine), int)
    for is_machine in (False, True):
        own = [index for index, one in enumerate(site.AGENTS) if one[2] == is_machine]
        here = np.flatnonzero(machine == is_machine)
        chosen[here] = rng.choice(own, len(here), p=_shares([site.AGENTS[index][1] for index in own]))
    return chosen


def _with_subjects(visits: Sessions, first_subject: int) -> Sessions:
    return replace(visits, subject=visits.subject + first_subject)


def _shares(weights: list[float]) -> Array:
    whole: Array = np.array(weights) / sum(weights)
    return whole

"""What campaigns delivered by day and country, as platforms report it: first numbers, then better ones."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from isthmus.core.clock import to_us
from isthmus.ledger.streaming import as_facts
from isthmus.simulate import catalogue as c
from isthmus.simulate.market import Market
from isthmus.simulate.sizes import DAYS
from isthmus.simulate.sources import SOURCES
from isthmus.simulate.streams.batches import DAY_US, Array, new_ids, numbers, texts

SETTLED = DAYS - 35  # the day from which on numbers may change yet
RESTATED = (0.35, 0.10)  # shares of the reports that are restated once, and once more
_REPORTED_US = [round(days * DAY_US) for days in (0.8, 3.7, 28.2)]  # after noon of the day


def media(
    *,
    seed: int,
    market: Market,
    start: datetime,
    until: datetime,
    countries: int,
    campaigns: Sequence[int | None],
    territories: dict[str, int],
) -> Iterator[pa.RecordBatch]:
    """The reports of every campaign; `campaigns` are the numbers of the sources' campaigns."""
    chosen = _countries(countries)
    noons = _noons(start)
    for index, campaign in enumerate(campaigns):
        if campaign is not None:
            rng = np.random.default_rng([seed, 21, index])
            delivered = _delivered(rng, market, index, len(chosen))
            for kind in ("media.delivered", "media.clicked"):
                yield from _reports(
                    rng, kind, index, campaign, delivered, chosen, noons, territories, to_us(until)
                )


def true_spend(*, seed: int, market: Market, countries: int) -> dict[str, int]:
    """Micros by channel that the final reports state, of the days that nobody restates any more."""
    total: dict[str, int] = {}
    for index, one in enumerate(SOURCES):
        if one.campaign:
            rng = np.random.default_rng([seed, 21, index])
            spend = _delivered(rng, market, index, len(_countries(countries)))["spend"][:SETTLED]
            total[one.channel] = total.get(one.channel, 0) + int(spend.sum())
    return total


def _countries(count: int) -> list[c.Market]:
    """Where media is told apart; the smallest company advertises in the largest market of each territory."""
    if count == len(c.MARKETS):
        return list(c.MARKETS)
    largest: dict[str, c.Market] = {}
    for one in c.MARKETS:
        if one.territory not in largest or one.share > largest[one.territory].share:
            largest[one.territory] = one
    return list(largest.values())[:count]


def _noons(start: datetime) -> Array:
    zone = ZoneInfo(c.TIME_ZONE)
    days = [(start + timedelta(days=day)).date() for day in range(DAYS)]
    return np.array([to_us(datetime.combine(day, time(12), tzinfo=zone)) for day in days])


def _delivered(rng: np.random.Generator, market: Market, index: int, countries: int) -> dict[str, Array]:
    """Clicks, impressions and micros by day (rows) and country (columns)."""
    shares = np.array([one.share for one in _countries(countries)])
    shares = shares / shares.sum()
    clicks = rng.poisson(market.clicks[index, :DAYS, None] * shares)
    shown = clicks * SOURCES[index].impressions * rng.lognormal(0, 0.2, clicks.shape)
    spend = market.spend[index, :DAYS, None] * shares * rng.lognormal(0, 0.03, clicks.shape)
    # In whole cents, as invoices are.
    return {
        "clicks": clicks,
        "shown": shown.astype(np.int64),
        "spend": np.rint(spend * 100).astype(np.int64) * 10_000,
    }


def _reports(
    rng: np.random.Generator,
    kind: str,
    index: int,
    campaign: int,
    delivered: dict[str, Array],
    countries: list[c.Market],
    noons: Array,
    territories: dict[str, int],
    until_us: int,
) -> Iterator[pa.RecordBatch]:
    days, where = np.nonzero(delivered["shown"] + delivered["spend"])
    draw = rng.random(len(days))
    restated = (draw < RESTATED[0]).astype(int) + (draw < RESTATED[1]) if SOURCES[index].is_paid else draw * 0
    first = np.array([noons[day] for day in days], np.int64)
    dates = [str(np.datetime64(int(noon), "us"))[:10] for noon in noons]
    base = "media" if kind == "media.delivered" else "media_clicks"
    for revision, after in enumerate(_REPORTED_US):
        received = first + int(after)
        here = np.flatnonzero((restated >= revision) & (received < until_us))
        if not len(here):
            continue
        # Each report but the last says a little less than what was true.
        said = 1 - rng.uniform(0.01, 0.09, len(here)) * (restated[here] > revision)
        day, country = days[here], where[here]
        keys = [
            f"{base}:{campaign}:{dates[d]}:{countries[k].country}" for d, k in zip(day, country, strict=True)
        ]
        columns: dict[str, Any] = {
            "id": new_ids(rng, len(here)),
            "kind": texts(np.zeros(len(here)), [kind]),
            "occurred_us": first[here],
            "received_us": received[here],
            "campaign_id": np.full(len(here), campaign),
            "channel": texts(np.zeros(len(here)), [SOURCES[index].channel]),
            "territory": np.array([territories[one.territory] for one in countries])[country],
            "region": texts(country, [one.country for one in countries]),
            "actor_kind": texts(np.zeros(len(here)), ["system"]),
            "natural_key": keys,
            "revision": np.full(len(here), revision),
        }
        if kind == "media.delivered":
            spend = numbers(np.rint(delivered["spend"][day, country] * said / 10_000) * 10_000)
            columns |= {
                "quantity": numbers(delivered["shown"][day, country] * said),
                "amount": spend,
                "amount_base": spend,
                "currency": texts(np.zeros(len(here)), [c.BASE_CURRENCY]),
            }
        else:
            columns["quantity"] = numbers(np.rint(delivered["clicks"][day, country] * said))
        yield as_facts(columns, len(here))

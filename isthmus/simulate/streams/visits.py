"""Visits to the site: views, time spent, links, events, forms, with the columns of collected facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from isthmus.simulate import catalogue as c
from isthmus.simulate import site
from isthmus.simulate.sources import SOURCES
from isthmus.simulate.streams.batches import Array, collected, numbers, texts

# Shares of visits that look at one page and are gone within ten seconds.
BOUNCE = {
    "paid_search": 0.50, "paid_social": 0.64, "display": 0.74, "paid_video": 0.68, "organic_search": 0.47,
    "email": 0.41, "event": 0.44, "partner": 0.38, "referral": 0.39, "direct": 0.48,
}  # fmt: skip
MOST_VIEWS = 12
LOOKED_AT_ONE = 0.28  # of those who stay: they read one page and no other
LINKED, TRACKED_EVENT, LEFT_SEEN = 0.05, 0.09, 0.93
_LANDS_AS_MEANT = 0.78
_PATHS = [one.path for one in site.PAGES]
_PULL = np.array([one.pull for one in site.PAGES]) / sum(one.pull for one in site.PAGES)
_SECONDS = np.log([one.seconds for one in site.PAGES])
_LANDING = np.array([_PATHS.index(one.landing_page) for one in SOURCES])
_FORM_PAGE = np.array([_PATHS.index(one.path) for one in site.FORMS])
_SCROLLED = [f'{{"scroll":{share}}}' for share in range(0, 101, 5)]
_OUTSIDE = [f'{{"href_host":"{host}"}}' for host in site.OUTSIDE]
_TAGGED = np.array(
    [bool(one.campaign) and one.channel not in ("organic_search", "referral") for one in SOURCES]
)


@dataclass(frozen=True)
class Place:
    """What facts of the site name: its source, its programs, its campaigns."""

    source_id: int
    agents: Sequence[int]
    campaigns: Sequence[int | None]
    until_us: int


@dataclass(frozen=True)
class Sessions:
    """Visits, one in each place of the arrays; `form` is negative where none is sent.

    `at_us` is when they begin; of those with a form, when it is sent.
    """

    at_us: Array
    source: Array
    country: Array
    agent: Array
    subject: Array
    bounced: Array
    form: Array
    machine: Array


def facts_of(rng: np.random.Generator, visits: Sessions, place: Place) -> pa.RecordBatch:
    """Everything that happens in these visits."""
    views, page, stay = _views(rng, visits)
    total = stay.sum(axis=1)
    begins = np.where(visits.form >= 0, visits.at_us - total - 2_000_000, visits.at_us)
    at = begins[:, None] + np.concatenate(
        [np.zeros((len(views), 1), np.int64), stay.cumsum(axis=1)[:, :-1]], axis=1
    )
    seen = np.arange(MOST_VIEWS)[None, :] < views[:, None]
    parts = [
        _viewed(rng, visits, page, at, seen, place),
        _left(rng, visits, page, at, stay, seen),
        _linked(rng, visits, page, at, stay),
        _tracked(rng, visits, page, at, stay),
        _sent(visits, begins + total + 1_000_000),
    ]
    names = sorted({name for part in parts for name in part})
    rows = [len(part["occurred_us"]) for part in parts]
    columns: dict[str, Any] = {
        name: pa.concat_arrays(
            [_column(part.get(name), count, name) for part, count in zip(parts, rows, strict=True)]
        )
        for name in names
    }
    session = columns.pop("session").to_numpy()
    columns["occurred_us"] = columns["occurred_us"].to_numpy()
    columns |= {
        "source_id": np.full(len(session), place.source_id),
        "host": texts(np.zeros(len(session)), [site.HOST]),
        "subject": visits.subject[session],
        "agent": np.array(place.agents)[visits.agent[session]],
        "region": texts(visits.country[session], [one.country for one in c.MARKETS]),
        "locale": texts(visits.country[session], [one.locale for one in c.MARKETS]),
        "actor_kind": texts(np.zeros(len(session)), ["person"]),
    }
    return collected(rng, columns, until_us=place.until_us)


_NUMBERS = {"session", "occurred_us", "quantity", "campaign_id"}


def _column(values: Any, rows: int, name: str) -> pa.Array:
    kind = pa.int64() if name in _NUMBERS else pa.string()
    if values is None:
        return pa.nulls(rows, kind)
    array = values if isinstance(values, pa.Array) else pa.array(values)
    return array.cast(kind)


def _views(rng: np.random.Generator, visits: Sessions) -> tuple[Array, Array, Array]:
    """How many views each visit has, of which pages, and how long each holds (microseconds)."""
    count = len(visits.at_us)
    more = 2 + np.minimum(rng.geometric(0.42, count) - 1, MOST_VIEWS - 2)
    views = np.where(visits.bounced | (rng.random(count) < LOOKED_AT_ONE), 1, more)
    views = np.where(visits.form >= 0, np.maximum(views, 2), views)
    page = rng.choice(len(_PULL), size=(count, MOST_VIEWS), p=_PULL)
    page[:, 0] = np.where(rng.random(count) < _LANDS_AS_MEANT, _LANDING[visits.source], page[:, 0])
    sent = np.flatnonzero(visits.form >= 0)
    page[sent, views[sent] - 1] = _FORM_PAGE[visits.form[sent]]
    stay = np.clip(np.exp(_SECONDS[page] + rng.normal(0, 0.8, page.shape)), 2, 1500)
    stay = np.where((views == 1)[:, None], np.maximum(stay, 10.5), stay)
    stay = np.where(visits.bounced[:, None], rng.uniform(0.8, 9.5, page.shape), stay)
    stay = np.where(visits.machine[:, None], rng.uniform(0.2, 2.0, page.shape), stay)
    stay = np.where(np.arange(MOST_VIEWS)[None, :] < views[:, None], stay, 0.0)
    return views, page, (stay * 1e6).astype(np.int64)


def _viewed(
    rng: np.random.Generator, visits: Sessions, page: Array, at: Array, seen: Array, place: Place
) -> dict[str, Any]:
    session, turn = np.nonzero(seen)
    first = turn == 0
    source = visits.source[session]
    came = np.where(first & ~visits.machine[session], source, -1)
    direct = next(index for index, one in enumerate(SOURCES) if one.channel == "direct")
    landed = np.where(first, np.where(visits.machine[session], direct, source), -1)
    tagged = np.where((came >= 0) & _TAGGED[source], source, -1)
    campaign = np.array([one or 0 for one in place.campaigns])[source]
    searched = (tagged >= 0) & np.array([one.channel == "paid_search" for one in SOURCES])[source]
    clicked = np.flatnonzero(searched & (rng.random(len(session)) < 0.85))
    ids = np.full(len(session), -1)
    ids[clicked] = np.arange(len(clicked))
    words = [f"gclid:{token:016x}" for token in rng.integers(0, 1 << 60, len(clicked))]
    return {
        "session": session,
        "kind": texts(np.zeros(len(session)), ["page.viewed"]),
        "occurred_us": at[session, turn],
        "event": texts(page[session, turn], [one.name for one in site.PAGES]),
        "path": texts(page[session, turn], _PATHS),
        "referrer": texts(came, [one.referrer for one in SOURCES]),
        "channel": texts(landed, [one.channel for one in SOURCES]),
        "landing_page": texts(np.where(first, page[session, turn], -1), _PATHS),
        "utm_source": texts(tagged, [one.utm_source for one in SOURCES]),
        "utm_medium": texts(tagged, [one.utm_medium for one in SOURCES]),
        "utm_campaign": texts(tagged, [one.campaign for one in SOURCES]),
        "utm_content": _content(rng, tagged),
        "click_id": texts(ids, words),
        "campaign_id": numbers(campaign, (tagged >= 0) & (campaign > 0)),
    }


def _content(rng: np.random.Generator, tagged: Array) -> pa.Array:
    """Which version of an advertisement was clicked."""
    words = [word for one in SOURCES for word in one.content]
    counts = np.array([len(one.content) for one in SOURCES])
    starts = np.concatenate([[0], counts.cumsum()[:-1]])
    known = (tagged >= 0) & (counts[tagged] > 0)
    which = starts[tagged] + (rng.random(len(tagged)) * counts[tagged]).astype(int)
    return texts(np.where(known, which, -1), words)


def _left(
    rng: np.random.Generator, visits: Sessions, page: Array, at: Array, stay: Array, seen: Array
) -> dict[str, Any]:
    told = seen & ~visits.machine[:, None] & (rng.random(seen.shape) < LEFT_SEEN)
    session, turn = np.nonzero(told)
    held = stay[session, turn]
    scrolled = np.clip(held / 1e6 / 90 + rng.uniform(0.05, 0.5, len(held)), 0, 1)
    return {
        "session": session,
        "kind": texts(np.zeros(len(session)), ["page.left"]),
        "occurred_us": at[session, turn] + held,
        "path": texts(page[session, turn], _PATHS),
        "quantity": (held * 0.92 / 1000).astype(np.int64),
        "props": texts((scrolled * 20).astype(int), _SCROLLED),
    }


def _some(rng: np.random.Generator, visits: Sessions, share: float) -> Array:
    stays = ~visits.bounced & ~visits.machine
    return np.flatnonzero(stays & (rng.random(len(stays)) < share))


def _linked(
    rng: np.random.Generator, visits: Sessions, page: Array, at: Array, stay: Array
) -> dict[str, Any]:
    session = _some(rng, visits, LINKED)
    return {
        "session": session,
        "kind": texts(np.zeros(len(session)), ["link.clicked"]),
        "occurred_us": at[session, 0] + stay[session, 0] * 9 // 10,
        "path": texts(page[session, 0], _PATHS),
        "props": texts(rng.integers(0, len(_OUTSIDE), len(session)), _OUTSIDE),
    }


def _tracked(
    rng: np.random.Generator, visits: Sessions, page: Array, at: Array, stay: Array
) -> dict[str, Any]:
    session = _some(rng, visits, TRACKED_EVENT)
    shares = [share for _, share in site.EVENTS]
    return {
        "session": session,
        "kind": texts(np.zeros(len(session)), ["event.tracked"]),
        "occurred_us": at[session, 0] + stay[session, 0] // 2,
        "event": texts(rng.choice(len(shares), len(session), p=shares), [name for name, _ in site.EVENTS]),
        "path": texts(page[session, 0], _PATHS),
    }


def _sent(visits: Sessions, at: Array) -> dict[str, Any]:
    session = np.flatnonzero(visits.form >= 0)
    form = visits.form[session]
    return {
        "session": session,
        "kind": texts(np.zeros(len(session)), ["form.submitted"]),
        "occurred_us": at[session],
        "event": texts(form, [one.name for one in site.FORMS]),
        "path": texts(form, [one.path for one in site.FORMS]),
    }

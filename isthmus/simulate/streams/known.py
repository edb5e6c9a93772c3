"""What people do who became known: their visits, the mail that they open, what they say of us."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

import msgspec
import numpy as np
import pyarrow as pa

from isthmus.core.clock import to_us
from isthmus.simulate import catalogue as c
from isthmus.simulate import site
from isthmus.simulate.chances import chance_of
from isthmus.simulate.sources import SOURCES
from isthmus.simulate.stories import Story
from isthmus.simulate.streams.batches import collected, numbers, texts
from isthmus.simulate.streams.visits import Place, Sessions, facts_of

OPENS, CLICKS = 0.30, 0.13  # of mails opened, of opened ones clicked
MAILED_EVERY = timedelta(days=28)
_MAIL = next(index for index, one in enumerate(SOURCES) if one.channel == "email")
_PEOPLE = [index for index, one in enumerate(site.AGENTS) if not one[2]]
_AT_ONCE = 20_000

Visit = tuple[int, int, int, int, int, int]  # when, source, country, agent, subject, form


def visits_of_known(
    *, seed: int, told: Sequence[Story], visitors: Mapping[int, int], place: Place
) -> Iterator[pa.RecordBatch]:
    """Their visits; `visitors` are the subjects of the browsers by the number of their first story."""
    rows: list[Visit] = []
    for one in told:
        if one.on_site:
            agent = _PEOPLE[one.visitor % len(_PEOPLE)]
            subject = visitors[one.visitor]
            rows += [(to_us(touch.at), touch.source, one.market, agent, subject, -1) for touch in one.touches]
            rows.append((to_us(one.at), one.source, one.market, agent, subject, one.form))
    yield from _visits(seed, 41, rows, place)


def mail(
    *,
    seed: int,
    told: Sequence[Story],
    visitors: Mapping[int, int],
    subjects: Mapping[int, int],
    place: Place,
) -> Iterator[pa.RecordBatch]:
    """The newsletters that people opened and clicked, and where their clicks led."""
    opened: list[tuple[int, int, int]] = []
    clicked: list[tuple[int, int, int]] = []
    rows: list[Visit] = []
    asked: set[int] = set()
    for one in told:
        if not one.consent or one.visitor in asked:
            continue
        asked.add(one.visitor)
        chance = chance_of(seed, one.number, 8)
        keen = OPENS * min(max(1 + 0.25 * one.quality, 0.3), 1.9)
        at, sent = one.at + timedelta(days=chance.uniform(1, 28)), 0
        while to_us(at) < place.until_us and sent < 18:
            if chance.random() < keen:
                seen = at + timedelta(hours=chance.expovariate(1 / 9))
                opened.append((to_us(seen), subjects[one.number], one.market))
                if chance.random() < CLICKS:
                    after = to_us(seen + timedelta(seconds=chance.uniform(5, 90)))
                    clicked.append((after, subjects[one.number], one.market))
                    if one.visitor in visitors:
                        agent = _PEOPLE[one.visitor % len(_PEOPLE)]
                        rows.append((after, _MAIL, one.market, agent, visitors[one.visitor], -1))
            at, sent = at + MAILED_EVERY, sent + 1
    yield from _mailed(seed, 42, "email.opened", opened, place)
    yield from _mailed(seed, 43, "email.clicked", clicked, place)
    yield from _visits(seed, 44, rows, place)


def voices(
    *, seed: int, told: Sequence[Story], subjects: Mapping[int, int], products: Sequence[int], until_us: int
) -> Iterator[pa.RecordBatch]:
    """Answers to surveys and reviews: the score in plain, the words sealed under the key of who said them."""
    from isthmus import ledger

    said = [(one, voice) for one in told for voice in one.voices if to_us(voice.at) < until_us]
    if not said:
        return
    sealed = ledger.seal_texts([(subjects[one.number], voice.text) for one, voice in said])
    rng = np.random.default_rng([seed, 45])
    kinds = list(dict.fromkeys(voice.kind for _, voice in said))
    events = {"survey.answered": "Recommend us?", "review.posted": "Plant Buyers' Guide"}
    columns = {
        "kind": [voice.kind for _, voice in said],
        "event": [events[voice.kind] for _, voice in said],
        "occurred_us": np.array([to_us(voice.at) for _, voice in said]),
        "subject": [subjects[one.number] for one, _ in said],
        "product_id": [products[one.product] for one, _ in said],
        "region": [c.MARKETS[one.market].country for one, _ in said],
        "locale": [c.MARKETS[one.market].locale for one, _ in said],
        "quantity": [voice.score for _, voice in said],
        "actor_kind": ["person"] * len(said),
        "props": [msgspec.json.encode({"sealed": {"text": token}}).decode() for token in sealed],
    }
    assert set(kinds) <= set(events), "every voice says where it was heard"
    yield collected(rng, columns, until_us=until_us)


def _visits(seed: int, stream: int, rows: list[Visit], place: Place) -> Iterator[pa.RecordBatch]:
    for start in range(0, len(rows), _AT_ONCE):
        rng = np.random.default_rng([seed, stream, start])
        at, source, country, agent, subject, form = np.array(rows[start : start + _AT_ONCE], np.int64).T
        nobody = np.zeros(len(at), bool)
        yield facts_of(rng, Sessions(at, source, country, agent, subject, nobody, form, nobody), place)


def _mailed(
    seed: int, stream: int, kind: str, rows: list[tuple[int, int, int]], place: Place
) -> Iterator[pa.RecordBatch]:
    for start in range(0, len(rows), _AT_ONCE):
        rng = np.random.default_rng([seed, stream, start])
        at, subject, country = np.array(rows[start : start + _AT_ONCE], np.int64).T
        nought = np.zeros(len(at))
        columns = {
            "kind": texts(nought, [kind]),
            "occurred_us": at,
            "subject": subject,
            "campaign_id": numbers(nought + (place.campaigns[_MAIL] or 0)),
            "channel": texts(nought, ["email"]),
            "region": texts(country, [one.country for one in c.MARKETS]),
            "locale": texts(country, [one.locale for one in c.MARKETS]),
            "actor_kind": texts(nought, ["person"]),
        }
        yield collected(rng, columns, until_us=place.until_us)

"""The mass of facts: visits as people make them, machines, what comes late, twice and out of order."""

import itertools
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from isthmus.core.clock import to_us
from isthmus.simulate import catalogue as c
from isthmus.simulate import site
from isthmus.simulate.sizes import DAYS
from isthmus.simulate.sources import SOURCES
from isthmus.simulate.streams.media import SETTLED, media, true_spend
from isthmus.simulate.streams.strangers import strangers, visits_by_day
from isthmus.simulate.streams.visits import BOUNCE, Place
from tests.simulate.conftest import LAST_DAY, planned

pytestmark = pytest.mark.core
CAMPAIGNS = [number + 1 if one.campaign else None for number, one in enumerate(SOURCES)]
PLACE = Place(9, list(range(100, 100 + len(site.AGENTS))), CAMPAIGNS, to_us(LAST_DAY))
MACHINES = pa.array([100 + number for number, one in enumerate(site.AGENTS) if one[2]])


def _strangers(seed: int = 3) -> pa.Table:
    plan = planned(1_500, seed)
    counts = visits_by_day(seed=seed, market=plan.market)
    batches = strangers(seed=seed, counts=counts, start=plan.start, first_subject=1_000, place=PLACE)
    return pa.Table.from_batches(itertools.islice(batches, 1))


def _media() -> pa.Table:
    plan = planned(1_500)
    territories = {one.territory: number for number, one in enumerate(c.MARKETS)}
    batches = media(
        seed=3,
        market=plan.market,
        start=plan.start,
        until=LAST_DAY,
        countries=3,
        campaigns=CAMPAIGNS,
        territories=territories,
    )
    return pa.Table.from_batches(batches)


def _of(table: pa.Table, kind: str) -> pa.Table:
    return table.filter(pc.equal(table["kind"], kind))


def test_the_same_seed_gives_the_same_facts_to_the_last_byte():
    assert _strangers() == _strangers()
    assert _strangers() != _strangers(seed=4)
    assert _media() == _media()


def test_what_is_collected_comes_late_twice_and_out_of_order():
    facts = _strangers()

    ids = pc.count_distinct(facts["id"]).as_py()
    assert 0.001 < 1 - ids / facts.num_rows < 0.01
    late = pc.subtract(facts["received_us"], facts["occurred_us"]).to_numpy()
    assert late.min() >= 0
    assert 0.004 < (late > 3600e6).mean() < 0.02
    assert (np.diff(facts["occurred_us"].to_numpy()) < 0).mean() > 0.3
    assert pc.max(facts["received_us"]).as_py() <= PLACE.until_us


def test_only_the_first_view_of_a_visit_says_where_it_came_from():
    viewed = _of(_strangers(), "page.viewed")
    landed = viewed.filter(pc.is_valid(viewed["channel"]))

    assert 0.3 < landed.num_rows / viewed.num_rows < 0.8
    assert landed["landing_page"].to_pylist() == landed["path"].to_pylist()
    tagged = landed.filter(pc.is_in(landed["channel"], pa.array(["paid_search", "paid_social"])))
    assert tagged["utm_campaign"].null_count == tagged["campaign_id"].null_count == 0
    searched = landed.filter(pc.equal(landed["channel"], "paid_search"))
    assert all(one is None or one.startswith("gclid:") for one in searched["click_id"].to_pylist())
    assert set(pc.unique(landed["channel"]).to_pylist()) == {one.channel for one in SOURCES}


def test_machines_view_pages_and_never_stay():
    facts = _strangers()
    machines = facts.filter(pc.is_in(facts["agent"], MACHINES))

    assert set(machines["kind"].to_pylist()) == {"page.viewed"}
    landed = _of(facts, "page.viewed")
    landed = landed.filter(pc.is_valid(landed["channel"]))
    share = landed.filter(pc.is_in(landed["agent"], MACHINES)).num_rows / landed.num_rows
    assert share == pytest.approx(site.BOT_SHARE, abs=0.01)


def test_visitors_come_back():
    subjects = _of(_strangers(), "page.viewed")["subject"]

    assert pc.min(subjects).as_py() == 1_000
    assert (
        pc.count_distinct(subjects).as_py() < 0.9 * (pc.max(subjects).as_py() - 999) + subjects.length() * 0.1
    )


def test_time_on_a_page_depends_on_the_page():
    left = _of(_strangers(), "page.left")

    def median(path):
        held = left.filter(pc.and_(pc.equal(left["path"], path), pc.greater(left["quantity"], 9_000)))
        return np.median(held["quantity"].to_numpy())

    assert median("/blog/sampling") > 1.5 * median("/")
    assert len(set(BOUNCE.values())) > 6


def test_platforms_restate_their_numbers_days_later():
    reports = _of(_media(), "media.delivered")
    revisions = reports["revision"].to_numpy()

    assert 0.1 < (revisions == 1).sum() / (revisions == 0).sum() < 0.4
    assert (revisions == 2).sum() > 0
    waited = (reports["received_us"].to_numpy() - reports["occurred_us"].to_numpy()) / 86400e6
    assert waited[revisions == 0].max() < 1 < 3 < waited[revisions == 1].min()
    keys = reports.group_by("natural_key").aggregate([("revision", "max")])
    assert keys.num_rows == (revisions == 0).sum()


def test_the_last_reports_sum_to_what_was_truly_spent():
    plan = planned(1_500)
    reports = _of(_media(), "media.delivered").to_pylist()
    border = to_us(datetime.combine(plan.start.date(), datetime.min.time(), UTC)) + SETTLED * 86_400_000_000
    last: dict[str, dict] = {}
    for one in sorted(reports, key=lambda one: one["revision"]):
        if one["occurred_us"] < border:
            last[one["natural_key"]] = one
    spent: dict[str, int] = {}
    for one in last.values():
        spent[one["channel"]] = spent.get(one["channel"], 0) + one["amount"]

    assert SETTLED < DAYS
    assert spent == true_spend(seed=3, market=plan.market, countries=3)

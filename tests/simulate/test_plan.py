"""What becomes of enquiries: the same for the same seed, and each truth is found again in what happens."""

import math
from collections import Counter, defaultdict
from datetime import UTC, datetime

import numpy as np
import pytest

from isthmus.simulate import catalogue as c
from isthmus.simulate import site, truths
from isthmus.simulate.plan import expected_revenue, make_plan
from isthmus.simulate.sizes import DAYS
from isthmus.simulate.sources import AT_ONCE, CHANNELS, SOURCES
from tests.simulate.conftest import planned

pytestmark = pytest.mark.core
LAST_DAY = datetime(2026, 6, 1, tzinfo=UTC)


def test_the_same_seed_tells_the_same_stories():
    one = make_plan(seed=3, leads=400, last_day=LAST_DAY).stories

    assert one == make_plan(seed=3, leads=400, last_day=LAST_DAY).stories
    assert one != make_plan(seed=4, leads=400, last_day=LAST_DAY).stories
    assert len([story for story in one if story.at < LAST_DAY]) == 400


def test_no_two_companies_share_a_domain():
    domains = {(one.domain, one.company) for one in planned().stories}

    assert max(Counter(domain for domain, _ in domains).values()) == 1


def test_the_quality_of_each_channel_is_found_again_in_its_enquiries():
    quality = defaultdict(list)
    for one in planned().history:
        form = site.FORMS[one.form].quality if one.on_site else 0.0
        large = 0.25 if one.size > 200 else 0.0
        quality[one.cause].append(one.quality - form - large)

    for cause, values in quality.items():
        assert np.mean(values) == pytest.approx(SOURCES[cause].quality, abs=4 * 0.95 / math.sqrt(len(values)))


def test_better_channels_are_accepted_more_often():
    accepted = defaultdict(list)
    for one in planned().history:
        accepted[SOURCES[one.cause].channel].append(one.dealing is not None)
    rate = {channel: np.mean(values) for channel, values in accepted.items()}

    assert rate["partner"] > rate["organic_search"] > rate["paid_social"] + 0.1


def test_what_wins_a_deal_is_found_again_by_a_regression():
    """Each true effect lies within three standard errors of what thousands of deals say of it."""
    rows, won = [], []
    for one in planned().history:
        if one.dealing:
            hours = math.log(max(one.crossings[-1].hours, 0.25))
            objections = [float(one.terms.objection == name) for name, _ in c.OBJECTIONS[1:]]
            skill = c.STAFF[one.seller].skill
            terms = [one.terms.discount, math.log(one.terms.price)]
            rows.append([1.0, one.quality, skill, hours, *terms, one.rival, *objections])
            won.append(one.dealing.won)

    found, error = _logistic(np.array(rows), np.array(won, float))

    per = truths.WIN_PER_OBJECTION
    true = [
        truths.WIN_BASE + per["None"],
        truths.WIN_PER_QUALITY,
        truths.WIN_PER_SKILL,
        truths.WIN_PER_SLOW_HOUR,
        truths.WIN_PER_DISCOUNT,
        truths.WIN_PER_LOG_PRICE,
        truths.WIN_WHILE_RIVAL,
        *(per[name] - per["None"] for name, _ in c.OBJECTIONS[1:]),
    ]
    assert np.all(np.abs(found - np.array(true)) < 3 * error)
    assert error[3] < 0.03


def _logistic(rows, outcome):
    """Maximum likelihood by Newton's steps: the effects and their standard errors."""
    effects = np.zeros(rows.shape[1])
    for _step in range(12):
        chance = 1 / (1 + np.exp(-rows @ effects))
        weighted = rows * (chance * (1 - chance))[:, None]
        information = rows.T @ weighted
        effects += np.linalg.solve(information, rows.T @ (outcome - chance))
    return effects, np.sqrt(np.diag(np.linalg.inv(information)))


def test_when_desks_are_full_people_wait_longer_and_buy_less():
    busy, usual, calm = (planned(6_000, hours=hours) for hours in (0.8, 1.0, 1.3))

    def waited(plan):
        hours = [one.crossings[0].hours for one in plan.history if one.crossings]
        return float(np.median(hours))

    def won(plan):
        return sum(one.dealing.won for one in plan.history if one.dealing)

    assert waited(busy) > 1.5 * waited(calm)
    assert won(busy) < 0.95 * won(calm)
    assert expected_revenue(busy) < expected_revenue(usual) < expected_revenue(calm)


def test_a_month_that_brings_more_than_the_desks_can_do_answers_later():
    waited = defaultdict(list)
    for one in planned().history:
        if one.crossings and one.crossings[0].contacted_at:
            waited[one.at.strftime("%Y-%m")].append(one.crossings[0].hours)
    medians = sorted(np.median(hours) for hours in waited.values() if len(hours) > 50)

    assert medians[-1] > 2 * medians[0]


def test_sellers_get_leads_only_while_they_are_there():
    plan = planned()
    for one in plan.history:
        if one.crossings:
            day = (one.crossings[0].handed_over_at - plan.start).days
            staff = c.STAFF[one.seller]
            assert staff.joins * DAYS - 1 <= day
            assert staff.leaves is None or day <= staff.leaves * DAYS
            assert staff.territory == c.MARKETS[one.market].territory


def test_who_was_moved_by_an_advertisement_often_comes_by_another_way():
    at_once = defaultdict(list)
    for one in planned().history:
        if one.on_site:
            at_once[SOURCES[one.cause].channel].append(one.source == one.cause)

    for channel in ("display", "paid_video", "paid_social", "referral"):
        assert np.mean(at_once[channel]) == pytest.approx(AT_ONCE[channel], abs=0.05)
    assert set(at_once) == set(CHANNELS)


def test_what_customers_say_reflects_what_they_feel():
    felt, said = [], []
    for one in planned().history:
        for voice in one.voices:
            if voice.kind == "survey.answered":
                felt.append(one.satisfaction)
                said.append(voice.score)

    assert len(said) > 200
    assert np.corrcoef(felt, said)[0, 1] > 0.75
    languages = {c.MARKETS[one.market].locale[:2] for one in planned().history if one.voices}
    assert languages == {"sv", "da", "fi", "de", "nl"}


def test_customers_stay_and_renew_the_more_readily_the_better_it_went():
    glad, sorry = [], []
    for one in planned().history:
        if one.dealing and one.dealing.won:
            (glad if one.satisfaction > 0.6 else sorry).append(len(one.dealing.sales))

    assert np.mean(glad) > np.mean(sorry) + 0.3


def test_some_buy_online_and_need_no_seller():
    online = [one for one in planned().history if one.online_sales]

    assert len(online) > 300
    assert all(not one.crossings for one in online)
    assert all(sale.paid_at for one in online for sale in one.online_sales[:1])


def test_the_next_month_is_told_and_lies_beyond_what_is_loaded():
    plan = planned()
    after = [one for one in plan.stories if one.at >= plan.end]
    expected = float(plan.market.leads[:, DAYS:].sum())

    assert len(plan.history) + len(after) == len(plan.stories)
    assert abs(len(after) - expected) < 4 * math.sqrt(expected)
    assert all((one.at - plan.start).days >= DAYS for one in after)


def test_an_hour_of_selling_is_worth_less_the_more_of_them_there_are():
    few, usual, many = (expected_revenue(planned(6_000, hours=hours)) for hours in (0.8, 1.0, 1.3))

    assert (usual - few) / 0.2 > (many - usual) / 0.3 > 0

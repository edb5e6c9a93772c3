"""Forecasts of what is won: tables worked by hand, and made-up companies whose truth is known."""

import numpy as np
import pytest

from isthmus.analysis.backtesting import Fared, Tried, backtest, fared, weighted
from isthmus.analysis.births import births, won_by_age
from isthmus.analysis.forecasting import forecast
from isthmus.analysis.history import LOST, OPEN, WON, History
from isthmus.analysis.logistic import fit, sigmoid
from isthmus.analysis.winning import chances

pytestmark = pytest.mark.core
NAN = float("nan")


def history(*rows):
    """Rows of (deal, at, opened, state, stage, since, amount, owner), in any order."""
    columns = np.array(sorted(rows, key=lambda row: row[1]), dtype=float).T
    whole = {0, 3, 4, 7}
    return History(*(column.astype(int) if n in whole else column for n, column in enumerate(columns)))


def company(seed, *, deals_a_day=0.8, days=700, chance=0.5, amount=None):
    """Deals by chance, decided after 10 to 50 days; those in stage 1 are won three times as often."""
    rng = np.random.default_rng(seed)
    rows = []
    for deal, opened in enumerate(np.sort(rng.uniform(0, days, rng.poisson(deals_a_day * days)))):
        worth = amount or rng.lognormal(9, 0.6)
        middle, end = opened + rng.uniform(2, 9), opened + rng.uniform(10, 50)
        good = rng.random() < 0.5
        won = rng.random() < chance * (1.5 if good else 0.5)
        rows.append((deal, opened, opened, OPEN, 0, opened, worth, 0))
        if good:
            rows.append((deal, middle, opened, OPEN, 1, middle, worth, 0))
        rows.append((deal, end, opened, WON if won else LOST, -1, end, worth, 0))
    return history(*rows)


class TestHistory:
    def test_a_deal_stands_as_its_last_row_before_a_time_says(self):
        told = history(
            (0, 1.0, 1.0, OPEN, 0, 1.0, 10, 5),
            (0, 4.0, 1.0, OPEN, 1, 4.0, 20, 5),
            (1, 2.0, 2.0, OPEN, 0, 2.0, 30, 5),
            (0, 9.0, 1.0, WON, -1, 9.0, 25, 5),
        )

        assert list(told.amount[told.open_at(4.0)]) == [10, 30]
        assert list(told.amount[told.open_at(4.5)]) == [20, 30]
        assert list(told.amount[told.open_at(10.0)]) == [30]
        assert told.won_between(9.0, 10.0) == 25
        assert told.won_between(8.0, 9.0) == 0

    def test_a_win_that_was_reopened_is_none(self):
        told = history(
            (0, 1.0, 1.0, OPEN, 0, 1.0, 10, 5),
            (0, 2.0, 1.0, WON, -1, 2.0, 10, 5),
            (0, 3.0, 1.0, OPEN, 0, 3.0, 10, 5),
        )

        assert told.won_between(0, 10) == 0
        assert told.until(3.0).won_between(0, 10) == 10

    def test_rows_out_of_order_are_refused(self):
        column = np.array([2.0, 1.0])

        with pytest.raises(ValueError, match="in the order"):
            History(column, column, column, column, column, column, column, column)


def test_the_regression_finds_the_odds_of_a_table_and_how_sure_they_are():
    # 30 of 40 won with the feature, 10 of 40 without: log odds -log 3 and 2 log 3, by hand.
    features = np.array([[1.0, on] for on in (0, 1) for _ in range(40)])
    outcome = np.array([1.0] * 10 + [0.0] * 30 + [1.0] * 30 + [0.0] * 10)

    found = fit(features, outcome, np.array([0.0, 0.0]))

    assert found.coefficients == pytest.approx([-np.log(3), 2 * np.log(3)], abs=1e-6)
    # The variance of a log odds is 1/won + 1/lost; a difference has both.
    assert found.covariance[0, 0] == pytest.approx(1 / 10 + 1 / 30, rel=1e-6)
    assert found.covariance[1, 1] == pytest.approx(2 * (1 / 10 + 1 / 30), rel=1e-6)


def test_separated_outcomes_do_not_run_away_under_a_ridge():
    features = np.array([[1.0, -1.0], [1.0, 1.0]] * 10)

    found = fit(features, (features[:, 1] > 0).astype(float), np.array([0.01, 1.0]))

    assert 1 < found.coefficients[1] < 10


def test_the_share_won_by_an_age_counts_those_still_open_for_as_long_as_they_were_seen():
    # Four deals: won at 2, lost at 4, still open at age 5, won at 8. Aalen and Johansen by hand:
    # 1/4 at 2; at 4 survival falls to 1/2; at 8 one is left of those at risk: 1/4 + 1/2 · 1/1.
    told = history(
        *((n, 0.0, 0.0, OPEN, 0, 0.0, 1, 0) for n in (0, 1, 3)),
        (2, 5.0, 5.0, OPEN, 0, 5.0, 1, 0),
        (0, 2.0, 0.0, WON, -1, 2.0, 1, 0),
        (1, 4.0, 0.0, LOST, -1, 4.0, 1, 0),
        (3, 8.0, 0.0, WON, -1, 8.0, 1, 0),
    )

    curve = won_by_age(told, at=10.0, days=10)

    assert list(curve) == pytest.approx([0, 0, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.75, 0.75])


def test_deals_not_yet_born_are_as_many_as_come_and_are_soon_won():
    found = births(company(3, deals_a_day=2.0), at=650, days=30)

    assert found.openings == pytest.approx(2.0, rel=0.2)
    # Opened evenly, decided after 10 to 50 days, half won: 30 days see a sixth of the chance on average.
    assert found.mean == pytest.approx(2.0 * 30 * 0.5 * (20 * 20 / 2 / 40) / 30, rel=0.3)
    assert np.mean(found.draws(4000, np.random.default_rng(1))) == pytest.approx(found.mean, rel=0.1)


def test_a_stage_that_wins_more_often_has_the_higher_chance():
    told = company(5, deals_a_day=2.0)

    found = chances(told, at=600, days=30)

    stage = told.stage[found.rows]
    assert found.mean()[stage == 1].mean() > found.mean()[stage == 0].mean() + 0.1
    assert found.wins >= 10


def test_with_nothing_to_learn_from_the_chance_is_none_and_the_forecast_zero():
    told = history((0, 1.0, 1.0, OPEN, 0, 1.0, 10, 5))

    found = forecast(told, at=5.0, days=30)

    assert found.chances.model is None
    assert found.chances.learned_from == 0
    assert found.low <= found.middle <= found.high


def test_the_same_seed_gives_the_same_forecast_and_the_future_is_not_looked_at():
    told = company(7)

    one, again = forecast(told, at=500, days=30, seed=4), forecast(told, at=500, days=30, seed=4)
    blind = forecast(told.until(500), at=500, days=30, seed=4)

    assert (one.low, one.middle, one.high) == (again.low, again.middle, again.high)
    assert (one.low, one.middle, one.high) == (blind.low, blind.middle, blind.high)


def test_what_comes_lies_inside_about_four_times_of_five():
    inside = []
    for seed in range(6):
        told = company(seed)
        inside += [
            one.is_inside for one in backtest(told, [(n, n + 30) for n in range(370, 670, 30)], {}, draws=500)
        ]

    assert 0.68 <= np.mean(inside) <= 0.92


def test_a_deal_without_an_amount_is_worth_what_others_were():
    told = company(9, amount=100.0)
    rows = [(10_000 + n, 600.0, 600.0, OPEN, 1, 600.0, NAN, 0) for n in range(40)]
    fields = [told.deal, told.at, told.opened, told.state, told.stage, told.since, told.amount, told.owner]
    more = history(*zip(*fields, strict=True), *rows)

    assert forecast(more, at=601, days=30).from_open > forecast(told, at=601, days=30).from_open + 500


class TestBacktest:
    def test_the_weighted_pipeline_is_each_amount_by_its_stages_chance(self):
        told = history(
            (0, 1.0, 1.0, OPEN, 3, 1.0, 100, 0),
            (1, 1.0, 1.0, OPEN, 4, 1.0, 200, 0),
            (2, 1.0, 1.0, OPEN, 4, 1.0, NAN, 0),
        )

        assert weighted(told, 2.0, {3: 0.5, 4: 0.25}) == 100

    def test_errors_are_means_of_what_was_missed(self):
        one = Tried(0, 30, low=5, middle=10, high=20, actual=12, last_period=6, weighted=13)
        two = Tried(30, 60, low=5, middle=10, high=20, actual=22, last_period=12, weighted=21)

        assert fared([one, two]) == Fared(2, 1, (2 + 12) / 2, (6 + 10) / 2, (1 + 1) / 2)

    @pytest.mark.parametrize(
        ("errors", "best"),
        [
            ((1, 2, 3), "model"),
            ((3, 2, 4), "last_period"),
            ((3, 4, 2), "weighted"),
            ((2, 2, 2), "last_period"),
        ],
    )
    def test_the_model_is_shown_only_where_it_beats_both(self, errors, best):
        assert Fared(12, 9, *errors).best == best
        assert Fared(5, 4, *errors).best == "none"

    def test_the_last_period_is_what_was_known_at_the_start(self):
        told = company(2)

        tried = backtest(told, [(400, 430), (430, 460), (460, 490)], {0: 0.5}, draws=200)

        assert [one.start for one in tried] == [430, 460]
        assert tried[1].last_period == pytest.approx(tried[0].actual)


def test_the_logistic_curve_does_not_overflow():
    assert list(sigmoid(np.array([-1e6, 0.0, 1e6]))) == [0.0, 0.5, 1.0]

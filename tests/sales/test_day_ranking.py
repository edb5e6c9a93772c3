"""Rule v1: in which order a day's suggestions stand."""

from datetime import UTC, datetime, timedelta

import pytest

from isthmus.sales.day.offering import Suggestion
from isthmus.sales.day.ranking import ranked, without_repeats

pytestmark = pytest.mark.core
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def _one(key, *, due=None, value=None, chance=0.5, day="", kind="stale", **subjects):
    return Suggestion(
        key=key,
        kind=kind,
        record=("deal", 1),
        name=key,
        reason="because",
        due_at=None if due is None else NOW + due,
        value=value,
        chance=chance,
        day=day,
        subjects=subjects,
    )


def _order(*suggestions):
    return [one.key for one in ranked(suggestions, NOW)]


def test_clocks_about_to_run_out_stand_before_all_worth_the_earliest_first():
    large = _one("large", value=10**12)

    assert _order(large, _one("soon", due=HOUR), _one("over", due=-HOUR)) == ["over", "soon", "large"]


def test_a_clock_that_runs_long_or_was_missed_long_ago_leaves_the_order_to_worth():
    small, large = _one("small", due=-40 * HOUR, value=10), _one("large", due=5 * HOUR, value=20)

    assert _order(small, large) == ["large", "small"]


def test_worth_is_value_times_chance():
    sure, rare = _one("sure", value=100, chance=0.9), _one("rare", value=200, chance=0.1)

    assert (sure.worth, rare.worth) == (90, 20)
    assert _order(rare, sure) == ["sure", "rare"]


def test_what_has_no_known_worth_stands_last_by_its_day():
    known = _one("known", value=1, chance=0.01)
    late, today = _one("late", day="2026-02-27"), _one("today", day="2026-03-02")

    assert _order(today, late, known) == ["known", "late", "today"]


def test_a_deal_is_suggested_once_and_somebodys_own_word_for_it_counts():
    stale, task = _one("stale", value=100, deal=7), _one("task", kind="task", deal=7)

    assert [one.key for one in without_repeats([stale, task], NOW)] == ["task"]


def test_two_tasks_about_one_deal_are_both_to_be_done():
    first, second = _one("first", kind="task", deal=7), _one("second", kind="task", deal=7)

    assert sorted(_order(first, second)) == ["first", "second"]


def test_the_same_suggestions_always_stand_in_the_same_order():
    same = [_one(key, value=5) for key in ("c", "a", "b")]

    assert _order(*same) == _order(*reversed(same)) == ["a", "b", "c"]

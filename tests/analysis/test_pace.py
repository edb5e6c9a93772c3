"""Pace, worked by hand."""

import pytest

from isthmus.analysis.pace import pace, quantile, usual_of


def test_what_is_needed_stands_beside_what_is_usual_in_as_many_days():
    found = pace(target=120, attained=79, days_left=12, days_in_all=60, past=[30, 38, 46])

    assert (found.needed, found.days, found.even) == (41, 12, 96)
    assert found.usual is not None
    assert (found.usual.low, found.usual.middle, found.usual.high) == (34, 38, 42)
    assert found.verdict == "usual"


@pytest.mark.parametrize(
    "attained, days, past, verdict",
    [
        (120, 12, [30, 38, 46], "reached"),
        (130, 12, [30, 38, 46], "reached"),
        (90, 12, [30, 38, 46], "easy"),
        (50, 12, [30, 38, 46], "hard"),
        (90, 0, [], "over"),
        (90, 12, [30, 38], "unknown"),
    ],
)
def test_the_verdict_goes_by_the_quartiles(attained, days, past, verdict):
    found = pace(target=120, attained=attained, days_left=days, days_in_all=60, past=past)

    assert found.verdict == verdict


def test_fewer_than_three_periods_are_no_custom():
    assert usual_of([1, 2]) is None


def test_quartiles_lie_between_neighbours():
    assert [quantile([10, 20, 30, 50], share) for share in (0.25, 0.5, 0.75)] == [17.5, 25, 35]


def test_a_period_without_working_days_is_at_its_end():
    assert pace(target=10, attained=0, days_left=0, days_in_all=0, past=[]).even == 10

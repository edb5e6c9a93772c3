"""What changed in the pipeline adds up, whatever happened to each deal."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isthmus.insight.changes import Changes, changes_between
from isthmus.insight.deals import Standing

pytestmark = pytest.mark.core
standings = st.dictionaries(
    st.integers(1, 6),
    st.tuples(st.sampled_from(["open", "won", "lost"]), st.one_of(st.none(), st.integers(0, 10**12))),
    max_size=5,
)


def standing(number, state, value):
    return Standing(number, 0, state, 1, 0, value, value, "EUR", None, None, None, None)


def open_value(deals):
    return sum(value or 0 for state, value in deals.values() if state == "open")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(standings, standings)
def test_what_came_and_went_explains_what_is_open_now(before, since):
    now = {**before, **since}

    found = changes_between(
        [standing(number, *one) for number, one in before.items()],
        [standing(number, *one) for number, one in now.items()],
    )

    assert found.before == open_value(before)
    assert found.now == open_value(now)
    came = found.opened + found.reopened + found.up
    assert found.before + came - found.down - found.won - found.lost == found.now


def test_each_way_of_changing_has_its_own_step():
    before = [
        standing(1, "open", 100),
        standing(2, "open", 50),
        standing(3, "open", 30),
        standing(4, "lost", 7),
        standing(5, "open", 9),
    ]
    now = [
        standing(1, "open", 120),
        standing(2, "won", 40),
        standing(3, "lost", 30),
        standing(4, "open", 7),
        standing(5, "open", 9),
        standing(6, "open", 11),
    ]

    found = changes_between(before, now)

    assert found == Changes(
        before=189, opened=11, reopened=7, up=20, down=10, won=40, lost=30, now=147, unknown=0
    )

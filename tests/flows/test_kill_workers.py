"""Two workers, one of them killed at each named point: every act is done exactly once all the same."""

import signal

import pytest

from isthmus.workspace.models import Company, User
from prove.rule_counting import are_quiet, begin_rule, capture, problems
from tests.cast import MONDAY_NOON
from tests.jobs.conftest import Start, start, until

__all__ = ["start"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.processes]
LEADS, LEASE = 6, 2.0
POINTS = ["flows.after_act:2", "automation.before_commit", "flows.after_claim", "flows.before_commit:3",
          "flows.after_commit:2"]  # fmt: skip


@pytest.fixture
def somebody() -> User:
    """An administrator, committed."""
    Company.objects.create(name="Harbour Lane", time_zone="Europe/Berlin")
    return User.objects.create_user("ines@example.com", name="Ines", role="admin", joined_at=MONDAY_NOON)


@pytest.mark.parametrize(
    "point", [POINTS[0], *(pytest.param(one, marks=pytest.mark.prove) for one in POINTS[1:])]
)
def test_each_act_is_done_once_whoever_is_killed(
    somebody: User, start: Start, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    begin_rule(somebody)
    for number in range(LEADS):
        capture(number)

    monkeypatch.setenv("ISTHMUS_CRASH_AT", point)
    victim = start("prove.rule_worker", LEASE)
    assert victim.wait(60) == -signal.SIGKILL, f"{point} is not visited"
    monkeypatch.delenv("ISTHMUS_CRASH_AT")
    for _heir in range(2):
        start("prove.rule_worker", LEASE)

    until(lambda: are_quiet(LEADS))
    assert problems(LEADS) == []

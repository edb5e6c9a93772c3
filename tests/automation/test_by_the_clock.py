"""Rules that go by the clock: each slot once, every record that meets the conditions."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from isthmus.automation.scheduling import start_rounds
from isthmus.automation.spec import Clock
from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.sales.commands import open_deal
from tests.automation.conftest import Add, captured, only_if, told
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
EIGHT = time(8)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("clock", "at", "slot"),
    [
        (Clock(EIGHT), "2026-03-02T08:00+01:00", "2026-03-02T08:00+01:00"),
        (Clock(EIGHT), "2026-03-02T07:59+01:00", "2026-03-01T08:00+01:00"),
        (Clock(EIGHT, ("fri",)), "2026-03-02T09:00+01:00", "2026-02-27T08:00+01:00"),
        (
            Clock(EIGHT, (), "America/New_York"),
            "2026-03-02T12:00+00:00",
            "2026-03-01T13:00+00:00",
        ),
    ],
)  # fmt: skip
def test_the_latest_slot_of_a_clock(clock: Clock, at: str, slot: str) -> None:
    assert clock.latest_slot(datetime.fromisoformat(at), BERLIN) == datetime.fromisoformat(slot)


def test_each_slot_finds_the_records_that_meet_the_conditions_once(on: Add, tell: Any, pipeline: Any) -> None:
    given = {
        "when": {"every": {"time": "08:00", "days": []}, "record": "deal"},
        "if": only_if(("deal.state", "in", ["open"]), ("deal.stage_since", "older_than", 3)),
        "once": "day",
        "steps": [tell("{deal.name} stands still")],
    }
    with time_machine.travel(MONDAY_NOON, tick=False) as clock:
        on(given)
        person = captured().person_id
        for name, days in (("Old", 4), ("Fresh", 1)):
            opened = now() - timedelta(days=days)
            open_deal(name=name, person_id=person, amount=Decimal(1), by=SYSTEM, at=opened)
        assert start_rounds(now()) == 0  # Eight o'clock was before it was switched on.

        clock.move_to(datetime(2026, 3, 3, 7, 1, tzinfo=UTC))
        assert start_rounds(now()) == 1
        assert start_rounds(now()) == 0
        assert told() == ["Old stands still"]
        clock.move_to(datetime(2026, 3, 4, 7, 1, tzinfo=UTC))
        start_rounds(now())
        assert len(told()) == 2
        clock.move_to(datetime(2026, 3, 6, 7, 1, tzinfo=UTC))
        start_rounds(now())

        assert told() == ["Old stands still"] * 3 + ["Fresh stands still"]

"""Leads of every week, half of them won after some days; and the same as a system shows that began late."""

from datetime import UTC, datetime, timedelta

from tests.metrics.table import FactDict, fact

START = datetime(2025, 1, 6, 9, 0, tzinfo=UTC)


def cohorts(weeks: int, per_week: int = 10, *, wait: int = 20) -> list[FactDict]:
    """Leads every week, one in two of them won after `wait` days."""
    facts: list[FactDict] = []
    for number in range(weeks * per_week):
        at = START + timedelta(weeks=number // per_week, hours=number % per_week)
        facts.append(fact("lead.captured", at, lead_id=number, subject=number))
        if number % 2:
            facts.append(fact("deal.won", at + timedelta(days=wait), deal_id=number, lead_id=number))
    return facts


def recorded_since(facts: list[FactDict], first: datetime) -> list[FactDict]:
    """The same facts as a system shows them that began to record wins on a day."""
    since = int(first.timestamp() * 1_000_000)
    return [one for one in facts if one["kind"] == "lead.captured" or one["occurred_us"] >= since]

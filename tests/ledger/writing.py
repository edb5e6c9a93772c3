"""Short words for tests of the ledger: days, writing a fact, reading what counts."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from isthmus import ledger
from isthmus.core.actors import SYSTEM
from isthmus.ledger import Fact
from isthmus.ledger.reading import snapshot

MONDAY = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def day(number: float) -> datetime:
    """Noon of a day counted from Monday."""
    return MONDAY + timedelta(days=number)


def write(*facts: Fact) -> list[bytes]:
    """Record facts in a transaction of their own."""
    with transaction.atomic():
        return ledger.record(list(facts), by=SYSTEM)


def paid(amount: int, *, on: float = 0, **columns: Any) -> Fact:
    """A payment of some micros."""
    return Fact(kind="order.paid", at=day(on), amount=amount, **columns)


def take_back(**what: Any) -> None:
    """Retract a fact, a batch or a natural key."""
    with transaction.atomic():
        ledger.retract(by=SYSTEM, at=MONDAY, reason="test", **what)


def amounts(**clocks: datetime) -> list[int]:
    """The amounts of all facts that count, rising."""
    return [amount for (amount,) in rows("SELECT amount FROM facts ORDER BY amount", **clocks)]


def rows(sql: str, **clocks: datetime) -> list[tuple[Any, ...]]:
    """What a query finds on a snapshot."""
    with snapshot(**clocks) as facts:
        found: list[tuple[Any, ...]] = facts.execute(sql).fetchall()
        return found

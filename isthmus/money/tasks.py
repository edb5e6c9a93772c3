"""What money does by the clock."""

from isthmus.core import queue
from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now


@queue.schedule(daily="00:40")
@queue.task(name="money.book_salaries", outgoing=False, max_attempts=3)
def book_salaries() -> None:
    """Book the salaries of a month that has begun."""
    from isthmus.money.commands import book_salaries as book
    from isthmus.money.costs.salaries import due, month_at

    at = now()
    if due(None, month_at(at)):
        book(by=SYSTEM, at=at)

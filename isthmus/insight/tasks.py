"""What insight has done for it by the clock."""

from isthmus.core import queue
from isthmus.core.clock import now
from isthmus.insight.chances import make_chances
from isthmus.insight.making import make_reports

TASK, CHANCES = "insight.make_forecasts", "insight.make_chances"


@queue.schedule(daily="04:00")
@queue.task(name=TASK, outgoing=False, max_attempts=3)
def make_forecasts() -> None:
    """Make the forecasts of this month and this quarter anew."""

    def tell(done: int, total: int) -> None:
        queue.check_cancelled()
        queue.progress(done, total)

    make_reports(at=now(), progress=tell)


@queue.schedule(daily="04:20")
@queue.task(name=CHANCES, outgoing=False, max_attempts=3)
def learn_chances() -> None:
    """Learn anew what tells which deals are won, and give each open one its chance."""

    def tell(done: int, total: int) -> None:
        queue.check_cancelled()
        queue.progress(done, total)

    make_chances(at=now(), progress=tell)

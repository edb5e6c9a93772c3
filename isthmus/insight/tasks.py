"""What insight has done for it by the clock."""

from isthmus.core import queue
from isthmus.core.clock import now
from isthmus.insight.making import make_reports

TASK = "insight.make_forecasts"


@queue.schedule(daily="04:00")
@queue.task(name=TASK, outgoing=False, max_attempts=3)
def make_forecasts() -> None:
    """Make the forecasts of this month and this quarter anew."""

    def tell(done: int, total: int) -> None:
        queue.check_cancelled()
        queue.progress(done, total)

    make_reports(at=now(), progress=tell)

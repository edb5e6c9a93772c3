"""What people have done by the queue: the files of whoever was erased, and duplicates."""

from isthmus.core import queue
from isthmus.core.clock import now
from isthmus.people.duplicates.finding import find_duplicates
from isthmus.people.finishing import finish_erasing
from isthmus.people.models.search import ACCOUNT, PERSON


@queue.task(name="people.finish_erasing", outgoing=False, max_attempts=20)
def finish() -> None:
    """Rewrite the ledger's files and overwrite what was freed, for all who wait for it."""
    finish_erasing(at=now())


@queue.schedule(daily="02:15")
@queue.task(name="people.finish_erasing_nightly", outgoing=False, max_attempts=3)
def finish_nightly() -> None:
    """Whatever a failed job left."""
    finish_erasing(at=now())


@queue.schedule(daily="02:40")
@queue.task(name="people.find_person_duplicates", outgoing=False, max_attempts=3)
def find_person_duplicates() -> None:
    """Propose people that may be one."""
    find_duplicates(PERSON, at=now(), progress=queue.progress)


@queue.schedule(daily="02:50")
@queue.task(name="people.find_account_duplicates", outgoing=False, max_attempts=3)
def find_account_duplicates() -> None:
    """Propose accounts that may be one."""
    find_duplicates(ACCOUNT, at=now(), progress=queue.progress)

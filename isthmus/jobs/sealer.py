"""`python -m isthmus.jobs.sealer`: one process that seals what came in, about once a second.

Apart from the worker, so that no job makes events wait, and no flood of events the jobs.
"""

import gc
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import timedelta

import django

log = logging.getLogger("isthmus.sealer")
# How often it looks; and of its time it seals at most a quarter, unless much waits.
LOOK_SECONDS, REST = 0.5, 3.0
# Acts alone are seen where they lie: they wait for company, for so long or until there are so many.
ACTS_WAIT, MANY_ACTS = timedelta(seconds=8), 5_000
_LONGEST_PAUSE = 10.0


class Sealer:
    """Seals whenever closed segments, or enough acts, wait; until it is told to stop."""

    def __init__(self, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._sleep = sleep
        self._stopping = False
        self._salts_seen_on: object = None

    def stop(self) -> None:
        """End after the unit that is being made. A plain flag: this is called by signals."""
        self._stopping = True

    def run(self) -> None:
        """Work until `stop`."""
        from django.db import Error, connection

        pause = LOOK_SECONDS
        while not self._stopping:
            try:
                spent = self._turn()
            except Error as error:
                log.warning("The database did not answer (%s); the sealer tries again.", error)
                connection.close()
                pause = min(pause * 2, _LONGEST_PAUSE)
            else:
                pause = max(LOOK_SECONDS, min(spent * REST, _LONGEST_PAUSE))
            self._rest(pause)
        connection.close()

    def _turn(self) -> float:
        """Seal what waits, if enough does; the seconds of its own work: waiting for others asks no rest."""
        from isthmus.ledger.sealer_lock import LedgerBusy
        from isthmus.ledger.sealing import seal

        self._destroy_salts()
        if not something_waits():
            return 0.0
        began, busy = time.monotonic(), time.process_time()
        try:
            seal(after_unit=lambda unit: self._unless_stopped())
        except (LedgerBusy, _Stopped):
            return 0.0
        return min(time.monotonic() - began, time.process_time() - busy)

    def _unless_stopped(self) -> None:
        if self._stopping:
            raise _Stopped

    def _destroy_salts(self) -> None:
        from isthmus.collect.receiving.salts import destroy_old_salts
        from isthmus.core.clock import now

        today = now().date()
        if today != self._salts_seen_on:
            destroy_old_salts(today)
            self._salts_seen_on = today

    def _rest(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not self._stopping and (left := end - time.monotonic()) > 0:
            self._sleep(min(left, LOOK_SECONDS))


class _Stopped(Exception):  # noqa: N818 (leaves `seal` between two units)
    """The sealer was told to stop; what is left waits for the next one."""


def something_waits() -> bool:
    """Whether there are closed segments, or acts that have waited long enough."""
    from isthmus.core.clock import now, to_us
    from isthmus.ledger.models import InboxFact
    from isthmus.ledger.segments.files import closed_segments

    if closed_segments():
        return True
    waiting = InboxFact.objects.order_by("seq").values_list("received_us", flat=True)
    oldest = waiting.first()
    if oldest is None:
        return False
    return oldest < to_us(now() - ACTS_WAIT) or len(waiting[MANY_ACTS : MANY_ACTS + 1]) > 0


def main() -> None:
    """Load the rooms, seal until SIGTERM or SIGINT."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "isthmus.settings")
    django.setup()
    sealer = Sealer()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: sealer.stop())
    gc.collect()
    gc.freeze()  # Looking through what is loaded again and again costs more than it finds.
    print("Seals what comes in.", flush=True)
    sealer.run()
    sys.stdout.flush()


if __name__ == "__main__":
    main()

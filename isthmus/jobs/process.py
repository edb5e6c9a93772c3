"""A worker as a process of its own: signals in, exit status out."""

import os
import signal
import sys
from datetime import timedelta

from django.utils.translation import gettext as _

from isthmus.jobs.worker import Worker


def run_worker(*, threads: int, lease: timedelta, grace: timedelta) -> None:
    """Run a worker until SIGTERM or SIGINT; ends the process, also with a thread that will not stop."""
    worker = Worker(threads=threads, lease=lease, grace=grace)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: worker.stop())
    print(_("Takes jobs, %(threads)s at a time.") % {"threads": threads}, flush=True)
    finished = worker.run()
    print(
        _("Stopped.") if finished else _("Stopped; unfinished jobs go back to the queue."),
        flush=True,
    )
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)

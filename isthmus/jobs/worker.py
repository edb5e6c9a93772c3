"""The worker: threads that run jobs, a heart that keeps their leases, a clock that starts schedules."""

import logging
import os
import socket
import threading
import uuid
from datetime import datetime, timedelta
from queue import SimpleQueue
from time import monotonic

from django.db import Error, close_old_connections, connection

from isthmus.core.clock import now
from isthmus.core.queue.claiming import claim, extend, give_back
from isthmus.core.queue.models import Job, WorkerBeat
from isthmus.core.queue.running import Run, execute
from isthmus.core.queue.scheduling import enqueue_due_slots, next_slot
from isthmus.core.sqlite.log import write_log_back

log = logging.getLogger("isthmus.worker")
SHORTEST_PAUSE = 0.02
LONGEST_PAUSE = 0.5


class Worker:
    """Takes jobs under leases and runs them in threads until it is told to stop."""

    def __init__(
        self,
        *,
        threads: int,
        lease: timedelta = timedelta(seconds=20),
        grace: timedelta = timedelta(seconds=20),
    ) -> None:
        self.name = f"{socket.gethostname()[:60]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self.threads = threads
        self._lease = lease
        self._grace = grace
        self._inbox: SimpleQueue[Run | None] = SimpleQueue()
        self._runs: dict[int, Run] = {}
        self._runs_lock = threading.Lock()
        self._wake = threading.Event()
        self._stopping = False
        self._over = threading.Event()
        self._schedules_due_at: datetime | None = None

    def stop(self) -> None:
        """Take no more jobs; the running ones are finished within the grace.

        A plain flag, seen within half a second: a lock taken in a signal handler could wait for ever.
        """
        self._stopping = True

    def run(self) -> bool:
        """Work until `stop`. False when jobs had to be handed back because they took too long."""
        started_at = now()
        heart = threading.Thread(target=self._beat, args=(started_at,), name="heart", daemon=True)
        heart.start()
        for number in range(self.threads):
            threading.Thread(target=self._work, name=f"job-{number + 1}", daemon=True).start()
        self._take_jobs()
        finished = self._drain()
        self._over.set()
        for _thread in range(self.threads):
            self._inbox.put(None)
        heart.join(timeout=5)
        WorkerBeat.objects.filter(name=self.name).delete()
        return finished

    def _take_jobs(self) -> None:
        pause = SHORTEST_PAUSE
        while not self._stopping:
            try:
                taken = self._take_some()
            except Error as error:
                log.warning("The database did not answer (%s); the worker tries again.", error)
                connection.close()
                taken, pause = 0, LONGEST_PAUSE
            pause = SHORTEST_PAUSE if taken else min(pause * 2, LONGEST_PAUSE)
            self._wake.wait(pause)
            self._wake.clear()

    def _take_some(self) -> int:
        self._start_schedules()
        idle = self.threads - len(self._runs)
        if idle <= 0:
            return 0
        jobs = claim(worker=self.name, limit=idle, lease=self._lease, now=now())
        for job in jobs:
            run = Run(job=job)
            with self._runs_lock:
                self._runs[job.pk] = run
            self._inbox.put(run)
        return len(jobs)

    def _start_schedules(self) -> None:
        at = now()
        if self._schedules_due_at is None or at >= self._schedules_due_at:
            enqueue_due_slots(at)
            self._schedules_due_at = next_slot(at) or at + timedelta(minutes=1)

    def _work(self) -> None:
        while (run := self._inbox.get()) is not None:
            try:
                execute(run)
            except Exception:
                # The outcome could not be written. The lease runs out and the job runs again.
                log.exception("%s: its outcome could not be written.", run.job.name)
                connection.close()
            finally:
                with self._runs_lock:
                    self._runs.pop(run.job.pk, None)
                close_old_connections()
                self._wake.set()
        connection.close()

    def _beat(self, started_at: datetime) -> None:
        pause = self._lease.total_seconds() / 4
        while True:
            try:
                self._extend_leases()
                self._show_life(started_at)
                write_log_back()
            except Error as error:
                log.warning("The leases could not be prolonged (%s); trying again.", error)
                connection.close()
            if self._over.wait(pause):
                break
        connection.close()

    def _extend_leases(self) -> None:
        with self._runs_lock:
            runs = dict(self._runs)
        held = [(job_id, run.job.fence) for job_id, run in runs.items()]
        for job_id in extend(worker=self.name, held=held, lease=self._lease, now=now()):
            # Also set for a job that has just ended, where nobody looks any more.
            runs[job_id].lost.set()

    def _show_life(self, started_at: datetime) -> None:
        WorkerBeat.objects.update_or_create(
            name=self.name,
            defaults={"beat_at": now(), "busy": len(self._runs)},
            create_defaults={
                "host": socket.gethostname(),
                "pid": os.getpid(),
                "threads": self.threads,
                "busy": len(self._runs),
                "started_at": started_at,
                "beat_at": now(),
            },
        )

    def _drain(self) -> bool:
        """Let running jobs finish; halfway through the grace ask them to stop; hand back what is left."""
        if self._until_idle(self._grace / 2):
            return True
        for run in self._still_running():
            run.stopping.set()
        if self._until_idle(self._grace / 2):
            return True
        for run in self._still_running():
            _hand_back(run.job)
        return False

    def _until_idle(self, within: timedelta) -> bool:
        end = monotonic() + within.total_seconds()
        while self._runs and (left := end - monotonic()) > 0:
            self._wake.wait(min(left, LONGEST_PAUSE))
            self._wake.clear()
        return not self._runs

    def _still_running(self) -> list[Run]:
        with self._runs_lock:
            return list(self._runs.values())


def _hand_back(job: Job) -> None:
    if give_back(job_id=job.pk, fence=job.fence, now=now()):
        log.warning("%s was not finished in time; it was handed back to the queue.", job.name)

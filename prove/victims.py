"""Who is killed: web, worker, the sealer in the worker, and a sealer at each named instruction."""

import random
import subprocess
import sys
import time
from collections.abc import Callable

import psutil

SEAL_POINTS = (
    "ledger.seal.after_read",
    "ledger.seal.after_write",
    "ledger.seal.after_sync",
    "ledger.seal.after_rename",
    "ledger.seal.after_manifest",
    "ledger.seal.before_commit",
    "ledger.seal.after_commit",
)
WITHIN = 120.0


class NothingToKillError(Exception):
    """The victim did not come up again in time."""


class Victims:
    """Finds the processes below a running `isthmus serve` and kills them at a bad moment."""

    def __init__(self, supervisor: int, chance: random.Random, answered: Callable[[], int]) -> None:
        self._supervisor = psutil.Process(supervisor)
        self._chance = chance
        self._answered = answered

    def wait_for_work(self, *, commands: int = 50, seconds: float = 1.0) -> None:
        """Until the clients are served at their full rate again: the next victim is killed at work."""
        before = self._answered()
        _until(lambda: self._answered() >= before + commands)
        time.sleep(seconds)

    def kill_web(self) -> str:
        """Kill all web servers at once, or one of them, or one process of one."""
        self._soon(0.3)
        first, *others = self._children("granian")
        chance = self._chance.random()
        if chance < 0.5:
            for server in (first, *others):
                server.kill()
            return "all web servers at once"
        server = self._chance.choice([first, *others])
        if chance < 0.75:
            server.kill()
            return "one web server"
        (*_rest, process) = server.children() or [server]
        process.kill()
        return "one web server" if process == server else "one web server's process"

    def kill_worker(self) -> str:
        """Kill the worker, whatever it is at."""
        victim = self._children("isthmus.jobs")[0]
        self._soon(1.0)
        victim.kill()
        return "worker"

    def kill_sealing_process(self) -> str:
        """Kill the sealer that is supervised, whatever it is at."""
        victim = self._children("isthmus.jobs.sealer")[0]
        self._soon(1.0)
        victim.kill()
        return "sealer"

    def kill_sealing_worker(self) -> str:
        """Kill the worker while it seals."""
        from isthmus.core import queue
        from isthmus.core.queue.models import Job, JobState

        job = queue.enqueue("ledger.seal", {}, priority=9)
        waiting = Job.objects.filter(pk=job.pk).exclude(state=JobState.RUNNING)
        # Between two looks the job may begin, so that nothing waits any more: one look has one answer.
        _until(lambda: set(waiting.values_list("state", flat=True)) <= {JobState.DONE})
        self._soon(0.05)
        self._children("isthmus.jobs")[0].kill()
        return "worker while sealing" if not waiting.exists() else "worker"

    def kill_sealer(self) -> str:
        """Have a sealer of its own die at one of the named instructions."""
        end = time.monotonic() + WITHIN
        while time.monotonic() < end:
            point = self._chance.choice(SEAL_POINTS)
            sealer = subprocess.run(
                [sys.executable, "-m", "prove.sealer", point], capture_output=True, text=True
            )
            if sealer.returncode == -9:
                return f"sealer at {point.removeprefix('ledger.seal.')}"
            if sealer.returncode > 0:
                raise NothingToKillError(sealer.stderr[-500:])
        raise NothingToKillError("The sealer found nothing to seal.")

    def _children(self, module: str) -> list[psutil.Process]:
        found: list[psutil.Process] = []

        def there() -> bool:
            found[:] = [child for child in self._supervisor.children() if _runs(child, module)]
            return bool(found)

        _until(there)
        return found

    def _soon(self, seconds: float) -> None:
        time.sleep(self._chance.uniform(0, seconds))


def _runs(process: psutil.Process, module: str) -> bool:
    try:
        return bool(process.cmdline()[2:3] == [module])
    except psutil.NoSuchProcess:  # Killed before, and not yet buried.
        return False


def _until(claim: Callable[[], object]) -> None:
    end = time.monotonic() + WITHIN
    while not claim():
        if time.monotonic() > end:
            raise NothingToKillError(f"Nothing came up within {WITHIN:.0f} s.")
        time.sleep(0.005)

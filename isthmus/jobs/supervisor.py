"""One process that keeps web and worker alive, and leaves nothing behind when it ends."""

import os
import selectors
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import IO

from django.utils.translation import gettext as _

_TETHER = "isthmus.jobs.tether"
TICK = 0.2
FIRST_WAIT, LONGEST_WAIT = 0.2, 30.0
LONGEST_AFTER_KILL = 1.0  # Who was killed did nothing wrong by itself.
SETTLED_AFTER = 10.0  # A child that lived this long starts afresh with the shortest wait.
HOPELESS_AFTER = 5  # So many failed starts in a row, by itself and not by a signal.


@dataclass
class Program:
    """A child to keep alive: `python -m module arguments…`, its output lines begin with `name`."""

    name: str
    module: str
    arguments: Sequence[str]


@dataclass
class Child:
    """The running process of a program, and how its starts have gone."""

    program: Program
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    wait: float = FIRST_WAIT
    start_at: float = 0.0
    failed_starts: int = 0
    unfinished: dict[int, bytes] = field(default_factory=dict)


class Supervisor:
    """Starts programs, restarts those that die, forwards SIGTERM and SIGINT, ends when all have ended."""

    def __init__(
        self,
        programs: Sequence[Program],
        *,
        grace: float = 30.0,
        write: Callable[[str], None] = lambda line: print(line, flush=True),
        on_tick: Callable[[], None] = lambda: None,
    ) -> None:
        self._children = [Child(program) for program in programs]
        self._grace = grace
        self._write = write
        self._on_tick = on_tick
        self._selector = selectors.DefaultSelector()
        self._signals = 0
        self._width = max(len(program.name) for program in programs)

    def run(self) -> int:
        """Supervise until a signal (status 0) or until a program cannot be started at all (status 1)."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        status = 0
        try:
            while not self._signals:
                if (hopeless := self._restart_dead()) is not None:
                    self._say(
                        hopeless,
                        _("cannot be started. Mend what it says above and start again."),
                    )
                    status = 1
                    break
                self._read(TICK)
                self._on_tick()
        finally:
            self._stop()
        return status

    def _on_signal(self, _number: int, _frame: object) -> None:
        self._signals += 1

    def _restart_dead(self) -> Child | None:
        """Start what is not running; answers a child that keeps failing at its start."""
        for child in self._children:
            if child.process is not None and child.process.poll() is not None:
                self._bury(child, child.process)
                if child.failed_starts >= HOPELESS_AFTER:
                    return child
            if child.process is None and monotonic() >= child.start_at:
                self._start(child)
        return None

    def _start(self, child: Child) -> None:
        program = child.program
        child.process = subprocess.Popen(  # noqa: S603  (our own interpreter and module)
            [sys.executable, "-m", _TETHER, str(os.getpid()), program.module, *program.arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # A group of its own: killed as one, and Ctrl-C reaches only us.
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )
        child.started_at = monotonic()
        assert child.process.stdout is not None
        os.set_blocking(child.process.stdout.fileno(), False)
        self._selector.register(child.process.stdout, selectors.EVENT_READ, child)

    def _bury(self, child: Child, process: subprocess.Popen[bytes]) -> None:
        """Clear away a dead child with everything that it started, and note when to start it again."""
        _kill_group(process)
        self._read(0)
        self._close(child, process)
        code, lived = process.returncode, monotonic() - child.started_at
        longest = LONGEST_AFTER_KILL if code < 0 else LONGEST_WAIT
        child.wait = FIRST_WAIT if lived >= SETTLED_AFTER else min(child.wait * 2, longest)
        child.failed_starts = child.failed_starts + 1 if code > 0 and lived < SETTLED_AFTER else 0
        child.process, child.start_at = None, monotonic() + child.wait
        how = (
            _("was killed by %(signal)s") % {"signal": signal.Signals(-code).name}
            if code < 0
            else _("ended with status %(code)s") % {"code": code}
        )
        self._say(child, _("%(how)s; it starts again in %(wait).1f s.") % {"how": how, "wait": child.wait})

    def _stop(self) -> None:
        """Ask every child to finish; after the grace, or at a second signal, kill them."""
        running = [child.process for child in self._children if child.process is not None]
        for process in running:
            if process.poll() is None:
                process.terminate()
        asked, deadline = self._signals, monotonic() + self._grace
        while any(process.poll() is None for process in running):
            if monotonic() > deadline or self._signals > max(asked, 1):
                break
            self._read(TICK / 4)
        for process in running:
            _kill_group(process)
            process.wait()
        self._read(0)
        for child in self._children:
            if child.process is not None:
                self._close(child, child.process)

    def _read(self, timeout: float) -> None:
        for key, _events in self._selector.select(timeout):
            child: Child = key.data
            received = os.read(key.fd, 65536)
            if not received:
                self._selector.unregister(key.fileobj)
                continue
            *lines, rest = (child.unfinished.get(key.fd, b"") + received).split(b"\n")
            child.unfinished[key.fd] = rest
            for line in lines:
                self._say(child, line.decode(errors="replace"))

    def _close(self, child: Child, process: subprocess.Popen[bytes]) -> None:
        output: IO[bytes] | None = process.stdout
        assert output is not None
        if rest := child.unfinished.pop(output.fileno(), b""):
            self._say(child, rest.decode(errors="replace"))
        if output.fileno() in self._selector.get_map():
            self._selector.unregister(output)
        output.close()

    def _say(self, child: Child, line: str) -> None:
        self._write(f"{child.program.name:<{self._width}} | {line}")


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of the child's group: a server's own workers outlive it otherwise."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # All gone already.

"""`isthmus serve`: a part that dies comes back, and nothing stays behind."""

import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from isthmus.jobs import ports
from tests.jobs.conftest import child_environment, until

SUPERVISE = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import django; django.setup()
from isthmus.jobs.supervisor import Program, Supervisor
names = sys.argv[2].split(",")
sys.exit(Supervisor([Program(name, name, []) for name in names], grace=float(sys.argv[3])).run())
"""
# A server with a process of its own, as granian has: both live until they are told to end.
SERVER = """
import os, signal, subprocess, sys, time
from isthmus.core.lifeline import die_with
if len(sys.argv) > 1:
    die_with(int(sys.argv[1]))
else:
    subprocess.Popen([sys.executable, __file__, str(os.getpid())])
print("up", os.getpid(), flush=True)
time.sleep(600)
"""
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("up", flush=True)
time.sleep(600)
"""
BROKEN = "raise SystemExit('no such setting')\n"


class Supervised:
    """A running supervisor and what it has said."""

    def __init__(self, folder: Path, names: str, grace: float) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISE, str(folder), names, str(grace)],
            env=child_environment(str(folder)),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(iter(self.process.stdout.readline, ""))

    def said(self, words: str) -> int:
        return sum(words in line for line in list(self.lines))

    def family(self) -> list[psutil.Process]:
        return list(psutil.Process(self.process.pid).children(recursive=True))


Supervise = Callable[..., Supervised]


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    for name, text in {"server": SERVER, "other": SERVER, "stubborn": STUBBORN, "broken": BROKEN}.items():
        (tmp_path / f"{name}.py").write_text(text)
    return tmp_path


@pytest.fixture
def supervise(programs: Path) -> Iterator[Supervise]:
    running: list[Supervised] = []

    def start(names: str, grace: float = 20) -> Supervised:
        running.append(Supervised(programs, names, grace))
        return running[-1]

    yield start
    for one in running:
        one.process.kill()
        one.process.wait()


def test_a_part_that_is_killed_is_started_again_without_its_old_processes(supervise: Supervise) -> None:
    run = supervise("server,other")
    until(lambda: run.said("up") == 4)
    family = run.family()
    killed = next(one for one in family if one.ppid() == run.process.pid and "server" in one.cmdline()[2])
    its_own = killed.children()

    killed.kill()

    until(lambda: run.said("server | up") == 4)
    assert run.said("server | was killed by SIGKILL; it starts again in") == 1
    assert run.said("other  | up") == 2
    assert len(its_own) == 1
    psutil.wait_procs(its_own, timeout=30)
    assert not its_own[0].is_running()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_every_part(supervise: Supervise, number: signal.Signals) -> None:
    run = supervise("server,other")
    until(lambda: run.said("up") == 4)
    family = run.family()

    run.process.send_signal(number)

    assert run.process.wait(timeout=60) == 0
    assert len(family) == 4
    assert psutil.wait_procs(family, timeout=30)[1] == []


def test_a_part_that_does_not_listen_is_killed_after_the_grace(supervise: Supervise) -> None:
    run = supervise("stubborn", grace=0.2)
    until(lambda: run.said("up") == 1)
    family = run.family()

    run.process.terminate()

    assert run.process.wait(timeout=60) == 0
    assert psutil.wait_procs(family, timeout=30)[1] == []


def test_killing_the_supervisor_leaves_no_orphan(supervise: Supervise) -> None:
    run = supervise("server,stubborn")
    until(lambda: run.said("up") == 3)
    family = run.family()

    run.process.kill()

    assert len(family) == 3
    assert psutil.wait_procs(family, timeout=30)[1] == []


def test_a_part_that_cannot_start_ends_the_whole_with_a_word(supervise: Supervise) -> None:
    run = supervise("server,broken")

    assert run.process.wait(timeout=120) == 1
    until(lambda: run.said("broken | cannot be started. Mend what it says above and start again.") == 1)
    assert run.said("broken | no such setting") == 5


def test_a_port_that_is_taken_is_refused_with_the_remedy() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        sentence = ports.why_not("127.0.0.1", port)

    assert sentence is not None
    assert sentence.startswith(f"Port {port} is taken by another program")
    assert sentence.endswith(f"choose another with PORT={port + 1}.")
    assert ports.why_not("127.0.0.1", port) is None


def test_an_address_of_another_machine_is_refused() -> None:
    sentence = ports.why_not("192.0.2.1", 8000)

    assert sentence is not None
    assert sentence.endswith("Choose an address of this machine.")


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://[::1]:8000"),
        ("isthmus.example.com", "http://isthmus.example.com:8000"),
    ],
)
def test_the_address_shown_can_be_opened_on_this_machine(host: str, address: str) -> None:
    assert ports.address(host, 8000) == address

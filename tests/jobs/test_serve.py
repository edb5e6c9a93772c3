"""`isthmus serve` as a whole: pages answered, jobs done, a killed part back, nothing left at the end."""

import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from isthmus.core import queue
from isthmus.core.queue.models import Job, JobState
from isthmus.jobs import ports
from tests.jobs.conftest import child_environment, until

COMMAND = [sys.executable, "-m", "isthmus.cli.main", "serve"]
pytestmark = pytest.mark.django_db(transaction=True)


class Serving:
    """A running `isthmus serve` on a free port."""

    def __init__(self, log: Path, workers: int) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.log = log
        self.process = subprocess.Popen(
            [*COMMAND, "--port", str(self.port), "--workers", str(workers)],
            env=child_environment(),
            stdout=log.open("w"),
            stderr=subprocess.STDOUT,
        )

    def said(self, words: str) -> int:
        return self.log.read_text().count(words)

    def parts(self, module: str) -> list[psutil.Process]:
        children = psutil.Process(self.process.pid).children()
        return [child for child in children if child.cmdline()[2] == module]

    def page(self) -> int:
        with urllib.request.urlopen(
            f"{ports.address('127.0.0.1', self.port)}/sign-in/", timeout=60
        ) as answer:
            status: int = answer.status
            return status


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[int], Serving]]:
    started: list[Serving] = []

    def begin(workers: int) -> Serving:
        started.append(Serving(tmp_path / "serve.log", workers))
        return started[-1]

    yield begin
    for one in started:
        one.process.kill()
        one.process.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="Elsewhere two servers do not share a port evenly.")
def test_while_one_of_two_web_servers_is_gone_the_other_answers(serve: Callable[[int], Serving]) -> None:
    serving = serve(2)
    until(lambda: serving.said("Isthmus answers at"), within=120)
    one, other = serving.parts("granian")
    until(lambda: one.children() and other.children())
    gone = [one, *one.children()]

    one.kill()

    psutil.wait_procs(gone, timeout=30)
    assert serving.page() == 200
    until(lambda: serving.said("web 1  | was killed by SIGKILL") + serving.said("web 2  | was killed"))
    assert other.is_running()


def test_a_killed_web_server_comes_back_and_the_end_leaves_nothing(serve: Callable[[int], Serving]) -> None:
    serving = serve(1)
    until(lambda: serving.said("Isthmus answers at"), within=120)
    assert serving.page() == 200
    job = queue.enqueue("core.clean_queue", {})
    until(lambda: Job.objects.get(pk=job.pk).state == JobState.DONE, within=120)

    serving.parts("granian")[0].kill()

    until(lambda: serving.said("web    | was killed by SIGKILL"), within=60)
    until(lambda: ports.answers("127.0.0.1", serving.port), within=120)
    assert serving.page() == 200
    family = psutil.Process(serving.process.pid).children(recursive=True)
    serving.process.terminate()
    assert serving.process.wait(timeout=60) == 0
    assert len(family) >= 3  # The web server, its process, the worker.
    assert psutil.wait_procs(family, timeout=30)[1] == []


def test_serve_refuses_a_port_that_is_taken(transactional_db: None) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])

        done = subprocess.run(
            [*COMMAND, "--port", port],
            env=child_environment(),
            capture_output=True,
            text=True,
        )

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(f"Error: Port {port} is taken by another program")
    assert "choose another with PORT=" in done.stderr

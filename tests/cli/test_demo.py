"""The first five minutes: one command, one link, and a figure that is the same wherever it is asked."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"http://[^\s]+/sign-in/link/[^\s]+/")
PATIENCE = 300  # Seconds until a start that hangs is given up; nothing is measured by it.


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Demo:
    """A running `isthmus demo` in a folder of its own."""

    def __init__(self, home: Path) -> None:
        self.environment = {**os.environ, "ISTHMUS_HOME": str(home)}
        self.environment.pop("DATABASE_URL", None)
        self.log = home / "demo.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "isthmus.cli.main",
                    "--home",
                    str(home),
                    "demo",
                    "--port",
                    str(_free_port()),
                ],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def link(self) -> str:
        """The sign-in link, once the pages answer."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            text = self.log.read_text(encoding="utf-8")
            found = LINK.search(text)
            if found and "answers at" in text:
                return found.group()
            if self.process.poll() is not None:
                break
            time.sleep(0.2)
        raise AssertionError(f"The demo did not start:\n{self.log.read_text(encoding='utf-8')}")

    def isthmus(self, *words: str) -> str:
        """What another command says about the same company."""
        done = subprocess.run(
            [sys.executable, "-m", "isthmus.cli.main", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def stop(self) -> None:
        """End it as Ctrl-C does."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=60)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that both starts share."""
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def demo(home: Path) -> Iterator[Demo]:
    """A first start: databases made, sample company loaded."""
    running = Demo(home)
    yield running
    if running.process.poll() is None:
        running.stop()


@pytest.mark.browser
def test_the_link_opens_the_overview_and_its_figure_is_what_the_command_line_says(
    demo: Demo, chromium: Browser
) -> None:
    page = chromium.new_page()
    page.goto(demo.link())

    assert page.get_by_role("heading", level=1).inner_text() == "Last 90 days"
    shown = page.locator(".stat", has_text="Wins").locator(".stat-figure a").first
    answer = json.loads(demo.isthmus("metric", "wins", "--window", "last_90_days", "--format", "json"))
    assert int(shown.inner_text().replace(",", "")) == answer["total"]["value"] > 0


@pytest.mark.browser
def test_the_link_signs_in_only_once(demo: Demo, chromium: Browser) -> None:
    page = chromium.new_page()

    page.goto(demo.link())

    assert "used" in page.get_by_role("main").inner_text()


@pytest.mark.browser
def test_the_second_start_keeps_the_data(demo: Demo, home: Path) -> None:
    demo.link()
    before = demo.isthmus("ledger", "status")
    demo.stop()

    again = Demo(home)
    again.link()
    after = again.isthmus("ledger", "status")
    again.stop()

    assert "Writing two and a half years" not in again.log.read_text(encoding="utf-8")
    assert re.findall(r"[\d,]{4,}", before)[:1] == re.findall(r"[\d,]{4,}", after)[:1] != []

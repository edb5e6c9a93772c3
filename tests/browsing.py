"""A real Chromium for the tests marked `browser`: a page that remembers what went wrong on it."""

import os
import subprocess
import threading
import uuid
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from scripts.chromium import find_chromium

# How a page is looked at: a wide and a narrow screen, light and dark; the other two by `make prove`.
FORMS = [
    (1440, "light"),
    (390, "dark"),
    pytest.param(1440, "dark", marks=pytest.mark.prove),
    pytest.param(390, "light", marks=pytest.mark.prove),
]

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright

    from isthmus.workspace.models import User

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip


_CLOSED_WITHIN = 20.0  # seconds
# As people's browsers call themselves; a headless one is taken for a machine. It must be the whole browser's
# name: a page's own does not reach what is sent while the page is left.
PEOPLES_AGENT = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
)


@pytest.fixture(scope="session")
def playwright() -> Iterator["Playwright"]:
    """One for all browsers: a second one in the same thread is refused."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright: "Playwright") -> Iterator["Browser"]:
    """The system's Chromium, headless."""
    yield from _launched(playwright)


@pytest.fixture(scope="session")
def peoples_chromium(playwright: "Playwright") -> Iterator["Browser"]:
    """A Chromium that calls itself as people's browsers do, so that the collector takes it for a person's."""
    sites = "--host-resolver-rules=MAP *.example 127.0.0.1"  # sites of tests have names of their own
    yield from _launched(playwright, f"--user-agent={PEOPLES_AGENT}", sites)


def _launched(playwright: "Playwright", *flags: str) -> Iterator["Browser"]:
    path = find_chromium()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("CI has no Chromium: the browser's tests must run here.")
        pytest.skip("No Chromium on this machine. Install the package chromium, or set ISTHMUS_CHROMIUM.")
    mark = f"--test-run={uuid.uuid4().hex}"  # by which its processes are found; to Chromium it means nothing

    def start() -> "Browser":
        return playwright.chromium.launch(executable_path=path, headless=True, args=[*FLAGS, mark, *flags])

    browser = Lasting(start, mark)
    yield browser  # type: ignore[misc]
    browser.close()


class Lasting:
    """A browser that is started again when it has gone."""

    def __init__(self, start: "Callable[[], Browser]", mark: str) -> None:
        self._start, self._mark, self._browser = start, mark, start()

    def new_context(self, **options: Any) -> Any:
        """A context of its own, as `Browser.new_context` gives it."""
        if not self._browser.is_connected():
            self._browser = self._start()
        return self._browser.new_context(**options)

    def new_page(self, **options: Any) -> Any:
        """A page in a context of its own."""
        return self.new_context(**options).new_page()

    def close(self) -> None:
        """End it."""
        if self._browser.is_connected():
            self.leave(self._browser)

    def leave(self, open_still: Any) -> None:
        """Close a context or the browser. Once in a thousand times Chromium never answers: it is killed."""
        stuck = threading.Event()

        def kill() -> None:
            stuck.set()
            subprocess.run(["pkill", "-KILL", "-f", "--", self._mark], check=False)

        watch = threading.Timer(_CLOSED_WITHIN, kill)
        watch.start()
        try:
            open_still.close()
        except Exception:
            if not stuck.is_set():
                raise
        finally:
            watch.cancel()


@pytest.fixture
def page(chromium: "Browser") -> Iterator["Page"]:
    """A fresh page, 1440 wide. The test fails when a script threw or the content policy stopped something."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(f"a script threw: {error}"))
    page.on("console", lambda message: _note_policy(message.text, problems))
    yield page
    chromium.leave(context)  # type: ignore[attr-defined]
    assert not problems, f"The browser met problems on the page: {problems}"


def _note_policy(text: str, problems: list[str]) -> None:
    if "Content Security Policy" in text:
        problems.append(text)


@pytest.fixture
def sign_in(page: "Page", live_server: Any, client: Any) -> Callable[["User"], "Page"]:
    """Gives the page to a user as signed in; `page.goto(live_server.url + path)` follows."""
    from django.conf import settings

    def enter(user: "User") -> "Page":
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        return page

    return enter

"""Four clients who read pages one after the other, and what each answer cost the server."""

import html
import http.client
import itertools
import random
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

Address = Callable[[random.Random], str]
# A part of a page that the browser fetches as soon as it has the page: a count, the overview's figures.
_LATER = re.compile(rb'hx-get="([^"]+)" hx-trigger="load"')
LATER = " later"


@dataclass(frozen=True)
class Answer:
    """One answer: which page, milliseconds of work in the server and until the client had it all."""

    page: str
    server_ms: float
    client_ms: float


def read_pages(
    port: int, cookie: str, pages: Mapping[str, Address], *, clients: int, seconds: float, warm: int = 2
) -> list[Answer]:
    """Let the clients read every page in turn for some seconds. Answers of the warming-up are left out.

    What a page has fetched later is fetched too, and told apart from it by its name (`LATER`).

    Raises RuntimeError when an answer is not 200: a quick error is no result.
    """
    answers: list[Answer] = []
    failures: list[str] = []
    threads = [
        threading.Thread(target=_client, args=(number, port, cookie, pages, seconds, warm, answers, failures))
        for number in range(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise RuntimeError(f"{len(failures)} answers were no pages; the first: {failures[0]}")
    return answers


def _client(
    number: int,
    port: int,
    cookie: str,
    pages: Mapping[str, Address],
    seconds: float,
    warm: int,
    answers: list[Answer],
    failures: list[str],
) -> None:
    try:
        _read_in_turn(number, port, cookie, pages, seconds, warm, answers, failures)
    except OSError as error:
        failures.append(f"the server was not there any more: {error}")


def _read_in_turn(
    number: int,
    port: int,
    cookie: str,
    pages: Mapping[str, Address],
    seconds: float,
    warm: int,
    answers: list[Answer],
    failures: list[str],
) -> None:
    choice = random.Random(number)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    names = list(pages)
    turn = itertools.cycle(names[number % len(names) :] + names[: number % len(names)])
    for name in names * warm:
        _read(connection, cookie, name, pages[name](choice), failures)
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and not failures:
        name = next(turn)
        answers += _read(connection, cookie, name, pages[name](choice), failures)
    connection.close()


def _read(
    connection: http.client.HTTPConnection, cookie: str, name: str, address: str, failures: list[str]
) -> list[Answer]:
    began = time.perf_counter()
    connection.request("GET", address, headers={"Cookie": cookie})
    response = connection.getresponse()
    body = response.read()
    spent = (time.perf_counter() - began) * 1000
    timing = re.search(r"app;dur=([\d.]+)", response.headers.get("Server-Timing", ""))
    if response.status != 200 or timing is None:
        failures.append(f"{response.status} for {address}")
        return []
    answer = Answer(name, float(timing[1]), spent)
    if name.endswith(LATER):
        return [answer]
    parts = [urljoin(address, html.unescape(part.decode())) for part in _LATER.findall(body)]
    later = [_read(connection, cookie, name + LATER, part, failures) for part in parts]
    return [answer, *(one for answers in later for one in answers)]

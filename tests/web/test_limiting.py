"""Slow pages: so many at a time, some wait, the others are told to come again; events come in meanwhile."""

import io
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from isthmus.web.limiting import Limited

pytestmark = pytest.mark.core
PAGE = {"PATH_INFO": "/people/"}


class Slow:
    """An application whose pages are made when they are let go."""

    def __init__(self):
        self.begun = threading.Semaphore(0)
        self.let_go = threading.Event()
        self.threads = set()

    def __call__(self, environ, start_response):
        self.threads.add(threading.current_thread())
        self.begun.release()
        assert self.let_go.wait(20)
        start_response("200 OK", [])
        return [b"made"]


def ask(application, environ=PAGE):
    told = []
    answer = application(environ, lambda status, headers: told.extend((status, dict(headers))))
    return told, b"".join(answer)


def test_more_than_may_wait_are_told_when_to_come_again():
    slow = Slow()
    limited = Limited(slow, threads=2, waiting=1)

    with ThreadPoolExecutor(3) as clients:
        waiting = [clients.submit(ask, limited) for _ in range(3)]
        assert slow.begun.acquire(timeout=20)
        assert slow.begun.acquire(timeout=20)
        while limited._free._value:
            pass
        page, words = ask(limited)
        api, body = ask(limited, {"PATH_INFO": "/api/v1/people"})
        slow.let_go.set()

    assert [one.result()[1] for one in waiting] == [b"made"] * 3
    assert len(slow.threads) == 2
    assert (page[0], page[1]["Retry-After"]) == ("503 Service Unavailable", "3")
    assert words == b"Too much is asked for at once. Try again in a few seconds."
    assert (api[0], json.loads(body)["code"]) == ("503 Service Unavailable", "busy")
    assert ask(limited)[1] == b"made"


def test_who_waited_long_enough_is_told_to_come_again():
    slow = Slow()
    limited = Limited(slow, threads=1, waiting=5, patience=0.05)

    with ThreadPoolExecutor(1) as clients:
        first = clients.submit(ask, limited)
        assert slow.begun.acquire(timeout=20)
        told, _words = ask(limited)
        slow.let_go.set()

    assert told[0] == "503 Service Unavailable"
    assert first.result()[1] == b"made"  # What was begun is made, however long it takes.


class Rows:
    """A long answer that says in which thread it was made and ended."""

    def __init__(self, parts, fails=False):
        self.made_in, self.closed_in, self._parts, self._fails = [], [], parts, fails
        self.closed = threading.Event()

    def __call__(self, environ, start_response):
        start_response("200 OK", [])
        return self

    def __iter__(self):
        for number in range(self._parts):
            self.made_in.append(threading.current_thread())
            yield f"{number},".encode() * 10_000
        if self._fails:
            raise ValueError("no more")

    def close(self):
        self.closed_in.append(threading.current_thread())
        self.closed.set()


@pytest.mark.parametrize("parts", [0, 1, 100])
def test_an_answer_is_made_and_ended_in_one_thread_however_long(parts):
    rows = Rows(parts)

    _told, body = ask(Limited(rows, threads=3))

    assert body == b"".join(f"{number},".encode() * 10_000 for number in range(parts))
    assert rows.closed.wait(20)
    assert len({*rows.made_in, *rows.closed_in}) == 1
    assert rows.closed_in[0] is not threading.current_thread()


@pytest.mark.parametrize("parts", [0, 100])
def test_what_goes_wrong_in_an_answer_reaches_who_asked(parts):
    rows = Rows(parts, fails=True)

    with pytest.raises(ValueError, match="no more"):
        ask(Limited(rows, threads=1))

    assert rows.closed.wait(20)


def test_who_goes_away_in_the_middle_leaves_the_thread_to_others():
    rows = Rows(1000)
    limited = Limited(rows, threads=1)

    answer = limited(PAGE, lambda status, headers: None)
    next(iter(answer))
    answer.close()

    assert rows.closed.wait(20)
    assert len(rows.made_in) < 1000
    assert ask(Limited(Rows(1), threads=1))[1].startswith(b"0,")


class Reading:
    """A body that knows in which threads it was read."""

    def __init__(self, text):
        self._text, self.read_in = io.BytesIO(text), set()

    def read(self, *size):
        self.read_in.add(threading.current_thread())
        return self._text.read(*size)

    def readline(self, *size):
        self.read_in.add(threading.current_thread())
        return self._text.readline(*size)


def test_a_body_is_read_by_the_servers_thread_that_waits():
    def echo(environ, start_response):
        start_response("200 OK", [])
        body = environ["wsgi.input"]
        return [body.read(3), body.readline(), body.readline(2), body.read()]

    body = Reading(b"abcdef\nghijkl")
    _told, answer = ask(Limited(echo, threads=1), {**PAGE, "wsgi.input": body})

    assert answer == b"abcdef\nghijkl"
    assert body.read_in == {threading.current_thread()}


def test_a_body_that_breaks_off_is_told_to_who_reads_it():
    class Broken:
        def read(self, *size):
            raise OSError("broken off")

    def reads(environ, start_response):
        start_response("200 OK", [])
        with pytest.raises(OSError, match="broken off"):
            environ["wsgi.input"].read()
        return [b"known"]

    assert ask(Limited(reads, threads=1), {**PAGE, "wsgi.input": Broken()})[1] == b"known"

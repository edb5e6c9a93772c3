"""How many pages a process makes at a time: slow ones must not take the threads by which events come in.

Pages have threads of their own, so that no more connections to the database are open than there are such
threads. Those of the server wait for them: a bounded number, for a bounded time.
"""

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Empty, Full, Queue, SimpleQueue
from typing import Any, NamedTuple

import msgspec
from django.utils.translation import gettext as _

# Beside those that pages are made in: so many may wait for one, and so many are never a page's.
WAITING, COLLECTORS = 20, 6
PATIENCE = 20.0
_RETRY_AFTER = "3"
# What is no larger and made within this time is handed over at once.
_SMALL, _SOON = 256 * 1024, 0.2
_LOOK = 1.0

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


def page_threads() -> int:
    """In how many threads a process makes pages, as `isthmus serve` or the database's kind says.

    SQLite has one writer at a time: more than four threads a process only wait longer (measured).
    """
    if given := os.environ.get("ISTHMUS_PAGE_THREADS"):
        return int(given)
    return 16 if os.environ.get("DATABASE_URL", "").startswith("postgres") else 4


def server_threads(pages: int) -> int:
    """How many threads the server of such a process needs."""
    return pages + WAITING + COLLECTORS


class Limited:
    """A WSGI application that works on so many requests at a time; of the others some wait."""

    def __init__(
        self, application: Application, *, threads: int, waiting: int = WAITING, patience: float = PATIENCE
    ) -> None:
        self._application = application
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="pages")
        self._free = threading.Semaphore(threads + waiting)
        self._patience = patience

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer as the application does, or with 503 when too many wait already."""
        if not self._free.acquire(blocking=False):
            return _busy(environ, start_response)
        answer: Future[Iterable[bytes]] = Future()
        body = _Lent(environ.get("wsgi.input"))
        answer.add_done_callback(body.done)
        self._threads.submit(self._work, answer, {**environ, "wsgi.input": body}, start_response)
        body.serve(answer, until=time.monotonic() + self._patience)
        return _busy(environ, start_response) if answer.cancelled() else answer.result()

    def _work(
        self, answer: Future[Iterable[bytes]], environ: dict[str, Any], start_response: StartResponse
    ) -> None:
        """Runs in a page's thread until the answer is made to its end."""
        try:
            if answer.set_running_or_notify_cancel():
                self._make(answer, environ, start_response)
        except BaseException as error:
            if answer.done():  # Its reader learned of it with the rest of the answer.
                raise
            answer.set_exception(error)
        finally:
            self._free.release()

    def _make(
        self, answer: Future[Iterable[bytes]], environ: dict[str, Any], start_response: StartResponse
    ) -> None:
        made = self._application(environ, start_response)
        try:
            parts = iter(made)
            begun = _beginning(parts)
            if begun.whole:
                answer.set_result(begun.parts)
            else:
                long = _Long(begun.parts)
                answer.set_result(long)
                long.fill(parts)
        finally:
            # In this thread as well: it says that the request is over, and the database's rows are its own.
            if close := getattr(made, "close", None):
                close()


class _Lent:
    """A request's body for a page's thread: it is read by the server's own thread, which waits anyway.

    In any other thread the server's body waits for the network with the whole process (measured).
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._asked: SimpleQueue[tuple[str, int, Future[bytes]] | None] = SimpleQueue()
        self._over = False

    def read(self, size: int = -1) -> bytes:
        """At most so many bytes; all, when no number is given."""
        return self._ask("read", size)

    def readline(self, size: int = -1) -> bytes:
        """One line."""
        return self._ask("readline", size)

    def _ask(self, how: str, size: int) -> bytes:
        if self._over:
            return b""
        asked: Future[bytes] = Future()
        self._asked.put((how, size, asked))
        return asked.result()

    def done(self, _answer: "Future[Any]") -> None:
        """There is an answer: nothing more is read."""
        self._over = True
        self._asked.put(None)

    def serve(self, answer: "Future[Any]", *, until: float) -> None:
        """Read what is asked for until there is an answer, or until nobody began with it in time."""
        while True:
            begun = answer.running() or answer.done()
            try:
                asked = self._asked.get(timeout=None if begun else max(0.0, until - time.monotonic()))
            except Empty:
                answer.cancel()  # Without effect when somebody began just now.
                continue
            if asked is None:
                return
            how, size, told = asked
            try:
                told.set_result(self._read(how, size))
            except BaseException as error:
                told.set_exception(error)

    def _read(self, how: str, size: int) -> bytes:
        read: bytes = getattr(self._stream, how)(*([size] if size >= 0 else []))
        return read


class _Begun(NamedTuple):
    """The first parts of an answer, and whether they are all of it."""

    parts: list[bytes]
    whole: bool


def _beginning(parts: Iterator[bytes]) -> _Begun:
    begun: list[bytes] = []
    began, size = time.monotonic(), 0
    for part in parts:
        begun.append(part)
        size += len(part)
        if size > _SMALL or time.monotonic() > began + _SOON:
            return _Begun(begun, whole=False)
    return _Begun(begun, whole=True)


class _Long:
    """A long answer: made in a page's thread, sent by the server's, never much further than is sent."""

    def __init__(self, begun: list[bytes]) -> None:
        self._parts: Queue[bytes | BaseException | None] = Queue(maxsize=16)
        self._gone = threading.Event()
        self._begun = begun

    def fill(self, parts: Iterator[bytes]) -> None:
        """Make the rest, as long as somebody takes it."""
        try:
            for part in parts:
                if not self._put(part):
                    return
            self._put(None)
        except BaseException as error:
            self._put(error)
            raise

    def _put(self, part: bytes | BaseException | None) -> bool:
        while not self._gone.is_set():
            try:
                self._parts.put(part, timeout=_LOOK)
            except Full:
                continue
            return True
        return False

    def __iter__(self) -> Iterator[bytes]:
        yield from self._begun
        while (part := self._parts.get()) is not None:
            if isinstance(part, BaseException):
                raise part
            yield part

    def close(self) -> None:
        """Whoever asked has all, or went away."""
        self._gone.set()


def _busy(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Come again in a moment: as the API says it, or as a page."""
    said = _("Too much is asked for at once. Try again in a few seconds.")
    if str(environ.get("PATH_INFO", "")).startswith("/api/"):
        kind, body = "application/json", msgspec.json.encode({"code": "busy", "message": said})
    else:
        kind, body = "text/plain; charset=utf-8", said.encode()
    headers = [("Content-Type", kind), ("Retry-After", _RETRY_AFTER), ("Cache-Control", "no-store")]
    start_response("503 Service Unavailable", headers)
    return [body]

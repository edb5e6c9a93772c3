"""Sending something to a judged address: to that very address, without detours, within a time and a size."""

import http.client
import os
import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from urllib.parse import urljoin

from django.utils.translation import gettext as _

from isthmus.core.outbound.addresses import Address, Target, read_address, resolve

CONNECT_SECONDS = 10.0
SECONDS = 20.0  # for all of it: a server that answers a byte a minute holds nobody
ANSWER_BYTES = 16_384
ASKED_SECONDS = 60.0
ASKED_BYTES = 32_000_000
_MOVED = (301, 302, 307, 308)
_TRIED = 3  # of the addresses of one name


class NotReached(Exception):  # noqa: N818  (an answer, not an error of ours)
    """Nobody answered; the sentence says why. Trying again later may help."""


class NoAnswer(NotReached):
    """The question went out, or some of it, and nothing came back: whether it was heard nobody knows."""


class AnswerTooLong(NoAnswer):
    """More came than is read: what is cut off would be taken for the whole."""


@dataclass(frozen=True)
class Answer:
    """What came back: the status, the body (its first bytes for `post`), how long it took, who answered."""

    status: int
    body: bytes
    milliseconds: int
    headers: Mapping[str, str] = field(default_factory=dict)
    url: str = ""


@dataclass(frozen=True)
class _Asked:
    method: str
    body: bytes
    headers: Mapping[str, str]
    most: int
    whole: bool
    before: Callable[[], None] | None = None


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send a body to an address. A redirect is an answer like another: nobody follows it.

    Raises AddressRefused when the address is none to be called, NotReached when nobody answers.
    """
    return _called(url, _Asked("POST", body, headers, ANSWER_BYTES, whole=False), SECONDS)


def ask(
    method: str,
    url: str,
    *,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    most: int = ASKED_BYTES,
    seconds: float = ASKED_SECONDS,
    redirects: int = 0,
    before: Callable[[], None] | None = None,
) -> Answer:
    """A whole answer to a question, of `most` bytes. So many redirects are followed, each judged anew.

    Another host never hears the name and password that were meant for the first. `before` is called when the
    connection stands, before a word of the question goes out.
    Raises AddressRefused, NotReached; once the question went out NoAnswer (also of half an answer).
    """
    told = dict(headers or {})
    for left in range(redirects, -1, -1):
        answer = _called(url, _Asked(method, body, told, most, True, before), seconds)
        onward = answer.headers.get("location", "")
        if answer.status not in _MOVED or not onward or not left:
            return answer
        left_behind, url = read_address(url), urljoin(url, onward)
        after = read_address(url)
        if (left_behind.scheme, left_behind.host, left_behind.port) != (after.scheme, after.host, after.port):
            told = {name: value for name, value in told.items() if name.lower() != "authorization"}
    raise AssertionError("unreachable")


def _called(url: str, asked: _Asked, seconds: float) -> Answer:
    target = read_address(url)
    began = monotonic()
    try:
        addresses = resolve(target)[:_TRIED]
    except OSError:
        raise NotReached(_("Nobody knows the name %s.") % target.host) from None
    with Deadline(began + seconds) as deadline:
        connection = _connected(target, addresses, deadline, seconds)
        try:
            if asked.before is not None:
                asked.before()
            return _exchanged(connection, target, asked, began, url)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NoAnswer(_too_late(seconds) if deadline.is_over else broken(error)) from None
        finally:
            connection.close()


class Deadline:
    """Cuts a connection at an instant, whatever it waits for: a socket's timeout is for each read alone."""

    def __init__(self, at: float) -> None:
        self.is_over = False
        self._handle: socket.socket | None = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(max(at - monotonic(), 0), self._cut)
        self._timer.daemon = True

    def __enter__(self) -> "Deadline":
        self._timer.start()
        return self

    def __exit__(self, *wrong: object) -> None:
        self._timer.cancel()
        self._let_go()

    def watch(self, plain: socket.socket) -> None:
        """This connection is cut, instead of the one before it."""
        self._let_go()
        with self._lock:
            self._handle = socket.socket(fileno=os.dup(plain.fileno()))
        if self.is_over:
            self._cut()

    def _cut(self) -> None:
        self.is_over = True
        with self._lock, suppress(OSError):  # It may have ended by itself.
            if self._handle is not None:
                self._handle.shutdown(socket.SHUT_RDWR)

    def _let_go(self) -> None:
        with self._lock:
            if self._handle is not None:
                self._handle.close()
                self._handle = None


class _ToAddress(http.client.HTTPConnection):
    """A connection to the address that was judged; the name is looked up no second time."""

    def __init__(self, target: Target, address: Address, deadline: Deadline) -> None:
        super().__init__(target.host, target.port, timeout=CONNECT_SECONDS)
        self._target, self._address, self._deadline = target, address, deadline

    def connect(self) -> None:
        plain = socket.create_connection((str(self._address), self.port), timeout=CONNECT_SECONDS)
        try:
            self._deadline.watch(plain)
            self.sock = plain
            if self._target.scheme == "https":
                self.sock = trusting().wrap_socket(plain, server_hostname=self._target.host)
        except BaseException:
            plain.close()
            raise


def trusting() -> ssl.SSLContext:
    """Whom this system trusts."""
    return ssl.create_default_context()


def _connected(
    target: Target, addresses: Sequence[Address], deadline: Deadline, seconds: float
) -> _ToAddress:
    last: Exception | None = None
    for address in addresses:
        connection = _ToAddress(target, address, deadline)
        try:
            connection.connect()
            return connection
        except OSError as error:  # That of TLS is one too.
            last = error
    raise NotReached(_too_late(seconds) if deadline.is_over else broken(last)) from None


def _exchanged(connection: _ToAddress, target: Target, asked: _Asked, began: float, url: str) -> Answer:
    if connection.sock is not None and asked.whole:
        connection.sock.settimeout(None)  # The deadline cuts it; a long list takes its time.
    connection.putrequest(asked.method, target.path, skip_host=True, skip_accept_encoding=True)
    for name, value in {
        "Host": target.netloc,
        "User-Agent": "Isthmus",
        "Accept": "*/*",
        "Connection": "close",
        "Content-Length": str(len(asked.body)),
        **asked.headers,
    }.items():
        connection.putheader(name, value)
    connection.endheaders(asked.body)
    answer = connection.getresponse()
    told = {name.lower(): value for name, value in answer.getheaders()}
    body = _read(answer, asked)
    return Answer(answer.status, body, int((monotonic() - began) * 1000), told, url)


def _read(answer: http.client.HTTPResponse, asked: _Asked) -> bytes:
    if not asked.whole:
        return answer.read(asked.most)
    body = answer.read(asked.most + 1)
    if len(body) > asked.most:
        raise AnswerTooLong(_("The other side sent more than %d MB at once.") % (asked.most // 1_000_000))
    if answer.length:  # What was promised did not come.
        raise http.client.IncompleteRead(body, answer.length)
    return body


def _too_late(seconds: float) -> str:
    return _("No answer came within %d seconds.") % seconds


def broken(error: Exception | None) -> str:
    """Why a connection came to nothing, in a sentence."""
    if isinstance(error, TimeoutError):
        return _("No answer came within %d seconds.") % CONNECT_SECONDS
    if isinstance(error, ssl.SSLCertVerificationError):
        return _("The certificate of the other side is not valid: %s.") % error.verify_message.rstrip(".")
    if isinstance(error, ssl.SSLError):
        return _("No secure connection could be made: %s.") % (error.reason or _("the other side ended it"))
    if isinstance(error, ConnectionRefusedError):
        return _("Nobody listens at this address.")
    if isinstance(error, http.client.IncompleteRead):
        return _("The connection broke in the middle of the answer.")
    said = getattr(error, "strerror", None) or type(error).__name__
    return _("The connection broke: %s.") % said

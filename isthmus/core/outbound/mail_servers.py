"""Speaking SMTP and IMAP to servers that people typed: judged addresses alone, within a time, by TLS.

Only a server on this very machine, or one that the operator names, is spoken to without TLS.
"""

import imaplib
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any, Literal

from django.utils.translation import gettext as _

from isthmus.core.outbound.addresses import AddressRefused, Target, read_server, resolve
from isthmus.core.outbound.client import Deadline, NotReached, broken, trusting

# What their users catch and hold: nobody else imports the two modules, so that nobody else connects.
SmtpConnection = smtplib.SMTP
SmtpError = smtplib.SMTPException
SmtpSaidNo = smtplib.SMTPResponseException
SmtpLoginRefused = smtplib.SMTPAuthenticationError
SmtpCannot = smtplib.SMTPNotSupportedError
ImapConnection = imaplib.IMAP4
ImapError = imaplib.IMAP4.error

Security = Literal["tls", "starttls", "none"]
CONNECT_SECONDS = 15.0
READ_SECONDS = 120.0  # A server may think for long about a message: who leaves early does not know its fate.
SENDING_SECONDS = 300.0  # for all of one conversation
READING_SECONDS = 600.0
_TRIED = 3  # of the addresses of one name


@dataclass(frozen=True)
class Server:
    """A mail server as somebody typed it."""

    host: str
    port: int
    security: Security

    def target(self) -> Target:
        """Where it lies. Raises AddressRefused also when it would be spoken to in the open."""
        target = read_server(self.host, self.port)
        if self.security == "none" and not target.is_local and not target.may_be_plain:
            raise AddressRefused(
                _(
                    "Without encryption only a server on this very machine is spoken to. If it is a server "
                    "of your own, ask whoever runs this installation to allow it: "
                    "ISTHMUS_OUTBOUND_ALLOWED=http://%s"
                )
                % target.host
            )
        return target


class _Smtp(smtplib.SMTP):
    """Connects to the address that was judged; the name is looked up no second time."""

    def __init__(self, server: Server, deadline: Deadline, name: str) -> None:
        self._server, self._deadline = server, deadline
        super().__init__(local_hostname=name or "localhost", timeout=READ_SECONDS)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        self._host = self._server.target().host  # As its certificate must name it.
        return _connected(self._server, self._deadline)


class _Imap(imaplib.IMAP4):
    def __init__(self, server: Server, deadline: Deadline) -> None:
        self._server, self._deadline = server, deadline
        super().__init__(server.target().host, server.port, timeout=READ_SECONDS)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return _connected(self._server, self._deadline)


@contextmanager
def smtp(server: Server, *, name: str = "") -> Iterator[smtplib.SMTP]:
    """A greeted, encrypted connection for sending. Raises AddressRefused, NotReached.

    What goes wrong later is smtplib's own: SMTPException, OSError.
    """
    server.target()
    with Deadline(monotonic() + SENDING_SECONDS) as deadline:
        connection = _Smtp(server, deadline, name)
        try:
            try:
                code, text = connection.connect(server.host, server.port)
                if code != 220:
                    raise smtplib.SMTPConnectError(code, text)
                connection.ehlo_or_helo_if_needed()
                if server.security == "starttls":
                    connection.starttls(context=trusting())
                    connection.ehlo()
            except (OSError, smtplib.SMTPException) as error:
                raise NotReached(_said(error)) from None
            yield connection
        finally:
            with suppress(OSError, smtplib.SMTPException):
                connection.close()


@contextmanager
def imap(server: Server) -> Iterator[imaplib.IMAP4]:
    """A greeted, encrypted connection for reading. Raises AddressRefused, NotReached.

    What goes wrong later is imaplib's own: IMAP4.error, OSError.
    """
    server.target()
    imaplib._MAXLINE = max(imaplib._MAXLINE, 10_000_000)  # type: ignore[attr-defined]
    with Deadline(monotonic() + READING_SECONDS) as deadline:
        try:
            connection = _Imap(server, deadline)
            if server.security == "starttls":
                connection.starttls(ssl_context=trusting())
        except (OSError, imaplib.IMAP4.error) as error:
            raise NotReached(_said(error)) from None
        try:
            yield connection
        finally:
            with suppress(OSError, imaplib.IMAP4.error):
                connection.shutdown()


def _connected(server: Server, deadline: Deadline) -> socket.socket:
    target = server.target()
    try:
        addresses = resolve(target)[:_TRIED]
    except OSError:
        raise NotReached(_("Nobody knows the name %s.") % target.host) from None
    last: Exception | None = None
    for address in addresses:
        try:
            return _opened(server, target, str(address), deadline)
        except OSError as error:  # That of TLS is one too.
            last = error
    raise NotReached(broken(last)) from None


def _opened(server: Server, target: Target, address: str, deadline: Deadline) -> socket.socket:
    plain = socket.create_connection((address, target.port), timeout=CONNECT_SECONDS)
    try:
        deadline.watch(plain)
        found: socket.socket = plain
        if server.security == "tls":
            found = trusting().wrap_socket(plain, server_hostname=target.host)
        found.settimeout(READ_SECONDS)
        return found
    except BaseException:
        plain.close()
        raise


def _said(error: Any) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _("The server answered: %s") % said_by(error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPException | imaplib.IMAP4.error) and not isinstance(error, ssl.SSLError):
        return _("The server does not speak as a mail server does: %s.") % str(error)[:150].rstrip(".")
    return broken(error)


def said_by(code: int, text: bytes | str) -> str:
    """What a mail server answered, in one line."""
    plain = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    line = " ".join(plain.split())
    return f"{code} {line}"[:250]

"""One conversation with a mail server, and what it means for each recipient.

Nothing was taken before the line with the dot went out. Once it has gone, only an answer tells.
"""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from isthmus.core.clock import now
from isthmus.core.outbound import AddressRefused, NotReached
from isthmus.core.outbound.mail_servers import (
    SmtpCannot,
    SmtpConnection,
    SmtpError,
    SmtpLoginRefused,
    SmtpSaidNo,
    said_by,
    smtp,
)
from isthmus.core.safekeeping import SafekeepingLost
from isthmus.messages.credentials import SignInLost, password_of, xoauth2
from isthmus.messages.models import Mailbox
from isthmus.messages.sending.rules import Outcome, Verdict, meaning

Outcomes = dict[str, Outcome]


class MailboxCannotSend(Exception):  # noqa: N818  (an answer of the mailbox's server, not about a message)
    """The server cannot be reached or does not let us in; nothing was sent."""


class DecidedByAnother(Exception):  # noqa: N818
    """Somebody else has this message now: this try must end without a trace."""


def converse(
    mailbox: Mailbox, addresses: Sequence[str], mail: bytes, *, decide: Callable[[], bool]
) -> Outcomes:
    """Hand a mail over for these recipients. `decide` is asked right before the end of the mail goes out.

    Raises MailboxCannotSend before anything was said of the mail, DecidedByAnother when `decide` says no.
    """
    outcomes: Outcomes = {}
    try:
        with smtp(mailbox.smtp, name=mailbox.address.rpartition("@")[2]) as server:
            sign_in(server, mailbox)
            taken = _addressed(server, mailbox, addresses, outcomes)
            if taken:
                said = _handed_over(server, mail, decide)
                outcomes |= dict.fromkeys(taken, said)
            _part(server)
    except (NotReached, AddressRefused, SignInLost, SafekeepingLost) as error:
        raise MailboxCannotSend(str(error)) from None
    except (OSError, SmtpError) as error:
        # Before the end of the mail: who was not refused yet gets it later.
        said = Outcome("later", _broke(error))
        outcomes = {address: outcomes.get(address, said) for address in addresses}
    return outcomes


def sign_in(server: SmtpConnection, mailbox: Mailbox) -> None:
    """Say who we are. Raises MailboxCannotSend."""
    try:
        if mailbox.auth != Mailbox.Auth.PASSWORD:
            answer = xoauth2(mailbox, at=now())
            server.auth("XOAUTH2", lambda challenge=None: "" if challenge else answer)
        elif mailbox.login:
            server.login(mailbox.login, password_of(mailbox))
    except SmtpLoginRefused as error:
        said = said_by(error.smtp_code, error.smtp_error)
        raise MailboxCannotSend(_("The mail server does not let us in: %s") % said) from None
    except SmtpCannot:
        raise MailboxCannotSend(
            _("The mail server takes no password here. Look at port and encryption.")
        ) from None


def _addressed(
    server: SmtpConnection, mailbox: Mailbox, addresses: Sequence[str], outcomes: Outcomes
) -> list[str]:
    code, text = server.mail(mailbox.address)
    if not 200 <= code < 300:
        said = Outcome(_refusal(code), said_by(code, text))
        outcomes |= dict.fromkeys(addresses, said)
        return []
    taken = []
    for address in addresses:
        code, text = server.rcpt(address)
        if 200 <= code < 300:
            taken.append(address)
        else:
            outcomes[address] = Outcome(_refusal(code), said_by(code, text))
    return taken


def _handed_over(server: SmtpConnection, mail: bytes, decide: Callable[[], bool]) -> Outcome:
    code, text = server.docmd("DATA")
    if code != 354:
        return Outcome(_refusal(code), said_by(code, text))
    server.send(_quoted(mail))
    if not decide():
        raise DecidedByAnother
    try:
        server.send(b".\r\n")
        code, text = server.getreply()
    except (OSError, SmtpError) as error:
        return Outcome("unknown", _broke(error))
    return Outcome(meaning(code, after_the_end=True), said_by(code, text))


def _refusal(code: int) -> Verdict:
    verdict = meaning(code, after_the_end=False)
    return "later" if verdict == "sent" else verdict


def _part(server: SmtpConnection) -> None:
    """Go politely; what becomes of that changes nothing any more."""
    try:
        server.quit()
    except (OSError, SmtpError):
        return


def _quoted(mail: bytes) -> bytes:
    """With ends of lines as SMTP has them, a dot before each that begins a line, ending with a line."""
    lines = mail.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    if lines and not lines[-1]:
        lines.pop()
    return b"".join((b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in lines)


def _broke(error: Exception) -> str:
    if isinstance(error, SmtpSaidNo):
        return said_by(error.smtp_code, error.smtp_error)
    if isinstance(error, TimeoutError) or "timed out" in str(error):  # smtplib hides the one in the other.
        return _("The server did not answer in time.")
    return _("The connection broke: %s") % (str(error)[:150] or type(error).__name__)

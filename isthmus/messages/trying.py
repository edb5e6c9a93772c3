"""Whether a mailbox works: both servers are signed in to, and nothing is sent or kept."""

from isthmus.core.clock import now
from isthmus.core.outbound import AddressRefused, NotReached
from isthmus.core.outbound.mail_servers import ImapError, SmtpError, smtp
from isthmus.core.refusals import Refusal
from isthmus.messages.models import Mailbox
from isthmus.messages.receiving.server import opened
from isthmus.messages.sending.conversation import MailboxCannotSend, sign_in

_WRONG = (NotReached, AddressRefused, Refusal, MailboxCannotSend, OSError, SmtpError)


def try_servers(mailbox_id: int) -> None:
    """Try both servers and note what each said."""
    mailbox = Mailbox.objects.kept().filter(pk=mailbox_id).first()
    if mailbox is None:
        return
    sending = _wrong_with_sending(mailbox) if mailbox.smtp_host and not mailbox.esp else ""
    reading = _wrong_with_reading(mailbox) if mailbox.imap_host else ""
    failing = (mailbox.failing_since or now()) if sending or reading else None
    Mailbox.objects.filter(pk=mailbox.pk).update(
        trying=False,
        tried_at=now(),
        send_error=sending[:300],
        sync_error=reading[:300],
        failing_since=failing,
    )


def _wrong_with_sending(mailbox: Mailbox) -> str:
    try:
        with smtp(mailbox.smtp, name=mailbox.address.rpartition("@")[2]) as server:
            sign_in(server, mailbox)
    except _WRONG as error:
        return str(error) or type(error).__name__
    return ""


def _wrong_with_reading(mailbox: Mailbox) -> str:
    try:
        with opened(mailbox) as box:
            box.choose("INBOX")
    except (*_WRONG, ImapError) as error:
        return str(error) or type(error).__name__
    return ""

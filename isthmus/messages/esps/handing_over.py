"""One call of a provider's API, and what it means for each recipient.

Nothing was taken before the call went out. Once it has gone only a clear answer tells: the provider took it
or refused it. No answer, half of one, or an error of its own machines, and nobody knows until it says so.
"""

import warnings
from collections.abc import Callable, Iterator, Sequence
from email.utils import formataddr
from typing import Any

from django.core.mail import EmailMessage
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from isthmus.core.outbound import AddressRefused, NoAnswer, NotReached
from isthmus.core.safekeeping import SafekeepingLost
from isthmus.files.storing import path_of
from isthmus.messages.esps.keeping import keys_of
from isthmus.messages.esps.known import ESPS
from isthmus.messages.models import Mailbox, Message, Participant
from isthmus.messages.sending.conversation import DecidedByAnother, MailboxCannotSend, Outcomes
from isthmus.messages.sending.rules import Outcome, Verdict
from isthmus.messages.writing.attaching import files_of_mail

SECONDS = 60.0
MARK = "isthmus_mail"  # Goes along, unseen by recipients, and comes back with what the provider tells.
_TAKEN: dict[str | None, Verdict] = {
    "sent": "sent", "queued": "sent", "invalid": "failed", "rejected": "failed", "failed": "failed",
}  # fmt: skip


def hand_over(
    mailbox: Mailbox, message: Message, addresses: Sequence[str], *, decide: Callable[[], bool]
) -> Outcomes:
    """Have a mailbox's provider send a message to these recipients. `decide` is asked before it is called.

    Raises MailboxCannotSend before anything went out, or where the provider lets nobody in with this key;
    DecidedByAnother when `decide` says no; FileGone.
    """
    from anymail.exceptions import AnymailError, AnymailRequestsAPIError

    mail = composed(mailbox, message, addresses)

    def before() -> None:
        if not decide():
            raise DecidedByAnother

    try:
        _backend(mailbox, before).send_messages([mail])
    except NoAnswer as lost:
        return dict.fromkeys(addresses, Outcome("unknown", str(lost)))
    except (NotReached, AddressRefused, SafekeepingLost) as error:
        raise MailboxCannotSend(str(error)) from None
    except AnymailRequestsAPIError as error:
        return dict.fromkeys(addresses, _refused(mailbox, error))
    except AnymailError as error:  # It cannot be said in the provider's words: nothing went out.
        return dict.fromkeys(addresses, Outcome("failed", _plain(error)))
    return dict(_taken(mail, addresses))


def composed(mailbox: Mailbox, message: Message, addresses: Sequence[str]) -> EmailMessage:
    """The mail for those who get it now, as providers want it. Raises FileGone."""
    esp, wanted = ESPS[mailbox.esp], set(addresses)
    lines: dict[str, list[str]] = {"to": [], "cc": []}
    for one in message.participants.exclude(role=Participant.Role.FROM).order_by("pk"):
        if one.address in wanted:
            lines[one.role].append(formataddr((" ".join(one.name.split()), one.address)))
    if not lines["to"]:  # Only those in copy are left.
        lines = {"to": lines["cc"], "cc": []}
    headers = {"Message-ID": message.rfc_id, **esp.headers}
    if message.in_reply_to:
        headers["In-Reply-To"] = message.in_reply_to
    if message.references:
        headers["References"] = " ".join(message.references)
    if message.automatic:
        headers["Auto-Submitted"] = "auto-generated"
    mail = EmailMessage(
        " ".join(message.subject.split()),
        message.text or " ",
        formataddr((" ".join(mailbox.name.split()), mailbox.address)),
        lines["to"],
        cc=lines["cc"],
        headers=headers,
    )
    if message.calendar:
        mail.attach("invite.ics", message.calendar, "text/calendar")
    for file in files_of_mail(message.pk):
        mail.attach(file.name, path_of(file).read_bytes(), file.type or "application/octet-stream")
    told: Any = mail
    told.metadata = {MARK: str(message.pk)}
    if esp.quiet:
        told.track_opens = told.track_clicks = False
    return mail


def _backend(mailbox: Mailbox, before: Callable[[], None]) -> Any:
    from isthmus.core.outbound.sessions import session_through

    esp = ESPS[mailbox.esp]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # That Anymail cannot try some providers itself.
        backend = import_string(esp.backend)(
            api_url=esp.regions[mailbox.esp_region],
            ignore_recipient_status=True,  # Each has an outcome of its own here.
            **{esp.key: keys_of(mailbox).get("api_key", "")},
        )
    backend.session = session_through(seconds=SECONDS, before=before)
    return backend


def _taken(mail: Any, addresses: Sequence[str]) -> Iterator[tuple[str, Outcome]]:
    """What the provider said of each: taken, or not; where it says nothing of one, nobody knows."""
    told = {address.lower(): one for address, one in mail.anymail_status.recipients.items()}
    for address in addresses:
        one = told.get(address.lower())
        verdict = _TAKEN.get(one.status if one else None, "unknown")
        said = "" if verdict == "sent" else _("The provider answered: %s.") % (one.status if one else "–")
        yield address, Outcome(verdict, said, str(one.message_id or "")[:200] if one else "")


def _refused(mailbox: Mailbox, error: Any) -> Outcome:
    """What an answer means that is no yes. Raises MailboxCannotSend."""
    status = error.response.status_code if error.response is not None else 0
    said = _plain(error)
    if status in (401, 403):
        label = ESPS[mailbox.esp].label
        raise MailboxCannotSend(
            _("%(provider)s lets nobody in with this key: %(said)s") % {"provider": label, "said": said}
        )
    if status == 429:
        return Outcome("later", said)
    return Outcome("failed" if 300 <= status < 500 else "unknown", said)


def _plain(error: Any) -> str:
    """The provider's own words, in one line; of what went out nothing is repeated."""
    response = getattr(error, "response", None)
    text = f"{response.status_code} {response.text}" if response is not None else str(error)
    return " ".join(text.split())[:200]

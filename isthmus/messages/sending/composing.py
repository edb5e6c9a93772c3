"""A message as the bytes that are sent: the same in each try."""

import re
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage

from isthmus.files.storing import path_of
from isthmus.messages.models import Mailbox, Message, Participant
from isthmus.messages.writing.attaching import files_of_mail

METHOD = re.compile(r"^METHOD:[ \t]*([A-Za-z-]{1,20})[ \t]*\r?$", re.MULTILINE)
_POLICY = policy.SMTP.clone(cte_type="7bit", max_line_length=78)


def written(message: Message, mailbox: Mailbox) -> bytes:
    """The whole mail. Raises FileGone when an attached file is not on the disk any more."""
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = _address(mailbox.address, mailbox.name)
    people = list(message.participants.order_by("pk"))
    for role, header in ((Participant.Role.TO, "To"), (Participant.Role.CC, "Cc")):
        named = [_address(one.address, one.name) for one in people if one.role == role]
        if named:
            mail[header] = named
    mail["Subject"] = " ".join(message.subject.split())
    mail["Date"] = message.at
    mail["Message-ID"] = message.rfc_id
    if message.in_reply_to:
        mail["In-Reply-To"] = message.in_reply_to
    if message.references:
        mail["References"] = " ".join(message.references)
    if message.automatic:
        mail["Auto-Submitted"] = "auto-generated"  # So that no absence note answers it.
    mail.set_content(message.text or " ")
    _add_calendar(mail, message.calendar)
    for file in files_of_mail(message.pk):
        main, _slash, sub = (file.type or "application/octet-stream").partition("/")
        mail.add_attachment(
            path_of(file).read_bytes(), maintype=main, subtype=sub or "octet-stream", filename=file.name
        )
    return mail.as_bytes()


def _add_calendar(mail: EmailMessage, text: str) -> None:
    """As programs look for it: beside the words, with its method; and as a file for those that do not."""
    asks = METHOD.search(text)
    if asks is None:
        return
    mail.add_alternative(text, subtype="calendar", params={"method": asks[1].upper()})
    mail.add_attachment(text.encode(), maintype="application", subtype="ics", filename="invite.ics")


def _address(address: str, name: str) -> Address:
    local, _at, domain = address.rpartition("@")
    return Address(display_name=" ".join(name.split()), username=local, domain=domain)

"""A mailbox of somebody, a mail from it of which nobody knows whether it arrived, and a snippet."""

from typing import Any

from isthmus.messages.commands import add_mailbox, save_snippet, send_mail
from isthmus.messages.models import Recipient
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User
from tests.cast import MONDAY_NOON


def make_mail(owner: User, deal: Any, subject: str, *also_with: Any) -> dict[str, Any]:
    """About a deal of theirs; and one each with others, about nothing in particular."""
    by = actor_for(User.objects.get(pk=owner.pk))
    mailbox = add_mailbox(
        address=owner.email,
        smtp_host="smtp.example.com",
        imap_host="imap.example.com",
        privacy="participants",
        by=by,
        at=MONDAY_NOON,
    )
    text = f"{subject}, in full"
    mail = send_mail(
        mailbox_id=mailbox.pk, deal_id=deal.pk, subject=subject, text=text, by=by, at=MONDAY_NOON
    )
    for person in also_with:
        send_mail(mailbox_id=mailbox.pk, to=[person.email], subject=subject, text=text, by=by, at=MONDAY_NOON)
    recipient = mail.recipients.get()
    Recipient.objects.filter(pk=recipient.pk).update(state="unknown", settled_at=MONDAY_NOON)
    return {
        "mailbox": mailbox,
        "mail": mail,
        "thread": mail.thread,
        "recipient": recipient,
        "snippet": save_snippet(name=f"{owner.name} says", text=text, by=by, at=MONDAY_NOON),
    }

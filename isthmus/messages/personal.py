"""What mail holds of a person: their messages, and their lines and words in messages with others."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Actor
from isthmus.core.personal_stores import Whom, impersonal, personal_store
from isthmus.core.personal_words import take_words_out
from isthmus.messages.forgotten import forgotten_id
from isthmus.messages.models import Claim, Holding, Message, Participant, Recipient, Thread, ThreadId
from isthmus.messages.parties import messages_of, only_of

_TEXT = ("subject", "text", "html", "calendar")
_IDS = ("rfc_id", "in_reply_to", "references")


@personal_store(
    "mail",
    _("Mail from and to the person"),
    columns={
        "mail.Message": (*_TEXT, *_IDS),
        "mail.Thread": ("subject",),
        "mail.ThreadId": ("rfc_id",),
        "mail.Participant": ("address", "name"),
        "mail.Holding": ("rfc_id", "unreadable"),
        "mail.Recipient": ("address", "address_key", "said", "esp_id"),
        "mail.Claim": ("said",),
    },
    stays=_(
        "That a mail was sent or received, when and by whom here, so that figures do not change; of mails "
        "with others their words without the person’s. On the mail server itself the mails "
        "stay: delete them there"
    ),
    order=40,
)
class Mail:
    """Mails that are with this person alone lose all their words; others keep what is not theirs."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """Every mail in whose head they stand, whole; of others that name them where and when."""
        theirs = messages_of(whom.persons)
        for message in theirs.order_by("at", "pk"):
            yield {
                "mail": message.get_direction_display(),
                "at": message.at,
                "subject": message.subject,
                "text": message.text,
                "addresses": _own_lines(message, whom.persons),
                "outcome": _outcomes(message, whom.persons),
            }
        for message in whom.words.rows(Message.objects.exclude(pk__in=theirs.values("pk")), *_TEXT):
            yield {"mail": message.get_direction_display(), "at": message.at}

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Empty the mails that are with them alone; take their words out of all others."""
        alone = only_of(whom.persons)
        for message in Message.objects.filter(pk__in=alone).iterator(500):
            _empty(message)
        _empty_lines(Participant.objects.filter(person__in=whom.persons))
        recipients = _empty_recipients(Recipient.objects.filter(person__in=whom.persons))
        words = whom.words
        found = len(alone) + recipients
        found += take_words_out(words, Message.objects.exclude(pk__in=alone), *_TEXT, *_IDS)
        found += take_words_out(words, Thread.objects.all(), "subject")
        found += take_words_out(words, Participant.objects.all(), "address", "name")
        found += take_words_out(words, Recipient.objects.all(), "address", "said")
        found += take_words_out(words, Claim.objects.all(), "said")
        found += take_words_out(words, Holding.objects.exclude(unreadable=""), "unreadable")
        return found


def _own_lines(message: Message, persons: Sequence[int]) -> list[str]:
    lines = message.participants.filter(person__in=persons)
    return [f"{one.get_role_display()}: {one.address}" for one in lines]


def _outcomes(message: Message, persons: Sequence[int]) -> list[str]:
    return [str(one.get_state_display()) for one in message.recipients.filter(person__in=persons)]


def _empty(message: Message) -> None:
    known = message.rfc_id
    gone = forgotten_id(known)
    Holding.objects.filter(message=message).update(rfc_id=gone, unreadable="")
    ThreadId.objects.filter(rfc_id__in=[known, message.in_reply_to, *message.references]).delete()
    for name in (*_TEXT, "in_reply_to"):
        setattr(message, name, "")
    message.references, message.rfc_id = [], gone
    message.save(update_fields=[*_TEXT, *_IDS])
    others = message.thread.messages.exclude(subject="").exclude(pk=message.pk)
    if not others.exists():
        Thread.objects.filter(pk=message.thread_id).update(subject="", waiting_since=None)


def _empty_lines(rows: "QuerySet[Participant]") -> None:
    rows.update(address="", name="")


def _empty_recipients(rows: "QuerySet[Recipient]") -> int:
    """Their address goes; who still waited is not written to any more: the sender finds no address."""
    count = 0
    for one in _each(rows):
        one.address, one.address_key, one.said, one.esp_id = "", f"erased:{one.pk}", "", ""
        one.save(update_fields=["address", "address_key", "said", "esp_id"])
        count += 1
    return count


def _each(rows: "QuerySet[Recipient]") -> Iterator[Recipient]:
    yield from rows.select_for_update(of=("self",)).order_by("pk")


_SETTINGS = _("the company's own settings")
impersonal(
    "mail.Mailbox", "address", "name", "smtp_host", "imap_host", "login", "secret", "sync_error",
    "send_error", "esp", "esp_region", "esp_secret", "hook_key",
    because=_SETTINGS,
)  # fmt: skip
impersonal("mail.Folder", "name", because=_SETTINGS)
impersonal("mail.OAuthClient", "provider", "client_id", "secret", "tenant", because=_SETTINGS)
_FOR_MANY = _("written by colleagues to be sent to many; names nobody who is written to")
impersonal("mail.Template", "name", because=_FOR_MANY)
impersonal("mail.TemplateText", "locale", "subject", "text", because=_FOR_MANY)
impersonal("mail.Snippet", "name", "text", because=_FOR_MANY)
impersonal(
    "mail.Signature", "text", because=_("a colleague's own name and number, as they give it to everybody")
)

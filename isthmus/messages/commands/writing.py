"""Writing mail: put into the queue with its recipients, and taken back while that can still be done."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import make_msgid
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.models import Job
from isthmus.core.queue.models import JobState
from isthmus.core.queue.registry import company_zone
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.ledger.facts import Fact
from isthmus.messages.access import readable_messages
from isthmus.messages.models import (
    Direction,
    Mailbox,
    Message,
    Participant,
    Recipient,
    RecipientState,
    Signature,
    Thread,
    ThreadId,
)
from isthmus.messages.receiving.threads import bring_up_to_date
from isthmus.messages.sending.claiming import locked
from isthmus.messages.sending.composing import METHOD
from isthmus.messages.sending.delivering import queue_job
from isthmus.messages.writing.about import About, about
from isthmus.messages.writing.attaching import attach
from isthmus.messages.writing.templates import filled_template
from isthmus.people.consents import address_hash
from isthmus.people.matching import holders_of_addresses
from isthmus.people.models import ContactLimit, Person
from isthmus.people.normalise import normal_email
from isthmus.people.pressure import may_contact_at

MOST_RECIPIENTS = 50
LONGEST_TEXT = 200_000
_LATEST_REFERENCES = 20


class MailOnItsWay(Refusal):
    """It is too late to take the mail back."""


class ContactedOften(Refusal):
    """They were written to or called often lately: whoever writes by hand may send it anyway."""


class MailboxOff(Refusal):
    """Nothing is sent from this mailbox."""


@command(
    permission="mail.send",
    label=gettext_lazy("Send a mail"),
    trade="sales",
    undo="take_back_mail",
    undo_arguments=lambda message, _given: {"message_id": message.pk},
)
def send_mail(
    *,
    mailbox_id: int,
    by: Actor,
    at: datetime,
    to: list[str] | None = None,
    cc: list[str] | None = None,
    subject: str = "",
    text: str = "",
    person_id: int | None = None,
    lead_id: int | None = None,
    deal_id: int | None = None,
    reply_to_id: int | None = None,
    template_id: int | None = None,
    marketing: bool = False,
    sign: bool = True,
    files: list[dict[str, str]] | None = None,
    file_ids: list[int] | None = None,
    calendar: str = "",
    automatic: bool = False,
    anyway: bool = False,
) -> Message:
    """Send a mail from a mailbox, once to each recipient, after a few seconds in which it can be taken back.

    Without `to` it goes to the person's address; with a template and no text its words are filled in. With a
    calendar it is an invitation or an answer to one. An automatic mail is no answer to who waits for one.
    Files that were received for it go along, and those of records that the writer sees, by their numbers.
    To somebody who was contacted often lately it goes `anyway`, or not at all; an answer always goes.
    """
    mailbox = _sending_mailbox(mailbox_id, by)
    whom = about(by, person_id=person_id, lead_id=lead_id, deal_id=deal_id)
    earlier = _answered(reply_to_id, by)
    addresses = _addresses(to or [], cc or [], whom, earlier)
    if by.kind == "user" and not (anyway or earlier or calendar or automatic):
        _mind_pressure(addresses, by, at)
    subject, text = _words(subject, text, template_id, whom, earlier)
    message = _message(mailbox, whom, earlier, by, at)
    message.subject, message.text = subject, _signed(text, by) if sign else text
    message.template_id, message.marketing, message.queued = template_id, marketing, len(addresses)
    message.calendar, message.automatic = _calendar(calendar), automatic
    message.save()
    _write_people(message, mailbox, addresses)
    attach(message, files or [], file_ids or [], by=by, at=at)
    thread = Thread.objects.filter(pk=message.thread_id)
    thread.update(latest_at=at, **({} if automatic else {"waiting_since": None}))
    queue_job(message, run_at=at + timedelta(seconds=mailbox.undo_seconds))
    _record("message.queued", message, len(addresses), by, at)
    return message


@command(permission="mail.send", label=gettext_lazy("Take a mail back"), trade="sales")
def take_back_mail(*, message_id: int, by: Actor, at: datetime) -> Message:
    """Take back a mail that was not sent yet. It is kept as never sent."""
    message = locked(message_id)
    mine = set(Mailbox.objects.of(by).values_list("pk", flat=True))
    if message is None or message.mailbox_id not in mine:
        raise NotFound(_("There is no such mail, or it is not yours to take back."))
    untouched = RecipientState.WAITING
    if message.taken_back_at or message.claims.exists() or message.recipients.exclude(state=untouched):
        raise MailOnItsWay(_("The mail is on its way already and cannot be taken back any more."))
    count = message.recipients.all().delete()[0]
    message.taken_back_at, message.queued = at, 0
    message.save(update_fields=["taken_back_at", "queued"])
    waiting = Job.objects.filter(key=message.job_key, state__in=[JobState.READY, JobState.HELD])
    waiting.update(state=JobState.CANCELLED, finished_at=at)
    bring_up_to_date([message.thread])  # Whoever waited for it waits again.
    _record("message.taken_back", message, count, by, at)
    return message


def _sending_mailbox(mailbox_id: int, by: Actor) -> Mailbox:
    mailbox: Mailbox | None = Mailbox.objects.kept().of(by).filter(pk=mailbox_id).first()
    if mailbox is None:
        raise NotFound(_("There is no such mailbox, or it is not yours to send from."))
    if not mailbox.esp and not mailbox.is_connected:
        raise MailboxOff(_("This mailbox is not connected yet. Connect it under Settings, Mailboxes."))
    if not mailbox.on or not mailbox.can_send:
        raise MailboxOff(
            _("Nothing is sent from this mailbox: it is switched off or has no server for sending.")
        )
    return mailbox


def _answered(reply_to_id: int | None, by: Actor) -> Message | None:
    if reply_to_id is None:
        return None
    found = readable_messages(by).select_related("thread", "person").filter(pk=reply_to_id).first()
    if found is None:
        raise NotFound(_("There is no such mail, or you may not read it, so you cannot answer it."))
    return found


def _addresses(
    to: Sequence[str], cc: Sequence[str], whom: About, earlier: Message | None
) -> list[tuple[str, str]]:
    """(role, address) of everybody, each address once. Raises InvalidInput."""
    if not to and earlier is not None:
        written_by = earlier.participants.filter(role=Participant.Role.FROM)
        to = list(written_by.values_list("address", flat=True))
    if not to and whom.person is not None and whom.person.email:
        to = [whom.person.email]
    found: dict[str, str] = {}
    for role, given in ((Participant.Role.TO, to), (Participant.Role.CC, cc)):
        for one in given:
            address = normal_email(one)
            if address is None or not address.isascii():
                field = str(role)
                raise InvalidInput(
                    {field: _("“%s” is no e-mail address that mail can be sent to.") % one[:80]}
                )
            found.setdefault(address, str(role))
    if not any(role == Participant.Role.TO for role in found.values()):
        raise InvalidInput({"to": _("Say to whom: their address is not known here.")})
    if len(found) > MOST_RECIPIENTS:
        raise InvalidInput({"to": _("One mail goes to at most %d people.") % MOST_RECIPIENTS})
    return [(role, address) for address, role in found.items()]


def _mind_pressure(addresses: Sequence[tuple[str, str]], by: Actor, at: datetime) -> None:
    """Of those whom the sender sees: what others do with others is not theirs to learn."""
    held = holders_of_addresses([address for _role, address in addresses])
    for person in Person.objects.visible_to(by).filter(pk__in=[one.pk for one in held.values()]):
        if (until := may_contact_at(person, at)) is not None:
            limit = ContactLimit.current()
            told = {
                "name": person.full_name or person.email,
                "most": limit.most,
                "days": limit.days,
                "day": date_format(until.astimezone(company_zone()), "DATE_FORMAT"),
            }
            raise ContactedOften(
                ngettext(
                    "%(name)s was contacted once in %(days)d days. Wait until %(day)s, or send it anyway.",
                    "%(name)s was contacted %(most)d times in %(days)d days. Wait until %(day)s, or send it "
                    "anyway.",
                    limit.most,
                )
                % told
            )


def _words(
    subject: str, text: str, template_id: int | None, whom: About, earlier: Message | None
) -> tuple[str, str]:
    if template_id is not None and not text.strip():
        filled = filled_template(template_id, whom)
        subject, text = subject or filled.subject, filled.text
    if not subject.strip() and earlier is not None:
        subject = _answer_subject(earlier.subject)
    if not text.strip():
        raise InvalidInput({"text": _("Write something.")})
    if len(text) > LONGEST_TEXT:
        raise InvalidInput({"text": _("A mail has at most %d letters.") % LONGEST_TEXT})
    return " ".join(subject.split())[:500], text.replace("\x00", "")


def _calendar(text: str) -> str:
    if text and (not METHOD.search(text) or len(text) > LONGEST_TEXT):
        raise InvalidInput({"calendar": _("This is no invitation: it says no METHOD, or it is too long.")})
    return text.replace("\x00", "")


def _answer_subject(subject: str) -> str:
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"


def _signed(text: str, by: Actor) -> str:
    signature = Signature.objects.filter(user=by.id).first() if by.id is not None else None
    if signature is None or not signature.text.strip():
        return text
    return f"{text.rstrip()}\n\n-- \n{signature.text.strip()}\n"


def _message(mailbox: Mailbox, whom: About, earlier: Message | None, by: Actor, at: datetime) -> Message:
    person = whom.person or (earlier.person if earlier else None)
    thread = earlier.thread if earlier else Thread.objects.create(latest_at=at)
    return Message(
        direction=Direction.OUT,
        rfc_id=make_msgid(domain=mailbox.address.rpartition("@")[2]),
        in_reply_to=earlier.rfc_id if earlier else "",
        references=[*earlier.references, earlier.rfc_id][-_LATEST_REFERENCES:] if earlier else [],
        thread=thread,
        answers=earlier,
        at=at,
        received_at=at,
        person=person,
        account_id=person.account_id if person else None,
        lead_id=whom.lead_id or (earlier.lead_id if earlier else None),
        deal_id=whom.deal_id or (earlier.deal_id if earlier else None),
        mailbox=mailbox,
        author_id=by.id if by.kind == "user" else None,
    )


def _write_people(message: Message, mailbox: Mailbox, addresses: Sequence[tuple[str, str]]) -> None:
    known = holders_of_addresses([address for _role, address in addresses])
    rows = [Participant(message=message, role="from", address=mailbox.address, name=mailbox.name, ours=True)]
    rows += [
        Participant(
            message=message, role=role, address=address, person=known.get(address), name=_name(known, address)
        )
        for role, address in addresses
    ]
    Participant.objects.bulk_create(rows)
    Recipient.objects.bulk_create(
        Recipient(
            message=message,
            address=address,
            address_key=address_hash("email", address),
            person=known.get(address),
        )
        for _role, address in addresses
    )
    ThreadId.objects.create(rfc_id=message.rfc_id, thread_id=message.thread_id)
    if not message.thread.subject:
        Thread.objects.filter(pk=message.thread_id).update(subject=message.subject)
    if message.person is None and known:
        message.person = next(iter(known.values()))
        message.account_id = message.person.account_id
        message.save(update_fields=["person", "account"])


def _name(known: dict[str, Person], address: str) -> str:
    return known[address].full_name[:200] if address in known else ""


def _record(kind: str, message: Message, count: int, by: Actor, at: datetime) -> None:
    person = message.person
    told: dict[str, Any] = {
        "message_id": message.pk,
        "thread_id": message.thread_id,
        "mailbox_id": message.mailbox_id,
    }
    ledger.record(
        Fact(
            kind=kind,
            at=at,
            subject=person.subject if person else None,
            account_id=message.account_id,
            lead_id=message.lead_id,
            deal_id=message.deal_id,
            owner=message.author_id,
            quantity=count,
            natural_key=f"mail-queued:{message.pk}",
            props=told,
        ),
        by=by,
    )

"""Some mails of a folder become rows and facts, in one transaction; those that are here already stay one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from isthmus import ledger
from isthmus.core.actors import SYSTEM
from isthmus.core.system_acts import system_act
from isthmus.files.commands import attach_files
from isthmus.files.storing import FileTooLarge, Incoming, NoRoomLeft, drop_received
from isthmus.messages.forgotten import forgotten_id
from isthmus.messages.models import (
    Direction,
    Folder,
    Holding,
    Mailbox,
    Message,
    Participant,
    Thread,
)
from isthmus.messages.receiving.bouncing import note_bounce
from isthmus.messages.receiving.facts import received_fact, replied_fact, sent_elsewhere_facts
from isthmus.messages.receiving.parsing import Named, Parsed
from isthmus.messages.receiving.threads import bring_up_to_date, thread_of
from isthmus.people.matching import holders_of_addresses
from isthmus.people.models import Person
from isthmus.workspace.models import User


@dataclass(frozen=True)
class Item:
    """A mail under its number in a folder: made sense of, or why that could not be done."""

    uid: int
    rfc_id: str
    mail: Parsed | None
    unreadable: str = ""


@dataclass
class _Batch:
    """What the mails of one transaction share."""

    folder: Folder
    at: datetime
    people: Mapping[str, Person]
    ours: frozenset[str]
    stored: Mapping[int, list[dict[str, str]]]
    left_out: Mapping[int, int]
    known: dict[str, Message]
    threads: dict[int, Thread] = field(default_factory=dict)


def take_in(folder: Folder, items: Sequence[Item], *, at: datetime) -> int:
    """Keep these mails of a folder; how many were new here. Safe to repeat."""
    addresses = {one.address for item in items if item.mail for one in item.mail.people}
    ours = _ours(addresses)
    forgotten = _forgotten(items)
    people = holders_of_addresses(addresses - ours)
    items = [_unless_forgotten(one, forgotten) for one in items]
    already = set(Message.objects.filter(rfc_id__in=_ids(items)).values_list("rfc_id", flat=True))
    stored, left_out = _files_of(items, people, already)
    try:
        with transaction.atomic(), system_act("take_mail_in", at=at):
            fresh = _take_in(folder, items, people, ours, stored, left_out, at)
    finally:
        for files in stored.values():
            for one in files:
                drop_received(one["stored"])  # Only what no record has.
    return fresh


def _take_in(
    folder: Folder,
    items: Sequence[Item],
    people: Mapping[str, Person],
    ours: frozenset[str],
    stored: Mapping[int, list[dict[str, str]]],
    left_out: Mapping[int, int],
    at: datetime,
) -> int:
    folder = Folder.objects.select_for_update(of=("self",)).select_related("mailbox").get(pk=folder.pk)
    rows = Message.objects.filter(rfc_id__in=_ids(items)).select_related("thread")
    batch = _Batch(folder, at, people, ours, stored, left_out, {row.rfc_id: row for row in rows})
    fresh = 0
    for item in items:
        message = batch.known.get(item.rfc_id)
        if message is None and item.mail is not None:
            message = _new(item.uid, item.mail, batch)
            batch.known[item.rfc_id] = message
            fresh += 1
        Holding.objects.update_or_create(
            folder=folder,
            uidvalidity=folder.uidvalidity,
            uid=item.uid,
            defaults={
                "mailbox_id": folder.mailbox_id,
                "message": message,
                "rfc_id": item.rfc_id,
                "unreadable": item.unreadable[:200],
            },
        )
    bring_up_to_date(batch.threads.values())
    Folder.objects.filter(pk=folder.pk, last_uid__lt=max(one.uid for one in items)).update(
        last_uid=max(one.uid for one in items)
    )
    return fresh


def _new(uid: int, mail: Parsed, batch: _Batch) -> Message:
    is_out = mail.sender.address in batch.ours or batch.folder.role == Folder.Role.SENT
    thread = thread_of(mail.known_ids, subject=mail.subject, at=mail.at)
    earlier = thread.messages.filter(rfc_id__in=[mail.in_reply_to, *mail.references]).order_by("-at").first()
    person = _person(mail, is_out, batch.people)
    message = Message.objects.create(
        direction=Direction.OUT if is_out else Direction.IN,
        rfc_id=mail.rfc_id,
        in_reply_to=mail.in_reply_to,
        references=list(mail.references),
        thread=thread,
        answers=earlier,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        calendar=mail.calendar,
        at=mail.at,
        received_at=batch.at,
        person=person,
        account_id=person.account_id if person else None,
        lead_id=earlier.lead_id if earlier else None,
        deal_id=earlier.deal_id if earlier else None,
        automatic=mail.automatic,
        bounce=mail.bounce is not None,
        author=_author(mail, batch.folder.mailbox) if is_out else None,
        left_out=batch.left_out.get(uid, 0),
    )
    Participant.objects.bulk_create(_participants(message, mail, batch))
    if files := batch.stored.get(uid):
        attach_files(kind="message", record_id=message.pk, files=files, by=SYSTEM, at=batch.at)
    batch.threads[thread.pk] = thread
    if is_out:
        ledger.record(sent_elsewhere_facts(message), by=SYSTEM)
    else:
        _tell_of_received(message, mail, batch)
    return message


def _tell_of_received(message: Message, mail: Parsed, batch: _Batch) -> None:
    mailbox = batch.folder.mailbox
    ledger.record(received_fact(message, mailbox), by=SYSTEM)
    if mail.bounce is not None:
        note_bounce(message, mail.bounce, at=batch.at)
    earlier = message.answers
    if earlier is not None and earlier.direction == Direction.OUT and not message.automatic:
        ledger.record(replied_fact(message, earlier, mailbox), by=SYSTEM)


def _ids(items: Sequence[Item]) -> list[str]:
    return [one.rfc_id for one in items]


def _forgotten(items: Sequence[Item]) -> set[str]:
    wanted = [forgotten_id(one.rfc_id) for one in items]
    return set(Message.objects.filter(rfc_id__in=wanted).values_list("rfc_id", flat=True))


def _unless_forgotten(item: Item, forgotten: set[str]) -> Item:
    """A mail that was erased here is known by its hash alone, and comes not back."""
    known_as = forgotten_id(item.rfc_id)
    return Item(item.uid, known_as, None) if known_as in forgotten else item


def _participants(message: Message, mail: Parsed, batch: _Batch) -> list[Participant]:
    lines: list[tuple[str, Sequence[Named]]] = [("from", [mail.sender]), ("to", mail.to), ("cc", mail.cc)]
    return [
        Participant(
            message=message,
            role=role,
            address=one.address,
            name=one.name,
            person=batch.people.get(one.address),
            ours=one.address in batch.ours,
        )
        for role, named in lines
        for one in named
        if one.address
    ]


def _person(mail: Parsed, is_out: bool, people: Mapping[str, Person]) -> Person | None:
    """Whom it is with: who wrote it, or the first known one to whom it was written."""
    if not is_out:
        return people.get(mail.sender.address)
    return next((people[one.address] for one in [*mail.to, *mail.cc] if one.address in people), None)


def _author(mail: Parsed, mailbox: Mailbox) -> User | None:
    if mail.sender.address == mailbox.address:
        return mailbox.owner
    return User.objects.filter(email__iexact=mail.sender.address).first()


def _ours(addresses: set[str]) -> frozenset[str]:
    """Those of the addresses that are users' or mailboxes' own."""
    found = set(Mailbox.objects.filter(address__in=addresses).values_list("address", flat=True))
    users = User.objects.filter(email__in=addresses).values_list("email", flat=True)
    return frozenset(found | {one.lower() for one in users})


def _files_of(
    items: Sequence[Item], people: Mapping[str, Person], already: set[str]
) -> tuple[dict[int, list[dict[str, str]]], dict[int, int]]:
    """Attachments of new mails with known people, on the disk; and how many of each mail were left out."""
    stored: dict[int, list[dict[str, str]]] = {}
    left_out: dict[int, int] = {}
    for item in items:
        mail = item.mail
        if mail is None or item.rfc_id in already:
            continue
        left = mail.left_out
        if not any(one.address in people for one in mail.people):
            left_out[item.uid] = left + len(mail.attachments)
            continue
        for one in mail.attachments:
            try:
                incoming = Incoming(one.name)
                incoming.write(one.content)
                kept = incoming.end()
                stored.setdefault(item.uid, []).append({"name": kept.name, "stored": kept.stored})
            except (FileTooLarge, NoRoomLeft):
                left += 1
        left_out[item.uid] = left
    return stored, left_out

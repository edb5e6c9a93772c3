"""Reading a mailbox: what came since last time, and now and then whether everything there is here.

Each few mails are kept in a transaction of their own together with how far the folder was read: whatever
stops in between goes on there, and what is read twice is still one message.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import QuerySet

from isthmus.core import queue
from isthmus.core.clock import now
from isthmus.core.outbound import AddressRefused, NotReached
from isthmus.core.outbound.mail_servers import ImapError
from isthmus.core.refusals import Refusal
from isthmus.messages.forgotten import forgotten_id
from isthmus.messages.models import Folder, Holding, Mailbox
from isthmus.messages.receiving.parsing import id_in, message_id, parsed
from isthmus.messages.receiving.proving import settle_proven
from isthmus.messages.receiving.rematching import match_strangers
from isthmus.messages.receiving.server import Box, opened
from isthmus.messages.receiving.taking_in import Item, take_in

COMPARED_EVERY = timedelta(hours=1)
IDS_COMPARED = 2_000  # of the newest mails; of all others their numbers
WRONG = (NotReached, AddressRefused, Refusal, OSError, ImapError)


def fetch(mailbox_id: int, *, compare: bool = False) -> None:
    """Read what is new in a mailbox; compare both sides where that is due."""
    mailbox = Mailbox.objects.kept().filter(pk=mailbox_id, on=True).exclude(imap_host="").first()
    if mailbox is None:
        return
    try:
        with opened(mailbox) as box:
            for role, name in box.folders().items():
                _read_folder(mailbox, box, role, name, compare)
    except WRONG as error:
        _note(mailbox, str(error) or type(error).__name__)
        return
    match_strangers()
    settle_proven(at=now())
    _note(mailbox, "")


def began(mailbox: Mailbox) -> date:
    """The day from which on a mailbox is read."""
    return (mailbox.made_at - timedelta(days=mailbox.history_days)).date()


def _read_folder(mailbox: Mailbox, box: Box, role: str, name: str, compare: bool) -> None:
    folder, _made = Folder.objects.get_or_create(mailbox=mailbox, role=role, defaults={"name": name})
    chosen = box.choose(name)
    if chosen.uidvalidity != folder.uidvalidity or name != folder.name:
        # The server numbers anew: what lies there is told by ids again, and read from the beginning.
        Holding.objects.filter(folder=folder).delete()
        folder.name, folder.uidvalidity, folder.last_uid, folder.compared_at = (
            name,
            chosen.uidvalidity,
            0,
            None,
        )
        folder.save()
    since = began(mailbox)
    _take(folder, box, box.numbers(after=folder.last_uid, since=since))
    if compare or folder.compared_at is None or now() - folder.compared_at >= COMPARED_EVERY:
        _compare(folder, box, since)


def _compare(folder: Folder, box: Box, since: date) -> None:
    """Whether what the server has is here; what is not is read again, what is gone there is let go here."""
    there = box.numbers(since=since)
    _take(folder, box, sorted(_absent(folder, box, there)))
    here = set(_held(folder).values_list("uid", flat=True))
    _held(folder).filter(uid__in=sorted(here - set(there))).delete()
    missing = _absent(folder, box, there)
    held = _held(folder)
    folder.refresh_from_db()
    folder.on_server, folder.here, folder.missing = len(there), held.count(), len(missing)
    folder.unreadable = held.exclude(unreadable="").count()
    folder.compared_at = now()
    folder.save()


def _absent(folder: Folder, box: Box, there: list[int]) -> set[int]:
    """The numbers that are not here, or stand here for another mail than there."""
    held = dict(_held(folder).values_list("uid", "rfc_id"))
    absent = set(there) - held.keys()
    for uid, head in box.ids([one for one in there[-IDS_COMPARED:] if one in held]).items():
        said = head.decode("utf-8", "replace")
        told = message_id(said, head)
        if "<" in said and held[uid] not in (told, forgotten_id(told)):
            absent.add(uid)
    return absent


def _held(folder: Folder) -> "QuerySet[Holding]":
    return Holding.objects.filter(folder=folder, uidvalidity=folder.uidvalidity)


def _take(folder: Folder, box: Box, numbers: list[int]) -> None:
    if not numbers:
        return
    for done, mails in enumerate(box.mails(numbers), start=1):
        queue.progress(done)
        items = list(_items(mails))
        if items:
            take_in(folder, items, at=now())


def _items(mails: Iterable[tuple[int, bytes]]) -> Iterable[Item]:
    for uid, raw in mails:
        try:
            mail = parsed(raw, received_at=now())
        except Exception as error:  # Whatever a stranger wrote: one mail that cannot be read stops no other.
            yield Item(uid, id_in(raw), None, f"{type(error).__name__}: {error}")
            continue
        yield Item(uid, mail.rfc_id, mail)


def _note(mailbox: Mailbox, error: str) -> None:
    at = now()
    rows = Mailbox.objects.filter(pk=mailbox.pk)
    if error:
        rows.filter(failing_since=None).update(failing_since=at)
        rows.update(sync_error=error[:300])
        return
    rows.update(sync_error="", synced_at=at)
    rows.filter(send_error="").update(failing_since=None)

"""The looks that the checks take: each answers in sentences what is wrong and what to do."""

import os
import shutil
import stat
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.core import tables
from isthmus.core.clock import from_us, now
from isthmus.core.tables import known_changes

if TYPE_CHECKING:
    from isthmus.ledger.models import SealedFile

LEAST_FREE, ENOUGH_FREE = 0.10, 20 * 1024**3  # A tenth of a large disk is more than enough.
OLDEST_INBOX = timedelta(minutes=10)
OLDEST_JOB = timedelta(hours=1)
NEWEST_FILES = 100


def database_answers() -> list[str]:
    """One reading of nothing."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return [
            _("The database does not answer (%s). See that it runs and that DATABASE_URL names it.")
            % _first_line(error)
        ]
    return []


def database_can_be_written() -> list[str]:
    """Take the right to write, change nothing, give it back."""
    if unanswered := database_answers():
        return unanswered
    from isthmus.core.queue.models import WorkerBeat

    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {WorkerBeat._meta.db_table} WHERE id < 0")  # noqa: S608 (ours)
    except DatabaseError as error:
        return [
            _("The database cannot be written to (%s). Look at its disk and at who else holds it.")
            % _first_line(error)
        ]
    return []


def tables_fit() -> list[str]:
    """Whether the tables are those of this program, neither older nor newer."""
    applied, known = tables.applied_changes(), known_changes()
    if tables.is_between(applied):
        return [str(tables.BetweenVersions())]
    found = []
    if waiting := len(known - applied):
        found.append(
            ngettext(
                "%d change of the tables waits. Make a backup, then run `isthmus migrate`.",
                "%d changes of the tables wait. Make a backup, then run `isthmus migrate`.",
                waiting,
            )
            % waiting
        )
    rooms = {app for app, _name in known}
    if any(app in rooms for app, _name in applied - known - tables.earlier_changes()):
        found.append(_("The tables are of a newer program. Install that one, or restore an older backup."))
    return found


def disk_has_room() -> list[str]:
    """Whether the data folder's disk has a tenth free, or enough anyway."""
    usage = shutil.disk_usage(settings.ISTHMUS_HOME)
    if usage.free >= min(usage.total * LEAST_FREE, ENOUGH_FREE):
        return []
    return [
        _("Only %(share)d %% of the data folder's disk is free. Make room, or move the folder.")
        % {"share": usage.free * 100 // usage.total}
    ]


def newest_files_are_there() -> list[str]:
    """The newest sealed files by their sizes: enough to notice a folder that is not mounted."""
    from isthmus.ledger.models import SealedFile

    return _missing(SealedFile.objects.filter(superseded_by=None).order_by("-pk")[:NEWEST_FILES])


def attached_files_are_there() -> list[str]:
    """Every attached file by its size."""
    from isthmus.files.models import AttachedFile
    from isthmus.files.storing import size_on_disk

    rows = AttachedFile.objects.filter(removed_at=None).order_by("pk").iterator(1000)
    missing = sum(size_on_disk(file) != file.bytes for file in rows)
    if not missing:
        return []
    return [
        ngettext(
            "%d attached file is missing on the disk or has another size. Restore it from a backup.",
            "%d attached files are missing on the disk or have another size. Restore them from a backup.",
            missing,
        )
        % missing
    ]


def all_files_are_there() -> list[str]:
    """Every sealed file by its size; its content is for `--invariants` and for every night."""
    from isthmus.ledger.models import SealedFile

    return _missing(SealedFile.objects.filter(superseded_by=None).order_by("pk").iterator())


def inbox_is_sealed() -> list[str]:
    """Whether no fact waits too long, in the inbox or in a segment."""
    from isthmus.ledger.models import InboxFact

    act = InboxFact.objects.order_by("seq").values_list("received_us", flat=True).first()
    waiting = [us for us in (act, _oldest_segment_us()) if us is not None]
    oldest = min(waiting, default=None)
    if oldest is None or now() - from_us(oldest) < OLDEST_INBOX:
        return []
    return [
        _("Facts wait to be sealed since %(since)s. See that a sealer runs, then `isthmus ledger seal`.")
        % {"since": _minute(from_us(oldest))}
    ]


def _oldest_segment_us() -> int | None:
    """Since when the oldest segment waits, as its name says."""
    from isthmus.ledger.segments.files import unsealed_segments

    return next((int(path.name.partition("-")[0]) for path in unsealed_segments()), None)


def worker_lives() -> list[str]:
    """Whether a worker gave a sign of life."""
    from isthmus.core.queue import queries

    if queries.living_workers(now()).exists():
        return []
    return [_("No worker is running, so nothing is sealed or sent. Start it with `isthmus serve`.")]


def queue_moves() -> list[str]:
    """Whether no job is due for long."""
    from isthmus.core.queue import queries

    due = queries.oldest_due_at(now())
    if due is None or now() - due <= OLDEST_JOB:
        return []
    return [
        _("A job is due since %(since)s. See `isthmus jobs list --state ready` and the worker's log.")
        % {"since": _minute(due)}
    ]


def jobs_do_not_fail() -> list[str]:
    """Whether no job failed for good."""
    from isthmus.core.queue import queries

    failed = queries.dead_jobs().count()
    if not failed:
        return []
    return [
        ngettext(
            "%d job failed for good. See `isthmus jobs list --state dead`.",
            "%d jobs failed for good. See `isthmus jobs list --state dead`.",
            failed,
        )
        % failed
    ]


def keys_are_private() -> list[str]:
    """Whether only their owner reads the keys."""
    path = Path(settings.ISTHMUS_HOME) / "secrets.toml"
    if stat.S_IMODE(path.stat().st_mode) & 0o077 == 0:
        return []
    return [_("Others on this machine can read the keys. Run `chmod 600 %s`.") % path]


def clock_is_right() -> list[str]:
    """Whether this machine's clock is not behind what was sealed."""
    from isthmus.ledger.models import Unit

    last = Unit.objects.order_by("-number").values_list("sealed_at", flat=True).first()
    if last is None or last <= now() + timedelta(minutes=5):
        return []
    return [
        _("The clock is behind: the last unit was sealed at %s. Set it, and have it kept by a time service.")
        % _minute(last)
    ]


def nothing_is_held_back() -> list[str]:
    """Whether mail and calls go out: not after a restore, until somebody lets them."""
    from isthmus.core.queue.holding import is_held

    if not is_held():
        return []
    return [
        _(
            "A backup was restored, and nothing goes out since. Let it go under Settings, Jobs, or with "
            "`isthmus jobs release`."
        )
    ]


def webhooks_get_through() -> list[str]:
    """Whether messages to other systems arrive; those that somebody switched off do not matter."""
    from isthmus.webhooks.models import Webhook

    switched_off = Webhook.objects.kept().filter(off_because__in=[Webhook.Off.GONE, Webhook.Off.FAILING])
    failing = Webhook.objects.listening().filter(failing_since__lt=now() - OLDEST_JOB)
    return [
        _("Nothing got through to the webhook %s, so it is off. Look at it under Settings, Webhooks.") % row
        for row in switched_off
    ] + [
        _("Nothing gets through to the webhook %s. See why under Settings, Webhooks.") % row
        for row in failing
    ]


def mailboxes_work() -> list[str]:
    """Whether mailboxes let us in, are whole here, and whether mails of unknown outcome wait for somebody."""
    from isthmus.messages.models import Folder, Mailbox, Recipient

    kept = Mailbox.objects.kept().filter(on=True)
    failing = kept.filter(failing_since__lt=now() - OLDEST_JOB)
    gaps = Folder.objects.filter(mailbox__in=kept, missing__gt=0).select_related("mailbox")
    unknown = Recipient.objects.filter(state="unknown").count()
    found = [
        _("The mailbox %(address)s does not work: %(why)s Look at it under Settings, Mailboxes.")
        % {"address": row.address, "why": row.send_error or row.sync_error}
        for row in failing
    ]
    found += [
        _(
            "%(count)d mails of the folder %(folder)s of %(address)s are missing here. "
            "Read and compare it again."
        )
        % {"count": row.missing, "folder": row, "address": row.mailbox.address}
        for row in gaps
    ]
    if unknown:
        found.append(
            _("Of %d mails nobody knows whether they arrived. Their senders decide it at /mail/unknown/.")
            % unknown
        )
    return found


def sources_are_heard() -> list[str]:
    """Whether every source that somebody watches sent something lately."""
    from isthmus.collect.silence import silent_sources

    return [
        _(
            "Nothing comes from the source %(source)s since %(since)s. See that its line is in the pages, or "
            "that its program runs."
        )
        % {"source": source, "since": _minute(since)}
        for source, since in silent_sources(now())
    ]


def _missing(files: "Iterable[SealedFile]") -> list[str]:
    wrong = [file.path for file in files if _size(file.path) != file.bytes]
    if not wrong:
        return []
    return [
        ngettext(
            "A sealed file is missing or cut off: %(named)s. Run `isthmus ledger verify`, then put it back "
            "from a backup.",
            "%(count)d sealed files are missing or cut off, among them %(named)s. Run "
            "`isthmus ledger verify`, then put them back from a backup.",
            len(wrong),
        )
        % {"count": len(wrong), "named": wrong[0]}
    ]


def _size(path: str) -> int | None:
    try:
        return os.stat(Path(settings.LEDGER_DIR) / path).st_size
    except OSError:
        return None


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"

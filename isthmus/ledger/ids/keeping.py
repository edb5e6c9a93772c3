"""Keeping the lists: those of the last weeks that are missing or not whole are made, others leave."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from isthmus.core.clock import to_us
from isthmus.ledger.by_subject.copy import NotWhole
from isthmus.ledger.by_subject.keeping import is_old
from isthmus.ledger.ids.lists import FOLDER, Ids, list_ids, place_of
from isthmus.ledger.manifest import CurrentFile, current_files, refuse_damaged

# Facts are looked for in the files of the last week and of their own months; older ones are asked seldom.
KEPT_FOR = timedelta(days=40)


def make_missing_lists(
    *, at: datetime, thoroughly: bool = False, after_file: Callable[[CurrentFile], object] | None = None
) -> int:
    """Make the lists that the sealer cannot use. Answers how many. `thoroughly` looks at every byte.

    Raises DamagedLedger rather than list what was not sealed.
    """
    made = 0
    for file in _recent(at):
        if not _is_whole(file, thoroughly=thoroughly):
            refuse_damaged([file], thoroughly=True)
            list_ids(file.path, file.place, sha256=file.sha256)
            made += 1
        if after_file:
            after_file(file)
    return made


def remove_lists(*, at: datetime) -> int:
    """Remove the lists of files that are gone or asked seldom, and drafts that a killed process left."""
    removed, kept = 0, {place_of(file.path) for file in _recent(at)}
    for place in Path(settings.LEDGER_DIR).glob(f"{FOLDER}/*/*"):
        if place not in kept and is_old(place, at):
            place.unlink(missing_ok=True)
            removed += 1
    return removed


def _recent(at: datetime) -> list[CurrentFile]:
    return current_files(max_received_us__gte=to_us(at - KEPT_FOR))


def _is_whole(file: CurrentFile, *, thoroughly: bool) -> bool:
    try:
        Ids(place_of(file.path), sha256=file.sha256, quickly=not thoroughly)
    except (NotWhole, OSError):
        return False
    return True

"""Keeping the copies: those that are missing or not whole are made, those of files that are gone leave."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from isthmus.ledger.by_subject.copy import FOLDER, SUFFIX, Copy, NotWhole, place_of
from isthmus.ledger.by_subject.making import copy_by_subject
from isthmus.ledger.manifest import CurrentFile, current_files, refuse_damaged

# A file is written before the manifest names it.
_GRACE = timedelta(minutes=15)


def make_missing(
    *, thoroughly: bool = False, after_file: Callable[[CurrentFile], object] | None = None
) -> int:
    """Make the copies that readers cannot use. Answers how many. `thoroughly` looks at every block.

    Raises DamagedLedger rather than copy bytes that were not sealed.
    """
    made = 0
    for file in current_files():
        if not _is_whole(file, thoroughly=thoroughly):
            refuse_damaged([file], thoroughly=True)
            copy_by_subject(file.path, file.place, sha256=file.sha256, version=file.schema_version)
            made += 1
        if after_file:
            after_file(file)
    return made


def remove_strays(*, at: datetime) -> int:
    """Remove copies whose sealed file is no longer there, and drafts that a killed process left."""
    removed = 0
    ledger = Path(settings.LEDGER_DIR)
    for copy in ledger.glob(f"{FOLDER}/*/*"):
        sealed = (ledger / "facts" / copy.relative_to(ledger / FOLDER)).with_suffix(".parquet")
        if (copy.suffix != SUFFIX or not sealed.exists()) and is_old(copy, at):
            copy.unlink(missing_ok=True)
            removed += 1
    return removed


def is_old(path: Path, at: datetime) -> bool:
    """Whether a derived file is older than a seal takes; a file that is gone is not."""
    try:
        return path.stat().st_mtime < (at - _GRACE).timestamp()
    except FileNotFoundError:
        return False


def _is_whole(file: CurrentFile, *, thoroughly: bool) -> bool:
    try:
        copy = Copy(place_of(file.path), sha256=file.sha256)
        if thoroughly:
            copy.check()
    except (NotWhole, OSError):
        return False
    return True

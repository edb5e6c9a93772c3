"""Sweeping: files that no reader can need any more leave the disk."""

import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from isthmus.ledger.by_subject.keeping import remove_strays
from isthmus.ledger.ids.keeping import remove_lists
from isthmus.ledger.models import MirrorState, SealedFile
from isthmus.ledger.sealer_lock import merging_lock, sealer_lock
from isthmus.ledger.segments.archive import remove_old
from isthmus.ledger.writing import DRAFT_SUFFIX

# Readers may still hold a list with a superseded file.
SUPERSEDED_GRACE = timedelta(minutes=15)
# Not at once: after a restored backup, files of later units may still be wanted.
ORPHAN_GRACE = timedelta(days=1)


def sweep(*, at: datetime, wait: float = 0.0) -> int:
    """Remove superseded files, files that a killed process left, and old snapshots. Answers how many."""
    # A merge's file is known to the manifest only at its end, and what is derived from it likewise.
    with merging_lock(wait=wait), sealer_lock(wait=wait):
        return (
            _superseded(at)
            + _orphans(at)
            + remove_strays(at=at)
            + remove_lists(at=at)
            + remove_old(at=at)
            + _old_mirrors(at)
            + _scratch_of_the_dead()
        )


def _superseded(at: datetime) -> int:
    rows = SealedFile.objects.filter(
        superseded_by__isnull=False, removed_at=None, superseded_at__lt=at - SUPERSEDED_GRACE
    )
    removed = 0
    for row in rows:
        (Path(settings.LEDGER_DIR) / row.path).unlink(missing_ok=True)
        SealedFile.objects.filter(pk=row.pk).update(removed_at=at)
        removed += 1
    return removed


def orphans() -> list[Path]:
    """Files in the ledger's folder that the manifest does not know: drafts, or of a unit that never was."""
    root = Path(settings.LEDGER_DIR)
    known = set(SealedFile.objects.filter(removed_at=None).values_list("path", flat=True))
    return [
        path
        for path in sorted(root.glob("facts/*/*"))
        if path.suffix == DRAFT_SUFFIX or str(path.relative_to(root)) not in known
    ]


def _orphans(at: datetime) -> int:
    return sum(_removed_if_old(path, at, ORPHAN_GRACE) for path in orphans())


def _old_mirrors(at: datetime) -> int:
    root = Path(settings.LEDGER_DIR)
    current = set(MirrorState.objects.values_list("path", flat=True))
    others = [path for path in root.glob("mirror/*") if str(path.relative_to(root)) not in current]
    return sum(_removed_if_old(path, at, SUPERSEDED_GRACE) for path in others)


def _removed_if_old(path: Path, at: datetime, age: timedelta) -> int:
    try:
        if path.stat().st_mtime >= (at - age).timestamp():
            return 0
        path.unlink()
    except FileNotFoundError:
        return 0
    return 1


def _scratch_of_the_dead() -> int:
    """Folders in which a process's engine put what did not fit its memory, once that process is gone."""
    removed = 0
    for folder in Path(settings.LEDGER_DIR).glob("scratch/*"):
        if folder.name.isdigit() and not _alive(int(folder.name)):
            shutil.rmtree(folder, ignore_errors=True)
            removed += 1
    return removed


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

"""Taking out of files of received batches what must not stand there: each is written anew, then swapped."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from isthmus.core.crash import crash_point
from isthmus.ledger.sealer_lock import sealer_lock
from isthmus.ledger.segments.archive import DRAFT_SUFFIX, archived, read_archived, write_packed
from isthmus.ledger.segments.files import OPEN, closed_segments, folder, unsealed_segments, write_whole
from isthmus.ledger.segments.frames import Batch, frame, read_frames

Change = Callable[[Batch], Batch | None]  # the same batch: nothing to change; None: it goes
_PAUSE = 0.05


class StillWritten(RuntimeError):  # noqa: N818 (a job's failure, which the queue repeats)
    """A segment stayed open for longer than any should."""


def rewrite_received(change: Change, *, wait: float = 600.0, patience: float = 60.0) -> int:
    """Change every batch that was received until now, sealed or not; how many files were written anew.

    Segments that are written to are waited for: each closes within seconds. Safe to repeat: a file is there
    as it was or as it is to be. The lock is given back between files, so that sealing goes on meanwhile.
    """
    _wait_for([path for path in unsealed_segments() if path.suffix == OPEN], patience)
    with sealer_lock(wait=wait):
        changed = sum(_segment(path, change) for path in closed_segments())
        _remove_drafts()
    # Now: what was sealed meanwhile lies in the archive, so nothing is passed over.
    for path in archived():
        with sealer_lock(wait=wait):
            changed += path.exists() and _packed(path, change)
    return changed


def _wait_for(written: list[Path], patience: float) -> None:
    """Until the segments of the living are closed. The lock of a dead writer's is free: it is closed here."""
    end = time.monotonic() + patience
    while closed_segments() is not None and any(path.exists() for path in written):
        if time.monotonic() >= end:
            raise StillWritten("A segment of received events was not closed by the process that writes it.")
        time.sleep(_PAUSE)


def _segment(path: Path, change: Change) -> bool:
    if not _concerns(read_frames(path), change):
        return False
    write_whole(path.with_suffix(DRAFT_SUFFIX), _changed(read_frames(path), change))
    crash_point("ledger.rewrite.segment_written")
    path.with_suffix(DRAFT_SUFFIX).replace(path)
    crash_point("ledger.rewrite.segment_swapped")
    return True


def _packed(path: Path, change: Change) -> bool:
    if not _concerns(read_archived(path), change):
        return False
    write_packed(path, _changed(read_archived(path), change), dated=path.stat().st_mtime)
    crash_point("ledger.rewrite.archive_swapped")
    return True


def _concerns(batches: Iterator[Batch], change: Change) -> bool:
    return any(change(batch) is not batch for batch in batches)


def _changed(batches: Iterator[Batch], change: Change) -> Iterator[bytes]:
    for batch in batches:
        if (kept := change(batch)) is not None:
            yield frame(kept)


def _remove_drafts() -> None:
    """Of a killed run: what was to go may stand in one."""
    for path in folder().glob(f"*{DRAFT_SUFFIX}") if folder().exists() else ():
        path.unlink()

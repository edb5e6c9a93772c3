"""The raw archive: sealed segments as they were received, packed, for thirty days; for repair and replay.

A file is `raw/<unit>-<segment>.zst`: frames as in a segment, those that were whole.
"""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from isthmus.ledger.segments.files import sync_folder
from isthmus.ledger.segments.frames import Batch, decoded, framed, payloads

KEPT = timedelta(days=30)
SUFFIX = ".zst"
DRAFT_SUFFIX = ".draft"


def folder() -> Path:
    """Where the archive lies."""
    place: Path = settings.LEDGER_DIR / "raw"
    return place


def archive(segment: Path, *, unit: int) -> None:
    """Pack a segment's whole frames into the archive. It stands there complete, or not at all."""
    place = folder()
    place.mkdir(parents=True, exist_ok=True)
    packed = place / f"{unit:010d}-{segment.stem}{SUFFIX}"
    if packed.exists():
        return
    with open(segment, "rb") as file:
        write_packed(packed, (framed(payload) for payload in payloads(file)))


def write_packed(packed: Path, frames: Iterator[bytes], *, dated: float | None = None) -> None:
    """Write frames as one file of the archive, durable under its name; in place of one that is there.

    `dated` is when it was first archived (seconds since 1970; None: now): from then its days are counted.
    """
    import pyarrow as pa

    draft = packed.with_suffix(DRAFT_SUFFIX)
    with pa.CompressedOutputStream(pa.OSFile(str(draft), "wb"), "zstd") as out:
        for text in frames:
            out.write(text)
    if dated is not None:
        os.utime(draft, (dated, dated))
    descriptor = os.open(draft, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    os.rename(draft, packed)
    sync_folder(packed.parent)


def archived() -> list[Path]:
    """The files of the archive, oldest unit first."""
    return sorted(folder().glob(f"*{SUFFIX}"))


def read_archived(packed: Path) -> Iterator[Batch]:
    """The batches of a file of the archive."""
    import pyarrow as pa

    with pa.input_stream(str(packed), compression="zstd") as file:
        for payload in payloads(file):
            yield decoded(payload)


def remove_old(*, at: datetime) -> int:
    """Take away what was archived more than thirty days ago, and drafts of the dead. Answers how many."""
    removed = 0
    place = folder()
    for path in place.iterdir() if place.exists() else ():
        age = at.timestamp() - path.stat().st_mtime
        if age > (KEPT.total_seconds() if path.suffix == SUFFIX else 86_400):
            path.unlink(missing_ok=True)
            removed += 1
    return removed

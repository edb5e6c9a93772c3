"""Merging files: many small files of a month become one, so that a question opens few of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_noop

from isthmus.core import engine
from isthmus.core.clock import now
from isthmus.core.crash import crash_point
from isthmus.ledger.manifest import (
    CurrentFile,
    add_files,
    current_files,
    next_unit_number,
    refuse_damaged,
    supersede,
)
from isthmus.ledger.models import SealedFile, Unit
from isthmus.ledger.schema import NAMES, select_list
from isthmus.ledger.sealer_lock import LedgerBusy, merging_lock, sealer_lock
from isthmus.ledger.writing import ORDER, WrittenFile, write_facts

if TYPE_CHECKING:
    import pyarrow as pa

FILES_A_MONTH = 10
_LEFT = 5  # files of a month after a merge, the new one included
_FULL = 8_000_000  # rows: a file this large is never rewritten just for order
_AT_ONCE = 1_000_000  # rows: by day a merge takes seconds, so that an erasure need not wait long for it
_PATIENCE = 600.0  # seconds that a written file waits for a sealer at work on a long backlog
MERGED = gettext_noop("merged with others of its month")


@dataclass(frozen=True)
class Merged:
    """One merge: how many files of which month became one, and its rows."""

    month: str
    files: int
    rows: int


def merge_files(*, wait: float = 0.0, thoroughly: bool = False) -> list[Merged]:
    """Merge files in the months that have too many: the smallest first, so that a row is rewritten rarely.

    thoroughly: leave one file in each month (full files aside), as is done at night; else a merge takes no
    more than a million rows. What comes in meanwhile is sealed meanwhile. Raises LedgerBusy while another
    process merges or erases, or has much to seal.
    """
    done: list[Merged] = []
    with merging_lock(wait=wait):
        with sealer_lock(wait=wait):
            current = current_files()
        for month, files in _by_month(current).items():
            if chosen := choose(files, thoroughly=thoroughly):
                _merge(month, chosen)
                done.append(Merged(month, len(chosen), sum(file.rows for file in chosen)))
    return done


def choose(files: Sequence[CurrentFile], *, thoroughly: bool = False) -> list[CurrentFile]:
    """The files of one month to merge now; empty when it is fine as it is, or can wait for the night."""
    ordered = sorted((file for file in files if file.rows < _FULL), key=lambda file: file.rows)
    if thoroughly:
        return ordered if len(ordered) > 1 else []
    if len(ordered) <= FILES_A_MONTH:
        return []
    together = accumulate(file.rows for file in ordered[: len(ordered) - _LEFT + 1])
    within = sum(rows <= _AT_ONCE for rows in together)
    return ordered[:within] if within > 1 else []


def sorted_batches(files: Sequence[CurrentFile]) -> "pa.RecordBatchReader":
    """The rows of files in the order in which files are written."""
    by_version: dict[int, list[str]] = defaultdict(list)
    for file in files:
        by_version[file.schema_version].append(file.place)
    parts = [f"SELECT {select_list(version)} FROM read_parquet(?)" for version in by_version]  # noqa: S608
    return (
        engine.cursor()
        .sql(
            f"SELECT {', '.join(NAMES)} FROM ({' UNION ALL '.join(parts)}) "  # noqa: S608 (our own names)
            f"ORDER BY {', '.join(f'{name} NULLS LAST' for name in (*ORDER, 'id'))}",
            params=list(by_version.values()),
        )
        .to_arrow_reader()
    )


def _by_month(files: Iterable[CurrentFile]) -> dict[str, list[CurrentFile]]:
    months: dict[str, list[CurrentFile]] = defaultdict(list)
    for file in files:
        months[file.month].append(file)
    return months


def _merge(month: str, files: Sequence[CurrentFile]) -> None:
    # A rewritten file gets a new hash: damage must be found now, or it would be sealed in.
    refuse_damaged(files, thoroughly=True)
    levels = SealedFile.objects.filter(pk__in=[file.pk for file in files]).values_list("level", flat=True)
    written = write_facts(
        sorted_batches(files),
        rows=sum(file.rows for file in files),
        month=month,
        label="merged",
        step="ledger.merge",
    )
    try:
        with sealer_lock(wait=_PATIENCE):
            replace_files(
                files,
                [written],
                kind=Unit.Kind.MERGE,
                reason=MERGED,
                level=max(levels) + 1,
                number=next_unit_number(),
            )
    except LedgerBusy:
        (Path(settings.LEDGER_DIR) / written.path).unlink()
        raise


def replace_files(
    files: Sequence[CurrentFile],
    written: Sequence[WrittenFile],
    *,
    kind: Unit.Kind,
    reason: str,
    level: int,
    number: int,
) -> None:
    """In one transaction, let a new unit's files take the place of others. Old bytes stay until swept."""
    at = now()
    with transaction.atomic():
        unit = Unit.objects.create(
            number=number, kind=kind, sealed_at=at, rows=sum(file.rows for file in written)
        )
        supersede(files, unit=unit, reason=reason, at=at)
        crash_point("ledger.merge.after_supersede")
        add_files(unit, written, level=level, at=at)
        crash_point("ledger.merge.before_commit")
    crash_point("ledger.merge.after_commit")

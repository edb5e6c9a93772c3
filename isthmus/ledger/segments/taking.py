"""Taking closed segments to be sealed, and letting go of those that are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from isthmus.core.crash import crash_point
from isthmus.ledger.models import TakenSegment, Unit
from isthmus.ledger.segments.archive import archive
from isthmus.ledger.segments.files import closed_segments, sync_folder
from isthmus.ledger.segments.frames import Batch, read_frames


@dataclass(frozen=True)
class Taken:
    """Whole segments, and the batches in them."""

    paths: Sequence[Path]
    batches: Sequence[Batch]


def waiting_segments() -> list[Path]:
    """The segments that may be sealed now, oldest first; those that a unit holds already are let go."""
    paths = closed_segments()
    if not paths:
        return []
    held = {row.name: row.unit_id for row in TakenSegment.objects.filter(name__in=_names(paths))}
    sealed = [path for path in paths if path.name in held]
    for path in sealed:
        let_go([path], unit=held[path.name])
    return [path for path in paths if path.name not in held]


def take(paths: Sequence[Path], *, events: int) -> Taken:
    """The first of these segments, whole, until they hold so many events."""
    taken: list[Path] = []
    batches: list[Batch] = []
    count = 0
    for path in paths:
        if count >= events:
            break
        read = list(read_frames(path))
        batches += read
        count += sum(batch.count for batch in read)
        taken.append(path)
    return Taken(taken, batches)


def mark_taken(paths: Iterable[Path], unit: Unit) -> None:
    """Note in the unit's transaction that it holds these segments."""
    TakenSegment.objects.bulk_create(TakenSegment(name=path.name, unit=unit) for path in paths)


def let_go(paths: Sequence[Path], *, unit: int) -> None:
    """Put segments that a unit holds into the raw archive; then no trace of them is needed here.

    Safe to repeat, wherever it was cut off.
    """
    for path in paths:
        archive(path, unit=unit)
        crash_point("ledger.segment.after_archive")
        path.unlink(missing_ok=True)
    if paths:
        sync_folder(paths[0].parent)
    TakenSegment.objects.filter(name__in=_names(paths)).delete()


def _names(paths: Iterable[Path]) -> list[str]:
    return [path.name for path in paths]

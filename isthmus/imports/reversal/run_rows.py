"""The rows of a run: which it made, and its batches in the order in which they are undone."""

from bisect import bisect_right
from collections.abc import Iterator

from isthmus.imports.models import ImportBatch, ImportRun
from isthmus.imports.reversal.groups import Group
from isthmus.imports.reversal.kinds import WHOLES
from isthmus.imports.reversal.noting import KEYS


class RowsOfRun:
    """The new rows of a run by ranges: whether it made a row, and in which batch."""

    def __init__(self, run: ImportRun) -> None:
        self.rows = self.undone = 0  # of the files
        starts: dict[str, list[tuple[int, int, int]]] = {}
        batches = ImportBatch.objects.filter(run=run).order_by("pk")
        for pk, made, first, last, undone in batches.values_list("pk", "made", "first", "last", "undone"):
            self.rows += last - first + 1
            self.undone += (last - first + 1) * undone
            for label, ranges in (made or {}).items():
                if label != KEYS:
                    starts.setdefault(label, []).extend((first, last, pk) for first, last in ranges)
        self._ranges = {label: sorted(ranges) for label, ranges in starts.items()}
        self._firsts = {label: [one[0] for one in ranges] for label, ranges in self._ranges.items()}

    def holds(self, label: str, number: int, from_batch: int = 0) -> bool:
        """Whether the run made this row (in that batch or a later one)."""
        place = bisect_right(self._firsts.get(label, []), number) - 1
        if place < 0:
            return False
        _first, last, batch = self._ranges[label][place]
        return number <= last and batch >= from_batch

    @property
    def columns(self) -> list[str]:
        """The columns of facts that may name rows which the run made or changed."""
        made = {WHOLES[label].fact_column for label in self._ranges if label in WHOLES} - {"", "owner"}
        return sorted(made | {"subject", "lead_id", "deal_id", "order_id"})


def groups_of(run: ImportRun, size: int) -> Iterator[Group]:
    """The batches that are not undone yet, the latest first, about `size` rows at a time."""
    before = 1 << 62
    while True:
        found = list(ImportBatch.objects.filter(run=run, undone=False, pk__lt=before).order_by("-pk")[:size])
        if not found:
            return
        before = found[-1].pk
        waiting: list[ImportBatch] = []
        rows = 0
        for batch in found:
            own = batch.last - batch.first + 1
            if waiting and rows + own > size:
                yield Group.of(waiting)
                waiting, rows = [], 0
            waiting.append(batch)
            rows += own
        yield Group.of(waiting)

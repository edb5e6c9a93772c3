"""Some batches of a run with what they noted, and what becomes of their rows."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from isthmus.imports.models import ChangedRow, ImportBatch
from isthmus.imports.reversal.kinds import WHOLES
from isthmus.imports.reversal.noting import KEYS, Before, numbers_of, read_changed

Row = tuple[str, int]  # model, number
Gone = Callable[[str, int], bool]


@dataclass
class Verdict:
    """What becomes of the rows of some batches."""

    going: dict[str, list[int]] = field(default_factory=dict)
    restored: dict[Row, dict[str, Any]] = field(default_factory=dict)  # field -> what it held before
    stays: dict[Row, tuple[str, str]] = field(default_factory=dict)  # -> fate, reason
    partly: set[Row] = field(default_factory=set)  # known people of whom only edited fields stay
    keys: int = 0  # facts that belong to no row

    def reversed(self, made_by_run: Gone) -> Counter[str]:
        """How many rows of each kind are taken back; parts of people and accounts are not told."""
        found: Counter[str] = Counter()
        for label, numbers in self.going.items():
            if label in COUNTED:
                found[label] += len(numbers)
        for row in self.restored.keys() - self.stays.keys():
            found[row[0]] += not made_by_run(*row)
        found["fact"] += self.keys
        return +found


COUNTED = (*WHOLES, "sales.payment", "sales.activity")


@dataclass
class Group:
    """Some batches of a run, and what they noted."""

    batches: Sequence[ImportBatch]
    made: dict[str, list[int]]
    changed: list[ChangedRow]
    before: Mapping[int, Before | None]

    @classmethod
    def of(cls, batches: Sequence[ImportBatch]) -> "Group":
        """The group of these batches, its notes opened; the latest change of a row first."""
        made: dict[str, list[int]] = {}
        for batch in batches:
            for label, ranges in (batch.made or {}).items():
                if label != KEYS:
                    made.setdefault(label, []).extend(numbers_of(ranges))
        changed = list(ChangedRow.objects.filter(batch__in=batches).order_by("-batch", "-pk"))
        return cls(batches, made, changed, read_changed(changed))

    @property
    def rows(self) -> int:
        """How many rows of the files, about: numbers that `where` passed over are among them."""
        return sum(batch.last - batch.first + 1 for batch in self.batches)

    @property
    def keys(self) -> list[str]:
        """Natural keys of facts that belong to no row."""
        return [key for batch in self.batches for key in (batch.made or {}).get(KEYS, ())]

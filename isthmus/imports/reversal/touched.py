"""Which records somebody or something else worked on since an import: told by facts of other batches."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from isthmus.core.clock import now, to_us
from isthmus.imports.models import ImportBatch, ImportRun

_TOUCHED = """
SELECT DISTINCT {column} FROM facts
WHERE received_us >= $since AND {column} IS NOT NULL
  AND (batch IS NULL OR batch NOT IN (SELECT unnest($batches)))
"""


@dataclass
class Touched:
    """Numbers by the column of facts that names them, as of `at`. Subjects are as they were written."""

    at: datetime
    by_column: dict[str, set[int]] = field(default_factory=dict)

    def holds(self, column: str, number: int) -> bool:
        """Whether a fact of somebody else names it."""
        return number in self.by_column.get(column, ())


def touched_since(run: ImportRun, columns: Iterable[str]) -> Touched:
    """Look once through the facts that came since the run began."""
    from isthmus.ledger.reading import snapshot

    found = Touched(now())
    batches = ImportBatch.objects.filter(run=run).values_list("batch", flat=True)
    own = [str(batch) for batch in batches.iterator(chunk_size=5000)]
    with snapshot() as ledger:
        for column in columns:
            rows = ledger.execute(
                _TOUCHED.format(column=column),
                {"since": to_us(run.started_at), "batches": own},
                subjects=False,
            )
            found.by_column[column] = {number for (number,) in rows.fetchall()}
    return found

"""Scratch files: facts by month, on the disk, until each month's are sorted."""

import shutil
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from isthmus.ledger.schema import arrow_schema

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

# Rows of a month that are gathered before they are written. Few: many months are open at once.
_GATHERED = 16_000


class Spill:
    """Files of facts by month in a folder that is gone at the end, and with the process if it dies."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.places: dict[str, Path] = {}
        self.rows = 0
        self._waiting: dict[str, list[pa.RecordBatch]] = {}
        self._writers: dict[str, pq.ParquetWriter] = {}

    def __enter__(self) -> "Spill":
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for writer in self._writers.values():
            writer.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def add(self, month: str, facts: "pa.RecordBatch") -> None:
        """Take facts of a month."""
        waiting = self._waiting.setdefault(month, [])
        waiting.append(facts)
        self.rows += facts.num_rows
        if sum(batch.num_rows for batch in waiting) >= _GATHERED:
            self._write(month)

    def close(self) -> None:
        """Write what is gathered still; from here on the files can be read."""
        for month in list(self._waiting):
            self._write(month)
        for writer in self._writers.values():
            writer.close()
        self._writers = {}

    def _write(self, month: str) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        waiting = self._waiting.pop(month)
        if month not in self._writers:
            self.places[month] = self.folder / f"{month}.parquet"
            self._writers[month] = pq.ParquetWriter(
                self.places[month], arrow_schema(), compression="lz4", store_schema=False
            )
        table = pa.Table.from_batches(waiting, arrow_schema()).combine_chunks()
        self._writers[month].write_table(table, row_group_size=table.num_rows)

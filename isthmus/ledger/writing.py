"""Writing sealed files so that they are whole and durable before the manifest names them."""

import hashlib
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from isthmus.core.crash import crash_point
from isthmus.ledger.by_subject.making import copy_by_subject
from isthmus.ledger.ids.lists import list_ids
from isthmus.ledger.schema import COLUMNS, CURRENT, arrow_schema

if TYPE_CHECKING:
    import pyarrow as pa

# Facts lie by kind, then by subject and time: a metric reads the row groups of its kinds and no others.
ORDER = ("kind", "subject", "occurred_us", "received_us")
ROW_GROUP = 64 * 1024
LEAST_ROW_GROUP = 8 * 1024  # a kind with fewer rows shares its row group with the next
PAGE_ROWS = 4 * 1024
# Nearly every value of these is different: a dictionary would only cost.
_NO_DICTIONARY = {"id", "natural_key", "batch", "props", "occurred_us", "received_us"}
DRAFT_SUFFIX = ".draft"


@dataclass(frozen=True)
class FileStamp:
    """What the system says of a file. When it is as last verified, the bytes are taken to be so too."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int

    @classmethod
    def of(cls, path: Path | str) -> "FileStamp":
        """The stamp of a file. Raises FileNotFoundError when there is none."""
        status = os.stat(path)
        inode = status.st_ino & (1 << 63) - 1
        return cls(status.st_size, status.st_mtime_ns, status.st_ctime_ns, inode)


@dataclass(frozen=True)
class WrittenFile:
    """A file on the disk that the manifest may name from now on."""

    path: str
    month: str
    rows: int
    sha256: str
    stamp: FileStamp
    occurred_us: tuple[int, int]
    received_us: tuple[int, int]
    ids: tuple[bytes, bytes]
    schema_version: int = CURRENT


def write_facts(
    batches: Iterable["pa.RecordBatch"], *, rows: int, month: str, label: str, step: str
) -> WrittenFile:
    """Write so many facts, at least one and in `ORDER` already, as one durable file of a month.

    The file stands complete under its name, with its folder synced, or does not stand there at all.
    `step` names the crash points.
    """
    import pyarrow.parquet as pq

    folder = settings.LEDGER_DIR / "facts" / month
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{label}-{secrets.token_hex(4)}.parquet"
    draft = path.with_suffix(DRAFT_SUFFIX)
    span = _Span()
    with pq.ParquetWriter(
        draft,
        arrow_schema(),
        compression="zstd",
        write_page_checksum=True,
        # With an index of small pages, a look for one subject decompresses those pages alone.
        write_page_index=True,
        max_rows_per_page=PAGE_ROWS,
        # ... and files in which the subject does not occur are passed over.
        bloom_filter_options={"subject": {"ndv": min(rows, ROW_GROUP), "fpp": 0.02}},
        use_dictionary=[column.name for column in COLUMNS if column.name not in _NO_DICTIONARY],
        store_schema=False,
    ) as writer:
        for table in _in_row_groups(batches):
            span.add(table)
            writer.write_table(table, row_group_size=ROW_GROUP)
    assert span.rows == rows > 0, "facts were lost while they were written"
    crash_point(f"{step}.after_write")
    sync(draft)
    crash_point(f"{step}.after_sync")
    os.rename(draft, path)
    sync(folder)
    crash_point(f"{step}.after_rename")
    name, sha256 = str(path.relative_to(settings.LEDGER_DIR)), sha256_of(path)
    copy_by_subject(name, path, sha256=sha256)
    list_ids(name, path, sha256=sha256)
    return WrittenFile(
        path=name,
        month=month,
        rows=span.rows,
        sha256=sha256,
        stamp=FileStamp.of(path),
        occurred_us=(span.occurred[0], span.occurred[1]),
        received_us=(span.received[0], span.received[1]),
        ids=(span.ids[0], span.ids[1]),
    )


def sha256_of(path: Path | str) -> str:
    """The hash of a file's bytes, in hex."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Have the system put a file, or the names in a folder, on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _in_row_groups(batches: Iterable["pa.RecordBatch"]) -> Iterable["pa.Table"]:
    """The batches as tables of one row group each, which ends with its kind or when it is full."""
    import pyarrow as pa

    waiting: list[pa.RecordBatch] = []
    rows, last = 0, None
    for kind, run in _runs_of_a_kind(batches):
        if kind != last and rows >= LEAST_ROW_GROUP:
            yield _table(waiting)
            waiting, rows = [], 0
        last = kind
        while rows + run.num_rows >= ROW_GROUP:
            taken = ROW_GROUP - rows
            yield _table([*waiting, run.slice(0, taken)])
            run, waiting, rows = run.slice(taken), [], 0
        if run.num_rows:
            waiting.append(run)
            rows += run.num_rows
    if waiting:
        yield _table(waiting)


def _runs_of_a_kind(batches: Iterable["pa.RecordBatch"]) -> Iterable[tuple[str, "pa.RecordBatch"]]:
    import pyarrow.compute as pc

    for batch in batches:
        runs = pc.run_end_encode(batch["kind"])
        start = 0
        for kind, end in zip(runs.values.to_pylist(), runs.run_ends.to_pylist(), strict=True):
            yield kind, batch.slice(start, end - start)
            start = end


def _table(batches: list["pa.RecordBatch"]) -> "pa.Table":
    import pyarrow as pa

    return pa.Table.from_batches(batches).cast(arrow_schema()).combine_chunks()


class _Span:
    """Counts the rows that pass and keeps the least and greatest times and ids."""

    def __init__(self) -> None:
        self.rows = 0
        self.occurred: list[int] = []
        self.received: list[int] = []
        self.ids: list[bytes] = []

    def add(self, table: "pa.Table") -> None:
        import pyarrow.compute as pc

        self.rows += table.num_rows
        columns = (("occurred_us", self.occurred), ("received_us", self.received), ("id", self.ids))
        for name, seen in columns:
            edges = pc.min_max(table[name])
            _widen(seen, edges["min"].as_py(), edges["max"].as_py())


def _widen(seen: list[Any], low: Any, high: Any) -> None:
    seen[:] = [low, high] if not seen else [min(seen[0], low), max(seen[1], high)]

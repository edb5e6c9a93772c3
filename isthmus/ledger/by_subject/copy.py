"""The form of a copy: blocks of facts, each behind the subjects of its rows, and a directory at the end."""

import os
import struct
import threading
import zlib
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from django.conf import settings

from isthmus.core.crash import crash_point
from isthmus.ledger.schema import CURRENT, arrow_schema

if TYPE_CHECKING:
    import pyarrow as pa

FOLDER = "by_subject"
SUFFIX = ".rows"
BLOCK = 128
_LEVEL = 3
_MARK = b"isthmus1"
# Hash of the sealed file, schema version, place of the directory, blocks, checksum of directory and these.
_FOOTER = struct.Struct("=32sqqqI8s")
_COLUMNS = ("first", "last", "place", "rows", "raw", "head_sum", "body_sum")


class NotWhole(Exception):  # noqa: N818 (readers go to the sealed file instead; nobody sees this)
    """A copy that cannot be used: another file's, cut short, or changed."""


@dataclass
class _Directory:
    """For each block: least and greatest subject, where it begins, its rows, its size unpacked, checksums."""

    first: "array[int]" = field(default_factory=lambda: array("q"))
    last: "array[int]" = field(default_factory=lambda: array("q"))
    place: "array[int]" = field(default_factory=lambda: array("q"))
    rows: "array[int]" = field(default_factory=lambda: array("q"))
    raw: "array[int]" = field(default_factory=lambda: array("q"))
    head_sum: "array[int]" = field(default_factory=lambda: array("q"))
    body_sum: "array[int]" = field(default_factory=lambda: array("q"))

    def packed(self) -> bytes:
        return b"".join(getattr(self, name).tobytes() for name in _COLUMNS)

    @classmethod
    def unpacked(cls, text: bytes) -> "_Directory":
        length = len(text) // len(_COLUMNS)
        parts = (text[start : start + length] for start in range(0, len(text), length)) if length else ()
        return cls(**{name: array("q", part) for name, part in zip(_COLUMNS, parts, strict=bool(length))})


def place_of(path: str) -> Path:
    """Where the copy of a sealed file lies; `path` is as in the manifest."""
    return (Path(settings.LEDGER_DIR) / FOLDER / Path(path).relative_to("facts")).with_suffix(SUFFIX)


def write_copy(place: Path, batches: Iterable["pa.RecordBatch"], *, sha256: str) -> None:
    """Write the copy of a file with this hash. The batches come by subject and hold no fact without one.

    It is not synced: what a power cut leaves of it is not whole, and is made anew.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_suffix(f".{os.getpid()}-{threading.get_ident()}.draft")
    try:
        with open(draft, "wb") as out:
            directory = _Directory()
            for block in _blocks(batches):
                _write_block(out, block, directory)
            _write_end(out, directory, sha256)
        crash_point("ledger.copy.after_write")
        os.rename(draft, place)
    finally:
        draft.unlink(missing_ok=True)


class Copy:
    """A copy that was found whole, as far as its directory; blocks are checked as they are read."""

    def __init__(self, place: Path | str, *, sha256: str) -> None:
        self.place, self.sha256 = place, sha256
        with _opened(place) as file:
            size = file.seek(0, os.SEEK_END)
            if size < _FOOTER.size:
                raise NotWhole
            file.seek(size - _FOOTER.size)
            footer = file.read(_FOOTER.size)
            made_from, version, start, blocks, checksum, mark = _FOOTER.unpack(footer)
            length = blocks * len(_COLUMNS) * 8
            ours = mark == _MARK and version == CURRENT and made_from.hex() == sha256
            if not ours or start + length + _FOOTER.size != size:
                raise NotWhole
            file.seek(start)
            text = file.read(length)
        if zlib.crc32(footer[:-12], zlib.crc32(text)) != checksum:
            raise NotWhole
        self._directory = _Directory.unpacked(text)
        self._end = start

    def of(self, subjects: Sequence[int]) -> list["pa.RecordBatch"]:
        """The facts of some subjects, given in rising order."""
        directory = self._directory
        holding: dict[int, list[int]] = {}
        for subject in subjects:
            start = bisect_left(directory.last, subject)
            for block in range(start, bisect_right(directory.first, subject, start)):
                holding.setdefault(block, []).append(subject)
        if not holding:
            return []
        with _opened(self.place) as file:
            return [batch for block, those in holding.items() for batch in self._parts(file, block, those)]

    def check(self) -> None:
        """Raise NotWhole unless every block is as it was written."""
        with _opened(self.place) as file:
            for block in range(len(self._directory.place)):
                self._head(file, block)
                self._body(file, block)

    def _parts(self, file: BinaryIO, block: int, subjects: Sequence[int]) -> Iterator["pa.RecordBatch"]:
        head = self._head(file, block)
        spans = [(bisect_left(head, subject), bisect_right(head, subject)) for subject in subjects]
        spans = [(start, end) for start, end in spans if start < end]
        if not spans:
            return
        body = self._body(file, block)
        for start, end in spans:
            yield body.slice(start, end - start)

    def _head(self, file: BinaryIO, block: int) -> "array[int]":
        directory = self._directory
        text = os.pread(file.fileno(), directory.rows[block] * 8, directory.place[block])
        if zlib.crc32(text) != directory.head_sum[block]:
            raise NotWhole
        return array("q", text)

    def _body(self, file: BinaryIO, block: int) -> "pa.RecordBatch":
        import pyarrow as pa

        directory = self._directory
        place = directory.place[block] + directory.rows[block] * 8
        end = directory.place[block + 1] if block + 1 < len(directory.place) else self._end
        text = os.pread(file.fileno(), end - place, place)
        if zlib.crc32(text) != directory.body_sum[block]:
            raise NotWhole
        unpacked = pa.Codec("zstd").decompress(text, directory.raw[block])
        return pa.ipc.read_record_batch(unpacked, arrow_schema())


def _opened(place: Path | str) -> BinaryIO:
    return open(place, "rb", buffering=0)


def _blocks(batches: Iterable["pa.RecordBatch"]) -> Iterator["pa.RecordBatch"]:
    """The rows in blocks of one size; the last one is what remains."""
    import pyarrow as pa

    rest: list[pa.RecordBatch] = []
    for batch in batches:
        together = pa.Table.from_batches([*rest, batch]).cast(arrow_schema()).combine_chunks()
        whole = together.num_rows - together.num_rows % BLOCK
        for start in range(0, whole, BLOCK):
            yield from together.slice(start, BLOCK).to_batches()
        rest = together.slice(whole).to_batches()
    yield from rest


def _write_block(out: BinaryIO, block: "pa.RecordBatch", directory: _Directory) -> None:
    import pyarrow as pa

    head = array("q", block["subject"].to_pylist())
    # A look for a subject halves its way: out of order, facts would be there and not be found.
    assert list(head) == sorted(head), "a copy is written by subject"
    assert not directory.last or directory.last[-1] <= head[0], "a copy is written by subject"
    serialized = block.serialize()
    body = pa.Codec("zstd", _LEVEL).compress(serialized)
    directory.first.append(head[0])
    directory.last.append(head[-1])
    directory.place.append(out.tell())
    directory.rows.append(block.num_rows)
    directory.raw.append(serialized.size)
    directory.head_sum.append(zlib.crc32(head.tobytes()))
    directory.body_sum.append(zlib.crc32(body))
    out.write(head.tobytes())
    out.write(body)


def _write_end(out: BinaryIO, directory: _Directory, sha256: str) -> None:
    start, text = out.tell(), directory.packed()
    told = _FOOTER.pack(bytes.fromhex(sha256), CURRENT, start, len(directory.place), 0, _MARK)[:-12]
    checksum = zlib.crc32(told, zlib.crc32(text))
    out.write(text)
    out.write(told + struct.pack("=I8s", checksum, _MARK))

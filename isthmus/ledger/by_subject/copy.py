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
_MARK = b"isthmus2"
# Hash of the sealed file, schema version, place of the directory, blocks, checksum of directory and these.
_FOOTER = struct.Struct("=32sqqqI8s")
_BITS = 8 * BLOCK  # of the filter of each block
_ENTRY = 7 * 8 + _BITS // 8  # bytes of the directory for each block
_COLUMNS = ("first", "last", "place", "rows", "raw", "head_sum", "body_sum")


class NotWhole(Exception):  # noqa: N818 (readers go to the sealed file instead; nobody sees this)
    """A copy that cannot be used: another file's, cut short, or changed."""


@dataclass
class _Directory:
    """For each block: least and greatest subject, where it begins, its rows, its size unpacked, checksums.

    And a Bloom filter of its subjects: where nobody is, no file is opened. Each call of the system lets go of
    the interpreter, and a thread that lets go of it often waits for the others each time.
    """

    first: "array[int]" = field(default_factory=lambda: array("q"))
    last: "array[int]" = field(default_factory=lambda: array("q"))
    place: "array[int]" = field(default_factory=lambda: array("q"))
    rows: "array[int]" = field(default_factory=lambda: array("q"))
    raw: "array[int]" = field(default_factory=lambda: array("q"))
    head_sum: "array[int]" = field(default_factory=lambda: array("q"))
    body_sum: "array[int]" = field(default_factory=lambda: array("q"))

    bits: bytearray = field(default_factory=bytearray)

    def packed(self) -> bytes:
        return b"".join(getattr(self, name).tobytes() for name in _COLUMNS) + self.bits

    @classmethod
    def unpacked(cls, text: bytes) -> "_Directory":
        width = len(text) // _ENTRY * 8
        columns = {name: array("q", text[at * width :][:width]) for at, name in enumerate(_COLUMNS)}
        return cls(**columns, bits=bytearray(text[len(_COLUMNS) * width :]))

    def blocks_with(self, subject: int) -> list[int]:
        """The blocks in which a subject is, and rarely one in which it is not."""
        start = bisect_left(self.last, subject)
        among = range(start, bisect_right(self.first, subject, start))
        places = _places(subject) if among else ()
        return [block for block in among if all(self._has(block * _BITS + place) for place in places)]

    def add(self, head: "array[int]", place: int, raw: int, head_sum: int, body_sum: int) -> None:
        block = len(self.place)
        row = (head[0], head[-1], place, len(head), raw, head_sum, body_sum)
        for name, value in zip(_COLUMNS, row, strict=True):
            getattr(self, name).append(value)
        self.bits += bytes(_BITS // 8)
        for subject in set(head):
            for bit in _places(subject):
                self.bits[(block * _BITS + bit) >> 3] |= 1 << (bit & 7)

    def _has(self, bit: int) -> int:
        return self.bits[bit >> 3] & 1 << (bit & 7)


def _places(subject: int) -> tuple[int, int, int]:
    """The bits of a filter that stand for a subject: three pieces of its product with a large odd number."""
    mixed = subject * 0x9E3779B97F4A7C15 & (1 << 64) - 1
    return (mixed >> 54) % _BITS, (mixed >> 44) % _BITS, (mixed >> 34) % _BITS


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
            length = blocks * _ENTRY
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
        holding: dict[int, list[int]] = {}
        for subject in subjects:
            for block in self._directory.blocks_with(subject):
                holding.setdefault(block, []).append(subject)
        if not holding:
            return []
        file = os.open(self.place, os.O_RDONLY)
        try:
            return [batch for block, those in holding.items() for batch in self._parts(file, block, those)]
        finally:
            os.close(file)

    def check(self) -> None:
        """Raise NotWhole unless every block is as it was written."""
        with _opened(self.place) as file:
            for block in range(len(self._directory.place)):
                _head, packed = self._block(file.fileno(), block)
                self._body(block, packed)

    def _parts(self, file: int, block: int, subjects: Sequence[int]) -> Iterator["pa.RecordBatch"]:
        head, packed = self._block(file, block)
        spans = [(bisect_left(head, subject), bisect_right(head, subject)) for subject in subjects]
        spans = [(start, end) for start, end in spans if start < end]
        if not spans:
            return
        body = self._body(block, packed)
        for start, end in spans:
            yield body.slice(start, end - start)

    def _block(self, file: int, block: int) -> tuple["array[int]", bytes]:
        """The subjects of a block's rows, and its packed facts, unchecked yet."""
        directory = self._directory
        start, length = directory.place[block], directory.rows[block] * 8
        end = directory.place[block + 1] if block + 1 < len(directory.place) else self._end
        text = os.pread(file, end - start, start)
        head = text[:length]
        if zlib.crc32(head) != directory.head_sum[block]:
            raise NotWhole
        return array("q", head), text[length:]

    def _body(self, block: int, packed: bytes) -> "pa.RecordBatch":
        import pyarrow as pa

        directory = self._directory
        if zlib.crc32(packed) != directory.body_sum[block]:
            raise NotWhole
        unpacked = pa.Codec("zstd").decompress(packed, directory.raw[block])
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
    first = head.tobytes()
    directory.add(head, out.tell(), serialized.size, zlib.crc32(first), zlib.crc32(body))
    out.write(first)
    out.write(body)


def _write_end(out: BinaryIO, directory: _Directory, sha256: str) -> None:
    start, text = out.tell(), directory.packed()
    told = _FOOTER.pack(bytes.fromhex(sha256), CURRENT, start, len(directory.place), 0, _MARK)[:-12]
    checksum = zlib.crc32(told, zlib.crc32(text))
    out.write(text)
    out.write(told + struct.pack("=I8s", checksum, _MARK))

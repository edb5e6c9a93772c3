"""The form of a list of ids: runs, the length of each, and what it was made from at the end."""

import os
import struct
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from django.conf import settings

from isthmus.ledger.by_subject.copy import NotWhole

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

FOLDER = "ids"
SUFFIX = ".ids"
_RUN = 1 << 22
_MARK = b"isthids1"
_FOOTER = struct.Struct("=32sqI8s")  # hash of the sealed file, runs, checksum of everything before it
_PIECE = 1 << 24


def place_of(path: str) -> Path:
    """Where the list of a sealed file lies; `path` is as in the manifest."""
    return (Path(settings.LEDGER_DIR) / FOLDER / Path(path).relative_to("facts")).with_suffix(SUFFIX)


def list_ids(path: str, place: Path | str, *, sha256: str) -> None:
    """Write the list of the sealed file that lies at `place` and is, or will be, `path` in the manifest.

    It is not synced: what a power cut leaves of it is not whole, and is made anew.
    """
    target = place_of(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(f".{os.getpid()}-{threading.get_ident()}.draft")
    try:
        with open(draft, "wb") as out:
            lengths, checksum = [], 0
            for run in _runs(place):
                lengths.append(len(run[0]))
                for half in run:
                    checksum = zlib.crc32(half.data, checksum)
                    out.write(half.data)
            directory = struct.pack(f"={len(lengths)}q", *lengths)
            checksum = zlib.crc32(directory, checksum)
            footer = _FOOTER.pack(bytes.fromhex(sha256), len(lengths), 0, _MARK)
            checksum = zlib.crc32(footer, checksum)
            out.write(directory + _FOOTER.pack(bytes.fromhex(sha256), len(lengths), checksum, _MARK))
        os.rename(draft, target)
    finally:
        draft.unlink(missing_ok=True)


class Ids:
    """The ids of one sealed file.

    Raises NotWhole when the list is another file's, cut short or changed; `quickly` looks at its end alone.
    """

    def __init__(self, place: Path | str, *, sha256: str, quickly: bool = False) -> None:
        import numpy as np

        self.sha256 = sha256
        with open(place, "rb") as file:
            size = file.seek(0, os.SEEK_END)
            if size < _FOOTER.size:
                raise NotWhole
            file.seek(size - _FOOTER.size)
            made_from, runs, checksum, mark = _FOOTER.unpack(file.read(_FOOTER.size))
            start = size - _FOOTER.size - 8 * runs
            if mark != _MARK or made_from.hex() != sha256 or runs < 0 or start < 0:
                raise NotWhole
            file.seek(start)
            lengths = struct.unpack(f"={runs}q", file.read(8 * runs))
            if min(lengths, default=1) < 1 or 16 * sum(lengths) != start:
                raise NotWhole
            footer = _FOOTER.pack(made_from, runs, 0, mark)
            if not quickly and zlib.crc32(footer, _checksum(file, start + 8 * runs)) != checksum:
                raise NotWhole
        halves = np.memmap(place, "<u8", "r", shape=(start // 8,)) if start else np.empty(0, "<u8")
        self._runs = []
        for length in lengths:
            self._runs.append((halves[:length], halves[length : 2 * length]))
            halves = halves[2 * length :]

    def hold(self, first: "np.ndarray", last: "np.ndarray") -> "np.ndarray":
        """Which of some ids it has; they come as their first and last eight bytes, rising by the last."""
        import numpy as np

        known = np.zeros(len(last), bool)
        for lasts, firsts in self._runs:
            at = np.searchsorted(lasts, last)
            inside = at < len(lasts)
            while inside.any():
                here = np.flatnonzero(inside)
                same = lasts[at[here]] == last[here]
                known[here[same & (firsts[at[here]] == first[here])]] = True
                # Two ids with the same last bytes: as good as never, and looked at one after the other.
                at[here] += 1
                inside[here] = same & ~known[here] & (at[here] < len(lasts))
        return known


def _checksum(file: BinaryIO, size: int) -> int:
    found = file.seek(0)
    while size and (piece := file.read(min(size, _PIECE))):
        found, size = zlib.crc32(piece, found), size - len(piece)
    return found


def halves_of(ids: "pa.Array | pa.ChunkedArray") -> "tuple[np.ndarray, np.ndarray]":
    """The first and the last eight bytes of 16-byte ids, as numbers."""
    import numpy as np
    import pyarrow as pa

    whole = ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else ids
    buffer = whole.cast(pa.binary(16)).buffers()[1]
    if buffer is None or not len(whole):
        return np.empty(0, "<u8"), np.empty(0, "<u8")
    pairs = np.frombuffer(buffer, "<u8", 2 * len(whole), 16 * whole.offset).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _runs(place: Path | str) -> "Iterator[tuple[np.ndarray, np.ndarray]]":
    import numpy as np
    import pyarrow.parquet as pq

    with pq.ParquetFile(place) as file:
        parts: list[tuple[np.ndarray, np.ndarray]] = []
        for batch in file.iter_batches(batch_size=1 << 18, columns=["id"]):
            parts.append(halves_of(batch.column(0)))
            if sum(len(last) for _first, last in parts) >= _RUN:
                yield _sorted(parts)
                parts = []
    if parts:
        yield _sorted(parts)


def _sorted(parts: "list[tuple[np.ndarray, np.ndarray]]") -> "tuple[np.ndarray, np.ndarray]":
    import numpy as np

    first, last = (np.concatenate([part[half] for part in parts]) for half in (0, 1))
    order = np.argsort(last)
    return last[order], first[order]

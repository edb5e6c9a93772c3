"""Finding the facts of some subjects in the copy of a sealed file."""

import os
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from isthmus.ledger.by_subject.copy import Copy, NotWhole, place_of
from isthmus.ledger.manifest import CurrentFile

if TYPE_CHECKING:
    import pyarrow as pa

_KEPT = 2000  # directories in this process: four in a hundred of the size of what they lead to
_known: dict[str, Copy] = {}
_lock = threading.Lock()


def facts_in(file: CurrentFile, subjects: Sequence[int]) -> "list[pa.RecordBatch] | None":
    """The facts of subjects (in rising order) in a file, as it wrote them; None where its copy is no use."""
    known = _known.get(file.place)
    if known is not None and known.sha256 == file.sha256:
        try:
            return known.of(subjects)
        except (NotWhole, OSError):
            pass  # One that was made anew has its blocks elsewhere: the directory is read again.
    try:
        return _opened(file).of(subjects)
    except (NotWhole, OSError):
        return None


def _opened(file: CurrentFile) -> Copy:
    copy = Copy(place_of(file.path), sha256=file.sha256)
    with _lock:
        if len(_known) >= _KEPT:
            _known.clear()
        _known[file.place] = copy
    return copy


def _start_anew() -> None:
    global _lock
    _lock = threading.Lock()


os.register_at_fork(after_in_child=_start_anew)

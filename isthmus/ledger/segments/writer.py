"""Appending batches: one thread writes all that wait, syncs once, and answers all (group commit)."""

import errno
import os
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from isthmus.core.crash import crash_point
from isthmus.ledger.segments.files import close_segment, make_segment
from isthmus.ledger.segments.frames import Batch, frame

ROLL_BYTES = 64 * 1024 * 1024
ROLL_SECONDS = 1.0
LONGEST_WAIT = 30.0  # seconds for one append: a disk that takes longer is as good as gone
_FULL = (errno.ENOSPC, errno.EDQUOT)


class SegmentFailed(Exception):  # noqa: N818 (the caller answers 503)
    """The batch may not be on the disk: its sender must send it again."""


class SegmentFull(SegmentFailed):
    """There is no room on the disk (the caller answers 507)."""


class _Waiting:
    """A frame on its way to the disk, and what became of it."""

    __slots__ = ("done", "error", "text")

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.error: SegmentFailed | None = None
        self.done = threading.Lock()
        self.done.acquire()


class SegmentWriter:
    """The segments of one process; `append` may be called by any of its threads."""

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []
        self._come = threading.Condition()
        self._ended = False
        self._descriptor = -1
        self._path = Path()
        self._bytes = 0
        self._opened = 0.0
        self._thread = threading.Thread(target=self._work, name="segments", daemon=True)
        self._thread.start()

    def append(self, text: bytes) -> None:
        """Answers when the frame is durable. Raises SegmentFull or SegmentFailed when it may not be."""
        one = _Waiting(text)
        with self._come:
            if self._ended:
                raise SegmentFailed
            self._waiting.append(one)
            self._come.notify()
        if not one.done.acquire(timeout=LONGEST_WAIT):
            raise SegmentFailed
        if one.error is not None:
            raise one.error

    def end(self) -> None:
        """Write what waits, close the segment, take nothing more."""
        with self._come:
            self._ended = True
            self._come.notify()
        self._thread.join()

    def _work(self) -> None:
        while True:
            with self._come:
                if not self._waiting and not self._ended:
                    self._come.wait(self._until_roll())
                taken, self._waiting = self._waiting, []
                ended = self._ended
            if taken:
                self._commit(taken)
            if self._descriptor >= 0 and (ended or self._is_old()):
                self._close()
            if ended and not taken:
                return

    def _until_roll(self) -> float | None:
        """Seconds until the open segment is to be closed; none: there is none."""
        if self._descriptor < 0:
            return None
        return max(0.0, self._opened + ROLL_SECONDS - time.monotonic())

    def _is_old(self) -> bool:
        return self._bytes >= ROLL_BYTES or time.monotonic() >= self._opened + ROLL_SECONDS

    def _commit(self, taken: list[_Waiting]) -> None:
        failed: SegmentFailed | None = None
        try:
            if self._descriptor < 0:
                self._descriptor, self._path = make_segment()
                self._bytes, self._opened = 0, time.monotonic()
            text = b"".join([one.text for one in taken])
            self._write(text)
            crash_point("ledger.segment.after_write")
            os.fdatasync(self._descriptor)
            self._bytes += len(text)
            crash_point("ledger.segment.after_sync")
        except OSError as error:
            failed = SegmentFull() if error.errno in _FULL else SegmentFailed()
            if self._descriptor >= 0:
                self._close()  # Nothing may follow a torn frame.
        for one in taken:
            one.error = failed
            one.done.release()

    def _write(self, text: bytes) -> None:
        rest = memoryview(text)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        try:
            close_segment(descriptor, self._path)
        except OSError:
            # Its lock is free now: the sealer closes it as it does with a dead writer's.
            return


_making = threading.Lock()
_writer: SegmentWriter | None = None


def append(batch: Batch) -> None:
    """Put a batch on the disk. Raises SegmentFull or SegmentFailed when it may not be there."""
    append_all([batch])


def append_all(batches: Sequence[Batch]) -> None:
    """Put batches on the disk with one sync. Raises as `append` does; some of them may be there then."""
    if not batches:
        return
    global _writer
    writer = _writer
    if writer is None:
        with _making:
            writer = _writer = _writer or SegmentWriter()
    writer.append(b"".join([frame(batch) for batch in batches]))


def end() -> None:
    """Close this process's segment, as at its end: what was appended may be sealed at once."""
    global _writer
    with _making:
        writer, _writer = _writer, None
    if writer is not None:
        writer.end()


def _start_anew() -> None:
    global _writer, _making
    _writer, _making = None, threading.Lock()  # Threads stay with the parent.


os.register_at_fork(after_in_child=_start_anew)

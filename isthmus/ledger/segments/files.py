"""Segment files by name: `.new` while it is made, `.open` while it is written, `.log` once it is closed.

A writer holds the system's lock on its file. Who can take the lock of an `.open` one knows that its writer
died.
"""

import fcntl
import os
import secrets
import time
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from isthmus.core.crash import crash_point

NEW, OPEN, CLOSED = ".new", ".open", ".log"


def folder() -> Path:
    """Where segments lie."""
    place: Path = settings.LEDGER_DIR / "segments"
    return place


def make_segment() -> tuple[int, Path]:
    """A new segment of this process: its descriptor, locked and open for appending, and its path."""
    place = folder()
    place.mkdir(parents=True, exist_ok=True)
    while True:
        # The name only keeps files apart and roughly in order: nothing relies on the clock.
        name = f"{time.time_ns() // 1_000:017d}-{os.getpid()}-{secrets.token_hex(3)}"
        new = place / (name + NEW)
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        crash_point("ledger.segment.after_create")
        try:
            os.rename(new, new.with_suffix(OPEN))
        except FileNotFoundError:
            os.close(descriptor)  # Somebody took it for a dead writer's before it was locked.
            continue
        sync_folder(place)
        return descriptor, new.with_suffix(OPEN)


def close_segment(descriptor: int, path: Path) -> None:
    """Nothing more is written to a segment: from now on it may be sealed."""
    try:
        os.rename(path, path.with_suffix(CLOSED))
        sync_folder(path.parent)
    finally:
        os.close(descriptor)


def closed_segments() -> list[Path]:
    """The segments that may be sealed, oldest first: closed ones, and those whose writer died."""
    place = folder()
    if not place.exists():
        return []
    for path in place.iterdir():
        if path.suffix in (NEW, OPEN):
            _bury(path)
    return sorted(path for path in place.iterdir() if path.suffix == CLOSED)


def unsealed_segments() -> list[Path]:
    """All segments with something in them, written to or closed."""
    place = folder()
    if not place.exists():
        return []
    return sorted(path for path in place.iterdir() if path.suffix in (OPEN, CLOSED))


def _bury(path: Path) -> None:
    """Close the segment of a dead writer; one that was never written to goes."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return  # Renamed meanwhile by its writer.
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        try:
            if path.suffix == NEW:
                os.unlink(path)
            else:
                os.fsync(descriptor)  # Written by a process that died between its write and its sync.
                os.rename(path, path.with_suffix(CLOSED))
                sync_folder(path.parent)
        except FileNotFoundError:
            return  # Its writer closed it between our opening and our lock.
    finally:
        os.close(descriptor)


def write_whole(path: Path, texts: Iterable[bytes]) -> None:
    """Write a file that is not to be appended to, and have it on the disk."""
    with open(path, "wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.writelines(texts)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def sync_folder(place: Path) -> None:
    """Have the names in a folder on the disk."""
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

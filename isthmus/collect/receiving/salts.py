"""The day's salt: with it visitors without an id are told apart for one day, and without it never again.

It is drawn anew each day (UTC), kept in a file that all processes share, and destroyed when it is 48 hours
old: from then on nobody can tell whether a hash was made of some address.
"""

import os
import secrets
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.conf import settings

from isthmus.ledger.segments.files import sync_folder

_BYTES = 32
_SUFFIX = ".salt"
_KEPT_DAYS = 2  # Its own day and the next: what began then is 48 hours old.


def folder() -> Path:
    """Where the salts of today and yesterday lie."""
    place: Path = settings.LEDGER_DIR / "salts"
    return place


def salt_of(day: date) -> bytes:
    """The salt of a day; whoever asks first makes it, all others get the same."""
    path = folder() / f"{day.isoformat()}{_SUFFIX}"
    while True:
        try:
            return path.read_bytes()
        except FileNotFoundError:
            _make(path)


def destroy_old_salts(today: date) -> int:
    """Destroy the salts from before yesterday; how many there were."""
    if not folder().exists():
        return 0
    oldest = (today - timedelta(days=_KEPT_DAYS - 1)).isoformat()
    # A name sorts as its day does. What a dead process left half made goes as well.
    old = [path for path in folder().iterdir() if path.name < oldest]
    for path in old:
        _destroy(path)
    if old:
        sync_folder(folder())
    return len(old)


def day_of(us: int) -> date:
    """The day (UTC) of a time in microseconds since 1970."""
    return datetime.fromtimestamp(us // 1_000_000, UTC).date()


def _make(path: Path) -> None:
    place = path.parent
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    own = place / f"{path.stem}.{secrets.token_hex(6)}"
    descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        try:
            os.write(descriptor, secrets.token_bytes(_BYTES))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        # Whole or not at all, and never in place of another process's.
        os.link(own, path)
        sync_folder(place)
    except FileExistsError:
        return
    finally:
        own.unlink()


def _destroy(path: Path) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.write(descriptor, bytes(_BYTES))  # Its bytes on the disk, where the disk writes in place.
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        path.unlink()
    except FileNotFoundError:
        return  # Another process was quicker.

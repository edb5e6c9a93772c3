"""One process at a time changes the sealed files: sealing, merging files, erasing, sweeping."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from isthmus.core.refusals import Refusal

_PAUSE = 0.1
_ADVISORY = 0x15741505  # our own number among PostgreSQL's advisory locks


class LedgerBusy(Refusal):
    """Another process is changing the sealed files."""


@contextmanager
def sealer_lock(*, wait: float = 0.0) -> Iterator[None]:
    """Hold the right to change sealed files; raises LedgerBusy after waiting in vain.

    The system gives the lock back when its holder dies, however it dies.
    """
    settings.LEDGER_DIR.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + wait
    descriptor = os.open(settings.LEDGER_DIR / "sealer.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        while not _taken(descriptor):
            if time.monotonic() >= deadline:
                raise LedgerBusy(_("Another process is working on the sealed files. Try again in a minute."))
            time.sleep(_PAUSE)
        try:
            yield
        finally:
            _give_back_advisory()
    finally:
        os.close(descriptor)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    if connection.vendor != "postgresql":
        return True
    # Several hosts may share one database; a lock on a shared folder is not to be relied on.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_ADVISORY])
        if cursor.fetchone()[0]:
            return True
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    return False


def _give_back_advisory() -> None:
    if connection.vendor == "postgresql" and connection.connection is not None and connection.is_usable():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_ADVISORY])

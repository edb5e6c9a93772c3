"""One process at a time changes which files are current, and one takes files from those that are.

Sealing only adds files, and must not wait for a merge that rewrites a million rows. So merging, erasing and
sweeping exclude each other by the merging lock; and whoever changes the manifest holds the sealer lock for
that moment. Who needs both takes the merging lock first.
"""

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
# Our own numbers among PostgreSQL's advisory locks.
_SEALING, _MERGING = 0x15741505, 0x15741506


class LedgerBusy(Refusal):
    """Another process is changing the sealed files."""


@contextmanager
def sealer_lock(*, wait: float = 0.0) -> Iterator[None]:
    """Hold the right to change which sealed files are current; raises LedgerBusy after waiting in vain.

    The system gives the lock back when its holder dies, however it dies.
    """
    with _held("sealer.lock", _SEALING, wait):
        yield


@contextmanager
def merging_lock(*, wait: float = 0.0) -> Iterator[None]:
    """Hold the right to let other files take the place of current ones, and to remove files.

    The files that were current stay so while it is held, though sealing adds to them. As `sealer_lock` else.
    """
    with _held("merging.lock", _MERGING, wait):
        yield


@contextmanager
def _held(name: str, advisory: int, wait: float) -> Iterator[None]:
    settings.LEDGER_DIR.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + wait
    descriptor = os.open(settings.LEDGER_DIR / name, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        while not _taken(descriptor, advisory):
            if time.monotonic() >= deadline:
                raise LedgerBusy(_("Another process is working on the sealed files. Try again in a minute."))
            time.sleep(_PAUSE)
        try:
            yield
        finally:
            _give_back(advisory)
    finally:
        os.close(descriptor)


def _taken(descriptor: int, advisory: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    if connection.vendor != "postgresql":
        return True
    # Several hosts may share one database; a lock on a shared folder is not to be relied on.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [advisory])
        if cursor.fetchone()[0]:
            return True
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    return False


def _give_back(advisory: int) -> None:
    if connection.vendor == "postgresql" and connection.connection is not None and connection.is_usable():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [advisory])

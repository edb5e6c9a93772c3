"""SQLite's write-ahead log: brought into the database by who writes much, not by whoever commits next.

Left to itself SQLite lets the commit that finds a thousand pages in the log write them all: an edit beside an
import paid for the import's pages (measured: one in twenty for 0.16 s). So connections leave it alone until
it is large, while imports and the worker see to it every few seconds, when nobody waits for them.
"""

from django.db import connection


def write_log_back() -> None:
    """Bring the log into the database as far as readers allow; who reads or writes goes on meanwhile.

    Inside a transaction there is nothing to bring yet. PostgreSQL does the same by itself.
    """
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")

"""A connection to SQLite that waits for its turn to write by looking often.

SQLite itself looks ever more rarely, up to every tenth of a second. Beside a writer that takes the next turn
at once, as an import does, commands waited for seconds that way: they looked while it wrote and slept while
nobody did (measured: one in ten for 2.5 s).
"""

import random
import sqlite3
from time import monotonic, sleep
from typing import Any

from django.db.backends.sqlite3 import base

from isthmus.core.contention import note_wait

FIRST_LOOK, EVERY = 0.0005, 0.002


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's connection with cursors that wait; `timeout` says for how many seconds at most."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> sqlite3.Connection:
        """A connection whose own waiting is off once it is set up."""
        connection: sqlite3.Connection = super().get_new_connection(conn_params)
        connection.execute("PRAGMA busy_timeout = 0")
        return connection

    def create_cursor(self, name: str | None = None) -> "Cursor":
        """A cursor that waits."""
        cursor: Cursor = self.connection.cursor(factory=Cursor)
        cursor.patience = float(self.settings_dict["OPTIONS"].get("timeout", 5.0))
        return cursor


class Cursor(base.SQLiteCursorWrapper):
    """Django's cursor; a statement that finds the database taken is given again until its patience ends."""

    patience: float

    def execute(self, query: str, params: Any = None) -> Any:
        """Run one statement, in its turn."""
        try:
            return super().execute(query, params)
        except sqlite3.OperationalError as error:
            if not _is_taken(error):
                raise
        return self._again(query, params)

    def executemany(self, query: str, param_list: Any) -> Any:
        """Run one statement for many rows. Some may be done when one must wait, so SQLite itself waits."""
        self.connection.execute(f"PRAGMA busy_timeout = {int(self.patience * 1000)}")
        try:
            return super().executemany(query, param_list)
        finally:
            self.connection.execute("PRAGMA busy_timeout = 0")

    def _again(self, query: str, params: Any) -> Any:
        note_wait()
        end, pause = monotonic() + self.patience, FIRST_LOOK
        while True:
            # Of several that wait, none is always just behind another.
            sleep(pause * random.uniform(0.5, 1.5))
            pause = EVERY
            try:
                return super().execute(query, params)
            except sqlite3.OperationalError as error:
                if not _is_taken(error) or monotonic() >= end:
                    raise


def _is_taken(error: sqlite3.OperationalError) -> bool:
    """Whether another writes now. (A snapshot that is too old to write from stays so: no use in waiting.)"""
    code = error.sqlite_errorcode
    return code & 0xFF == sqlite3.SQLITE_BUSY and code != sqlite3.SQLITE_BUSY_SNAPSHOT

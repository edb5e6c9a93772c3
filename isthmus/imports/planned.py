"""The keys that a rehearsal would have made by now, on disk: later rows may refer to them."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

_CHUNK = 500


class PlannedKeys:
    """Keys by kind. A file of its own, so that a million of them take no memory."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(folder / "planned.sqlite3", isolation_level=None)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute(
            "CREATE TABLE planned (kind TEXT, key TEXT, PRIMARY KEY (kind, key)) WITHOUT ROWID"
        )

    def add(self, kind: str, keys: Iterable[str]) -> None:
        """Note keys that would be here now."""
        self._database.execute("BEGIN")
        self._database.executemany(
            "INSERT OR IGNORE INTO planned VALUES (?, ?)", [(kind, key) for key in keys]
        )
        self._database.execute("COMMIT")

    def among(self, kind: str, keys: Iterable[str]) -> set[str]:
        """Those of the keys that would be here."""
        wanted = list(dict.fromkeys(keys))
        found: set[str] = set()
        for start in range(0, len(wanted), _CHUNK):
            part = wanted[start : start + _CHUNK]
            marks = ", ".join("?" * len(part))
            sql = f"SELECT key FROM planned WHERE kind = ? AND key IN ({marks})"  # noqa: S608
            rows = self._database.execute(sql, [kind, *part])
            found.update(key for (key,) in rows)
        return found

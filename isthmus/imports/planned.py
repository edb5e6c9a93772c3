"""The keys that a rehearsal would have made by now, on disk: later rows may refer to them.

Records that are found by something else than their key are noted by that too: an address, a name.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from isthmus.people.normalise import normal_domain, normal_email, normal_name

if TYPE_CHECKING:
    from isthmus.imports.mapping import Mapped


def _one_line(word: str) -> str:
    return " ".join(word.split())


# By what a record may be found beside its key -> how two writings of it are told to be one.
_NORMAL: Mapping[str, Callable[[str], str | None]] = {
    "person/email": normal_email,
    "person/name": _one_line,
    "account/domain": normal_domain,
    "account/name": normal_name,
    "deal/name": _one_line,
}
_OF_COMPANIES = {"account/name": "company", "account/domain": "company_domain"}
# Kind of row -> which of its fields its records are found by.
_FOUND_BY: Mapping[str, Mapping[str, str]] = {
    "person": {"person/email": "email", "person/name": "full_name", **_OF_COMPANIES},
    "lead": {"person/email": "email", "person/name": "full_name", **_OF_COMPANIES},
    "account": {"account/name": "name", "account/domain": "domain"},
    "deal": {"deal/name": "name"},
}
# By what a person or an account is known to be the same whatever its key.
_SAME_BY: Mapping[str, tuple[str, str]] = {
    "person": ("person/email", "email"),
    "account": ("account/domain", "domain"),
}
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

    def add_rows(self, what: str, made: "Sequence[Mapped]") -> None:
        """Note what rows of a kind would have made, by all that they are found by."""
        self.add("order" if what == "order_line" else what, [one.key for one in made if one.key])
        if what in ("lead", "person"):
            self.add("account", [one.values["company_key"] for one in made if "company_key" in one.values])
        if what == "lead":
            self.add("person", [one.values.get("person_key") or one.key for one in made])
        for place, field in _FOUND_BY.get(what, {}).items():
            words = [_NORMAL[place](one.values[field]) for one in made if field in one.values]
            self.add(place, [word for word in words if word])

    def holders(self, what: str, made: "Sequence[Mapped | None]") -> list[bool]:
        """For each row whether its record would be here by then: by its key, or by what tells who it is."""
        found = self.among(what, [one.key for one in made if one and one.key])
        place, field = _SAME_BY.get(what, ("", ""))
        words = [_NORMAL[place](one.values[field]) if one and field in one.values else None for one in made]
        same = self.among(place, [word for word in words if word])
        return [bool(one and one.key in found) or word in same for one, word in zip(made, words, strict=True)]

    def referred(self, target: str, match: str, words: Iterable[str]) -> set[str]:
        """Those of the words by which a record would be found that would be here."""
        normal = _NORMAL.get(f"{target}/{match}")
        if normal is None:
            return self.among(target, words)
        normals = {word: normal(word) for word in words}
        found = self.among(f"{target}/{match}", [one for one in normals.values() if one])
        return {word for word, one in normals.items() if one in found}

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

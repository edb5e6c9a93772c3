"""One column of the ledger."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["id", "text", "big", "int", "small"]
_SQL: dict[Kind, str] = {
    "id": "BLOB",
    "text": "VARCHAR",
    "big": "BIGINT",
    "int": "INTEGER",
    "small": "SMALLINT",
}


@dataclass(frozen=True)
class Column:
    """A name and a kind of value; `sql` is its type in the engine."""

    name: str
    kind: Kind

    @property
    def sql(self) -> str:
        """The engine's type."""
        return _SQL[self.kind]


def columns(kind: Kind, names: str) -> tuple[Column, ...]:
    """Columns of one kind, named in one text."""
    return tuple(Column(name, kind) for name in names.split())

"""The columns of a fact, by numbered version. A version only adds columns, and adds them at the end."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from isthmus.ledger.schema import v1, v2
from isthmus.ledger.schema.column import Column

if TYPE_CHECKING:
    import pyarrow as pa

VERSIONS: dict[int, Sequence[Column]] = {1: v1.COLUMNS, 2: v2.COLUMNS}
CURRENT = max(VERSIONS)
COLUMNS = VERSIONS[CURRENT]
NAMES = tuple(column.name for column in COLUMNS)
# What acts fill: the columns of version 1.
INBOX_NAMES = tuple(column.name for column in v1.COLUMNS if column.name != "unit")
# Of a union of which no column is needed the engine reads the first: let that not be the incompressible id.
CHEAP_FIRST = tuple(sorted(COLUMNS, key=lambda column: column.name != "unit"))


@cache
def arrow_schema(version: int = CURRENT) -> "pa.Schema":
    """The Arrow schema of a sealed file of this version."""
    import pyarrow as pa

    types = {
        "id": pa.binary(16),
        "text": pa.string(),
        "big": pa.int64(),
        "int": pa.int32(),
        "small": pa.int16(),
    }
    return pa.schema([pa.field(column.name, types[column.kind]) for column in VERSIONS[version]])


def select_list(version: int) -> str:
    """The current columns as SQL over a file of an older version: what it lacks reads as NULL.

    The order is that of `CHEAP_FIRST`, the same for all versions: parts of a union must agree.
    """
    have = {column.name for column in VERSIONS[version]}
    return ", ".join(
        column.name if column.name in have else f"CAST(NULL AS {column.sql}) AS {column.name}"
        for column in CHEAP_FIRST
    )

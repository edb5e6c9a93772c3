"""Values from SQL as columns of the engine's types."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa


def arrow_column(values: Sequence[Any], engine_type: str) -> "pa.Array":
    """The values as one Arrow column; custom fields, which SQL gives as text, are read as the type says."""
    import pyarrow as pa

    types = {
        "BIGINT": pa.int64(),
        "INTEGER": pa.int32(),
        "DOUBLE": pa.float64(),
        "VARCHAR": pa.string(),
        "BOOLEAN": pa.bool_(),
        "DATE": pa.date32(),
        "TIMESTAMP": pa.timestamp("us"),
    }
    read = _READERS[engine_type]
    return pa.array([None if value is None else read(value) for value in values], types[engine_type])


def _boolean(value: Any) -> bool:
    if isinstance(value, str):
        return value.lower() in ("true", "t", "1")
    return bool(value)


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(value)


def _instant(value: Any) -> datetime:
    at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return at if at.tzinfo is None else at.astimezone(UTC).replace(tzinfo=None)


_READERS: dict[str, Callable[[Any], Any]] = {
    "BIGINT": int,
    "INTEGER": int,
    "DOUBLE": float,
    "VARCHAR": str,
    "BOOLEAN": _boolean,
    "DATE": _day,
    "TIMESTAMP": _instant,
}

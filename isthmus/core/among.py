"""Rows whose number is one of many: a few hundred thousand numbers reach a query without a list of them."""

import json
from collections.abc import Collection
from functools import cached_property
from typing import Any

from django.db.models import BooleanField, F, Func

# Up to so many, the database looks each of them up by its index (20 ms). Of more, a page is soon full of rows
# in the list's own order that are among them (3 ms where one row in fifty is; of 500,000 rows, measured).
FEW = 10_000


class Numbers:
    """A set of whole numbers from 0 on, dense as ids are: kept as one byte for each up to the greatest."""

    def __init__(self, numbers: Collection[int]) -> None:
        self.count = len(numbers)
        self.few = sorted(numbers) if self.count <= FEW else None
        self._flags = b"" if self.few is not None else _flags(numbers)

    def __contains__(self, number: int) -> bool:
        if self.few is not None:
            return number in self.few
        return 0 <= number < len(self._flags) and self._flags[number] == 1

    @cached_property
    def as_json(self) -> str:
        """The few numbers as SQLite reads a list."""
        return json.dumps(self.few)

    @property
    def flags(self) -> bytes:
        """A byte for each number: 1 where it is in the set."""
        return self._flags

    @cached_property
    def bits(self) -> bytes:
        """A bit for each number, as PostgreSQL counts them: within a byte from the right."""
        import pyarrow as pa

        buffer = pa.py_buffer(self._flags)
        flags = pa.Array.from_buffers(pa.uint8(), len(self._flags), [None, buffer])
        written: bytes = flags.cast(pa.bool_()).buffers()[1].to_pybytes()
        return written


class Among(Func):
    """Whether a field of a row, which names a whole number, is one of `numbers`. A condition for `Q`."""

    arity = 1
    output_field = BooleanField()

    def __init__(self, field: str, numbers: Numbers) -> None:
        super().__init__(F(field))
        self.numbers = numbers

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> tuple[str, tuple[Any, ...]]:
        """A list that is read once, or one look at a byte; a number past the end finds none."""
        field, params = compiler.compile(self.source_expressions[0])
        if self.numbers.few is not None:
            return f"{field} IN (SELECT value FROM json_each(%s))", (*params, self.numbers.as_json)  # noqa: S608
        return f"substr(%s, {field} + 1, 1) = x'01'", (self.numbers.flags, *params)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> tuple[str, tuple[Any, ...]]:
        """A list that is read once, or one look at a bit, of which one past the end would be an error."""
        field, params = compiler.compile(self.source_expressions[0])
        if self.numbers.few is not None:
            return f"{field} = ANY(%s::bigint[])", (*params, self.numbers.few)
        bits = self.numbers.bits
        sql = f"CASE WHEN {field} < %s THEN get_bit(%s, {field}) = 1 ELSE false END"
        return sql, (*params, len(self.numbers.flags), bits, *params)


def _flags(numbers: Collection[int]) -> bytes:
    flags = bytearray(max(numbers) + 1)
    for number in numbers:
        flags[number] = 1
    return bytes(flags)

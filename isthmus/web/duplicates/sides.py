"""Two records side by side, field by field."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from isthmus.people.merging.fields import CUSTOM
from isthmus.web.duplicates.kinds import Kind
from isthmus.web.lists.columns import plain
from isthmus.workspace.queries import field_definitions


@dataclass(frozen=True)
class Line:
    """One field of two records; `chosen` is the side that a merge takes without being told."""

    name: str
    label: str
    one: str
    other: str

    @property
    def differs(self) -> bool:
        """Whether there is something to choose."""
        return bool(self.one and self.other and self.one != self.other)

    @property
    def chosen(self) -> str:
        """“keep”, unless only the other side has a value."""
        return "lose" if self.other and not self.one else "keep"


def lines_of(kind: Kind, one: Any, other: Any) -> Sequence[Line]:
    """Every field of which one side at least has a value."""
    lines = [
        Line(name, str(label), _text(one, name), _text(other, name)) for name, label in kind.fields.items()
    ]
    lines += [
        Line(
            CUSTOM + definition.key,
            definition.label,
            _custom(one, definition.key),
            _custom(other, definition.key),
        )
        for definition in field_definitions(kind.record)
    ]
    return [line for line in lines if line.one or line.other]


def _text(row: Any, name: str) -> str:
    value = getattr(row, name.removesuffix("_id"))
    return "" if value is None else str(value)


def _custom(row: Any, key: str) -> str:
    value = row.custom.get(key)
    return "" if value in (None, "") else plain(value)

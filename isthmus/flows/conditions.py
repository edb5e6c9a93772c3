"""Comparing known values with wanted ones, by type: nothing is ever evaluated as code. Pure.

A value that is not known meets no condition but "is not known" and those that say "not".
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

Kind = Literal["number", "text", "choice", "date", "flag"]
Values = Mapping[str, Any]

OPERATIONS: Mapping[Kind, tuple[str, ...]] = {
    "number": ("gt", "ge", "lt", "le", "eq", "ne", "known", "unknown"),
    "text": ("is", "is_not", "contains", "begins", "known", "unknown"),
    "choice": ("in", "not_in", "known", "unknown"),
    "date": ("older_than", "within_last", "within_next", "before", "after", "known", "unknown"),
    "flag": ("yes", "no"),
}
WITHOUT_VALUE = frozenset({"known", "unknown", "yes", "no"})
_NOT = frozenset({"ne", "is_not", "not_in", "no"})


class CannotCompare(ValueError):  # noqa: N818  (said in a sentence by whoever reads the value)
    """A wanted value is not of the field's type."""


@dataclass(frozen=True)
class Condition:
    """One comparison: the field's name, how, and with what."""

    field: str
    op: str
    value: Any = None


@dataclass(frozen=True)
class Conditions:
    """All of them, or any of them; none at all is met by everything."""

    each: Sequence[Condition] = ()
    match: Literal["all", "any"] = "all"

    def hold(self, values: Values, at: datetime) -> bool:
        """Whether they are met by these values at that time."""
        if not self.each:
            return True
        told = (holds(one, values.get(one.field), at) for one in self.each)
        return all(told) if self.match == "all" else any(told)

    @property
    def fields(self) -> set[str]:
        """The names of the fields that are asked."""
        return {one.field for one in self.each}


def holds(condition: Condition, known: Any, at: datetime) -> bool:
    """Whether a known value (None: not known) meets a condition."""
    if condition.op == "known":
        return known not in (None, "", [])
    if condition.op == "unknown":
        return known in (None, "", [])
    if known is None or known == "":
        return condition.op in _NOT
    return _TESTS[condition.op](known, condition.value, at)


def read_value(kind: Kind, op: str, value: Any) -> Any:
    """A wanted value as it is stored. Raises CannotCompare when it does not fit."""
    if op not in OPERATIONS[kind]:
        raise CannotCompare(op)
    if op in WITHOUT_VALUE:
        return None
    if op in ("older_than", "within_last", "within_next"):
        return _whole(value)
    if kind == "number":
        return str(_number(value))
    if kind == "date":
        return _day(value).isoformat()
    if kind == "choice":
        listed = value if isinstance(value, list) else [value]
        if not listed or any(one in (None, "") for one in listed):
            raise CannotCompare(value)
        return [str(one) for one in listed]
    if not isinstance(value, str) or not value.strip():
        raise CannotCompare(value)
    return value.strip()


def _whole(value: Any) -> int:
    try:
        days = int(str(value))
    except ValueError:
        raise CannotCompare(value) from None
    if not 0 <= days <= 36_500:
        raise CannotCompare(value)
    return days


def _number(value: Any) -> Decimal:
    if isinstance(value, bool):
        raise CannotCompare(value)
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise CannotCompare(value) from None
    if not number.is_finite() or abs(number) > Decimal(10) ** 15:
        raise CannotCompare(value)
    return number


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise CannotCompare(value) from None


def _age(known: Any, at: datetime) -> int:
    """How many days ago; negative for what is to come."""
    return (at.date() - _day(known)).days


def _one_of(known: Any, wanted: Any) -> bool:
    """Of a list of what holds (a territory and all above it) one is enough."""
    held = known if isinstance(known, list | tuple | set) else [known]
    return bool({str(one) for one in held} & set(wanted))


_TESTS: Mapping[str, Callable[[Any, Any, datetime], bool]] = {
    "gt": lambda known, wanted, at: _number(known) > Decimal(wanted),
    "ge": lambda known, wanted, at: _number(known) >= Decimal(wanted),
    "lt": lambda known, wanted, at: _number(known) < Decimal(wanted),
    "le": lambda known, wanted, at: _number(known) <= Decimal(wanted),
    "eq": lambda known, wanted, at: _number(known) == Decimal(wanted),
    "ne": lambda known, wanted, at: _number(known) != Decimal(wanted),
    "is": lambda known, wanted, at: str(known).casefold() == wanted.casefold(),
    "is_not": lambda known, wanted, at: str(known).casefold() != wanted.casefold(),
    "contains": lambda known, wanted, at: wanted.casefold() in str(known).casefold(),
    "begins": lambda known, wanted, at: str(known).casefold().startswith(wanted.casefold()),
    "in": lambda known, wanted, at: _one_of(known, wanted),
    "not_in": lambda known, wanted, at: not _one_of(known, wanted),
    "older_than": lambda known, wanted, at: _age(known, at) > wanted,
    "within_last": lambda known, wanted, at: 0 <= _age(known, at) <= wanted,
    "within_next": lambda known, wanted, at: 0 <= -_age(known, at) <= wanted,
    "before": lambda known, wanted, at: _day(known) < _day(wanted),
    "after": lambda known, wanted, at: _day(known) > _day(wanted),
    "yes": lambda known, wanted, at: bool(known),
    "no": lambda known, wanted, at: not known,
}

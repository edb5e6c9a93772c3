"""Local calendar time inside a query: the zone's shifts as integers, so that every engine agrees.

The engine's own zone conversion takes 100 ns a row; comparing with the few shifts inside a window takes 1.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from isthmus.core.clock import from_us, to_us

if TYPE_CHECKING:
    import ibis.expr.types as ir

DAY_US = 86_400_000_000
FIRST_US = to_us(datetime(1970, 1, 1, tzinfo=UTC))
LAST_US = to_us(datetime(2045, 1, 1, tzinfo=UTC))
_STEP = timedelta(days=7)  # no zone shifts twice within a week


@dataclass(frozen=True)
class Offsets:
    """`shifts` are (instant, microseconds ahead of UTC from then on); the first holds before it as well.

    `widely` tells the shifts of all time from those inside a query's window.
    """

    shifts: tuple[tuple[int, int], ...]
    widely: bool = False

    @classmethod
    def ever(cls, zone: ZoneInfo) -> "Offsets":
        """All shifts from 1970 to 2044."""
        return cls(_shifts(zone), widely=True)

    @classmethod
    def between(cls, zone: ZoneInfo, start_us: int, end_us: int) -> "Offsets":
        """The shifts that matter between two instants (within 1970 to 2044)."""
        start_us, end_us = max(start_us, FIRST_US), min(end_us, LAST_US)
        before = [shift for shift in _shifts(zone) if shift[0] <= start_us]
        within = [shift for shift in _shifts(zone) if start_us < shift[0] < end_us]
        return cls((*before[-1:], *within))

    def local(self, us: "ir.Value") -> "ir.Value":
        """Microseconds of local wall-clock time; the text needs `written_in` before it can run."""
        return us + _marked_shift()(us, int(self.widely))

    def day(self, us: "ir.Value") -> "ir.Value":
        """Local days since 1970."""
        return self.local(us) // DAY_US

    def written_in(self, text: str) -> str:
        """The SQL text with this zone's marks replaced by comparisons with its shifts."""
        pieces, rest = [], text
        while (at := rest.find(_MARK)) >= 0:
            pieces.append(rest[:at])
            argument, rest = _argument(rest[at + len(_MARK) :])
            us, _comma, widely = argument.rpartition(",")
            if int(widely) == int(self.widely):
                pieces.append(_case(us.strip(), self.shifts))
            else:
                pieces.append(f"{_MARK}{argument})")
        return "".join([*pieces, rest])


_MARK = "ZONE_SHIFT("


@cache
def _marked_shift() -> Any:
    """A function that stands in the query until it is asked: a hundred nested conditions would take Ibis
    seconds to compile, and are written in no time."""
    import ibis

    def zone_shift(us: int, widely: int) -> int:  # type: ignore[empty-body]
        ...

    return ibis.udf.scalar.builtin(zone_shift)


def _argument(text: str) -> tuple[str, str]:
    """The text up to the bracket that closes it, and what follows."""
    depth = 1
    for at, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return text[:at], text[at + 1 :]
    raise AssertionError("A mark in the query was not closed.")


def _case(us: str, shifts: tuple[tuple[int, int], ...]) -> str:
    """Halving conditions: a row passes seven of them for a century, not two hundred."""
    if len(shifts) == 1:
        return str(shifts[0][1])
    middle = len(shifts) // 2
    later, earlier = _case(us, shifts[middle:]), _case(us, shifts[:middle])
    return f"CASE WHEN {us} >= {shifts[middle][0]} THEN {later} ELSE {earlier} END"


@lru_cache(maxsize=8)
def _shifts(zone: ZoneInfo) -> tuple[tuple[int, int], ...]:
    found = [(FIRST_US, _offset_at(zone, FIRST_US))]
    step = _STEP // timedelta(microseconds=1)
    for start in range(FIRST_US, LAST_US, step):
        after = _offset_at(zone, start + step)
        if after != found[-1][1]:
            found.append((_first_instant_of(zone, start, start + step), after))
    return tuple(found)


def _first_instant_of(zone: ZoneInfo, low: int, high: int) -> int:
    old = _offset_at(zone, low)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset_at(zone, middle) == old else (low, middle)
    return high


def _offset_at(zone: ZoneInfo, us: int) -> int:
    offset = from_us(us).astimezone(zone).utcoffset() or timedelta()
    return offset // timedelta(microseconds=1)


def day_number(day: date) -> int:
    """Days since 1970, as queries count them."""
    return (day - date(1970, 1, 1)).days


def day_of_number(number: int) -> date:
    """The calendar day of `day_number`."""
    return date(1970, 1, 1) + timedelta(days=number)

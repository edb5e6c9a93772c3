"""Keys of groups: what a query counts by (numbers of days and months) against what people read and type."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from isthmus.core.refusals import InvalidInput
from isthmus.metrics.dimensions import Dimension
from isthmus.metrics.localtime import Offsets, day_number, day_of_number

if TYPE_CHECKING:
    import ibis.expr.types as ir

_MONDAY = 3  # day 0, 1 January 1970, was a Thursday


def time_key(us: "ir.Value", unit: str, offsets: Offsets) -> "ir.Value":
    """The number of the local day, week, month, quarter or year of an instant."""
    if unit == "day":
        return offsets.day(us)
    if unit == "week":
        return (offsets.day(us) + _MONDAY) // 7
    local = (offsets.local(us) // 1000).as_timestamp("ms")
    if unit == "year":
        return local.year().cast("int64")
    months = local.year().cast("int64") * 12 + local.month() - 1
    return months if unit == "month" else months // 3


def shown(dimension: Dimension, key: Any) -> Any:
    """A key as answers give it: 2026-01-31, 2026-01 (month), 2026-Q1, 2026; a week is its Monday."""
    if key is None:
        return None
    if dimension.kind == "time":
        return _TIME[dimension.column][0](int(key))
    if isinstance(key, date):
        return key.isoformat()[:10]
    return key


def period_of(day: date, unit: str) -> str:
    """The day, week, month, quarter or year that a day lies in, as answers name it; later ones sort later."""
    if unit == "day":
        return day.isoformat()
    if unit == "week":
        return (day - timedelta(days=day.weekday())).isoformat()
    if unit == "quarter":
        return f"{day.year:04d}-Q{(day.month + 2) // 3}"
    return f"{day.year:04d}-{day.month:02d}" if unit == "month" else f"{day.year:04d}"


def counted(dimension: Dimension, key: Any) -> Any:
    """A key as queries count it, from what an answer gave or a person typed. Raises InvalidInput."""
    try:
        return _counted(dimension, key)
    except (ValueError, TypeError) as error:
        raise InvalidInput(
            {
                "where": _("%(key)s is not a value of %(name)s: %(wanted)s is wanted.")
                % {"key": key, "name": dimension.name, "wanted": _wanted(dimension)}
            }
        ) from error


def _counted(dimension: Dimension, key: Any) -> Any:
    if dimension.kind == "time":
        return _TIME[dimension.column][1](str(key))
    if dimension.key_type == "id":
        return int(key)
    if dimension.key_type == "number":
        return int(key) if str(key).lstrip("-").isdigit() else float(key)
    if dimension.key_type == "flag":
        return _flag(key)
    if dimension.key_type == "day":
        return date.fromisoformat(str(key)[:10])
    return str(key)


def _flag(key: Any) -> bool:
    word = str(key).strip().lower()
    if word not in ("true", "yes", "1", "false", "no", "0"):
        raise ValueError(word)
    return word in ("true", "yes", "1")


def _read_month(key: str) -> int:
    day = date.fromisoformat(f"{key[:7]}-01")
    return day.year * 12 + day.month - 1


def _read_quarter(key: str) -> int:
    year, _q, quarter = key.upper().partition("-Q")
    if quarter not in ("1", "2", "3", "4"):
        raise ValueError(key)
    return int(year) * 4 + int(quarter) - 1


_TIME: dict[str, tuple[Callable[[int], str], Callable[[str], int]]] = {
    "day": (lambda n: day_of_number(n).isoformat(), lambda k: day_number(date.fromisoformat(k))),
    "week": (
        lambda n: day_of_number(n * 7 - _MONDAY).isoformat(),
        lambda k: (day_number(date.fromisoformat(k)) + _MONDAY) // 7,
    ),
    "month": (lambda n: f"{n // 12:04d}-{n % 12 + 1:02d}", _read_month),
    "quarter": (lambda n: f"{n // 4:04d}-Q{n % 4 + 1}", _read_quarter),
    "year": (lambda n: f"{n:04d}", int),
}


def _wanted(dimension: Dimension) -> str:
    if dimension.kind == "time":
        return {
            "day": _("a day like 2026-01-31"),
            "week": _("a day of that week like 2026-01-26"),
            "month": _("a month like 2026-01"),
            "quarter": _("a quarter like 2026-Q1"),
            "year": _("a year like 2026"),
        }[dimension.column]
    return {
        "id": _("a name from the list, or a number"),
        "number": _("a number"),
        "flag": _("yes or no"),
        "day": _("a day like 2026-01-31"),
    }.get(dimension.key_type, _("text"))

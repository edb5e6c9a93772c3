"""What differs at single times of a series: moved, called otherwise, left out. As rows keep it, and back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

_WORDS = ("title", "place", "notes")


@dataclass(frozen=True)
class Override:
    """One time of a series that is not as its rule says. `at`: when it would begin (RECURRENCE-ID), in UTC.

    Words that are None are those of the series, also when that is called otherwise later. `sequence`: of
    which change of the meeting it is, for guests' calendars.
    """

    at: datetime
    off: bool = False
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    title: str | None = None
    place: str | None = None
    notes: str | None = None
    sequence: int = 0

    def as_json(self) -> dict[str, Any]:
        """As a row keeps it."""
        told: dict[str, Any] = {"at": self.at.isoformat()}
        if self.off:
            told["off"] = True
        for name in ("starts_at", "ends_at"):
            if (moment := getattr(self, name)) is not None:
                told[name] = moment.isoformat()
        told |= {name: getattr(self, name) for name in _WORDS if getattr(self, name) is not None}
        return told | ({"sequence": self.sequence} if self.sequence else {})


def override_of(told: Mapping[str, Any]) -> Override:
    """Of what a row keeps. Raises ValueError, KeyError."""
    starts, ends = told.get("starts_at"), told.get("ends_at")
    return Override(
        at=_moment(told["at"]),
        off=bool(told.get("off")),
        starts_at=_moment(starts) if starts else None,
        ends_at=_moment(ends) if ends else None,
        sequence=int(told.get("sequence", 0)),
        **{name: str(told[name]) for name in _WORDS if told.get(name) is not None},
    )


def overrides_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Override, ...]:
    """Of all that a row keeps, in order."""
    return in_order(override_of(one) for one in rows)


def in_order(found: Iterable[Override]) -> tuple[Override, ...]:
    """By the time that each replaces."""
    return tuple(sorted(found, key=lambda one: one.at))


def as_json(found: Sequence[Override]) -> list[dict[str, Any]]:
    """As a row keeps them."""
    return [one.as_json() for one in in_order(found)]


def with_override(found: Sequence[Override], one: Override | None, at: datetime) -> tuple[Override, ...]:
    """With this one for a time in the place of whatever was said of it; None: as the rule says."""
    others = [other for other in found if other.at != at]
    return in_order([*others, *([one] if one is not None else [])])


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)

"""In which order a day's suggestions stand: one stated rule, the same for everybody. Pure.

Rule v1. It is a rule, not a model: nobody has measured yet how much an act today adds, so worth is the
record's value times its chance, as if every act moved its record by the same share.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from isthmus.sales.day.offering import Suggestion

VERSION = 1
SOON = timedelta(hours=2)  # A clock that runs out within this time stands before all worth.
LATE = timedelta(days=1)  # One that ran out longer ago has been missed: worth decides again.


def ranked(suggestions: Iterable[Suggestion], now: datetime) -> list[Suggestion]:
    """Clocks that run out first, the earliest first; then what is worth most; then the rest by its day."""
    return sorted(without_repeats(suggestions, now), key=lambda one: _place(one, now))


def presses(suggestion: Suggestion, now: datetime) -> bool:
    """Whether its clock puts it before all worth: it runs out soon, or ran out a short while ago."""
    return suggestion.due_at is not None and now - LATE <= suggestion.due_at <= now + SOON


def without_repeats(suggestions: Iterable[Suggestion], now: datetime) -> list[Suggestion]:
    """One suggestion for each deal and lead: of several the one that stands first by the rule."""
    kept: list[Suggestion] = []
    seen: set[tuple[str, int]] = set()
    for one in sorted(suggestions, key=lambda one: (_said_first(one), _place(one, now))):
        about = {(kind, pk) for kind, pk in one.subjects.items() if kind in ("deal", "lead")}
        # Each task is somebody's own word: it is never folded into something else.
        if one.kind != "task" and about & seen:
            continue
        seen |= about
        kept.append(one)
    return kept


def _said_first(one: Suggestion) -> int:
    return 0 if one.kind == "task" else 1


def _place(one: Suggestion, now: datetime) -> tuple[int, float, float, str, str]:
    if presses(one, now):
        assert one.due_at is not None
        return (0, one.due_at.timestamp(), 0.0, "", one.key)
    due = one.due_at.timestamp() if one.due_at is not None else float("inf")
    if one.worth is not None:
        return (1, -float(one.worth), due, one.day, one.key)
    return (2, 0.0, due, one.day or "9999", one.key)

"""What holders of quotas brought, day by day, from the catalogue's own figures."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal

from isthmus.core.actors import SYSTEM
from isthmus.core.money import MICROS
from isthmus.core.refusals import Refusal
from isthmus.core.window import Window
from isthmus.metrics.queries import Question, ask_many
from isthmus.metrics.refusals import CannotBeKnown
from isthmus.sales.targets.standing import Held

_DIMENSIONS = {"seller": "owner", "team": "team", "territory": "territory"}


@dataclass(frozen=True)
class Brought:
    """What each holder brought on each day, in millionths. `refusal` says why nothing is known.

    `known_from`: where records begin later than was asked for; nothing is said of days before.
    """

    by_day: Mapping[Held, Mapping[date, int]] = field(default_factory=dict)
    refusal: Refusal | None = None
    known_from: date | None = None

    def within(self, held: Held, first: date, after_last: date) -> int:
        """A holder's sum from `first` until before `after_last`."""
        return sum(amount for day, amount in self.by_day.get(held, {}).items() if first <= day < after_last)

    def since(self, held: Held) -> date | None:
        """The first day on which the holder brought anything."""
        return min(self.by_day.get(held, {}), default=None)


def brought(
    helds: Iterable[Held],
    window: Window,
    *,
    metric: str = "revenue",
    product_id: int | None = None,
    needed_from: date | None = None,
) -> Brought:
    """What these holders brought in a window, credited as it stood.

    `needed_from`: where records begin after the window does, but not after this day, the rest is answered.
    The right to see a quota is the right to see how much of it is there: the records behind it are opened
    under the reader's own rights.
    """
    wanted = set(helds)
    found = _asked(wanted, window, metric, product_id)
    cut = found.refusal.cut if isinstance(found.refusal, CannotBeKnown) else None
    if cut is None or needed_from is None or cut.since > needed_from:
        return found
    start = datetime.combine(cut.since, time.min, tzinfo=window.start.tzinfo)
    return replace(_asked(wanted, Window(start, window.end), metric, product_id), known_from=cut.since)


def _asked(wanted: set[Held], window: Window, metric: str, product_id: int | None) -> Brought:
    kinds = sorted({held.holder for held in wanted})
    where: dict[str, int] = {} if product_id is None else {"product": product_id}
    questions = [
        Question(metric=metric, window=window, actor=SYSTEM, by=(_DIMENSIONS[kind], "day"), where=where)
        for kind in kinds
    ]
    found: dict[Held, dict[date, int]] = {}
    for kind, answer in zip(kinds, ask_many(questions), strict=True):
        if isinstance(answer, Refusal):
            return Brought(refusal=answer)
        for row in answer.rows:
            number, day = row.keys
            held = Held(kind, number) if number is not None else None
            if held in wanted and row.value is not None:
                found.setdefault(held, {})[date.fromisoformat(day)] = int(Decimal(row.value) * MICROS)
    return Brought(found)

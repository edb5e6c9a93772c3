"""What holders of quotas brought, day by day, from the catalogue's own figures."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from isthmus.core.actors import SYSTEM
from isthmus.core.money import MICROS
from isthmus.core.refusals import Refusal
from isthmus.core.window import Window
from isthmus.metrics.queries import Question, ask_many
from isthmus.sales.targets.standing import Held

_DIMENSIONS = {"seller": "owner", "team": "team", "territory": "territory"}


@dataclass(frozen=True)
class Brought:
    """What each holder brought on each day, in millionths. `refusal` says why nothing is known."""

    by_day: Mapping[Held, Mapping[date, int]] = field(default_factory=dict)
    refusal: Refusal | None = None

    def within(self, held: Held, first: date, after_last: date) -> int:
        """A holder's sum from `first` until before `after_last`."""
        return sum(amount for day, amount in self.by_day.get(held, {}).items() if first <= day < after_last)

    def since(self, held: Held) -> date | None:
        """The first day on which the holder brought anything."""
        return min(self.by_day.get(held, {}), default=None)


def brought(
    helds: Iterable[Held], window: Window, *, metric: str = "revenue", product_id: int | None = None
) -> Brought:
    """What these holders brought in a window, credited as it stood.

    The right to see a quota is the right to see how much of it is there: the records behind it are opened
    under the reader's own rights.
    """
    wanted = set(helds)
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

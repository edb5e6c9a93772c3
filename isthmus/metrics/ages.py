"""How leads age towards their outcome: what cohorts cannot have had recorded, and what they still wait for.

Pure, over a small table of cohorts by week.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from isthmus.metrics.figures import WEEK_US

# So many outcomes would have been expected before the first recorded one. Were they just late to come, the
# chance of none is exp(-5), under 1 %.
EXPECTED_MISSING = 5.0
FEWEST_OUTCOMES = 20
RIPE_SHARE = 0.9


@dataclass(frozen=True)
class Cell:
    """`leads` captured in week `captured` waited so many whole weeks for their outcome; None: none came."""

    captured: int
    waited: int | None
    leads: int


@dataclass(frozen=True)
class Ages:
    """All cohorts of the ledger. `first_us` and `last_us` date the first and the last outcome recorded."""

    cells: tuple[Cell, ...]
    first_us: int
    last_us: int

    @classmethod
    def of(cls, lines: Iterable[tuple[int, int | None, int, int | None, int | None]]) -> "Ages | None":
        """From the query's lines; None when no outcome was ever recorded."""
        lines = list(lines)
        firsts = [first for *_rest, first, _last in lines if first is not None]
        lasts = [last for *_rest, last in lines if last is not None]
        if not firsts:
            return None
        cells = tuple(Cell(captured, waited, leads) for captured, waited, leads, _first, _last in lines)
        return cls(cells, min(firsts), max(lasts))

    @property
    def is_cut(self) -> bool:
        """Whether earlier outcomes must have happened and were not recorded."""
        return self.missing >= EXPECTED_MISSING

    @cached_property
    def missing(self) -> float:
        """How many outcomes would be expected before the first recorded one.

        Leads captured since then show how soon outcomes come. Had the earlier leads been like them, so many
        outcomes would lie before it.
        """
        cut = self.first_us // WEEK_US
        since = sum(cell.leads for cell in self.cells if cell.captured >= cut)
        if not since:
            return 0.0
        shares: dict[int, float] = {}
        for cell in self.cells:
            if cell.captured >= cut and cell.waited is not None and cell.waited >= 0:
                shares[cell.waited] = shares.get(cell.waited, 0.0) + cell.leads / since
        earlier: dict[int, int] = {}
        for cell in self.cells:
            if cell.captured < cut:
                earlier[cell.captured] = earlier.get(cell.captured, 0) + cell.leads
        return sum(
            leads * sum(share for waited, share in shares.items() if week + waited < cut)
            for week, leads in earlier.items()
        )

    @property
    def ripe_after(self) -> timedelta | None:
        """The age by which nine in ten of the outcomes had come; None when too few came to tell."""
        waits = sorted((cell.waited, cell.leads) for cell in self.cells if cell.waited is not None)
        total = sum(leads for _waited, leads in waits)
        if total < FEWEST_OUTCOMES:
            return None
        reached = 0
        for waited, leads in waits:
            reached += leads
            if reached >= RIPE_SHARE * total:
                return timedelta(weeks=max(waited, 0) + 1)
        raise AssertionError("The shares of a whole reach it.")

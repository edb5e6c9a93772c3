"""Deals through time: how each stood after everything that happened to it, as arrays."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

OPEN, WON, LOST = 0, 1, 2


@dataclass(frozen=True)
class History:
    """One row for each thing that happened to a deal, in the order in which it happened: how it stands since.

    Times are days on any one clock; `deal` are places 0 to `deals` - 1, `stage` and `owner` whole numbers
    (-1: none), `amount` in one currency (nan: not known). `since` is when it came into its stage or, of a
    deal that ended, its end.
    """

    deal: Array
    at: Array
    opened: Array
    state: Array
    stage: Array
    since: Array
    amount: Array
    owner: Array

    def __post_init__(self) -> None:
        if len(self.at) > 1 and (np.diff(self.at) < 0).any():
            raise ValueError("the rows of a history must be in the order in which they happened")

    @cached_property
    def deals(self) -> int:
        """How many deals there are."""
        return int(self.deal.max()) + 1 if len(self.deal) else 0

    def rows_at(self, at: float) -> Array:
        """For each deal that was there, the place of the last row before `at`: how it stood then."""
        end = int(np.searchsorted(self.at, at, side="left"))
        last = np.full(self.deals, -1)
        last[self.deal[:end]] = np.arange(end)
        found: Array = last[last >= 0]
        return found

    def open_at(self, at: float) -> Array:
        """The rows of those that were open then."""
        rows = self.rows_at(at)
        found: Array = rows[self.state[rows] == OPEN]
        return found

    def until(self, at: float) -> "History":
        """What was known of it then."""
        end = int(np.searchsorted(self.at, at, side="left"))
        return History(*(getattr(self, name)[:end] for name in self.__dataclass_fields__))

    def of(self, counted: Array) -> "History":
        """That of some deals: `counted` says of each place whether it is one. Places stay what they are."""
        kept = counted[self.deal]
        return History(*(getattr(self, name)[kept] for name in self.__dataclass_fields__))

    def wins(self) -> tuple[Array, Array, Array]:
        """Of the deals that stand as won: their places, when they were won, and their amounts."""
        rows = self.rows_at(np.inf)
        rows = rows[self.state[rows] == WON]
        return self.deal[rows], self.since[rows], self.amount[rows]

    def won_between(self, start: float, end: float) -> float:
        """The amounts of the deals that stand as won since a time within [start, end)."""
        _, since, amount = self.wins()
        return float(np.nansum(amount[(since >= start) & (since < end)]))

"""What may be worth doing now, as rooms offer it: one registry of sources, asked of a seller and a time.

A source reads few rows whatever the company's size: at most `LIMIT` of its best, each whole, in few queries.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from isthmus.core.actors import Actor

LIMIT = 40
Act = Literal[
    "answer",
    "call",
    "write",
    "meet",
    "note",
    "done",
    "accept",
    "return",
    "move",
    "reply",
    "approve",
    "refuse",
    "open",
]


@dataclass(frozen=True)
class Suggestion:
    """One thing worth doing, for one seller.

    `key` names it for good (`stale:deal:7`): what is put aside is remembered by it. `record` is the page that
    it is about, `subjects` everything that it speaks of (two suggestions about one deal are one).
    `due_at` is a clock that runs out; `value` is micros of the base currency, `chance` from 0 to 1: their
    product is the worth. `worth_note` says whence the two are. `acts`: the likeliest first.
    """

    key: str
    kind: str
    record: tuple[str, int]
    name: str
    reason: str
    stage: str = ""
    account: str = ""
    trade: str = "sales"
    due_at: datetime | None = None
    clock_from: datetime | None = None
    day: str = ""  # ISO day that it is meant for, where it has no clock
    value: int | None = None
    chance: float | None = None
    worth_note: str = ""
    subjects: Mapping[str, int] = field(default_factory=dict)
    acts: Sequence[Act] = ("open",)

    @property
    def worth(self) -> int | None:
        """What the record is expected to bring: its value times its chance. None where that is not known."""
        if self.value is None or self.chance is None:
            return None
        return round(self.value * self.chance)


# What a suggestion says of records beside its own: no more of them is read, for a day has hundreds.
_NAMES = {
    "person": ("full_name", "email", "phone", "erased_at"),
    "account": ("name", "domain"),
    "deal": ("name",),
    "product": ("name",),
}


def names_of(*records: str) -> list[str]:
    """The fields by which related records are called, for `only()`; the last part tells what it is."""
    return [f"{one}__{field}" for one in records for field in _NAMES[one.rpartition("__")[2]]]


Source = Callable[[Actor, datetime], Sequence[Suggestion]]
_sources: dict[str, Source] = {}


def offer(name: str, source: Source) -> None:
    """Let a source offer what it finds (called once, when its room starts)."""
    if name in _sources:
        raise ValueError(f"Two sources of a day are called {name}.")
    _sources[name] = source


def offered(actor: Actor, now: datetime) -> Iterator[tuple[str, Sequence[Suggestion]]]:
    """What every source offers to this seller at this time."""
    for name, source in _sources.items():
        yield name, source(actor, now)

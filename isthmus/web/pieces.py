"""What the ui templates are given: small frozen shapes, so that a view says what a piece shows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True)
class Delta:
    """A change beside a figure. `way` is up or down, or empty for noise; tone good or bad, or empty."""

    text: str
    way: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Definition:
    """What a named figure means, opened from its name. `key` makes its popover's id."""

    key: str
    title: str
    sentence: str
    owner: str = ""
    code: str = ""
    links: Sequence[tuple[str, str]] = ()  # (text, address)


@dataclass(frozen=True)
class Stat:
    """One number, how sure it is and what it means: its name opens the definition, the figure the rows."""

    name: str
    figure: str
    href: str = ""
    note: str = ""
    delta: Delta | None = None
    definition: Definition | None = None
    faint: bool = False
    size: str = ""


@dataclass(frozen=True)
class Chip:
    """One filter in force, and the address of the page without it."""

    field: str
    value: str
    remove: str


@dataclass(frozen=True)
class Choice:
    """One entry of a menu of links."""

    text: str
    href: str
    current: bool = False


@dataclass(frozen=True)
class Event:
    """One thing that happened. `kind` is marketing, crossing, sales, money or system."""

    at: datetime
    kind: str
    title: str
    quiet: str = ""
    detail: str = ""
    quote: str = ""
    side: str = ""
    href: str = ""
    lines: Sequence[str] = ()  # several system facts folded into one
    act: tuple[str, str] | None = None  # what may be done with it: the words and the address


@dataclass(frozen=True)
class Day:
    """A day of a timeline with its events, latest first."""

    on: date
    events: Sequence[Event] = field(default_factory=tuple)


@dataclass(frozen=True)
class Cell:
    """A cell of a `DataTable`: text, perhaps an address, perhaps a number to be set to the right."""

    text: str
    href: str = ""
    num: bool = True


@dataclass(frozen=True)
class DataTable:
    """The figures behind a chart: the first cell of a row is its heading."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    foot: Sequence[Cell] = ()
    label: str = ""

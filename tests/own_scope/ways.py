"""The ways in which a route or a command line can be tried, as the tables write them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.own_scope.world import World


@dataclass(frozen=True)
class Reads:
    """A route that shows records: addresses to open, and a text of Rita's that one of them must show.

    `hidden` are addresses of Olga's records: they must look like addresses of nothing.
    """

    open: Callable[[World], Sequence[str]]
    hidden: Callable[[World], Sequence[str]] = lambda world: ()
    shows: str = ""


@dataclass(frozen=True)
class Acts:
    """A route that changes records: addresses of Olga's records with the forms to send there."""

    tried: Callable[[World], Sequence[tuple[str, dict[str, Any]]]]


@dataclass(frozen=True)
class Closed:
    """A page that a seller's rights do not open at all: it answers 403, and nothing is changed."""

    addresses: tuple[str, ...]


@dataclass(frozen=True)
class ByRegistry:
    """A route made from the registry of commands: each act is tried by the table of acts."""


@dataclass(frozen=True)
class NoRecords:
    """A route that holds nothing of any seller, and why."""

    reason: str


Way = Reads | Acts | Closed | ByRegistry | NoRecords

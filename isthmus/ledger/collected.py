"""What received batches become: a room above says it (`translate_with`), the sealer asks."""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pyarrow as pa

    from isthmus.ledger.segments.frames import Batch

_translator = ""


class Translated(NamedTuple):
    """Batches as facts of a unit, and what else they say.

    `facts` has the columns of the current schema, one row for each event that could be read; the same id
    may stand in it twice. `settle` is called in the unit's transaction with the rows that are new (their
    places in `facts`, rising): whatever else the events bring about commits with the unit or not at all.
    """

    facts: "pa.Table"
    settle: Callable[[Sequence[int]], None]


def translate_with(module: str) -> None:
    """Name the module whose `translate(batches, unit=…)` answers a `Translated`."""
    global _translator
    _translator = module


def translate(batches: "Sequence[Batch]", *, unit: int) -> Translated:
    """The batches as facts of a unit."""
    translated: Translated = import_module(_translator).translate(batches, unit=unit)
    return translated

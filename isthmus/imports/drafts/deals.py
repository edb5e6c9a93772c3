"""How deals ended, as the words of their stage say. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from isthmus.imports.drafts.fields import FieldDraft
from isthmus.imports.drafts.words import LOST, WON, plain
from isthmus.imports.looking import Look


@dataclass(frozen=True)
class Ends:
    """The stages of a file's deals: the open ones in their order, and the words for won and lost."""

    column: str
    open: tuple[str, ...]
    won: tuple[str, ...]
    lost: tuple[str, ...]
    close_column: str  # when they ended; empty: nothing says so


def ends_of(look: Look, fields: Sequence[FieldDraft]) -> Ends | None:
    """The stages, when a column has them and they are few enough to be stages."""
    stage = next((one.columns[0] for one in fields if one.field == "stage"), "")
    if not stage or not look.column(stage).values:
        return None
    values = look.column(stage).values
    won = tuple(one for one in values if plain(one) in WON)
    lost = tuple(one for one in values if plain(one) in LOST)
    close = next((one.columns[0] for one in fields if one.field == "expected_close_on"), "")
    still_open = tuple(one for one in values if one not in won and one not in lost)
    return Ends(stage, still_open, won, lost, close)

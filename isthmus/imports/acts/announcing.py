"""Whose the new records of a chunk are: their owners hear of all of them at once, when the import ends."""

from collections.abc import Sequence

from isthmus.core.actors import Actor
from isthmus.core.automations import came_to
from isthmus.imports.acts.context import Record
from isthmus.imports.acts.outcome import NEW, Outcome

ANNOUNCED = ("lead", "deal", "person", "account")


def tell_of_new(what: str, records: Sequence[Record], outcomes: Sequence[Outcome], by: Actor) -> None:
    """Count each new record that has an owner, but for whoever imports their own."""
    if what not in ANNOUNCED:
        return
    for record, outcome in zip(records, outcomes, strict=True):
        owner = record[0].values.get("owner") if outcome.state == NEW and record else None
        if isinstance(owner, int) and owner != by.id:
            came_to(owner, what)

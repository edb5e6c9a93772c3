"""The files of one record, ready for its page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any

from isthmus.core.actors import Actor
from isthmus.files.queries import SHOWN, files_of
from isthmus.files.recognising import SHOWN as SHOWN_TYPES


@dataclass(frozen=True)
class Held:
    """One file as it is shown. `ending` is for the eye; `opens`: a browser shows it by itself."""

    pk: int
    name: str
    ending: str
    bytes: int
    author: str
    at: datetime
    opens: bool
    may_change: bool


def held_by(kind: str, numbers: Sequence[int], actor: Actor, may_edit: bool) -> tuple[list[Held], bool]:
    """The newest files of a record that the reader sees, and whether there are more: one query."""
    found = files_of(kind, numbers)
    return [_held(file, actor, may_edit) for file in found[:SHOWN]], len(found) > SHOWN


def _held(row: dict[str, Any], actor: Actor, may_edit: bool) -> Held:
    mine = actor.kind == "user" and row["author_id"] == actor.id
    return Held(
        pk=row["pk"],
        name=row["name"],
        ending=PurePath(row["name"]).suffix[1:5].upper(),
        bytes=row["bytes"],
        author=row["author__name"] or "",
        at=row["added_at"],
        opens=row["type"] in SHOWN_TYPES,
        may_change=actor.allows("files.edit") and (mine or may_edit),
    )

"""What became of each record of a chunk, and calling bulk forms so that it is noted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from isthmus.core.actors import Actor
from isthmus.core.refusals import Refusal

NEW, MATCHED, REFUSED = "new", "matched", "refused"
Bulk = Callable[..., list[Any]]
Row = Mapping[str, Any]


@dataclass
class Outcome:
    """New, matched (it was here already) or refused; a record can be in while one of its acts was refused."""

    state: str = ""
    reasons: list[str] = field(default_factory=list)
    pk: int = 0
    changed: bool = False  # it was here, and the row filled something in

    def refuse(self, reason: str) -> None:
        """The record is not brought in."""
        self.state = REFUSED
        self.reasons.append(reason)


@dataclass(frozen=True)
class Known:
    """The refusal by which a bulk form says "this is here already", and its attribute with the number."""

    refusal: type[Refusal]
    number: str


def create(
    bulk: Bulk, rows: Sequence[tuple[Outcome, Row]], known: Known, keys: Sequence[str], by: Actor
) -> dict[int, Any]:
    """Call a bulk form that makes records; note new, matched and refused. Answers the new ones by number."""
    if not rows:
        return {}
    made: dict[str, int] = {}
    fresh: dict[int, Any] = {}
    for (outcome, _row), key, result in zip(
        rows, keys, bulk(rows=[row for _, row in rows], by=by), strict=True
    ):
        if isinstance(result, known.refusal):
            # A number of 0: the same key stands twice in this very chunk.
            outcome.state, outcome.pk = MATCHED, getattr(result, known.number) or made.get(key, 0)
        elif isinstance(result, Refusal):
            outcome.refuse(str(result))
        else:
            outcome.state, outcome.pk = NEW, result.pk
            made[key] = result.pk
            fresh[result.pk] = result
    return fresh


def follow(
    bulk: Bulk, rows: Sequence[tuple[Outcome, Row]], by: Actor, *, done: tuple[type[Refusal], ...] = ()
) -> None:
    """Call a bulk form that changes what was brought in; its refusals, except `done`, become reasons."""
    if not rows:
        return
    for (outcome, _row), result in zip(rows, bulk(rows=[row for _, row in rows], by=by), strict=True):
        if isinstance(result, Refusal) and not isinstance(result, done):
            outcome.reasons.append(str(result))

"""One seller's queue at a time: what all sources offer, without what was put aside, in the rule's order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from isthmus.core.actors import Actor
from isthmus.sales.day.offering import LIMIT, Suggestion, offered
from isthmus.sales.day.ranking import ranked
from isthmus.sales.models import PutAside

SHOWN = 12


@dataclass(frozen=True)
class Queue:
    """What stands in the queue now, best first. `at_least`: there may be more than was counted."""

    all: Sequence[Suggestion]
    asleep: int
    at_least: bool

    @property
    def shown(self) -> Sequence[Suggestion]:
        """What a page shows at first."""
        return self.all[:SHOWN]

    @property
    def rest(self) -> int:
        """How many more can wait."""
        return max(len(self.all) - SHOWN, 0)


def queue_of(actor: Actor, now: datetime) -> Queue:
    """The queue of a seller, who is the actor. Others look at it with the seller's own actor."""
    aside = set(PutAside.objects.filter(owner_id=actor.id, until__gt=now).values_list("key", flat=True))
    found = [list(suggestions) for _name, suggestions in offered(actor, now)]
    awake = [one for part in found for one in part if one.key not in aside]
    return Queue(
        ranked(awake, now),
        sum(one.key in aside for part in found for one in part),
        any(len(part) >= LIMIT for part in found),
    )


def find(key: str, actor: Actor, now: datetime) -> Suggestion | None:
    """A suggestion of the queue by its key, put aside or not; None where nothing suggests it any more."""
    found = (one for _name, part in offered(actor, now) for one in part if one.key == key)
    return next(found, None)

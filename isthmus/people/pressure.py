"""Contact pressure: how often somebody was written to or called lately, by anybody, for whatever reason.

Rooms above say which facts are such contacts. Whatever writes or calls by itself asks here first.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from isthmus.ledger.timeline import facts_for_subjects
from isthmus.people.models import Person

MOST, WITHIN = 4, timedelta(days=7)
_contacts: dict[str, Callable[[Mapping[str, Any]], bool]] = {}


def counts(kind: str, which: Callable[[Mapping[str, Any]], bool] = lambda values: True) -> None:
    """Declare a kind of fact a contact, or those of it whose values say so (called when a room starts)."""
    _contacts[kind] = which


def room_again_at(times: list[datetime], at: datetime) -> datetime | None:
    """When one more contact is in order, by when there were some; None: now. Pure."""
    lately = sorted(one for one in times if at - WITHIN < one <= at)
    return None if len(lately) < MOST else lately[-MOST] + WITHIN


def may_contact_at(person: Person, at: datetime) -> datetime | None:
    """When somebody may be contacted once more by what acts by itself; None: now."""
    facts = facts_for_subjects([person.subject], kinds=sorted(_contacts), limit=50)
    return room_again_at([one.at for one in facts if _contacts[one.kind](one.values)], at)

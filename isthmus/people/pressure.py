"""Contact pressure: how often somebody was written to or called lately, by anybody, for whatever reason.

Rooms above say which facts are such contacts. Whatever writes or calls by itself asks here first, and waits;
somebody who writes by hand is told, and may go on.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from isthmus.ledger.timeline import facts_for_subjects
from isthmus.people.models import ContactLimit, Person

_contacts: dict[str, Callable[[Mapping[str, Any]], bool]] = {}


def counts(kind: str, which: Callable[[Mapping[str, Any]], bool] = lambda values: True) -> None:
    """Declare a kind of fact a contact, or those of it whose values say so (called when a room starts)."""
    _contacts[kind] = which


def room_again_at(times: list[datetime], at: datetime, most: int, within: timedelta) -> datetime | None:
    """When one more contact is in order, by when there were some; None: now. Pure."""
    lately = sorted(one for one in times if at - within < one <= at)
    return None if len(lately) < most else lately[-most] + within


def may_contact_at(person: Person, at: datetime) -> datetime | None:
    """When somebody may be contacted once more without a second thought; None: now."""
    limit = ContactLimit.current()
    facts = facts_for_subjects([person.subject], kinds=sorted(_contacts), limit=50)
    times = [one.at for one in facts if _contacts[one.kind](one.values)]
    return room_again_at(times, at, limit.most, timedelta(days=limit.days))

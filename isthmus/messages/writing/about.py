"""Whom and what a mail is about: the person, and the lead or deal that it is part of."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from isthmus.core.actors import Actor
from isthmus.core.refusals import NotFound
from isthmus.messages.writing.fields import values_of
from isthmus.people.models import Person
from isthmus.workspace import records
from isthmus.workspace.models import User


@dataclass(frozen=True)
class About:
    """The records of a mail by kind, each one that its writer may see, and the writer."""

    person: Person | None
    lead_id: int | None = None
    deal_id: int | None = None
    records: dict[str, Any] = field(default_factory=dict)

    def values(self) -> dict[str, str]:
        """What the merge fields say."""
        return values_of(self.records)


def about(by: Actor, *, person_id: int | None, lead_id: int | None, deal_id: int | None) -> About:
    """The records of a mail. Raises NotFound for what the writer may not see."""
    found: dict[str, Any] = {}
    for kind, number in (("person", person_id), ("lead", lead_id), ("deal", deal_id)):
        if number is None:
            continue
        row = records.visible(kind, [number], by).get(number)
        if row is None:
            raise NotFound(_("There is no such record, or your role does not reach it."))
        found[kind] = row
    person = found.get("person")
    for kind in ("lead", "deal"):
        if person is None and kind in found:
            person = found[kind].person
    if person is not None:
        found["person"] = person
    account = found["deal"].account if "deal" in found else None
    account = account or (person.account if person is not None else None)
    if account is not None:
        found["account"] = account
    sender = User.objects.filter(pk=by.id).first() if by.id is not None else None
    if sender is not None:
        found["sender"] = sender
    return About(person, lead_id, deal_id, found)

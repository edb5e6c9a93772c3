"""Mail that was sent is an activity with its person, once; it stops the clock of a lead that waits."""

import json
from typing import Any

from isthmus.core.actors import Actor
from isthmus.core.clock import from_us
from isthmus.leads.models import Lead, LeadState
from isthmus.messages.models import Message
from isthmus.people.models import Person
from isthmus.sales.commands import log_activities
from isthmus.sales.models import Deal

_WAITING = (LeadState.QUALIFIED, LeadState.HANDED_OVER, LeadState.ACCEPTED)


def log_sent_mail(fact: dict[str, Any]) -> None:
    """Log a mail that reached its person's server; called once for each fact, and safe to repeat."""
    message = Message.objects.filter(pk=int(_told(fact)["message_id"])).first()
    subject = fact.get("subject")
    person = Person.objects.filter(subject=subject).first() if subject is not None else None
    author = message.author_id if message is not None else None
    if message is None or person is None or author is None:
        return  # Of mail that no user wrote nobody says that it was somebody's work.
    deal = Deal.objects.filter(pk=message.deal_id).first() if message.deal_id else None
    lead_id = message.lead_id or (None if deal else _waiting_lead(person))
    row = {
        "kind": "mail",
        "person_id": person.pk,
        "deal_id": deal.pk if deal else None,
        "lead_id": lead_id,
        "owner_id": author,
        "at": from_us(int(fact["occurred_us"])),
        "external_id": f"mail:{message.pk}:{person.pk}",
    }
    log_activities(rows=[row], by=Actor(kind="user", id=author, unlimited=True))


def _told(fact: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(fact["props"])
    return told


def _waiting_lead(person: Person) -> int | None:
    """The newest lead of somebody that nobody has spoken with yet."""
    leads = Lead.objects.filter(person=person, contacted_at=None, state__in=_WAITING)
    return leads.order_by("-captured_at").values_list("pk", flat=True).first()

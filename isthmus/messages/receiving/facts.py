"""The facts of mail that came: who wrote, that they answered, what was sent from elsewhere."""

from typing import Any

from isthmus.ledger.facts import Fact
from isthmus.messages.models import Mailbox, Message
from isthmus.people.models import Person


def received_fact(message: Message, mailbox: Mailbox) -> Fact:
    """A mail came; of somebody known it is theirs."""
    fact = _fact("message.received", message, message.person, mailbox.owner_id)
    fact.natural_key = f"mail-in:{message.pk}"
    fact.props = {**_props(message), "mailbox_id": mailbox.pk, "automatic": message.automatic}
    if message.calendar:
        fact.props["calendar"] = True
    if message.person_id is None and mailbox.makes_leads and not message.automatic:
        fact.props["stranger"] = True
    return fact


def replied_fact(message: Message, earlier: Message, mailbox: Mailbox) -> Fact:
    """Somebody answered a mail of ours."""
    fact = _fact("message.replied", message, message.person, earlier.author_id or mailbox.owner_id)
    fact.natural_key = f"mail-reply:{message.pk}"
    fact.props = {**_props(message), "answers_id": earlier.pk}
    return fact


def sent_elsewhere_facts(message: Message) -> list[Fact]:
    """A mail that was written in another program and lies in the sent folder: for each known recipient."""
    people = {
        one.person_id: one.person
        for one in message.participants.select_related("person").exclude(role="from")
        if one.person is not None
    }
    facts = []
    for pk, person in people.items():
        fact = _fact("message.sent", message, person, message.author_id)
        fact.natural_key = f"mail-out:{message.pk}:{pk}"
        fact.quantity = 1
        fact.props = {**_props(message), "elsewhere": True}
        facts.append(fact)
    return facts


def _props(message: Message) -> dict[str, Any]:
    return {"message_id": message.pk, "thread_id": message.thread_id}


def _fact(kind: str, message: Message, person: Person | None, owner: int | None) -> Fact:
    return Fact(
        kind=kind,
        at=message.at,
        subject=person.subject if person else None,
        account_id=person.account_id if person else None,
        lead_id=message.lead_id,
        deal_id=message.deal_id,
        owner=owner,
        team=person.team_id if person else None,
        territory=person.territory_id if person else None,
    )

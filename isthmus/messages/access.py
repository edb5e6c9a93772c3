"""Who sees how much of a message: all of one's own mailboxes; of others' what each mailbox lets be seen.

A message that lies in several mailboxes is as open as the most open of them. A private thread is only for
those in whose mailbox it lies. Whoever may not see a person sees none of their mail either.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from typing import Any

from django.db.models import Q, QuerySet

from isthmus.core.actors import Actor
from isthmus.messages.models import Holding, Mailbox, Message, Participant, Privacy, Recipient
from isthmus.messages.parties import only_of
from isthmus.people.models import Person
from isthmus.workspace import records


class Level(IntEnum):
    """How much of a message somebody sees."""

    NOTHING = 0
    PARTICIPANTS = 1
    METADATA = 2
    FULL = 3


_OF_PRIVACY = {
    Privacy.PARTICIPANTS: Level.PARTICIPANTS,
    Privacy.METADATA: Level.METADATA,
    Privacy.FULL: Level.FULL,
}


def visible_messages(actor: Actor) -> "QuerySet[Message]":
    """The messages of which an actor sees anything at all."""
    if actor.unlimited:
        return Message.objects.all()
    if not actor.allows("mail.view"):
        return Message.objects.none()
    own = _in(Mailbox.objects.of(actor).values("pk"))
    people = Person.objects.visible_to(actor).order_by().values("pk")
    with_people = Q(participants__person__in=people) | Q(recipients__person__in=people)
    return Message.objects.filter(own | (with_people & Q(thread__private=False))).distinct()


def readable_messages(actor: Actor) -> "QuerySet[Message]":
    """The messages that an actor reads in full."""
    if actor.unlimited:
        return Message.objects.all()
    if not actor.allows("mail.view"):
        return Message.objects.none()
    own = _in(Mailbox.objects.of(actor).values("pk"))
    open_ones = _in(Mailbox.objects.filter(privacy=Privacy.FULL).values("pk"))
    people = Person.objects.visible_to(actor).order_by().values("pk")
    with_people = Q(participants__person__in=people) | Q(recipients__person__in=people)
    return Message.objects.filter(own | (open_ones & with_people & Q(thread__private=False))).distinct()


def _in(mailboxes: Any) -> Q:
    return Q(mailbox__in=mailboxes) | Q(holdings__mailbox__in=mailboxes)


def levels(messages: Sequence[Message], actor: Actor) -> dict[int, Level]:
    """How much an actor sees of each of these messages, by number; their threads must be loaded."""
    if not actor.allows("mail.view") or not messages:
        return {}
    known = _with_seen_people([one.pk for one in messages], actor)
    mine = set(Mailbox.objects.of(actor).values_list("pk", flat=True))
    places = _mailboxes_of(messages)
    privacy = dict(
        Mailbox.objects.filter(pk__in={pk for found in places.values() for pk in found}).values_list(
            "pk", "privacy"
        )
    )
    found = {
        one.pk: _level(places[one.pk], mine, privacy, hidden=one.thread.private or one.pk not in known)
        for one in messages
    }
    return {pk: level for pk, level in found.items() if level > Level.NOTHING}


def _with_seen_people(numbers: Sequence[int], actor: Actor) -> set[int]:
    """Those of the messages in which somebody takes part whom the actor may see."""
    parts: set[tuple[int, int]] = set()
    for model in (Participant, Recipient):
        rows = model._default_manager.filter(message__in=numbers, person__isnull=False)
        parts |= set(rows.values_list("message_id", "person_id"))
    people = Person.objects.visible_to(actor).filter(pk__in={person for _message, person in parts})
    seen = set(people.values_list("pk", flat=True))
    return {message for message, person in parts if person in seen}


def _level(places: Iterable[int], mine: set[int], privacy: Mapping[int, str], *, hidden: bool) -> Level:
    if mine & set(places):
        return Level.FULL
    if hidden:
        return Level.NOTHING
    return max((_OF_PRIVACY[Privacy(privacy[pk])] for pk in places), default=Level.PARTICIPANTS)


def _mailboxes_of(messages: Sequence[Message]) -> dict[int, set[int]]:
    found = {one.pk: {one.mailbox_id} - {None} for one in messages}
    rows = Holding.objects.filter(message__in=[one.pk for one in messages])
    for message_id, mailbox_id in rows.values_list("message_id", "mailbox_id"):
        found[message_id].add(mailbox_id)
    return found  # type: ignore[return-value]


def declare() -> None:
    """Messages as records: files are attached to them, and follow what may be read of them."""
    records.register(
        "message",
        readable_messages,
        editing="mail.send",
        credit=_credit,
        of_persons=only_of,
    )


def _credit(message: Message) -> dict[str, Any]:
    return {
        "subject": message.person.subject if message.person else None,
        "account_id": message.account_id,
        "lead_id": message.lead_id,
        "deal_id": message.deal_id,
    }

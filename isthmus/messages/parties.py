"""Whose mail a message is: everybody in its head who is not one of us."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from isthmus.messages.models import Message, Participant, Recipient


def messages_of(persons: Sequence[int]) -> "QuerySet[Message]":
    """Every message in whose head one of these persons stands."""
    theirs = Q(pk__in=Participant.objects.filter(person__in=persons).values("message"))
    theirs |= Q(pk__in=Recipient.objects.filter(person__in=persons).values("message"))
    return Message.objects.filter(theirs | Q(person__in=persons))


def only_of(persons: Sequence[int]) -> list[int]:
    """The messages that are with these persons and nobody else: not with a colleague of theirs, say."""
    somebody = Q(person__isnull=False) & ~Q(person__in=persons)
    stranger = Q(person=None) & ~Q(address="")
    others = Participant.objects.filter(somebody | stranger, ours=False)
    found = messages_of(persons).exclude(pk__in=others.values("message"))
    return list(found.values_list("pk", flat=True))

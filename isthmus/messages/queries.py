"""Reading mail: what is of unknown outcome, threads as one may see them, answers that wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet

from isthmus.core.actors import Actor
from isthmus.messages.access import Level, levels
from isthmus.messages.models import (
    Mailbox,
    Message,
    Participant,
    Recipient,
    RecipientState,
    Snippet,
    Template,
    Thread,
)

LONGEST_THREAD = 500  # messages that are shown of one, the newest


@dataclass(frozen=True)
class Seen:
    """A message as somebody sees it: how much of it, and who takes part."""

    message: Message
    level: Level
    people: Sequence[Participant]

    @property
    def subject(self) -> str:
        """Empty where it is not to be seen."""
        return self.message.subject if self.level >= Level.METADATA else ""

    @property
    def sender(self) -> Participant | None:
        """Who wrote it."""
        return next((one for one in self.people if one.role == Participant.Role.FROM), None)

    @property
    def receivers(self) -> list[Participant]:
        """To whom it went."""
        return [one for one in self.people if one.role != Participant.Role.FROM]


def unknown_outcomes(actor: Actor) -> "QuerySet[Recipient]":
    """Mail of the actor's mailboxes of which nobody knows whether it arrived, the oldest first.

    Whoever may change all mailboxes sees that of all: without what was written.
    """
    rows = Recipient.objects.filter(state=RecipientState.UNKNOWN).select_related(
        "message", "message__mailbox", "person"
    )
    boxes = Mailbox.objects.of(actor).values("pk")
    looked_after = Mailbox.objects.visible_to(actor, "mailboxes.edit").values("pk")
    return rows.filter(Q(message__mailbox__in=boxes) | Q(message__mailbox__in=looked_after)).order_by(
        "settled_at", "pk"
    )


def failed_outcomes(actor: Actor) -> "QuerySet[Recipient]":
    """Mail of the actor's mailboxes that was refused or given up, the newest first."""
    boxes = Mailbox.objects.of(actor).values("pk")
    rows = Recipient.objects.filter(state=RecipientState.FAILED, message__mailbox__in=boxes)
    return rows.select_related("message", "message__mailbox", "person").order_by("-settled_at", "-pk")


def seen_messages(numbers: Sequence[int], actor: Actor) -> dict[int, Seen]:
    """Messages by number, each as far as the actor may see it; without those they do not see."""
    people = Prefetch("participants", Participant.objects.select_related("person").order_by("pk"))
    rows = list(Message.objects.filter(pk__in=numbers).select_related("thread").prefetch_related(people))
    found = levels(rows, actor)
    return {
        one.pk: Seen(one, found[one.pk], list(one.participants.all()))
        for one in rows
        if found.get(one.pk, Level.NOTHING) > Level.NOTHING
    }


def thread_for(actor: Actor, thread_id: int) -> list[Seen]:
    """The messages of a thread that an actor sees something of, the oldest first."""
    rows = Message.objects.filter(thread=thread_id).order_by("-at", "-pk")
    ordered = list(rows.values_list("pk", flat=True)[:LONGEST_THREAD])[::-1]
    found = seen_messages(ordered, actor)
    return [found[pk] for pk in ordered if pk in found]


def is_ours(thread_id: int, actor: Actor) -> bool:
    """Whether a thread lies in a mailbox of the actor."""
    mine = Mailbox.objects.of(actor).values("pk")
    within = Q(mailbox__in=mine) | Q(holdings__mailbox__in=mine)
    return Message.objects.filter(within, thread=thread_id).exists()


def waiting_answers(actor: Actor, *, before: datetime, limit: int = 50) -> list[Message]:
    """The latest mail of each thread in the actor's mailboxes that somebody known wrote and nobody answered.

    The longest waiting first. For the queue of what to do next.
    """
    mine = Mailbox.objects.of(actor).values("pk")
    threads = Thread.objects.filter(waiting_since__lte=before, messages__holdings__mailbox__in=mine)
    waiting = list(threads.distinct().order_by("waiting_since", "pk").values_list("pk", flat=True)[:limit])
    if not waiting:
        return []
    rows = Message.objects.filter(thread__in=waiting, direction="in", automatic=False, person__isnull=False)
    latest: dict[int, Message] = {}
    for one in rows.select_related("person", "account", "thread").order_by("at", "pk"):
        latest[one.thread_id] = one
    return [latest[pk] for pk in waiting if pk in latest]


def templates() -> "QuerySet[Template]":
    """The templates that are offered."""
    return Template.objects.filter(archived_at=None).order_by("name")


def snippets_for(actor: Actor) -> "QuerySet[Snippet]":
    """One's own snippets and those for all."""
    return Snippet.objects.filter(Q(owner=None) | Q(owner_id=actor.id)).order_by("name", "pk")

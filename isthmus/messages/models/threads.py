"""Threads, their messages, who takes part, and in which mailboxes each lies."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Actor
from isthmus.core.fields import filled
from isthmus.messages.models.mailboxes import Folder, Mailbox
from isthmus.people.models import Account, Person
from isthmus.workspace.models import User


class Direction(models.TextChoices):
    """Which way a message went."""

    IN = "in", _("Received")
    OUT = "out", _("Sent")


class Thread(models.Model):
    """Messages that answer each other, by their ids, never by their subjects."""

    subject = models.CharField(max_length=500, blank=True)
    latest_at = models.DateTimeField()
    waiting_since = models.DateTimeField(null=True)  # Somebody wrote and nobody answered yet.
    private = models.BooleanField(default=False)  # Only those whose mailbox it lies in see anything of it.

    class Meta:
        indexes = [
            models.Index(
                fields=["waiting_since"],
                condition=Q(waiting_since__isnull=False),
                name="messages_thread_waiting",
            )
        ]

    def __str__(self) -> str:
        return self.subject


class ThreadId(models.Model):
    """A Message-ID that a thread knows: of a message in it, or of one that it answers."""

    rfc_id = models.CharField(max_length=512, unique=True)
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="ids")


class MessageQuerySet(models.QuerySet["Message"]):
    """Messages; the one door to them is in `messages.access`."""

    def visible_to(self, actor: Actor, permission: str | None = None) -> Self:
        """Those that the actor reads in full."""
        from isthmus.messages.access import readable_messages

        if permission is not None and not actor.allows(permission):
            return self.none()
        return self.filter(pk__in=readable_messages(actor).order_by().values("pk"))


class Message(models.Model):
    """One mail, once, in however many mailboxes it lies.

    `lead_id` and `deal_id` are numbers of rows that live in rooms above. What is sent from here keeps its
    recipients apart, each with an outcome; `queued` is how many those were when it was written.
    """

    direction = models.CharField(max_length=3, choices=Direction.choices)
    rfc_id = models.CharField(max_length=512, unique=True)  # Its Message-ID, or a hash where it has none.
    in_reply_to = models.CharField(max_length=512, blank=True)
    references = models.JSONField(default=list)
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="messages")
    answers = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="answered_by")
    subject = models.CharField(max_length=500, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)  # Cleaned: no scripts, no styles, nothing that is fetched.
    calendar = models.TextField(blank=True)  # An invitation or an answer to one, as iCalendar.
    at = models.DateTimeField()
    received_at = models.DateTimeField()  # When it came to be here.
    person = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="messages", db_index=False
    )
    account = models.ForeignKey(
        Account, null=True, on_delete=models.PROTECT, related_name="messages", db_index=False
    )
    lead_id = models.BigIntegerField(null=True)
    deal_id = models.BigIntegerField(null=True)
    automatic = models.BooleanField(default=False)  # No person wrote it: an absence note, a newsletter.
    bounce = models.BooleanField(default=False)
    left_out = models.PositiveSmallIntegerField(default=0)  # Attachments that stay in the mailbox alone.
    mailbox = models.ForeignKey(
        Mailbox, null=True, on_delete=models.PROTECT, related_name="messages", db_index=False
    )  # From which it is sent.
    author = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    template_id = models.BigIntegerField(null=True)
    marketing = models.BooleanField(default=False)  # Only with consent.
    queued = models.PositiveIntegerField(default=0)
    runs = models.PositiveIntegerField(default=0)  # So many jobs were made for it: their keys differ.
    taken_back_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = MessageQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(F("thread"), F("at"), name="messages_of_thread"),
            filled("person", "messages_of_person"),
            filled("account", "messages_of_account"),
            filled("deal_id", "messages_of_deal"),
            filled("lead_id", "messages_of_lead"),
            filled("mailbox", "messages_of_mailbox"),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def job_key(self) -> str:
        """The key of the job that sends it now."""
        return f"mail:{self.pk}:{self.runs}"


class Participant(models.Model):
    """Somebody in the head of a message; the person they are, where that is known."""

    class Role(models.TextChoices):
        """In which line."""

        FROM = "from", _("From")
        TO = "to", _("To")
        CC = "cc", _("Cc")

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="participants")
    role = models.CharField(max_length=4, choices=Role.choices)
    address = models.CharField(max_length=320, blank=True)
    name = models.CharField(max_length=200, blank=True)
    person = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="mail_parts", db_index=False
    )
    ours = models.BooleanField(default=False)  # A user's or a mailbox's own address.

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        indexes = [
            filled("person", "messages_parts_of_person"),
            models.Index(
                fields=["address"], condition=Q(person=None, ours=False), name="messages_parts_unmatched"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.address


class Holding(models.Model):
    """That a mailbox's folder holds a message, under the server's number for it."""

    folder = models.ForeignKey(Folder, on_delete=models.CASCADE, related_name="holdings", db_index=False)
    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="holdings", db_index=False)
    message = models.ForeignKey(Message, null=True, on_delete=models.CASCADE, related_name="holdings")
    uidvalidity = models.BigIntegerField()
    uid = models.BigIntegerField()
    rfc_id = models.CharField(max_length=512)
    unreadable = models.CharField(max_length=200, blank=True)  # Why, where no message could be made of it.

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["folder", "uidvalidity", "uid"], name="messages_held_once")
        ]
        indexes = [models.Index(fields=["mailbox", "message"], name="messages_held_by")]

"""Who gets a message and how that went; and the claim of each try, which stands before anybody is called."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from isthmus.messages.models.threads import Message
from isthmus.people.models import Person


class RecipientState(models.TextChoices):
    """Where the one copy for one recipient is."""

    WAITING = "waiting", _("Waiting")
    CLAIMED = "claimed", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    SUPPRESSED = "suppressed", _("Not sent: they must not be written to")
    UNKNOWN = "unknown", _("Outcome unknown")


class Claim(models.Model):
    """One try of a message: committed before the server is called.

    `decided_at`: committed before the end of the message goes out. A claim that ended without an outcome
    and was not decided sent nothing; one that was decided may have.
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="claims")
    claimed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    said = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["claimed_at"], condition=Q(ended_at=None), name="messages_open_claims")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["message"], condition=Q(ended_at=None), name="messages_one_try_at_a_time"
            )
        ]


class Recipient(models.Model):
    """One recipient of one message: at most one copy is ever sent."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="recipients", db_index=False)
    address = models.CharField(max_length=320, blank=True)
    address_key = models.CharField(max_length=64)  # A keyed hash; stays apart when the address is erased.
    person = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="mail_received", db_index=False
    )
    state = models.CharField(max_length=10, choices=RecipientState.choices, default=RecipientState.WAITING)
    claim = models.ForeignKey(Claim, null=True, on_delete=models.SET_NULL, related_name="recipients")
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    first_tried_at = models.DateTimeField(null=True)
    said = models.CharField(max_length=300, blank=True)  # What the server answered last, or why not sent.
    settled_at = models.DateTimeField(null=True)  # When it got its outcome.
    bounced_at = models.DateTimeField(null=True)
    esp_id = models.CharField(max_length=200, blank=True)  # By which the provider that sent it knows it.
    delivered_at = models.DateTimeField(null=True)  # When the provider said that it is with its recipient.
    complained_at = models.DateTimeField(null=True)  # When they called it spam.

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "address_key"], name="messages_once_each"),
            models.CheckConstraint(
                condition=(Q(state__in=["waiting", "claimed"]) & Q(settled_at=None))
                | (~Q(state__in=["waiting", "claimed"]) & Q(settled_at__isnull=False)),
                name="messages_settled_when_over",
            ),
        ]
        indexes = [
            models.Index(fields=["settled_at"], condition=Q(state="unknown"), name="messages_unknown"),
            models.Index(
                fields=["next_at"], condition=Q(state__in=["waiting", "claimed"]), name="messages_under_way"
            ),
            models.Index(fields=["esp_id"], condition=~Q(esp_id=""), name="messages_esp_id"),
            models.Index(
                fields=["person"], condition=Q(person__isnull=False), name="messages_recipient_person"
            ),
        ]

    def __str__(self) -> str:
        return self.address

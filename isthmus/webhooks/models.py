"""Endpoints of other systems, and the messages on their way to them."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from isthmus.workspace.models import User


class WebhookQuerySet(models.QuerySet["Webhook"]):
    """Endpoints."""

    def kept(self) -> Self:
        """Those that nobody removed."""
        return self.filter(removed_at=None)

    def listening(self) -> Self:
        """Those that messages go to."""
        return self.filter(removed_at=None, off_since=None)


class Webhook(models.Model):
    """An address of another system, what it wants to hear of, and the secret that signs what it gets.

    A removed one stays as an empty row: an act that goes on beside the removal may still name it.
    """

    class Off(models.TextChoices):
        """Why nothing goes to it."""

        CHOSEN = "chosen", _("Switched off here")
        GONE = "gone", _("The other side answered that it is gone for good (410)")
        FAILING = "failing", _("Nothing got through for days")

    url = models.CharField(max_length=500)
    description = models.CharField(max_length=200, blank=True)
    kinds = models.JSONField(default=list)  # Of facts; empty: every kind that is offered.
    with_imports = models.BooleanField(default=False)
    secret = models.TextField(blank=True)  # Sealed; readable only to sign with.
    former_secret = models.TextField(blank=True)
    former_until = models.DateTimeField(null=True)
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    off_since = models.DateTimeField(null=True)
    off_because = models.CharField(max_length=8, choices=Off.choices, blank=True)
    failing_since = models.DateTimeField(null=True)  # Since when nothing got through; None after a success.
    failed_at = models.DateTimeField(null=True)  # The last try of those.
    removed_at = models.DateTimeField(null=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(off_since=None, off_because="")
                | (Q(off_since__isnull=False) & ~Q(off_because="")),
                name="webhook_off_for_a_reason",
            )
        ]

    def __str__(self) -> str:
        return self.description or self.host

    @property
    def host(self) -> str:
        """The address without its path, which may hold a token of the other side."""
        return self.url.partition("://")[2].partition("/")[0].partition("?")[0]

    @property
    def automation(self) -> str:
        """Its name among the automations that an import may set off."""
        return f"webhooks.{self.pk}"

    @property
    def is_on(self) -> bool:
        """Whether messages go to it."""
        return self.removed_at is None and self.off_since is None

    def wants(self, kind: str, actor_kind: str) -> bool:
        """Whether it asked to hear of such a fact."""
        return (not self.kinds or kind in self.kinds) and (self.with_imports or actor_kind != "import")


class Delivery(models.Model):
    """One message to one endpoint: what is sent, how often it was tried, how it went."""

    class State(models.TextChoices):
        """Where it is."""

        WAITING = "waiting", _("On its way")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Failed")

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    message_id = models.CharField(max_length=60)
    kind = models.CharField(max_length=60)
    body = models.TextField()  # As it is signed and sent, the same in each try.
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    made_at = models.DateTimeField()
    runs = models.PositiveIntegerField(default=0)  # So many jobs were made for it: their keys differ.
    tries = models.PositiveIntegerField(default=0)  # Since it was last begun.
    tried_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)  # What the other side answered last, if anything.
    milliseconds = models.PositiveIntegerField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["webhook", "message_id"], name="webhook_one_message_once"),
            models.CheckConstraint(
                condition=(Q(state="waiting") & Q(next_at__isnull=False))
                | (~Q(state="waiting") & Q(next_at=None)),
                name="webhook_waiting_until",
            ),
        ]
        indexes = [
            models.Index(F("webhook"), F("made_at").desc(), F("id").desc(), name="webhook_latest"),
            models.Index(F("webhook"), F("state"), F("made_at"), name="webhook_by_state"),
            models.Index(F("state"), F("next_at"), name="webhook_due"),
            models.Index(F("made_at"), name="webhook_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.state})"

    @property
    def job_key(self) -> str:
        """The key of the job that works on it now."""
        return f"webhook:{self.pk}:{self.runs}"

    def begin(self, at: datetime) -> None:
        """On its way, from the first try on."""
        self.state, self.tries, self.next_at, self.error = self.State.WAITING, 0, at, ""
        self.status = self.milliseconds = None
        self.runs += 1

"""Calls, meetings, mails and notes: what sellers did with one person, and what came of it."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from isthmus.leads.models import Lead
from isthmus.people.models import Account, Person
from isthmus.sales.models.deals import Deal
from isthmus.workspace.scoping import Scoped, ScopedQuerySet

KINDS = [("call", _("Call")), ("meeting", _("Meeting")), ("mail", _("Mail")), ("note", _("Note"))]


class Outcome(models.TextChoices):
    """What came of an activity. Which ones fit which kind stands in `OUTCOMES`."""

    REACHED = "reached", _("Reached")
    NO_ANSWER = "no_answer", _("No answer")
    LEFT_MESSAGE = "left_message", _("Left a message")
    WRONG_NUMBER = "wrong_number", _("Wrong number")
    HELD = "held", _("Held")
    NO_SHOW = "no_show", _("Nobody came")
    MOVED = "moved", _("Moved to another day")
    SENT = "sent", _("Sent")
    ANSWERED = "answered", _("They answered")
    BOUNCED = "bounced", _("Came back")


_O = Outcome
OUTCOMES: dict[str, tuple[Outcome, ...]] = {
    "call": (_O.REACHED, _O.NO_ANSWER, _O.LEFT_MESSAGE, _O.WRONG_NUMBER),
    "meeting": (_O.HELD, _O.NO_SHOW, _O.MOVED),
    "mail": (_O.SENT, _O.ANSWERED, _O.BOUNCED),
    "note": (),
}
# Nobody was spoken with or written to: such a try does not stop a lead's response clock.
IN_VAIN = frozenset({_O.NO_ANSWER, _O.WRONG_NUMBER, _O.NO_SHOW, _O.MOVED, _O.BOUNCED})


class Objection(models.TextChoices):
    """What somebody had against buying."""

    PRICE = "price", _("Price")
    TIMING = "timing", _("Timing")
    COMPETITOR = "competitor", _("Competitor")
    NO_NEED = "no_need", _("No need")
    AUTHORITY = "authority", _("Not theirs to decide")
    TRUST = "trust", _("Trust")
    MISSING_FEATURE = "missing_feature", _("Something is missing")
    OTHER = "other", _("Other")


class Activity(Scoped):
    """One dealing with one person, by its owner."""

    view_permission: ClassVar[str] = "leads.view"

    kind = models.CharField(max_length=8, choices=KINDS)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="activities")
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="activities")
    lead = models.ForeignKey(
        Lead, null=True, on_delete=models.PROTECT, related_name="activities", db_index=False
    )
    deal = models.ForeignKey(
        Deal, null=True, on_delete=models.PROTECT, related_name="activities", db_index=False
    )
    text = models.TextField(blank=True)
    outcome = models.CharField(max_length=16, choices=Outcome.choices, blank=True, default="")
    objection = models.CharField(max_length=16, choices=Objection.choices, blank=True, default="")
    minutes = models.PositiveSmallIntegerField(null=True)
    at = models.DateTimeField()
    external_id = models.CharField(max_length=120, null=True, unique=True)

    objects: ClassVar[Any] = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "activities"
        indexes = [
            models.Index(fields=["person", "-at"], name="sales_activity_person"),
            # When somebody last dealt with a deal or a lead: My day asks it of many at once.
            models.Index(fields=["deal", "-at"], name="sales_activity_deal"),
            models.Index(fields=["lead", "-at"], name="sales_activity_lead"),
            models.Index(fields=["owner", "-at"], name="sales_activity_owner"),
        ]

    @property
    def is_contact(self) -> bool:
        """Whether a human got through to the person: what a response clock waits for."""
        return self.kind != "note" and self.outcome not in IN_VAIN

"""Meetings, who is asked to them, and the times that they take up."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Actor
from isthmus.leads.models import Lead
from isthmus.meetings.models.calendars import Calendar
from isthmus.people.models import Account, Person
from isthmus.sales.models import Activity, Deal
from isthmus.workspace.models import User
from isthmus.workspace.scoping import Scoped, ScopedQuerySet


class MeetingState(models.TextChoices):
    """How a meeting stands."""

    TENTATIVE = "tentative", _("Tentative")
    CONFIRMED = "confirmed", _("Confirmed")
    CANCELLED = "cancelled", _("Cancelled")
    HELD = "held", _("Held")
    MISSED = "missed", _("Nobody came")


class ShownAs(models.TextChoices):
    """Whether its time is taken."""

    BUSY = "busy", _("Busy")
    FREE = "free", _("Free")


class Answer(models.TextChoices):
    """What somebody who was asked said."""

    NEEDS_ACTION = "needs_action", _("No answer yet")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    TENTATIVE = "tentative", _("Perhaps")


class MeetingQuerySet(ScopedQuerySet["Meeting"]):
    """Meetings with their words. Of others one sees those in reach that are neither private nor unshared."""

    def visible_to(self, actor: Actor, permission: str | None = None) -> Self:
        """The rows whose words the actor may read."""
        rows = super().visible_to(actor, permission)
        if actor.unlimited:
            return rows
        return rows.filter(Q(owner_id=actor.id) | Q(is_private=False, calendar__shared=True))


class Meeting(Scoped):
    """One entry of one calendar: once, or again and again by its rule.

    `to_write`: what the server does not have yet. `remote_text` is the entry as it was last read there, so
    that what we do not know of survives; by `sent`, hashes of what was last sent, one's own words are known.
    """

    view_permission: ClassVar[str] = "meetings.view"

    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="meetings", db_index=False)
    uid = models.CharField(max_length=255)
    sequence = models.PositiveIntegerField(default=0)
    title = models.CharField(max_length=300, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    zone = models.CharField(max_length=64)
    all_day = models.BooleanField(default=False)
    place = models.CharField(max_length=500, blank=True)
    notes = models.TextField(blank=True)
    state = models.CharField(max_length=9, choices=MeetingState.choices, default=MeetingState.CONFIRMED)
    shows_as = models.CharField(max_length=4, choices=ShownAs.choices, default=ShownAs.BUSY)
    is_private = models.BooleanField(default=False)
    recurrence = models.CharField(max_length=500, blank=True)  # An RRULE.
    # What differs at single times of it (ics.Override); null: as `remote_text` says.
    exceptions = models.JSONField(null=True)
    person = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="meetings", db_index=False
    )
    account = models.ForeignKey(
        Account, null=True, on_delete=models.PROTECT, related_name="meetings", db_index=False
    )
    lead = models.ForeignKey(
        Lead, null=True, on_delete=models.PROTECT, related_name="meetings", db_index=False
    )
    deal = models.ForeignKey(
        Deal, null=True, on_delete=models.PROTECT, related_name="meetings", db_index=False
    )
    activity = models.ForeignKey(
        Activity, null=True, on_delete=models.SET_NULL, related_name="+"
    )  # What it became when it was held or missed.
    href = models.CharField(max_length=600, blank=True)
    etag = models.CharField(max_length=300, blank=True)
    remote_text = models.TextField(blank=True)
    sent = models.JSONField(default=list)
    to_write = models.CharField(max_length=6, blank=True, default="")  # put, delete
    kept_note = models.TextField(blank=True)  # Words of ours that lost against theirs.
    made_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[Any] = MeetingQuerySet.as_manager()
    left: dict[str, Any] | None = None  # What a command has just replaced; not stored.
    lies_over: list[dict[str, Any]] | None = None  # Taken times that a command just found; not stored.

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["calendar", "uid"], name="meetings_one_row_a_uid"),
            models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="meetings_end_after_start"),
        ]
        indexes = [
            models.Index(fields=["owner", "starts_at"], name="meetings_owner_starts"),
            models.Index(fields=["starts_at"], name="meetings_starts"),  # Whom to remind of what comes next.
            models.Index(fields=["calendar", "href"], name="meetings_calendar_href"),
            models.Index(fields=["person", "-starts_at"], name="meetings_person"),
            models.Index(fields=["account", "-starts_at"], name="meetings_account"),
            models.Index(fields=["deal", "-starts_at"], name="meetings_deal"),
            models.Index(fields=["lead", "-starts_at"], name="meetings_lead"),
            models.Index(fields=["id"], condition=~Q(to_write=""), name="meetings_to_write"),
        ]

    def __str__(self) -> str:
        return self.title or str(_("Meeting"))

    @property
    def is_standing(self) -> bool:
        """Whether it is still to take place, or was to."""
        return self.state in (MeetingState.TENTATIVE, MeetingState.CONFIRMED)

    @property
    def is_of_a_customer(self) -> bool:
        """Whether it is about somebody whom the company deals with: such a row is never thrown away."""
        return bool(self.person_id or self.account_id or self.lead_id or self.deal_id)


class Busy(models.Model):
    """One time at which a meeting takes place. Of one that repeats: each, some while back and ahead.

    `blocks`: whether nothing else can be booked then.
    """

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="busy", db_index=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="times")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    title = models.CharField(max_length=300, blank=True)  # Where this one time is called otherwise.
    at = models.DateTimeField(null=True)  # Of a series: when it would begin by the rule.
    blocks = models.BooleanField(default=True)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        verbose_name_plural = "busy times"
        # By the end: what is asked for lies ahead or around today, and what is over grows year by year.
        indexes = [models.Index(fields=["calendar", "ends_at", "starts_at"], name="meetings_busy_ends")]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"


class Attendee(models.Model):
    """Somebody who is asked to a meeting."""

    class Role(models.TextChoices):
        """As what."""

        ORGANIZER = "organizer", _("Organizer")
        REQUIRED = "required", _("Asked")
        OPTIONAL = "optional", _("If they can")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendees")
    email = models.CharField(max_length=254, blank=True)
    name = models.CharField(max_length=200, blank=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    role = models.CharField(max_length=9, choices=Role.choices, default=Role.REQUIRED)
    answer = models.CharField(max_length=12, choices=Answer.choices, default=Answer.NEEDS_ACTION)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "email"], condition=~Q(email=""), name="meetings_one_seat_an_address"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

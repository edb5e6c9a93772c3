"""Pages on which guests book a time, and what they booked."""

from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q

from isthmus.core.actors import Actor, Scope
from isthmus.meetings.models.meetings import Attendee, Meeting
from isthmus.messages.models import Message
from isthmus.workspace.models import User
from isthmus.workspace.scoping import Scoped, ScopedQuerySet


class BookingPageQuerySet(ScopedQuerySet["BookingPage"]):
    """Booking pages: one's own, and those of one's team."""

    def reach(self, actor: Actor, scope: Scope) -> Q:
        """Beside what grants reach: the pages of one's own team, on which one is booked oneself."""
        return super().reach(actor, scope) | Q(
            owner=None, team_id__in=[actor.team_id] if actor.team_id else []
        )


class BookingPage(Scoped):
    """What guests may book: with its owner, or with whoever of a team has had the fewest."""

    view_permission: ClassVar[str] = "meetings.view"

    slug = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=120)
    text = models.TextField(blank=True)  # What guests read above the times.
    minutes = models.PositiveSmallIntegerField(default=30)
    step = models.PositiveSmallIntegerField(default=30)
    before = models.PositiveSmallIntegerField(default=0)
    after = models.PositiveSmallIntegerField(default=0)
    notice_hours = models.PositiveSmallIntegerField(default=4)
    horizon_days = models.PositiveSmallIntegerField(default=60)
    day_limit = models.PositiveSmallIntegerField(null=True)  # For each host, on one day.
    change_hours = models.PositiveSmallIntegerField(default=4)  # So long before, guests change nothing more.
    hours = models.JSONField(default=dict)  # {"mon": [["09:00", "12:00"], …]}; empty: the company's.
    time_zone = models.CharField(max_length=64)
    holidays = models.CharField(max_length=10, blank=True)  # A country or a part of one.
    place = models.CharField(max_length=300, blank=True)
    questions = models.JSONField(default=list)  # [{"label": …, "required": …}]
    reminds = models.BooleanField(default=True)
    framed_by = models.CharField(max_length=500, blank=True)  # Sites that may show it within theirs.
    is_open = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[Any] = BookingPageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(owner__isnull=False) | Q(team__isnull=False), name="meetings_page_of_somebody"
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=5, step__gte=5, horizon_days__gte=1), name="meetings_page_whole"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def zone(self) -> ZoneInfo:
        """The zone of its hours."""
        return ZoneInfo(self.time_zone)

    @property
    def is_shared(self) -> bool:
        """Whether a team takes turns."""
        return self.owner_id is None


class Booking(models.Model):
    """A meeting that a guest booked, and the link with which they change it."""

    meeting = models.OneToOneField(Meeting, on_delete=models.CASCADE, related_name="booking")
    page = models.ForeignKey(BookingPage, on_delete=models.PROTECT, related_name="bookings", db_index=False)
    host = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True)
    time_zone = models.CharField(max_length=64)  # The guest's.
    locale = models.CharField(max_length=12, blank=True)
    answers = models.JSONField(default=list)  # [[question, answer], …]
    made_at = models.DateTimeField()
    # The guest's own page: found by the keyed hash of its token, shown again from the sealed one.
    token_hash = models.CharField(max_length=64, null=True, unique=True)
    token_sealed = models.CharField(max_length=200, blank=True)
    reminded_of = models.DateTimeField(null=True)  # The beginning of which they were reminded.

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        indexes = [models.Index(fields=["page", "host"], name="meetings_bookings_of_page")]

    def __str__(self) -> str:
        return str(self.meeting)

    @property
    def zone(self) -> ZoneInfo:
        """The guest's zone."""
        return ZoneInfo(self.time_zone)


class Invitation(models.Model):
    """What was mailed of a meeting, or of one time of a series: each change once, or why it was not."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="invitations")
    method = models.CharField(max_length=8)
    sequence = models.PositiveIntegerField()
    time = models.DateTimeField(null=True)  # Of a series: which time, as its rule says it.
    message = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="+")
    trouble = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "method", "sequence"], condition=Q(time=None), name="meetings_told_once"
            ),
            models.UniqueConstraint(
                fields=["meeting", "method", "sequence", "time"],
                condition=Q(time__isnull=False),
                name="meetings_told_of_a_time_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.sequence}"


class MailedCalendar(models.Model):
    """A calendar that came by mail, and what became of it. Its words stay in the mail."""

    class State(models.TextChoices):
        """Where it is."""

        OFFERED = "offered"  # An invitation that waits for an answer.
        ANSWERED = "answered"
        TAKEN = "taken"  # An answer or a change that was carried over.
        KEPT = "kept"  # Nothing was done with it; `reason` says why.

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="mailed_calendar")
    method = models.CharField(max_length=20, blank=True)
    uid = models.CharField(max_length=255, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State.choices)
    reason = models.CharField(max_length=300, blank=True)
    answer = models.CharField(max_length=12, blank=True)
    stamp = models.DateTimeField(null=True)  # When its sender wrote it: of two answers the later one counts.
    attendee = models.ForeignKey(Attendee, null=True, on_delete=models.SET_NULL, related_name="+")
    meeting = models.ForeignKey(Meeting, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        indexes = [models.Index(fields=["uid"], name="meetings_mailed_uid")]

    def __str__(self) -> str:
        return self.method

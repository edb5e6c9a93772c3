"""Calendars of users: own ones, those on a server, addresses that are read; and feeds given out."""

from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Actor
from isthmus.workspace.models import Company, User
from isthmus.workspace.scoping import Scoped, ScopedQuerySet


class Source(models.TextChoices):
    """Where a calendar's meetings live."""

    OWN = "own", _("Here")
    CALDAV = "caldav", _("On a calendar server")
    ICS = "ics", _("At an address that is read")


class CalendarServer(models.Model):
    """A calendar server that a user signed in to, and what was found there. A removed one keeps no secret."""

    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=500)
    login = models.CharField(max_length=254)
    secret = models.TextField(blank=True)  # The password, sealed; never shown again.
    found = models.JSONField(default=list)  # Calendars that can be chosen: address, name, writable.
    looked_at = models.DateTimeField(null=True)
    looking = models.BooleanField(default=False)
    error = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = models.Manager()

    def __str__(self) -> str:
        return self.address


class CalendarQuerySet(ScopedQuerySet["Calendar"]):
    """Calendars. Settings are their owner's alone; `visible_to` says whose busy times one sees."""

    def kept(self) -> Self:
        """Those that nobody disconnected."""
        return self.filter(removed_at=None)

    def of(self, actor: Actor) -> Self:
        """The actor's own: nobody else connects, changes or reads them anew."""
        return self.filter(owner_id=actor.id) if actor.id is not None else self.none()


class Calendar(Scoped):
    """One calendar of one user. A disconnected one keeps its row for its meetings that are of customers."""

    view_permission: ClassVar[str] = "meetings.view"

    source = models.CharField(max_length=6, choices=Source.choices)
    name = models.CharField(max_length=120)
    server = models.ForeignKey(CalendarServer, null=True, on_delete=models.PROTECT, related_name="calendars")
    address = models.CharField(max_length=500, blank=True)  # Of the collection, or of what is read.
    shared = models.BooleanField(default=False)  # Whether colleagues in reach read its words.
    counts_as_busy = models.BooleanField(default=True)
    is_written_to = models.BooleanField(default=False)  # Where new meetings of its owner go.
    can_write = models.BooleanField(default=True)
    time_zone = models.CharField(max_length=64, blank=True)  # Of the own one: its owner's zone.
    sync_token = models.TextField(blank=True)
    ctag = models.CharField(max_length=300, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    made_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)  # When it was last read without an error.
    error = models.CharField(max_length=300, blank=True)
    failing_since = models.DateTimeField(null=True)
    on_server = models.PositiveIntegerField(null=True)  # When both sides were last compared.
    here = models.PositiveIntegerField(default=0)
    unreadable = models.JSONField(default=dict)  # Entries that are no meetings: their address and tag.
    compared_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = CalendarQuerySet.as_manager()
    left: dict[str, Any] | None = None  # What a command has just replaced; not stored.

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner"], condition=Q(source="own"), name="meetings_one_own"),
            models.UniqueConstraint(
                fields=["owner"], condition=Q(is_written_to=True), name="meetings_one_written_to"
            ),
            models.UniqueConstraint(
                fields=["owner", "address"],
                condition=Q(removed_at=None) & ~Q(source="own"),
                name="meetings_one_row_an_address",
            ),
            models.CheckConstraint(
                condition=~Q(source="ics") | Q(is_written_to=False), name="meetings_ics_is_only_read"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which its owner lives: their own choice, otherwise the company's."""
        return ZoneInfo(self.time_zone) if self.time_zone else Company.current().zone

    @property
    def is_remote(self) -> bool:
        """Whether what is changed in it here must be written elsewhere."""
        return self.source == Source.CALDAV and self.removed_at is None


class CalendarFeed(models.Model):
    """A secret address under which other programs read one's meetings; only a hash of it is kept."""

    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    token_hash = models.CharField(max_length=64, unique=True)
    with_words = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        indexes = [models.Index(fields=["owner", "revoked_at"], name="meetings_feed_owner")]

    def __str__(self) -> str:
        return self.name

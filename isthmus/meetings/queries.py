"""What is read of calendars: who is busy when, what stands in a week, which meetings a record has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from isthmus.core.actors import Actor, Scope
from isthmus.meetings.models import Busy, Calendar, Meeting, MeetingState
from isthmus.workspace.models import User


@dataclass(frozen=True)
class Shown:
    """One time in somebody's calendar; without its meeting the reader learns only that it is taken."""

    starts_at: datetime
    ends_at: datetime
    owner: User
    meeting: Meeting | None
    title: str
    all_day: bool
    at: datetime | None = None  # Of a series: which of its times.


def busy_between(owners: Sequence[int], start: datetime, stop: datetime) -> "QuerySet[Busy, Any]":
    """When these users cannot be booked: owner, begin and end of each time that is taken, in order.

    A calendar that does not count, a meeting that is shown as free or was called off takes no time.
    """
    rows = _between(start, stop).filter(calendar__owner__in=list(owners), calendar__counts_as_busy=True)
    return rows.filter(blocks=True).order_by("starts_at").values("calendar__owner_id", "starts_at", "ends_at")


def shown_between(actor: Actor, owners: Sequence[User], start: datetime, stop: datetime) -> list[Shown]:
    """What stands in the calendars of users whom the actor reaches, with words where those may be read."""
    known = {one.pk: one for one in owners if reaches(actor, one)}
    if not known:
        return []
    rows = _between(start, stop).filter(calendar__owner__in=list(known))
    times = list(rows.select_related("calendar").order_by("starts_at", "pk"))
    read = Meeting.objects.visible_to(actor).filter(pk__in={one.meeting_id for one in times})
    words = {one.pk: one for one in read.select_related("person", "account", "calendar")}
    days = dict(Meeting.objects.filter(pk__in={one.meeting_id for one in times}).values_list("pk", "all_day"))
    found = []
    for one in times:
        owner = known[one.calendar.owner_id or 0]
        meeting = words.get(one.meeting_id)
        if meeting is None and not (one.blocks and one.calendar.counts_as_busy):
            continue  # Of others' time that is free there is nothing to say.
        title = (one.title or str(meeting)) if meeting is not None else ""
        found.append(Shown(one.starts_at, one.ends_at, owner, meeting, title, days[one.meeting_id], one.at))
    return found


def reaches(actor: Actor, user: User) -> bool:
    """Whether the actor may see when a user is busy."""
    scope = actor.scope("meetings.view")
    if scope is Scope.ALL or user.pk == actor.id:
        return scope is not None
    return scope is Scope.TEAM and user.team_id is not None and user.team_id in actor.team_ids


def colleagues(actor: Actor) -> "QuerySet[User]":
    """The users whose busy times the actor may see, oneself first where one has a calendar."""
    scope = actor.scope("meetings.view")
    users = User.objects.filter(is_active=True).order_by("name", "pk")
    if scope is None:
        return users.none()
    if scope is Scope.ALL:
        return users
    mine = Q(pk=actor.id)
    return users.filter(mine | Q(team_id__in=actor.team_ids) if scope is Scope.TEAM else mine)


def meetings_of(actor: Actor, *, after: datetime, **about: int) -> "QuerySet[Meeting]":
    """The meetings with a person, account, lead or deal that are still to come, the next one first.

    Also those whose words the actor may not read: that there is a meeting is seen by who sees the record.
    """
    standing = (MeetingState.TENTATIVE, MeetingState.CONFIRMED)
    rows = Meeting.objects.filter(**about, state__in=standing, ends_at__gte=after)
    return rows.select_related("owner", "calendar", "person").order_by("starts_at", "pk")


def reached(actor: Actor, numbers: set[int]) -> set[int]:
    """Those of these meetings of which the actor may know that they are, with words or without."""
    scope = actor.scope("meetings.view")
    if scope is None:
        return set()
    rows = Meeting.objects.filter(pk__in=numbers)
    if scope is not Scope.ALL:
        rows = rows.filter(rows.reach(actor, scope))
    return set(rows.values_list("pk", flat=True))


def kept_calendars(actor: Actor) -> "QuerySet[Calendar]":
    """The actor's own calendars, as their settings list them."""
    rows: QuerySet[Calendar] = Calendar.objects.kept().of(actor).select_related("server")
    return rows.order_by("source", "name", "pk")


def _between(start: datetime, stop: datetime) -> "QuerySet[Busy]":
    rows: QuerySet[Busy] = Busy.objects.filter(
        starts_at__lt=stop, ends_at__gt=start, calendar__removed_at=None
    )
    return rows.exclude(meeting__state=MeetingState.CANCELLED)

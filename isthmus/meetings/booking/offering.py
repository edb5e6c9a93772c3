"""What a booking page offers: the free times of its hosts, out of their calendars."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Max

from isthmus.meetings.booking.turns import Turn, next_in_turn
from isthmus.meetings.models import Booking, BookingPage, Busy, MeetingState
from isthmus.meetings.slots import Hours, Offer, Stretch, days_full, free_starts, read_hours
from isthmus.workspace.calendars import holidays_of
from isthmus.workspace.models import Company, User

_STANDING = (MeetingState.TENTATIVE, MeetingState.CONFIRMED)


@dataclass(frozen=True)
class Hosts:
    """Who can be booked, with what takes up their time and what they have ahead on this page."""

    offer: Offer
    users: Sequence[User]
    busy: Mapping[int, Sequence[Stretch]]
    begun: Mapping[int, Sequence[datetime]] = field(default_factory=dict)
    turns: Mapping[int, Turn] = field(default_factory=dict)
    day_limit: int | None = None

    def starts(self, *, now: datetime, first: datetime, before: datetime) -> list[datetime]:
        """When anybody is free, in order."""
        found: set[datetime] = set()
        for user in self.users:
            found.update(self.of(user.pk, now=now, first=first, before=before))
        return sorted(found)

    def of(self, user_id: int, *, now: datetime, first: datetime, before: datetime) -> list[datetime]:
        """When one of them is free."""
        return free_starts(
            self.offer,
            self.busy.get(user_id, ()),
            now=now,
            first=first,
            before=before,
            full_days=days_full(self.begun.get(user_id, ()), self.offer.zone, self.day_limit),
        )

    def whose_turn(self, start: datetime, *, now: datetime) -> User | None:
        """Who is booked at that time: of those free then the one whose turn it is; nobody where none is."""
        until = start + timedelta(seconds=1)
        free = [
            self.turns.get(user.pk, Turn(user.pk))
            for user in self.users
            if start in self.of(user.pk, now=now, first=start, before=until)
        ]
        found = next_in_turn(free)
        return next((user for user in self.users if found and user.pk == found.user_id), None)


def offer_of(page: BookingPage) -> Offer:
    """What a page offers, as the reckoning of free times takes it."""
    return Offer(
        minutes=page.minutes,
        hours=hours_of(page),
        zone=page.zone,
        step=page.step,
        before=page.before,
        after=page.after,
        notice=timedelta(hours=page.notice_hours),
        horizon_days=page.horizon_days,
        holidays=holidays_of(page.holidays),
    )


def hours_of(page: BookingPage) -> Hours:
    """The page's own hours, or the company's where it has none."""
    return read_hours(page.hours or {day: [given] for day, given in Company.current().hours.items()})


def host_ids(page: BookingPage) -> list[int]:
    """The numbers of those who can be booked: the owner, or everybody who works in the team."""
    if page.owner_id is not None:
        return [page.owner_id]
    users = User.objects.filter(team_id=page.team_id or 0, is_active=True)
    return list(users.order_by("pk").values_list("pk", flat=True))


def hosts_of(
    page: BookingPage, *, first: datetime, before: datetime, now: datetime, without: Booking | None = None
) -> Hosts:
    """The hosts with their times from `first` to `before`. `without`: a booking that is to be moved."""
    numbers = [without.host_id] if without is not None else host_ids(page)
    users = list(User.objects.filter(pk__in=numbers, is_active=True).order_by("pk"))
    offer = offer_of(page)
    around = timedelta(days=2)
    moved = without.meeting_id if without is not None else None
    rows = Busy.objects.filter(
        calendar__owner__in=numbers,
        calendar__counts_as_busy=True,
        calendar__removed_at=None,
        blocks=True,
        starts_at__lt=before + around,
        ends_at__gt=first - around,
    ).exclude(meeting=moved)
    busy: dict[int, list[Stretch]] = {}
    for owner, start, end in rows.values_list("calendar__owner", "starts_at", "ends_at"):
        busy.setdefault(owner, []).append((start, end))
    standing = Booking.objects.filter(page=page, host__in=numbers, meeting__state__in=_STANDING)
    standing = standing.exclude(meeting=moved)
    begun: dict[int, list[datetime]] = {}
    for host, start in standing.filter(
        meeting__starts_at__gt=first - around, meeting__starts_at__lt=before + around
    ).values_list("host", "meeting__starts_at"):
        begun.setdefault(host, []).append(start)
    return Hosts(offer, users, busy, begun, _turns(page, numbers, now), page.day_limit)


def _turns(page: BookingPage, numbers: Sequence[int], now: datetime) -> dict[int, Turn]:
    if not page.is_shared:
        return {}
    ahead = now + timedelta(days=page.horizon_days)
    of_page = Booking.objects.filter(page=page, host__in=numbers)
    upcoming = dict(
        of_page.filter(
            meeting__state__in=_STANDING, meeting__starts_at__gte=now, meeting__starts_at__lte=ahead
        )
        .values_list("host")
        .annotate(number=Count("pk"))
    )
    last = dict(of_page.values_list("host").annotate(at=Max("made_at")))
    return {pk: Turn(pk, upcoming.get(pk, 0), last.get(pk)) for pk in numbers}

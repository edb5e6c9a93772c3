"""Meetings of the sample company's sellers: with people of open deals, from yesterday to next week."""

from datetime import datetime, time, timedelta
from itertools import groupby

from django.utils import timezone

from isthmus.core import automations
from isthmus.meetings.commands import book_meeting
from isthmus.sales.models import Deal, DealState
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User

_EACH = 7  # of one seller
# On which day from today, at which hour, for how long, about what.
_PLAN = (
    (-1, 14, 45, "Walk line 2 with the plant director"),
    (0, 15, 30, "Go through the offer"),
    (1, 10, 60, "Show the readings of the trial"),
    (3, 11, 30, "Agree on the service window"),
    (4, 9, 45, "Meet quality about the audit"),
    (7, 13, 60, "Plan the roll-out to three sites"),
    (8, 16, 30, "Terms with purchasing"),
)
_PLACES = ("At their plant", "By telephone", "Video call", "Our showroom")


def plan_meetings(*, until: datetime) -> int:
    """Write them, each made some days before; how many."""
    deals = Deal.objects.filter(state=DealState.OPEN, person__isnull=False, owner__is_active=True)
    chosen = (
        deals.exclude(person__email="")
        .select_related("owner", "person")
        .order_by("owner_id", "-opened_at", "pk")
    )
    count = 0
    with automations.setting_off(automations.Choice()):
        for _owner, theirs in groupby(chosen, key=lambda deal: deal.owner_id):
            own = list(theirs)[:_EACH]
            assert own[0].owner is not None
            count += _own(own[0].owner, until) + sum(
                _with(one, place, until) for place, one in enumerate(own)
            )
    return count


def _with(deal: Deal, place: int, until: datetime) -> int:
    days, hour, minutes, title = _PLAN[place]
    starts = _moment(until, days, hour + (deal.pk % 2 if days else 0))
    made = max(min(starts, until) - timedelta(days=3), deal.opened_at + timedelta(hours=1))
    assert deal.owner is not None
    assert deal.person is not None
    if made >= min(starts, until):
        return 0
    book_meeting(
        title=title,
        starts_at=starts,
        minutes=minutes,
        place=_PLACES[deal.pk % len(_PLACES)],
        deal_id=deal.pk,
        guests=[deal.person.email],
        by=actor_for(deal.owner),
        at=made,
    )
    return 1


def _own(owner: User, until: datetime) -> int:
    """The team's round each Monday, and an hour of their own."""
    monday = -timezone.localtime(until).weekday()
    begins, by = _moment(until, monday - 21, 9), actor_for(owner)
    at = begins - timedelta(days=1)
    book_meeting(title="Pipeline round", starts_at=begins, minutes=30, recurrence="FREQ=WEEKLY", by=by, at=at)
    private = _moment(until, monday + 3, 8)
    book_meeting(title="Dentist", starts_at=private, minutes=60, is_private=True, by=by, at=at)
    return 2


def _moment(until: datetime, days: int, hour: int) -> datetime:
    """A full hour of a day from today, in the company's zone; never on a weekend."""
    today = timezone.localtime(until)
    day = today.date() + timedelta(days=days)
    if day.weekday() > 4:
        day += timedelta(days=7 - day.weekday() if days >= 0 else 4 - day.weekday())
    return datetime.combine(day, time(hour), tzinfo=today.tzinfo)

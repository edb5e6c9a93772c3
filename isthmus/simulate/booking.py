"""A booking page of the sample company, on which somebody has taken a time."""

from datetime import datetime, timedelta

from isthmus.core import automations
from isthmus.core.actors import Actor
from isthmus.meetings.booking.offering import hosts_of
from isthmus.meetings.commands import add_booking_page, book_time
from isthmus.sales.models import Deal
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User

GUEST = Actor(kind="person", unlimited=True)
_HOURS = {day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


def open_booking(*, until: datetime) -> None:
    """Open a page of the seller whom the tour shows, and have a customer of hers book on it."""
    rita = User.objects.filter(role="seller", is_active=True).order_by("pk").first()
    if rita is None:
        return
    page = add_booking_page(
        title="First look",
        text="Half an hour by telephone: your fields, your water, what you pay for it today.",
        hours=_HOURS,
        place="We call you",
        questions=[{"label": "What should we look at?", "required": False}],
        after=15,
        by=actor_for(rita),
        at=until - timedelta(days=2),
    )
    deal = (
        Deal.objects.filter(owner=rita, state="open")
        .exclude(person=None)
        .order_by("-opened_at", "pk")
        .first()
    )
    if deal is None or deal.person is None or not deal.person.email:
        return
    at = until - timedelta(hours=3)
    hosts = hosts_of(page, first=at, before=at + timedelta(days=10), now=at)
    starts = hosts.starts(now=at, first=at + timedelta(days=1), before=at + timedelta(days=10))
    if not starts:
        return
    with automations.setting_off(automations.Choice()):  # Nothing of it is mailed.
        book_time(
            page_id=page.pk,
            starts_at=starts[min(3, len(starts) - 1)],
            full_name=deal.person.full_name,
            email=deal.person.email,
            answers=["The readings of hall 2"],
            by=GUEST,
            at=at,
        )

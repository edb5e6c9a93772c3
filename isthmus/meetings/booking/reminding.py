"""Guests are reminded the day before, once for each time that their meeting has."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from isthmus.core.system_acts import system_act
from isthmus.meetings.mailing.telling import remind
from isthmus.meetings.models import Booking, MeetingState

BEFORE = timedelta(hours=24)
_LATEST = timedelta(hours=1)  # So near to a meeting nobody needs a reminder any more.
_AT_ONCE = 200


def due_reminders(at: datetime) -> list[int]:
    """Bookings whose guests are to be reminded now: not of what they booked or moved within the last day."""
    rows = Booking.objects.filter(
        page__reminds=True,
        meeting__state=MeetingState.CONFIRMED,
        meeting__starts_at__gt=at + _LATEST,
        meeting__starts_at__lte=at + BEFORE,
        made_at__lt=F("meeting__starts_at") - BEFORE,
    )
    rows = rows.filter(Q(reminded_of=None) | ~Q(reminded_of=F("meeting__starts_at")))
    return list(rows.order_by("meeting__starts_at").values_list("pk", flat=True)[:_AT_ONCE])


def remind_guests(at: datetime) -> int:
    """Mail what is due; how many. Each in a transaction of its own, so that none comes twice."""
    return sum(_remind(pk, at) for pk in due_reminders(at))


def _remind(pk: int, at: datetime) -> int:
    with transaction.atomic(), system_act("remind_guests", at=at):
        rows = Booking.objects.select_for_update(of=("self",)).select_related("meeting", "page", "host")
        booking: Booking | None = rows.filter(pk=pk).first()
        if booking is None or not booking.meeting.is_standing:
            return 0
        if booking.reminded_of == booking.meeting.starts_at:
            return 0
        booking.reminded_of = booking.meeting.starts_at
        booking.save(update_fields=["reminded_of"])
        return int(remind(booking, at=at))

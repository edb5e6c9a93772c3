"""What calendars hold of a person: meetings with them, their seat in meetings with others, words of them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Actor
from isthmus.core.personal_stores import Whom, impersonal, personal_store
from isthmus.core.personal_words import take_words_out
from isthmus.meetings.ics import as_json
from isthmus.meetings.keeping import exceptions_of
from isthmus.meetings.models import Attendee, Booking, Busy, Calendar, CalendarFeed, MailedCalendar, Meeting

_TEXT = ("title", "place", "notes", "remote_text", "kept_note")


@personal_store(
    "meetings",
    _("Meetings with the person"),
    columns={
        "meetings.Meeting": (*_TEXT, "uid", "href", "exceptions"),
        "meetings.Busy": ("title",),
        "meetings.Attendee": ("email", "name"),
        "meetings.Calendar": ("name", "unreadable"),
        "meetings.CalendarFeed": ("name",),
        "meetings.Booking": ("name", "email", "answers", "token_sealed"),
        "meetings.MailedCalendar": ("uid", "reason"),
    },
    stays=_(
        "That there was a meeting, when, and whose of ours it was, so that figures do not change. On the "
        "calendar server itself, and in calendars that are read from elsewhere, entries stay: delete "
        "them there"
    ),
    order=40,
)
class Meetings:
    """Meetings with the person alone lose all their words; others keep what is not theirs."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """Every meeting with them, whole; of others that name them when."""
        theirs = _theirs(whom)
        for meeting in theirs.order_by("starts_at", "pk"):
            yield {
                "meeting": meeting.title,
                "from": meeting.starts_at,
                "to": meeting.ends_at,
                "place": meeting.place,
                "notes": meeting.notes,
                "single times": meeting.exceptions or [],
                "state": meeting.get_state_display(),
                "booked": _booked(meeting),
                "answers": [one.get_answer_display() for one in meeting.attendees.filter(_seats(whom))],
            }
        for meeting in whom.words.rows(
            Meeting.objects.exclude(pk__in=theirs.values("pk")), *_TEXT, "exceptions"
        ):
            yield {"meeting": "", "from": meeting.starts_at}

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Empty those that are theirs; take their words and their seats out of all others."""
        theirs = list(_theirs(whom).select_for_update(of=("self",)))
        for meeting in theirs:
            single = as_json(exceptions_of(meeting))
            for name in _TEXT:
                setattr(meeting, name, "")
            meeting.exceptions = [_without_words(one) for one in single] if single else None
            meeting.uid, meeting.href, meeting.etag, meeting.sent = f"erased:{meeting.pk}", "", "", []
            meeting.to_write = ""
            meeting.save()
        Busy.objects.filter(meeting__in=[one.pk for one in theirs]).update(title="")
        seats = Attendee.objects.filter(_seats(whom)).update(email="", name="")
        booked = Booking.objects.filter(meeting__in=[one.pk for one in theirs])
        booked.update(name="", email="", answers=[], token_hash=None, token_sealed="")
        words = whom.words
        taken = take_words_out(words, Meeting.objects.all(), *_TEXT, "uid", "href", "exceptions")
        taken += take_words_out(words, Busy.objects.exclude(title=""), "title")
        taken += take_words_out(words, Attendee.objects.all(), "email", "name")
        taken += take_words_out(words, Calendar.objects.all(), "name", "unreadable")
        taken += take_words_out(words, CalendarFeed.objects.all(), "name")
        taken += take_words_out(words, Booking.objects.all(), "name", "email", "answers")
        taken += take_words_out(words, MailedCalendar.objects.all(), "uid", "reason")
        return len(theirs) + int(seats) + taken


def _without_words(one: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in one.items() if key not in ("title", "place", "notes")}


def _booked(meeting: Meeting) -> Mapping[str, Any]:
    """What a guest typed as they booked it."""
    found = Booking.objects.filter(meeting=meeting).first()
    return {"name": found.name, "email": found.email, "answers": found.answers} if found else {}


def _theirs(whom: Whom) -> Any:
    return Meeting.objects.filter(person__in=whom.persons)


def _seats(whom: Whom) -> Q:
    return Q(person__in=whom.persons)


_SETTINGS = _("a colleague's own settings of their calendars")
impersonal(
    "meetings.Meeting", "zone", "state", "shows_as", "recurrence", "etag", "sent", "to_write",
    because=_("codes, hashes and rules of the calendar"),
)  # fmt: skip
impersonal("meetings.Attendee", "role", "answer", because=_("codes"))
impersonal(
    "meetings.Calendar", "source", "address", "time_zone", "sync_token", "ctag", "last_modified", "error",
    because=_SETTINGS,
)  # fmt: skip
impersonal("meetings.CalendarServer", "address", "login", "secret", "found", "error", because=_SETTINGS)
impersonal("meetings.CalendarFeed", "token_hash", because=_("a hash of a secret"))
impersonal(
    "meetings.Booking",
    "time_zone",
    "locale",
    "token_hash",
    because=_("a zone, a language, a hash of a secret"),
)
impersonal(
    "meetings.BookingPage", "slug", "title", "text", "hours", "time_zone", "holidays", "place", "questions",
    "framed_by", because=_("what a colleague offers to everybody"),
)  # fmt: skip
impersonal(
    "meetings.Invitation", "method", "trouble", because=_("codes, and why a colleague's mail was not sent")
)
impersonal("meetings.MailedCalendar", "method", "state", "answer", because=_("codes"))

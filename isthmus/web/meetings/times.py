"""A day, an hour and a length as forms ask for them, and the zone in which their reader lives."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy

from isthmus.core.actors import Actor
from isthmus.meetings.models import Calendar, Meeting, Source
from isthmus.web import formats
from isthmus.web.acts.forms import ActForm, date_input
from isthmus.workspace.models import Company

LENGTHS = [(15, "15"), (30, "30"), (45, "45"), (60, "60"), (90, "90"), (120, "120"), (240, "240")]


def zone_of(actor: Actor) -> ZoneInfo:
    """The zone in which a reader lives: the one of their own calendar, otherwise the company's."""
    own = Calendar.objects.filter(owner_id=actor.id or 0, source=Source.OWN).first()
    return own.zone if own is not None else Company.current().zone


def when_of(one: Meeting, zone: ZoneInfo) -> str:
    """When a meeting is, in words."""
    begins, ends = one.starts_at.astimezone(zone), one.ends_at.astimezone(zone)
    last = (one.ends_at - timedelta(seconds=1)).astimezone(zone).date()
    if one.all_day:
        return formats.day(begins.date()) + ("" if last == begins.date() else f" – {formats.day(last)}")
    if begins.date() == ends.date():
        return f"{formats.day(begins.date())}, {begins:%H:%M}–{ends:%H:%M}"
    return f"{formats.day(begins.date())}, {begins:%H:%M} – {formats.day(ends.date())}, {ends:%H:%M}"


def query_of(time: datetime | None) -> str:
    """How an address names one time of a series."""
    return "?" + urlencode({"time": time.isoformat()}) if time is not None else ""


class TimeForm(ActForm):
    """A day, an hour, and how long; in the reader's own zone."""

    day = forms.DateField(label=gettext_lazy("Day"), widget=date_input())
    hour = forms.TimeField(
        label=gettext_lazy("Hour"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        help_text=gettext_lazy("Empty: the whole day"),
    )
    length = forms.TypedChoiceField(
        label=gettext_lazy("Minutes"), choices=LENGTHS, coerce=int, initial=30, required=False
    )

    def __init__(self, zone: ZoneInfo, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def arguments(self) -> dict[str, Any]:
        """The arguments of the commands: an instant and a length."""
        given = super().arguments()
        day, hour, length = given.pop("day"), given.pop("hour", None), given.pop("length", None)
        if hour is None:
            given["starts_at"] = datetime.combine(day, datetime.min.time(), tzinfo=self.zone)
            return {**given, "minutes": 1440, "all_day": True}
        given["starts_at"] = datetime.combine(day, hour, tzinfo=self.zone)
        return {**given, "minutes": length or 30}

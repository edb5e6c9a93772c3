"""What a meeting lies over: said while its form is filled in, after it is saved, and on its page."""

import copy
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.core import clock
from isthmus.core.actors import Actor
from isthmus.core.commands import CommandResult
from isthmus.core.refusals import InvalidInput
from isthmus.meetings.commands.booking import span_of
from isthmus.meetings.keeping import times_taken
from isthmus.meetings.models import Calendar, Meeting, Source
from isthmus.meetings.overlapping import Overlap, overlaps_of, taken_in
from isthmus.meetings.rules import is_rule
from isthmus.web import formats
from isthmus.web.access import actor_of, needs
from isthmus.web.meetings.times import TimeForm, zone_of

_NAMED = 3


class _PlannedForm(TimeForm):
    """The fields of a form that say when, however far it is filled in."""

    length = forms.IntegerField(  # type: ignore[assignment]
        required=False, min_value=0, max_value=60 * 24 * 60
    )
    recurrence = forms.CharField(required=False)


@needs("meetings.edit")
def taken(request: HttpRequest) -> HttpResponse:
    """What lies at the time that a form says; `?meeting=7`: a meeting that is moved, `&time=…`: one of it."""
    actor = actor_of(request)
    planned = _planned(request, actor)
    found: list[Overlap] = []
    if planned is not None:
        times = [(one.starts_at, one.ends_at) for one in times_taken(planned, clock.now()) if one.blocks]
        found = taken_in(actor, planned.calendar.owner_id, times, without=planned.pk)
    return render(request, "meetings/taken.html", {"said": sentence(found, zone_of(actor))})


def then_overlaps(request: HttpRequest, done: str) -> Callable[[CommandResult], str]:
    """The sentence after an act that put a meeting at its time: what was done, and what it lies over."""

    def say(result: CommandResult) -> str:
        actor = actor_of(request)
        found = overlaps_of(actor, result.value, after=clock.now())
        return " ".join(one for one in (done, sentence(found, zone_of(actor))) if one)

    return say


def sentence(found: Sequence[Overlap], zone: ZoneInfo) -> str:
    """Over what it lies, in one sentence; empty where all of its time is free."""
    if not found:
        return ""
    named = "; ".join(_named(one, zone) for one in found[:_NAMED])
    more = len(found) - _NAMED
    if more > 0:
        named += ngettext(" and %(count)s more", " and %(count)s more", more) % {"count": more}
    return _("It overlaps %(what)s.") % {"what": named}


def _named(one: Overlap, zone: ZoneInfo) -> str:
    begins, ends = one.starts_at.astimezone(zone), one.ends_at.astimezone(zone)
    when = formats.day(begins.date())
    if not one.all_day:
        when += f", {begins:%H:%M}–{ends:%H:%M}"
    told = {"title": one.title, "when": when}
    return _("“%(title)s” (%(when)s)") % told if one.title else _("a time that is taken (%(when)s)") % told


def _planned(request: HttpRequest, actor: Actor) -> Meeting | None:
    """The meeting as it would stand; None while the form does not say when."""
    zone = zone_of(actor)
    form = _PlannedForm(zone, request.GET)
    number = request.GET.get("meeting", "")
    meeting = _asked(number, actor) if number else None
    if not form.is_valid():
        return None
    given: dict[str, Any] = form.arguments()
    if meeting is None:
        calendar = Calendar.objects.filter(owner_id=actor.id or 0, source=Source.OWN).first()
        rule = given.get("recurrence", "")
        meeting = Meeting(
            calendar=calendar or Calendar(owner_id=actor.id),
            uid="planned",
            zone=zone.key,
            all_day=given.get("all_day", False),
            recurrence=rule if is_rule(rule) else "",
        )
        minutes = given["minutes"]
    else:
        lasts = int((meeting.ends_at - meeting.starts_at).total_seconds() // 60)
        minutes = lasts if meeting.all_day else given["minutes"]
        meeting = copy.copy(meeting)
        meeting.remote_text, meeting.exceptions = "", []
        if request.GET.get("time") and request.GET.get("reach", "one") == "one":
            meeting.recurrence = ""
    return _placed(meeting, given["starts_at"], minutes)


def _asked(number: str, actor: Actor) -> Meeting:
    rows = Meeting.objects.visible_to(actor, "meetings.edit").select_related("calendar")
    found: Meeting = get_object_or_404(rows, pk=int(number) if number.isdigit() and len(number) < 19 else 0)
    return found


def _placed(meeting: Meeting, starts_at: datetime, minutes: int) -> Meeting | None:
    try:
        starts, ends = span_of(starts_at, None, minutes, meeting.all_day, meeting.zone)
    except InvalidInput:
        return None  # The form says so itself when it is sent.
    meeting.starts_at, meeting.ends_at = starts, ends
    return meeting

"""The week of one or of all whom the reader may look at, and one meeting."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.core import clock
from isthmus.core.actors import Actor
from isthmus.meetings.ics import Override
from isthmus.meetings.keeping import at_one_time
from isthmus.meetings.models import Meeting, MeetingState, Source
from isthmus.meetings.overlapping import Overlap, overlaps_of, taken_in
from isthmus.meetings.queries import Shown, colleagues, kept_calendars, shown_between
from isthmus.web import formats
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.reach import reaches
from isthmus.web.meetings.buttons import buttons_for
from isthmus.web.meetings.series import single_of, time_asked, times_of_series
from isthmus.web.meetings.taken import sentence
from isthmus.web.meetings.times import query_of, when_of, zone_of
from isthmus.workspace.models import User

_MOST_PEOPLE = 30


@needs("meetings.view")
def calendar(request: HttpRequest) -> HttpResponse:
    """One week: `?day=2026-11-27` names a day of it, `?of=7` whose it is, `?of=all` everybody in reach."""
    actor, zone = actor_of(request), zone_of(actor_of(request))
    today = clock.now().astimezone(zone).date()
    monday = _monday(request.GET.get("day", ""), today)
    people = list(colleagues(actor)[:_MOST_PEOPLE])
    shown_of = _whose(request.GET.get("of", ""), people, actor)
    start = datetime.combine(monday, time(), tzinfo=zone)
    stop = datetime.combine(monday + timedelta(days=7), time(), tzinfo=zone)
    found = shown_between(actor, shown_of, start, stop)
    days = [_day(monday + timedelta(days=number), found, zone, today) for number in range(7)]
    of = request.GET.get("of", "")
    keep = f"&of={of}" if of else ""
    choices = _choices(people, of, actor, monday)
    here = reverse("calendar")
    context = {
        "days": days,
        "finding": _finding(days, today),
        "week": f"{formats.day(monday)} – {formats.day(monday + timedelta(days=6))}",
        "before": f"{here}?day={monday - timedelta(days=7)}{keep}",
        "after": f"{here}?day={monday + timedelta(days=7)}{keep}",
        "now": f"{here}?{keep.lstrip('&')}",
        "is_now": monday == _monday("", today),
        "people": choices,
        "whose": next((one["text"] for one in choices if one["current"]), _("Mine")),
        "several": len(shown_of) > 1,
        "zone": zone.key,
        "may_edit": actor.allows("meetings.edit"),
        "may_connect": actor.allows("calendars.edit"),
        "is_empty": not found,
        "connected": kept_calendars(actor).exclude(source=Source.OWN).exists(),
    }
    return render(request, "meetings/week.html", context)


@needs("meetings.view")
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting whose words the reader may read."""
    actor = actor_of(request)
    related = Meeting.objects.visible_to(actor).select_related(
        "calendar", "owner", "person", "account", "deal", "lead__person", "activity"
    )
    one = get_object_or_404(related, pk=pk)
    zone, now = zone_of(actor), clock.now()
    time = time_asked(request, one)
    single = single_of(one, time) if time is not None else None
    shown = at_one_time(one, single) if single is not None else one
    written = one.calendar.can_write and one.calendar.source != Source.ICS
    editable = written and one.is_standing and reaches(actor, one, "meetings.edit")
    context = {
        "one": one,
        "shown": shown,
        "single": single,
        "when": when_of(shown, zone),
        "times": times_of_series(one, now, zone, single, editable=editable) if one.recurrence else [],
        "zone": zone.key,
        "own_zone": one.zone if one.zone != zone.key else "",
        "guests": list(one.attendees.select_related("person").order_by("name", "email")),
        "overlaps": sentence(_overlaps(actor, one, shown, single, now), zone),
        "buttons": buttons_for(one, actor, now, single.at if single is not None else None),
        "repeats": bool(one.recurrence),
        "waits": one.to_write and one.calendar.is_remote,
    }
    return render(request, "meetings/meeting.html", context)


def _overlaps(
    actor: Actor, one: Meeting, shown: Meeting, single: Override | None, now: datetime
) -> list[Overlap]:
    if single is None:
        return overlaps_of(actor, one, after=now)
    stretch = [(shown.starts_at, shown.ends_at)] if shown.ends_at > now and one.is_standing else []
    return taken_in(actor, one.calendar.owner_id, stretch, without=one.pk)


def _monday(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
        assert 1970 <= day.year <= 2199
    except (ValueError, AssertionError):
        day = today
    return day - timedelta(days=day.weekday())


def _whose(of: str, people: Sequence[User], actor: Actor) -> list[User]:
    if of == "all":
        return list(people)
    wanted = int(of) if of.isdigit() and len(of) < 10 else actor.id
    return [one for one in people if one.pk == wanted]


def _choices(people: Sequence[User], of: str, actor: Actor, monday: date) -> list[dict[str, Any]]:
    if len(people) < 2:
        return []
    here = f"{reverse('calendar')}?day={monday}"
    mine = [{"text": _("Mine"), "href": here, "current": not of or of == str(actor.id)}]
    others = [
        {"text": one.name, "href": f"{here}&of={one.pk}", "current": of == str(one.pk)}
        for one in people
        if one.pk != actor.id
    ]
    return [*mine, {"text": _("Everybody"), "href": f"{here}&of=all", "current": of == "all"}, *others]


def _day(day: date, found: Sequence[Shown], zone: ZoneInfo, today: date) -> dict[str, Any]:
    start = datetime.combine(day, time(), tzinfo=zone)
    stop = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
    entries = [_entry(one, start, zone) for one in found if one.starts_at < stop and _reaches(one, start)]
    return {
        "day": day,
        "name": f"{WEEKDAYS_ABBR[day.weekday()]} {formats.day(day)}",
        "is_today": day == today,
        "is_weekend": day.weekday() > 4,
        "entries": sorted(entries, key=lambda entry: (not entry["all_day"], entry["from"])),
        "new": f"{reverse('new-meeting')}?day={day}",
    }


def _reaches(one: Shown, start: datetime) -> bool:
    return one.ends_at > start or (one.ends_at == one.starts_at == start)


def _entry(one: Shown, start: datetime, zone: ZoneInfo) -> dict[str, Any]:
    begins, meeting = one.starts_at.astimezone(zone), one.meeting
    return {
        "all_day": one.all_day or (one.starts_at <= start and one.ends_at - start >= timedelta(days=1)),
        "from": one.starts_at,
        "hour": f"{begins:%H:%M}" if one.starts_at >= start else _("goes on"),
        "until": f"{one.ends_at.astimezone(zone):%H:%M}",
        "title": one.title or _("Busy"),
        "href": reverse("meeting", args=[meeting.pk]) + query_of(one.at) if meeting else "",
        "with": str(meeting.person or meeting.account or "") if meeting else "",
        "place": meeting.place if meeting else "",
        "owner": one.owner.name,
        "state": meeting.state if meeting else "",
        "over": meeting is not None and meeting.state in (MeetingState.HELD, MeetingState.MISSED),
        "said": meeting.get_state_display() if meeting and not meeting.is_standing else "",
    }


def _finding(days: Sequence[dict[str, Any]], today: date) -> str:
    number = sum(len(day["entries"]) for day in days)
    if not number:
        return _("Nothing stands in this week.")
    left = sum(len(day["entries"]) for day in days if day["day"] >= today)
    said = ngettext("%(count)s meeting in this week", "%(count)s meetings in this week", number)
    text = said % {"count": number}
    if any(day["is_today"] for day in days):
        return text + _(", %(left)s of them today or later.") % {"left": left}
    return text + "."

"""One time of a series: moved, changed, called off; this one, this and all later ones, or all."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.commands import CommandResult
from isthmus.meetings.ics import Override
from isthmus.meetings.keeping import at_one_time, exceptions_of
from isthmus.meetings.models import Meeting
from isthmus.meetings.repeating import by_the_wall, shifted
from isthmus.web.access import actor_of
from isthmus.web.acts.acting import Act, act_by_form, act_now, sent
from isthmus.web.acts.forms import ActForm
from isthmus.web.acts.logging import Chips
from isthmus.web.meetings.buttons import put_back_button
from isthmus.web.meetings.taken import then_overlaps
from isthmus.web.meetings.times import LENGTHS, TimeForm, query_of, when_of, zone_of
from isthmus.web.meetings.words import WordsForm

_LISTED = 8
REACHES = [
    ("one", gettext_lazy("This one")),
    ("later", gettext_lazy("This and all later ones")),
    ("all", gettext_lazy("All of the series")),
]


def _reach() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=gettext_lazy("For which times"), choices=REACHES, initial="one", widget=Chips
    )


class MoveForm(TimeForm):
    """When one time is to be, and for which others that holds."""

    reach = _reach()
    wide = ("reach",)

    def arguments(self) -> dict[str, Any]:
        """As of any meeting."""
        given = super().arguments()
        given.pop("reach", None)
        given.pop("all_day", None)
        return given


class EditForm(WordsForm):
    """What one time is called, and for which others that holds."""

    reach = _reach()
    wide = (*WordsForm.wide, "reach")

    def arguments(self) -> dict[str, Any]:
        """Only what differs."""
        return {name: value for name, value in super().arguments().items() if name != "reach"}


class CancelForm(ActForm):
    """Which times are called off."""

    reach = _reach()
    wide = ("reach",)

    def arguments(self) -> dict[str, Any]:
        """Nothing more than which."""
        return {}


def time_asked(request: HttpRequest, one: Meeting) -> datetime | None:
    """The time of a series that an address names; None where it names none, or the meeting is no series."""
    try:
        asked = datetime.fromisoformat(request.GET.get("time", ""))
    except ValueError:
        return None
    return asked if one.recurrence and asked.tzinfo is not None else None


def single_of(one: Meeting, time: datetime) -> Override | None:
    """How one time of a series stands; None where it does not take place."""
    known = next((single for single in exceptions_of(one) if single.at == time), None)
    if known is not None and known.off:
        return None
    return (known or Override(time)) if one.times.filter(at=time).exists() else None


def times_of_series(
    one: Meeting, now: datetime, zone: ZoneInfo, chosen: Override | None, *, editable: bool
) -> list[dict[str, Any]]:
    """The next times of a series, those that are called off among them, as its page lists them."""
    differing = {single.at: single for single in exceptions_of(one)}
    ahead = one.times.filter(ends_at__gt=now, at__isnull=False).order_by("starts_at")
    found = [differing.get(at) or Override(at) for at in ahead.values_list("at", flat=True)[:_LISTED] if at]
    last = max((single.at for single in found), default=None) if len(found) == _LISTED else None
    found += [
        single
        for single in differing.values()
        if single.off and single.at > now and (last is None or single.at < last)
    ]
    shown = sorted(
        ((at_one_time(one, single), single) for single in found), key=lambda pair: pair[0].starts_at
    )
    return [_row(as_it_is, single, zone, chosen, editable=editable) for as_it_is, single in shown]


def _row(
    shown: Meeting, single: Override, zone: ZoneInfo, chosen: Override | None, *, editable: bool
) -> dict[str, Any]:
    if single.off:
        buttons = [put_back_button(shown, single.at)] if editable else []
        return {"when": when_of(shown, zone), "said": _("called off"), "buttons": buttons}
    words = [_("moved")] if single.starts_at not in (None, single.at) else []
    return {
        "when": when_of(shown, zone),
        "href": reverse("meeting", args=[shown.pk]) + query_of(single.at),
        "said": ", ".join([*words, *([single.title] if single.title is not None else [])]),
        "chosen": chosen is not None and chosen.at == single.at,
    }


def act(request: HttpRequest, one: Meeting, name: str, time: datetime) -> HttpResponse:
    """Do one act on one time of a series that the reader may change."""
    if name == "put-back":
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        told = then_overlaps(request, _("It takes place after all."))
        given = {"meeting_id": one.pk, "time_at": time}
        page = reverse("meeting", args=[one.pk])
        return act_now(request, Act("restore_series", _("Put it back"), told, page, given, page))
    single = single_of(one, time)
    if single is None:
        raise Http404
    return ACTS[name](request, one, single)


def _move(request: HttpRequest, one: Meeting, single: Override) -> HttpResponse:
    zone, shown = zone_of(actor_of(request)), at_one_time(one, single)
    begins = shown.starts_at.astimezone(zone)
    minutes = int((shown.ends_at - shown.starts_at).total_seconds() // 60)
    initial = {"day": begins.date(), "length": minutes} | ({} if one.all_day else {"hour": begins.time()})
    form = MoveForm(zone, sent(request), initial=initial)
    lengths = dict(LENGTHS) | {minutes: str(minutes)}
    form.fields["length"].choices = sorted(lengths.items())  # type: ignore[attr-defined]
    if one.all_day:
        del form.fields["hour"]
    _fitting(form, one, single)

    def read(form: Any) -> Mapping[str, Any]:
        given = form.arguments()
        if one.all_day:
            given["minutes"] = minutes
        if _asked(request) == "all":
            by = by_the_wall(shown.starts_at, given["starts_at"], ZoneInfo(one.zone))
            given["starts_at"] = shifted(one.starts_at, by, ZoneInfo(one.zone))
        return {**given, "version": one.version}

    commands = ("move_one_time", "move_meeting")
    act = _act(request, one, single, commands, _("Move the meeting"), _("The meeting is moved."), _("Move"))
    watch = f"{reverse('meeting-taken')}{query_of(single.at)}&meeting={one.pk}"
    return act_by_form(request, replace(act, watch=watch), form, read=read)


def _edit(request: HttpRequest, one: Meeting, single: Override) -> HttpResponse:
    shown = at_one_time(one, single)
    initial = {"title": shown.title, "place": shown.place, "words": shown.notes, "is_private": one.is_private}
    form = EditForm(sent(request), initial=initial)
    del form.fields["is_private"]  # Of a series as a whole.
    _fitting(form, one, single)
    commands = ("edit_one_time", "edit_meeting")
    said = _("The meeting is changed.")
    return act_by_form(
        request, _act(request, one, single, commands, _("Change the meeting"), said, _("Save")), form
    )


def _cancel(request: HttpRequest, one: Meeting, single: Override) -> HttpResponse:
    form = CancelForm(sent(request))
    _fitting(form, one, single)
    commands = ("cancel_one_time", "cancel_meeting")
    said = _("The meeting is called off.")
    act = _act(request, one, single, commands, _("Call it off"), said, _("Call it off"))
    return act_by_form(request, replace(act, danger=True), form)


def _fitting(form: Any, one: Meeting, single: Override) -> None:
    """From the first time on is the whole series."""
    if single.at <= one.starts_at:
        form.fields["reach"].choices = [pair for pair in REACHES if pair[0] != "later"]


def _asked(request: HttpRequest) -> str:
    return request.POST.get("reach", "one")


def _act(
    request: HttpRequest,
    one: Meeting,
    single: Override,
    commands: tuple[str, str],
    title: str,
    done: str,
    verb: str,
) -> Act:
    """The act as the form's answer reaches: on one time, from it on, or on the series."""
    page = reverse("meeting", args=[one.pk])
    here = page + query_of(single.at)
    given: dict[str, Any] = {"meeting_id": one.pk}
    asked, command = _asked(request), commands[1]
    if asked != "all":
        command = commands[0]
        given |= {"time_at": single.at, "and_later": asked == "later"}

    def onward(result: CommandResult) -> str:
        later = (result.value.left or {}).get("later_id")
        if later:
            return reverse("meeting", args=[later])
        return here if asked == "one" and command != "cancel_one_time" else page

    note = str(at_one_time(one, single))
    return Act(command, title, then_overlaps(request, done), onward, given, here, note, verb)


ACTS: Mapping[str, Callable[[HttpRequest, Meeting, Override], HttpResponse]] = {
    "move": _move,
    "edit": _edit,
    "cancel": _cancel,
}

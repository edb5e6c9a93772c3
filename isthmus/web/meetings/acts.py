"""Making, moving, changing and calling off meetings, and saying whether they took place."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core import clock
from isthmus.meetings.models import Meeting
from isthmus.sales.models import Objection
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, FromResult, act_by_form, act_now, sent
from isthmus.web.acts.forms import ActForm, choices_with_none, date_input
from isthmus.web.acts.returning import back_of
from isthmus.web.meetings import series
from isthmus.web.meetings.taken import then_overlaps
from isthmus.web.meetings.times import LENGTHS, TimeForm, zone_of
from isthmus.web.meetings.words import WordsForm
from isthmus.workspace import records
from isthmus.workspace.calendars import calendar_for

KINDS = ("deal", "lead", "person", "account")
REPEATS = [
    ("", gettext_lazy("Once only")),
    ("FREQ=DAILY", gettext_lazy("Every day")),
    ("FREQ=WEEKLY", gettext_lazy("Every week")),
    ("FREQ=WEEKLY;INTERVAL=2", gettext_lazy("Every two weeks")),
    ("FREQ=MONTHLY", gettext_lazy("Every month")),
]


class MeetingForm(TimeForm):
    """A new meeting."""

    title = forms.CharField(
        label=gettext_lazy("What is it about"),
        max_length=300,
        widget=forms.TextInput(attrs={"autofocus": True}),
    )
    recurrence = forms.ChoiceField(label=gettext_lazy("Repeats"), choices=REPEATS, required=False)
    place = forms.CharField(
        label=gettext_lazy("Where"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("An address, a room, a link"),
    )
    guests = forms.CharField(
        label=gettext_lazy("With whom"),
        required=False,
        help_text=gettext_lazy("E-mail addresses, by comma"),
    )
    words = forms.CharField(
        label=gettext_lazy("Notes"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    is_private = forms.BooleanField(label=gettext_lazy("Private: others see “busy”"), required=False)

    wide = ("title", "place", "guests", "words")
    field_order = ("title", "day", "hour", "length", "recurrence", "place", "guests", "words", "is_private")

    def arguments(self) -> dict[str, Any]:
        """As above; guests as a list."""
        given = super().arguments()
        if "guests" in given:
            named = given["guests"].replace(";", ",").split(",")
            given["guests"] = [one.strip() for one in named if one.strip()]
        if "words" in given:
            given["notes"] = given.pop("words")
        return given


class OutcomeForm(ActForm):
    """What was said, and what comes next."""

    text = forms.CharField(
        label=gettext_lazy("What was said"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    objection = forms.ChoiceField(
        label=gettext_lazy("Objection"), required=False, choices=choices_with_none(Objection.choices)
    )
    next_step = forms.CharField(label=gettext_lazy("Next step"), required=False, max_length=300)
    next_step_on = forms.DateField(label=gettext_lazy("On"), required=False, widget=date_input())
    wide = ("text",)


@needs("meetings.edit")
def new(request: HttpRequest) -> HttpResponse:
    """A new meeting: `?on=deal:7` with whom or about what, `?day=2026-11-27` when."""
    actor, back = actor_of(request), back_of(request, reverse("calendar"))
    kind, _colon, number = request.GET.get("on", "").partition(":")
    about: dict[str, Any] = {}
    note, guests = "", ""
    if kind in KINDS and number.isdigit() and len(number) < 19:
        found = records.visible(kind, [int(number)], actor).get(int(number))
        if found is None:
            raise Http404
        about, note = {f"{kind}_id": int(number)}, str(found)
        person = found if kind == "person" else getattr(found, "person", None)
        guests = getattr(person, "email", "") or ""
    zone = zone_of(actor)
    soon = _next_hour(clock.now()).astimezone(zone)
    day = request.GET.get("day", "")
    initial = {"day": day or soon.date(), "hour": f"{soon:%H}:00", "guests": guests}
    title, done = _("Make a meeting"), then_overlaps(request, _("The meeting is made."))
    watch = reverse("meeting-taken")
    act = Act("book_meeting", title, done, back, about, back, note, _("Make it"), watch=watch)
    return act_by_form(request, act, MeetingForm(zone, sent(request), initial=initial))


def _next_hour(now: datetime) -> datetime:
    """The next full hour, or that at which work begins next: nobody means one in the night."""
    coming = (now + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    return calendar_for().next_open(coming)


@needs("meetings.edit")
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Do one act on a meeting whose words the reader may read."""
    one = get_object_or_404(Meeting.objects.visible_to(actor_of(request)).select_related("calendar"), pk=pk)
    time = series.time_asked(request, one)
    if time is not None and name in (*series.ACTS, "put-back"):
        return series.act(request, one, name, time)
    if name in _AT_ONCE:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        command, done = _AT_ONCE[name]
        said = then_overlaps(request, str(done)) if name == "restore" else str(done)
        return act_now(request, _act(one, command, name, said))
    if name not in _BY_FORM:
        raise Http404
    return _BY_FORM[name](request, one)


def _move(request: HttpRequest, one: Meeting) -> HttpResponse:
    zone = zone_of(actor_of(request))
    begins = one.starts_at.astimezone(zone)
    minutes = int((one.ends_at - one.starts_at).total_seconds() // 60)
    initial = {"day": begins.date(), "length": minutes} | ({} if one.all_day else {"hour": begins.time()})
    form = TimeForm(zone, sent(request), initial=initial)
    lengths = dict(LENGTHS) | {minutes: str(minutes)}
    form.fields["length"].choices = sorted(lengths.items())  # type: ignore[attr-defined]
    if one.all_day:
        del form.fields["hour"]
    note = _("This repeats: all of its times move.") if one.recurrence else str(one)

    def read(form: Any) -> Mapping[str, Any]:
        given = form.arguments()
        given.pop("all_day", None)
        if one.all_day:
            given["minutes"] = minutes
        return {**given, "version": one.version}

    done = then_overlaps(request, _("The meeting is moved."))
    act = _act(one, "move_meeting", _("Move the meeting"), done, note, _("Move"))
    act = replace(act, watch=f"{reverse('meeting-taken')}?meeting={one.pk}")
    return act_by_form(request, act, form, read=read)


def _edit(request: HttpRequest, one: Meeting) -> HttpResponse:
    initial = {"title": one.title, "place": one.place, "words": one.notes, "is_private": one.is_private}
    act = _act(one, "edit_meeting", _("Change the meeting"), _("The meeting is changed."), verb=_("Save"))
    return act_by_form(request, act, WordsForm(sent(request), initial=initial))


def _held(request: HttpRequest, one: Meeting) -> HttpResponse:
    done = _("Noted: it took place.")
    act = _act(one, "record_meeting_held", _("It took place"), done, str(one), _("It took place"))
    return act_by_form(request, act, OutcomeForm(sent(request)))


def _missed(request: HttpRequest, one: Meeting) -> HttpResponse:
    form = OutcomeForm(sent(request))
    del form.fields["objection"]
    title, done = _("Nobody came"), _("Noted: nobody came.")
    act = _act(one, "record_meeting_missed", title, done, str(one), title)
    return act_by_form(request, act, form)


def _act(
    one: Meeting, command: str, title: str, done: str | FromResult, note: str = "", verb: str = ""
) -> Act:
    page = reverse("meeting", args=[one.pk])
    return Act(command, title, done, page, {"meeting_id": one.pk}, page, note, verb)


_AT_ONCE: Mapping[str, tuple[str, Any]] = {
    "invite": ("invite_guests", gettext_lazy("The invitation is on its way.")),
    "cancel": ("cancel_meeting", gettext_lazy("The meeting is called off.")),
    "restore": ("restore_meeting", gettext_lazy("The meeting takes place after all.")),
    "reopen": ("reopen_meeting", gettext_lazy("Taken back.")),
}
_BY_FORM: Mapping[str, Callable[[HttpRequest, Meeting], HttpResponse]] = {
    "move": _move,
    "edit": _edit,
    "held": _held,
    "missed": _missed,
}

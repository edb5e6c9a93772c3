"""My calendars: connected, chosen, shared, read anew, disconnected; and the addresses that were given out."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.commands import CommandResult
from isthmus.core.models import Job
from isthmus.core.queue.models import JobState
from isthmus.meetings.caldav.reading import sentence
from isthmus.meetings.commands.calendars import READ
from isthmus.meetings.models import Calendar, CalendarFeed, CalendarServer, Source
from isthmus.meetings.queries import kept_calendars
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_by_form, act_now, sent
from isthmus.web.acts.forms import ActForm

HOME, EDIT = "my-calendars", "calendars.edit"


class ServerForm(ActForm):
    """Where a calendar server is, and how one signs in."""

    url = forms.CharField(
        label=gettext_lazy("Address of the server"),
        max_length=500,
        widget=forms.URLInput(attrs={"autofocus": True, "placeholder": "https://cloud.example.com"}),
        help_text=gettext_lazy("Of Nextcloud, iCloud, Fastmail, Radicale and others that speak CalDAV"),
    )
    login = forms.CharField(label=gettext_lazy("Name there"), max_length=254)
    password = forms.CharField(
        label=gettext_lazy("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Kept sealed, shown to nobody. Many providers want an app password"),
    )
    wide = ("url",)


class PasswordForm(ActForm):
    """A new password for a server."""

    password = forms.CharField(
        label=gettext_lazy("Password"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Empty: the one that is kept"),
    )


class AddressForm(ActForm):
    """A calendar at an address."""

    url = forms.CharField(
        label=gettext_lazy("Address of the calendar"),
        max_length=500,
        help_text=gettext_lazy("Ends mostly with .ics; webcal:// works too"),
        widget=forms.TextInput(attrs={"autofocus": True}),
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    wide = ("url",)


class ChoiceForm(ActForm):
    """Which calendars of a server are read, and which is written to."""

    urls = forms.MultipleChoiceField(label=gettext_lazy("Read these"), widget=forms.CheckboxSelectMultiple)
    write_to = forms.ChoiceField(label=gettext_lazy("New meetings go into"), required=False)
    shared = forms.BooleanField(
        label=gettext_lazy("Colleagues read its titles (otherwise only when I am busy)"), required=False
    )
    wide = ("urls",)

    def __init__(self, server: CalendarServer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = [(one["address"], one["name"]) for one in server.found]
        writable = [(one["address"], one["name"]) for one in server.found if one.get("can_write", True)]
        self.fields["urls"].choices = found  # type: ignore[attr-defined]
        self.fields["write_to"].choices = [("", _("As until now")), *writable]  # type: ignore[attr-defined]


class CalendarForm(ActForm):
    """What a calendar is called and who sees what of it."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    time_zone = forms.CharField(
        label=gettext_lazy("My time zone"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("Like Europe/Stockholm; empty: the company's"),
    )
    shared = forms.BooleanField(
        label=gettext_lazy("Colleagues read its titles (otherwise only when I am busy)"), required=False
    )
    counts_as_busy = forms.BooleanField(label=gettext_lazy("Its times are taken"), required=False)
    is_written_to = forms.BooleanField(label=gettext_lazy("New meetings go into it"), required=False)

    def __init__(self, calendar: Calendar, *args: Any, **kwargs: Any) -> None:
        initial = {name: getattr(calendar, name) for name in self.base_fields}
        super().__init__(*args, initial=initial, **kwargs)
        if calendar.source != Source.OWN:
            del self.fields["time_zone"]
        if calendar.source == Source.ICS or not calendar.can_write:
            del self.fields["is_written_to"]

    def arguments(self) -> dict[str, Any]:
        """Only what differs."""
        return {name: self.cleaned_data[name] for name in self.changed_data}


class FeedForm(ActForm):
    """For whom an address is, and what stands there."""

    name = forms.CharField(
        label=gettext_lazy("Whom or what it is for"),
        max_length=120,
        widget=forms.TextInput(attrs={"autofocus": True}),
    )
    with_words = forms.BooleanField(
        label=gettext_lazy("With titles and places (otherwise busy times alone)"), required=False
    )


@needs(EDIT)
def calendars(request: HttpRequest) -> HttpResponse:
    """Everything that is connected, how its last reading went, and what was given out."""
    return render(request, "meetings/mine.html", _context(request))


@needs(EDIT)
def connect(request: HttpRequest) -> HttpResponse:
    """Sign in to a calendar server."""
    done = _("Signing in. In a moment its calendars stand here to choose from.")
    act = _act("connect_calendar", _("Connect a calendar server"), done, verb=_("Sign in"))
    return act_by_form(request, act, ServerForm(sent(request)))


@needs(EDIT)
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """Look once more, with a new password."""
    server = _server(request, pk)
    done = _("Signing in. In a moment it is said here how that went.")
    act = _act("look_for_calendars", _("Sign in again"), done, {"server_id": pk}, server.address)
    return act_by_form(request, act, PasswordForm(sent(request)))


@needs(EDIT)
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose among the calendars of a server."""
    server = _server(request, pk)
    done = _("Chosen. They are being read.")
    title, verb = _("Choose calendars"), _("Read them")
    act = _act("choose_calendars", title, done, {"server_id": pk}, server.address, verb)
    return act_by_form(request, act, ChoiceForm(server, sent(request)))


@needs(EDIT)
def subscribe(request: HttpRequest) -> HttpResponse:
    """Read a calendar from an address."""
    done = _("Subscribed. It is being read.")
    act = _act("subscribe_calendar", _("Subscribe to a calendar"), done, verb=_("Subscribe"))
    return act_by_form(request, act, AddressForm(sent(request)))


@needs(EDIT)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a calendar of one's own."""
    one = _calendar(request, pk)
    act = _act("edit_calendar", one.name, _("The calendar is changed."), {"calendar_id": pk}, verb=_("Save"))
    return act_by_form(request, act, CalendarForm(one, sent(request)))


@needs(EDIT)
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Read a calendar now, or disconnect it."""
    if name not in ("read", "disconnect"):
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    one = _calendar(request, pk)
    done = _("It is being read.") if name == "read" else _("“%(name)s” is disconnected.") % {"name": one.name}
    return act_now(request, _act(f"{name}_calendar", one.name, done, {"calendar_id": pk}))


@needs(EDIT)
def publish(request: HttpRequest) -> HttpResponse:
    """Give out a feed; its address is shown this once."""

    def shown(result: CommandResult) -> HttpResponse:
        path = reverse("calendar-feed", args=[result.value.token])
        address = f"{settings.PUBLIC_URL}{path}" if settings.PUBLIC_URL else request.build_absolute_uri(path)
        return render(request, "meetings/feed.html", {"address": address, "back": reverse(HOME)})

    act = _act("publish_calendar", _("Give out an address"), "", verb=_("Make the address"))
    return act_by_form(request, act, FeedForm(sent(request)), answer=shown)


@needs(EDIT)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Let nobody read under an address any more."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    row = get_object_or_404(CalendarFeed, pk=pk, owner_id=actor_of(request).id, revoked_at=None)
    done = _("The address of “%(name)s” is revoked.") % {"name": row.name}
    return act_now(request, _act("revoke_feed", row.name, done, {"feed_id": pk}))


def _context(request: HttpRequest) -> dict[str, Any]:
    actor = actor_of(request)
    mine = list(kept_calendars(actor))
    running = _running([one.pk for one in mine])
    servers = list(CalendarServer.objects.filter(owner_id=actor.id, removed_at=None).order_by("pk"))
    known = {one.address for one in mine}
    return {
        "calendars": [{"one": one, "sides": sentence(one), "progress": running.get(one.pk)} for one in mine],
        "servers": [
            {"one": one, "to_choose": [f for f in one.found if f["address"] not in known]} for one in servers
        ],
        "feeds": list(CalendarFeed.objects.filter(owner_id=actor.id, revoked_at=None).order_by("pk")),
        "is_busy": bool(running) or any(one.looking for one in servers),
    }


def _running(numbers: list[int]) -> dict[int, str]:
    """How far the readings are that run now."""
    live = Job.objects.filter(name=READ, state__in=[JobState.READY, JobState.RUNNING])
    found: dict[int, str] = {}
    for args, done, total in live.values_list("args", "progress_done", "progress_total"):
        if args.get("calendar_id") in numbers:
            told = {"done": done, "total": total}
            found[args["calendar_id"]] = (
                _("Reading: %(done)s of %(total)s.") % told if total else _("Waits to be read.")
            )
    return found


def _act(
    command: str,
    title: str,
    done: str,
    arguments: dict[str, Any] | None = None,
    note: str = "",
    verb: str = "",
) -> Act:
    home = reverse(HOME)
    return Act(command, title, done, home, arguments or {}, home, note, verb)


def _server(request: HttpRequest, pk: int) -> CalendarServer:
    found: CalendarServer = get_object_or_404(
        CalendarServer, pk=pk, owner_id=actor_of(request).id, removed_at=None
    )
    return found


def _calendar(request: HttpRequest, pk: int) -> Calendar:
    found: Calendar = get_object_or_404(Calendar.objects.kept().of(actor_of(request)), pk=pk)
    return found

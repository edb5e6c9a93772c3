"""Sources in Settings: which send, how they stand, and the acts on them."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from isthmus.collect.models import Source
from isthmus.collect.queries import Standing, sources_for, standings
from isthmus.core import clock
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_by_form, act_now, sent
from isthmus.web.acts.forms import ActForm
from isthmus.web.collect.words import state_of, waiting_text
from isthmus.web.settings.frame import show

HOME = "settings-sources"


class SourceForm(ActForm):
    """How a source is called, whose pages may use its key, after which silence it is missed."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=100,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("Web site")}),
    )
    alarm_hours = forms.IntegerField(
        label=gettext_lazy("Tell us after hours of silence"),
        required=False,
        min_value=1,
        max_value=24 * 90,
        help_text=gettext_lazy("Empty: nobody watches"),
    )
    origins = forms.CharField(
        label=gettext_lazy("Only from these sites"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "https://www.example.com"}),
        help_text=gettext_lazy("One a line, https://*.example.com for all below it. None: from any site"),
    )
    wide = ("origins",)

    def arguments(self) -> dict[str, Any]:
        """All of it: an emptied field is meant."""
        given = self.cleaned_data
        sites = [line.strip() for line in given["origins"].splitlines() if line.strip()]
        return {"name": given["name"], "origins": sites, "alarm_hours": given["alarm_hours"]}


class NewSourceForm(SourceForm):
    """The same, and who sends."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Who sends"),
        choices=Source.Kind.choices,
        help_text=gettext_lazy("A website: its visitors' browsers. A server: a program that tells of others"),
    )
    field_order = ("name", "kind", "alarm_hours", "origins")

    def arguments(self) -> dict[str, Any]:
        return {**super().arguments(), "kind": self.cleaned_data["kind"]}


class ChangedSourceForm(SourceForm):
    """A source's form that names what was emptied."""

    def arguments(self) -> dict[str, Any]:
        given = super().arguments()
        emptied = [name for name in ("origins", "alarm_hours") if not given[name]]
        return {**{name: value for name, value in given.items() if value}, "clear": emptied}


@needs("sources.edit")
def sources(request: HttpRequest) -> HttpResponse:
    """The sources with what came from them, those that are on first."""
    found = standings(list(sources_for(actor_of(request))), clock.now())
    context = {"rows": [_row(one) for one in found]}
    return show(request, HOME, "collect/sources.html", context)


@needs("sources.edit")
def new(request: HttpRequest) -> HttpResponse:
    """A new source; its page shows what to put where."""
    act = Act(
        "add_source",
        _("New source"),
        _("The source is there. Put its line where it belongs."),
        lambda result: _page(result.value.pk),
        {},
        reverse(HOME),
        verb=_("Add it"),
    )
    return act_by_form(request, act, NewSourceForm(sent(request)))


@needs("sources.edit")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name, other sites, another alarm."""
    row = _source(request, pk)
    initial = {"name": row.name, "origins": "\n".join(row.origins), "alarm_hours": row.alarm_hours}
    act = Act(
        "edit_source", _("Change the source"), _("Changed."), _page(pk), {"source_id": pk}, _page(pk),
        verb=_("Save"),
    )  # fmt: skip
    return act_by_form(request, act, ChangedSourceForm(sent(request), initial=initial))


@needs("sources.edit")
def key(request: HttpRequest, pk: int) -> HttpResponse:
    """A new write key."""
    _source(request, pk)
    act = Act(
        "rotate_source_key",
        _("New write key"),
        _("There is a new key. The former one counts for one more day."),
        _page(pk),
        {"source_id": pk},
        _page(pk),
        _("What sends with the present key must be changed within a day."),
        _("Make a new key"),
    )
    return act_by_form(request, act, ActForm(sent(request)))


@needs("sources.edit")
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a source away for good."""
    row = _source(request, pk)
    act = Act(
        "remove_source",
        _("Remove %(source)s") % {"source": row.name},
        _("The source is removed."),
        reverse(HOME),
        {"source_id": pk},
        _page(pk),
        _("Its key opens nothing any more. What came from it stays. This cannot be undone."),
        _("Remove it"),
        danger=True,
    )
    return act_by_form(request, act, ActForm(sent(request)))


@needs("sources.edit")
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Switch a source off or on."""
    words = {
        "off": ("switch_source_off", _("Nothing is taken from it any more.")),
        "on": ("switch_source_on", _("From now on what it sends is taken.")),
    }
    if name not in words:
        raise Http404
    command, done = words[name]
    return act_now(request, Act(command, "", done, _page(pk), {"source_id": pk}, _page(pk)))


def _row(standing: Standing) -> dict[str, Any]:
    return {"standing": standing, "state": state_of(standing), "waiting": waiting_text(standing.waiting)}


def _source(request: HttpRequest, pk: int) -> Source:
    return get_object_or_404(sources_for(actor_of(request)), pk=pk)


def _page(pk: int) -> str:
    return reverse("source", args=[pk])

"""Logging a call, meeting, mail or note: the same small form on every page, in a dialog or as one line."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core import clock
from isthmus.sales.models import Objection
from isthmus.sales.models.activities import KINDS, OUTCOMES
from isthmus.web.acts.acting import Act, Button, act_by_form, sent
from isthmus.web.acts.forms import ActForm, choices_with_none, date_input, moment_input

ICONS = {"call": "phone", "mail": "mail", "note": "note", "meeting": "calendar"}
TITLES = {
    "call": gettext_lazy("Log a call"),
    "mail": gettext_lazy("Log a mail"),
    "meeting": gettext_lazy("Log a meeting"),
    "note": gettext_lazy("Write a note"),
}
DONE = {
    "call": gettext_lazy("The call is logged."),
    "mail": gettext_lazy("The mail is logged."),
    "meeting": gettext_lazy("The meeting is logged."),
    "note": gettext_lazy("The note is kept."),
}


class Chips(forms.RadioSelect):
    """A few choices beside each other, each a button that stays pressed."""


class LogForm(ActForm):
    """What was done in one's own words, what came of it, and what comes next."""

    kind = forms.ChoiceField(choices=KINDS, widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=gettext_lazy("What came of it"),
        required=False,
        widget=Chips(attrs={"autofocus": True}),
    )
    text = forms.CharField(
        label=gettext_lazy("What was said"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    objection = forms.ChoiceField(
        label=gettext_lazy("Objection"), required=False, choices=choices_with_none(Objection.choices)
    )
    next_step = forms.CharField(label=gettext_lazy("Next step"), required=False, max_length=300)
    next_step_on = forms.DateField(label=gettext_lazy("On"), required=False, widget=date_input())
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), required=False, min_value=0, max_value=1440)
    at = forms.DateTimeField(
        label=gettext_lazy("When"),
        required=False,
        widget=moment_input(),
        input_formats=["%Y-%m-%dT%H:%M"],
        help_text=gettext_lazy("Empty means just now"),
    )

    wide = ("outcome", "text")

    def __init__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"kind": kind}, **kwargs)
        self.fields["outcome"].choices = [(one.value, one.label) for one in OUTCOMES[kind]]  # type: ignore[attr-defined]
        if kind in ("note", "mail"):
            del self.fields["minutes"]
        if kind == "note":
            del self.fields["outcome"]
            self.fields["text"].widget.attrs["autofocus"] = True

    def clean_at(self) -> datetime | None:
        at: datetime | None = self.cleaned_data["at"]
        if at is not None and at > clock.now():
            raise ValidationError(_("This lies ahead. Log it once it has happened."))
        return at


class LineForm(ActForm):
    """The same as one line of a page: the kind is chosen in it. `people`: with whom, where that is open."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=KINDS, initial="call", widget=forms.RadioSelect
    )
    text = forms.CharField(label=gettext_lazy("What was said"), required=False)
    outcome = forms.ChoiceField(label=gettext_lazy("Outcome"), required=False)
    objection = forms.ChoiceField(
        label=gettext_lazy("Objection"),
        required=False,
        choices=choices_with_none(Objection.choices, gettext_lazy("No objection")),
    )
    next_step = forms.CharField(label=gettext_lazy("Next step"), required=False, max_length=300)
    next_step_on = forms.DateField(label=gettext_lazy("Next step on"), required=False, widget=date_input())

    def __init__(self, *args: Any, people: Iterable[tuple[int, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = dict(KINDS)
        fitting = [
            (kinds[kind], [(one.value, one.label) for one in can]) for kind, can in OUTCOMES.items() if can
        ]
        self.fields["outcome"].choices = [("", _("Outcome")), *fitting]  # type: ignore[attr-defined]
        self.fields["text"].widget.attrs["placeholder"] = _("What was said")
        self.fields["next_step"].widget.attrs["placeholder"] = _("Next step")
        if options := list(people):
            self.fields["person_id"] = forms.ChoiceField(label=_("With whom"), choices=options)
            self.dress()


def log_act(kind: str, target: dict[str, int], back: str, about: str) -> Act:
    """The act of logging with a person, a lead or a deal."""
    return Act("log_activity", TITLES[kind], DONE[kind], back, target, back, note=about)


def log(
    request: HttpRequest,
    target: dict[str, int],
    back: str,
    about: str,
    people: Iterable[tuple[int, str]] = (),
) -> HttpResponse:
    """Log something with a record: by the line of its page, or by the form of a kind."""
    if request.method == "POST" and "line" in request.POST:
        kind = request.POST.get("kind", "")
        act = log_act(kind if kind in DONE else "note", target, back, about)
        return act_by_form(
            request, act, LineForm(sent(request), people=people), template="acts/log_line_page.html"
        )
    kind = asked_kind(request.GET)
    return act_by_form(request, log_act(kind, target, back, about), LogForm(kind, sent(request)))


def log_buttons(href: str, *, first: str = "") -> list[Button]:
    """A button for each kind; `href` is the address of the form without its kind."""
    words = {"call": _("Call"), "mail": _("Mail"), "meeting": _("Meeting"), "note": _("Note")}
    return [
        Button(text, f"{href}?kind={kind}", icon=ICONS[kind], kind="primary" if kind == first else "")
        for kind, text in words.items()
    ]


def asked_kind(query: Any) -> str:
    """The kind that the address asks for; a note where it names none."""
    kind = query.get("kind", "note")
    return kind if kind in TITLES else "note"

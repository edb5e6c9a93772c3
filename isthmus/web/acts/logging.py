"""Logging a call, a meeting, a mail or a note: the same small form on every page."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core import clock
from isthmus.sales.models.activities import KINDS
from isthmus.web.acts.acting import Act, Button
from isthmus.web.acts.forms import ActForm, moment_input

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


class LogForm(ActForm):
    """What was done, in one's own words."""

    kind = forms.ChoiceField(choices=KINDS, widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("What was said"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "autofocus": True}),
    )
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), required=False, min_value=0, max_value=1440)
    at = forms.DateTimeField(
        label=gettext_lazy("When"),
        required=False,
        widget=moment_input(),
        input_formats=["%Y-%m-%dT%H:%M"],
        help_text=gettext_lazy("Empty means just now"),
    )

    wide = ("text",)

    def __init__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"kind": kind}, **kwargs)
        if kind in ("note", "mail"):
            del self.fields["minutes"]

    def clean_at(self) -> datetime | None:
        at: datetime | None = self.cleaned_data["at"]
        if at is not None and at > clock.now():
            raise ValidationError(_("This lies ahead. Log it once it has happened."))
        return at


def log_act(kind: str, target: dict[str, int], back: str, about: str) -> Act:
    """The act of logging with a person, a lead or a deal."""
    return Act("log_activity", TITLES[kind], DONE[kind], back, target, back, note=about)


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

"""The form of a booking page: hours as people write them, a question on each line."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.refusals import InvalidInput
from isthmus.meetings.models import BookingPage
from isthmus.web.acts.forms import ActForm, choices_with_none
from isthmus.web.booking.public.months import zones
from isthmus.workspace.calendars import DAYS

_STRETCH = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")
_DAYS = {
    "mon": gettext_lazy("Monday"),
    "tue": gettext_lazy("Tuesday"),
    "wed": gettext_lazy("Wednesday"),
    "thu": gettext_lazy("Thursday"),
    "fri": gettext_lazy("Friday"),
    "sat": gettext_lazy("Saturday"),
    "sun": gettext_lazy("Sunday"),
}


def _number(label: Any, initial: int, least: int, most: int, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label, initial=initial, min_value=least, max_value=most, help_text=help_text
    )


class PageForm(ActForm):
    """What a page offers."""

    title = forms.CharField(
        label=gettext_lazy("What guests book"),
        max_length=120,
        widget=forms.TextInput(attrs={"autofocus": True, "placeholder": gettext_lazy("First look")}),
    )
    team_id = forms.TypedChoiceField(
        label=gettext_lazy("With whom"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=gettext_lazy("In a team whoever has the fewest ahead; of equals whoever waited longest"),
    )
    slug = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("What stands after /book/: small letters, digits, hyphens"),
    )
    text = forms.CharField(
        label=gettext_lazy("What guests read above the times"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    minutes = _number(gettext_lazy("Minutes"), 30, 5, 480)
    step = _number(gettext_lazy("A time every so many minutes"), 30, 5, 480)
    before = _number(gettext_lazy("Minutes free before"), 0, 0, 240)
    after = _number(gettext_lazy("Minutes free after"), 0, 0, 240)
    notice_hours = _number(gettext_lazy("Hours of notice"), 4, 0, 720)
    horizon_days = _number(gettext_lazy("Days ahead"), 60, 1, 180)
    day_limit = _number(
        gettext_lazy("Most on one day"), 0, 0, 50, gettext_lazy("For each of you. 0: no limit")
    )
    change_hours = _number(gettext_lazy("Hours before which guests may move or cancel"), 4, 0, 720)
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone of these hours"))
    holidays = forms.CharField(
        label=gettext_lazy("Holidays of"),
        max_length=10,
        required=False,
        help_text=gettext_lazy("A country or a part of one: SE, DE-BY. Empty: none"),
    )
    place = forms.CharField(
        label=gettext_lazy("Where"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("An address, or the link of a call"),
    )
    questions = forms.CharField(
        label=gettext_lazy("Questions"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One on each line. With * at its end it must be answered"),
    )
    framed_by = forms.CharField(
        label=gettext_lazy("Sites that may show it within theirs"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Like https://www.example.com. Empty: none"),
    )
    reminds = forms.BooleanField(
        label=gettext_lazy("Remind guests by mail the day before"), required=False, initial=True
    )
    wide = ("text", "place", "questions", "framed_by")

    def __init__(
        self, *args: Any, teams: Sequence[tuple[int, str]] = (), is_new: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        zone: Any = self.fields["time_zone"]
        zone.choices = [(one, one) for one in zones()]
        for day, label in _DAYS.items():
            self.fields[f"hours_{day}"] = forms.CharField(label=label, max_length=120, required=False)
        team: Any = self.fields["team_id"]
        if teams:
            team.choices = choices_with_none(teams, _("With me"))
        else:
            del self.fields["team_id"]
        if not is_new:
            self.fields["slug"].required = True
        first = [
            name for name in self.fields if name in ("title", "team_id", "slug", "text", "minutes", "step")
        ]
        hours = [f"hours_{day}" for day in DAYS]
        self.order_fields([*first, "time_zone", *hours])
        self.dress()

    def clean(self) -> dict[str, Any]:
        """Hours by day, each as it was written."""
        given = super().clean() or {}
        hours: dict[str, list[list[str]]] = {}
        for day in DAYS:
            try:
                hours[day] = read_stretches(given.get(f"hours_{day}", ""))
            except ValidationError as error:
                self.add_error(f"hours_{day}", error)
        given["hours"] = {day: stretches for day, stretches in hours.items() if stretches}
        if not given["hours"] and not self.errors:
            self.add_error("hours_mon", _("Give the hours of one day at least."))
        return given

    def arguments(self) -> dict[str, Any]:
        """All of it: an emptied field is meant."""
        given = {name: value for name, value in self.cleaned_data.items() if not name.startswith("hours_")}
        lines = [line.strip() for line in given["questions"].splitlines() if line.strip()]
        given["questions"] = [
            {"label": line.rstrip("* "), "required": line.endswith("*")} for line in lines if line.strip("* ")
        ]
        if given.get("team_id") is None:
            given.pop("team_id", None)
        if not given["slug"]:
            given.pop("slug")
        return given

    def note(self, refusal: InvalidInput) -> None:
        """What is wrong with the hours as a whole stands beside the first day."""
        errors = {("hours_mon" if name == "hours" else name): said for name, said in refusal.errors.items()}
        super().note(InvalidInput(errors))


def read_stretches(text: str) -> list[list[str]]:
    """“9:00-12:00, 13:00–17:00” as pairs of times. Raises ValidationError."""
    found = []
    for part in (one.strip() for one in text.split(",")):
        if not part:
            continue
        match = _STRETCH.fullmatch(part)
        if match is None:
            raise ValidationError(_("Write hours like 09:00-12:00, 13:00-17:00."))
        begin, end = f"{int(match[1]):02}:{match[2]}", f"{int(match[3]):02}:{match[4]}"
        found.append([begin, end])
    return found


def form_values(page: BookingPage) -> dict[str, Any]:
    """A page as its form shows it."""
    plain = (
        "title", "slug", "text", "minutes", "step", "before", "after", "notice_hours", "horizon_days",
        "day_limit",
        "change_hours", "time_zone", "holidays", "place", "framed_by", "reminds",
    )  # fmt: skip
    values = {name: getattr(page, name) for name in plain}
    values["day_limit"] = page.day_limit or 0
    values["questions"] = "\n".join(one["label"] + ("*" if one["required"] else "") for one in page.questions)
    for day, stretches in page.hours.items():
        values[f"hours_{day}"] = ", ".join("-".join(one) for one in stretches)
    return values

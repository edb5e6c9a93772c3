"""What a guest fills in."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.refusals import InvalidInput
from isthmus.meetings.models import BookingPage

TRAP = "website"


class GuestForm(forms.Form):
    """Name, address, and the page's own questions; a field that people never see catches machines."""

    full_name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Say your name.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"class": "input", "autocomplete": "email"}),
        error_messages={
            "required": gettext_lazy("Give your e-mail address: what was booked is sent there."),
            "invalid": gettext_lazy("This is no e-mail address. Write it like pat@example.com."),
        },
    )
    website = forms.CharField(
        required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"})
    )

    def __init__(self, page: BookingPage, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = [f"answer_{number}" for number in range(len(page.questions))]
        for name, question in zip(self.questions, page.questions, strict=True):
            self.fields[name] = forms.CharField(
                label=question["label"],
                required=question["required"],
                max_length=2000,
                widget=forms.Textarea(attrs={"class": "input", "rows": 2}),
                error_messages={"required": _("Answer this, please.")},
            )

    @property
    def asked(self) -> list[forms.BoundField]:
        """What people fill in, in order."""
        return [self[name] for name in ("full_name", "email", *self.questions)]

    def clean_website(self) -> str:
        """Nobody sees this field: whoever fills it in is a machine."""
        if self.cleaned_data[TRAP]:
            raise ValidationError(_("This was filled in by a program. Leave the last field empty."))
        return ""

    def arguments(self) -> dict[str, Any]:
        """What the command takes of it."""
        answers = [self.cleaned_data.get(name, "") for name in self.questions]
        return {
            "full_name": self.cleaned_data["full_name"],
            "email": self.cleaned_data["email"],
            "answers": answers,
        }

    def note(self, refusal: InvalidInput) -> None:
        """Put each sentence of a refusal beside its field."""
        for name, sentence in refusal.errors.items():
            place = name.replace("answers.", "answer_")
            self.add_error(place if place in self.fields else None, sentence)

"""The form of what a meeting is called, where it is, and its notes."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from isthmus.web.acts.forms import ActForm


class WordsForm(ActForm):
    """What a meeting is called, where it is, its notes."""

    title = forms.CharField(label=gettext_lazy("What is it about"), max_length=300)
    place = forms.CharField(label=gettext_lazy("Where"), max_length=500, required=False)
    words = forms.CharField(
        label=gettext_lazy("Notes"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    is_private = forms.BooleanField(label=gettext_lazy("Private: others see “busy”"), required=False)
    wide: Sequence[str] = ("title", "place", "words")

    def arguments(self) -> dict[str, Any]:
        """Only what differs."""
        given = {name: self.cleaned_data[name] for name in self.changed_data}
        return {("notes" if name == "words" else name): value for name, value in given.items()}

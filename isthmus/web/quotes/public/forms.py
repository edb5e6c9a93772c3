"""What a customer fills in to answer a quote."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class AcceptForm(forms.Form):
    """A name in the place of a signature, and the word that it is meant."""

    name = forms.CharField(
        label=_("Your full name"),
        max_length=200,
        help_text=_("It stands for your signature."),
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "name"}),
        error_messages={"required": _("Type your name: it stands for your signature.")},
    )
    purchase_number = forms.CharField(
        label=_("Your order number"),
        max_length=80,
        required=False,
        help_text=_("If you want it on the invoice."),
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )
    agree = forms.BooleanField(
        label=_("I accept this quote and order what it offers."),
        error_messages={"required": _("Tick this to say that you order.")},
    )

    def arguments(self) -> dict[str, Any]:
        """What the command takes of it."""
        return {name: self.cleaned_data[name] for name in ("name", "purchase_number")}


class DeclineForm(forms.Form):
    """A reason, for whoever wants to give one."""

    reason = forms.CharField(
        label=_("What was in the way?"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"class": "input", "rows": 3}),
    )

    def arguments(self) -> dict[str, Any]:
        """What the command takes of it."""
        return {"reason": self.cleaned_data["reason"]}

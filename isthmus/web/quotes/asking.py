"""What the acts on quotes ask."""

from django import forms
from django.utils.translation import gettext_lazy

from isthmus.web.acts.forms import ActForm


class ReasonForm(ActForm):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    wide = ("reason",)


class AskForm(ActForm):
    """What whoever approves should know."""

    reason = forms.CharField(
        label=gettext_lazy("Why so much?"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    wide = ("reason",)


class DeclineForm(ActForm):
    """Why the customer does not want it, where that is known."""

    reason = forms.CharField(
        label=gettext_lazy("What they said"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    wide = ("reason",)


class AcceptForm(ActForm):
    """Who said yes, and under which number of theirs."""

    name = forms.CharField(
        label=gettext_lazy("Who accepted"),
        max_length=200,
        help_text=gettext_lazy("The name stands on the quote in place of a signature."),
    )
    purchase_number = forms.CharField(
        label=gettext_lazy("Their purchase number"), required=False, max_length=80
    )

"""What one prefers: whether single keys are shortcuts, and of what one is told by mail."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core import clock
from isthmus.workspace.commands import set_preferences
from isthmus.workspace.models import User
from isthmus.workspace.notices import KINDS


class PreferencesForm(forms.Form):
    """Keys, and how one is told."""

    mailed = forms.MultipleChoiceField(
        label=gettext_lazy("Tell me by mail too"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=list(KINDS.items()),
        help_text=gettext_lazy(
            "All of this stands under the bell in any case. What you read there before the mail leaves "
            "is not sent."
        ),
    )
    shortcuts = forms.BooleanField(
        label=gettext_lazy("Single keys are shortcuts"),
        required=False,
        help_text=gettext_lazy(
            "Switch this off when you dictate or when keys are pressed by mistake. Ctrl or Cmd with K, "
            "arrows and Enter work all the same."
        ),
    )


@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    """See and change them."""
    user: User = request.user  # type: ignore[assignment]
    data = request.POST if request.method == "POST" else None
    form = PreferencesForm(data, initial={"shortcuts": user.shortcuts, "mailed": user.mailed})
    if not form.is_valid():
        return render(
            request, "account/preferences.html", {"form": form}, status=200 if data is None else 422
        )
    set_preferences(user=user, **form.cleaned_data, at=clock.now())
    messages.success(request, _("Your preferences are saved."))
    return redirect("preferences")

"""What one prefers: whether single keys are shortcuts."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core import clock
from isthmus.workspace.commands.preferences import set_shortcuts
from isthmus.workspace.models import User


class PreferencesForm(forms.Form):
    """The one preference so far."""

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
    form = PreferencesForm(request.POST or None, initial={"shortcuts": user.shortcuts})
    if request.method == "POST":
        on = "shortcuts" in request.POST
        set_shortcuts(user=user, on=on, at=clock.now())
        messages.success(request, _("Shortcuts are on.") if on else _("Shortcuts are off."))
        return redirect("preferences")
    return render(request, "account/preferences.html", {"form": form})

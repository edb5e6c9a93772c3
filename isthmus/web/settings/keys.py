"""API keys: made, shown once, revoked."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core import clock
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_by_form, act_now, sent
from isthmus.web.acts.forms import ActForm
from isthmus.web.acts.people_here import colleagues
from isthmus.web.settings.frame import show
from isthmus.web.settings.users import shown_once
from isthmus.workspace.models import ApiKey
from isthmus.workspace.roles import PERMISSIONS

HOME = "settings-keys"
ENDS = [
    ("30", gettext_lazy("after 30 days")),
    ("90", gettext_lazy("after 90 days")),
    ("365", gettext_lazy("after a year")),
    ("never", gettext_lazy("never")),
]


class KeyForm(ActForm):
    """For which program, in whose name, with which rights, until when."""

    label = forms.CharField(
        label=gettext_lazy("For"), max_length=120, help_text=gettext_lazy("Which program will use it")
    )
    user_id = forms.TypedChoiceField(
        label=gettext_lazy("In the name of"),
        coerce=int,
        help_text=gettext_lazy("It never may more than they may"),
    )
    days = forms.ChoiceField(label=gettext_lazy("Ends"), choices=ENDS, initial="365")
    permissions = forms.MultipleChoiceField(
        label=gettext_lazy("Only these rights"),
        required=False,
        choices=[(name, f"{text}") for name, text in PERMISSIONS.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: all that the user may"),
    )

    wide = ("permissions",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user_id"].choices = colleagues()  # type: ignore[attr-defined]

    def arguments(self) -> dict[str, Any]:
        given = super().arguments()
        return {**given, "days": None if given["days"] == "never" else int(given["days"])}


@needs("keys.edit")
def keys(request: HttpRequest) -> HttpResponse:
    """The keys, the valid ones first."""
    now = clock.now()
    rows = list(ApiKey.objects.select_related("user").order_by("-created_at"))
    context = {
        "valid": [key for key in rows if key.is_valid(now)],
        "over": [key for key in rows if not key.is_valid(now)][:20],
    }
    return show(request, HOME, "settings/keys.html", context)


@needs("keys.edit")
def new(request: HttpRequest) -> HttpResponse:
    """A new key, shown once."""
    page = reverse(HOME)
    act = Act(
        "create_api_key", _("New API key"), _("The key is made."), page, {}, page, verb=_("Make the key")
    )

    def answer(result: Any) -> HttpResponse:
        context = {
            "title": _("The key for %(label)s") % {"label": result.value.row.label},
            "secret": result.value.token,
            "note": _("Copy it now: it is shown only this once, and only its fingerprint is kept."),
            "back": page,
        }
        return shown_once(request, context)

    form = KeyForm(sent(request), initial={"user_id": actor_of(request).id})
    return act_by_form(request, act, form, answer=answer)


@needs("keys.edit")
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End a key at once."""
    page = reverse(HOME)
    return act_now(
        request,
        Act(
            "revoke_api_key",
            "",
            _("The key is revoked; it opens nothing any more."),
            page,
            {"key_id": pk},
            page,
        ),
    )

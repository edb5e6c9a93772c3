"""Placing one account by hand, and leaving it to the rules again."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from isthmus.people.models import Account
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_by_form, act_now, sent
from isthmus.web.acts.forms import ActForm
from isthmus.web.territories.editing import choices_of_places
from isthmus.workspace.reassigning import MAY


class PlaceForm(ActForm):
    """Where the account lies from now on, whatever the rules say."""

    territory_id = forms.TypedChoiceField(label=gettext_lazy("Territory"), coerce=int)
    why = forms.CharField(label=gettext_lazy("Why"), required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["territory_id"].choices = choices_of_places()  # type: ignore[attr-defined]


@needs(MAY)
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """Put an account into a territory by hand."""
    one, home = _account(request, pk), reverse("account", args=[pk])
    done = _("Placed by hand: rules leave it there.")
    act = Act(
        "place_account", _("Place it by hand"), done, home, {"account_id": pk}, home, str(one), _("Place")
    )
    form = PlaceForm(sent(request), initial={"territory_id": one.territory_id})
    return act_by_form(request, act, form)


@needs(MAY)
@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave an account to the rules again."""
    _account(request, pk)
    home = reverse("account", args=[pk])
    done = _("Left to the rules: it stays where it is until they are applied.")
    return act_now(request, Act("release_account", "", done, home, {"account_id": pk}, home))


def _account(request: HttpRequest, pk: int) -> Account:
    rows = Account.objects.visible_to(actor_of(request), MAY).present()
    found: Account = get_object_or_404(rows, pk=pk)
    return found

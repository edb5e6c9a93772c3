"""What is a territory's own: the forms by which one is added and changed."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.web.access import needs
from isthmus.web.acts.acting import Act, act_by_form, sent
from isthmus.web.settings.trees import BranchForm
from isthmus.workspace.models import Currency, Territory

_OWN = ("currency", "time_zone", "holidays")


class TerritoryForm(BranchForm):
    """A territory's name, place and countries, and what is its own; what is left empty holds as above it."""

    countries = forms.CharField(
        label=gettext_lazy("Countries"),
        required=False,
        help_text=gettext_lazy("Codes with commas between, like SE, DK, NO"),
    )
    currency = forms.ChoiceField(label=gettext_lazy("Currency"), required=False)
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), required=False)
    holidays = forms.CharField(
        label=gettext_lazy("Holidays"),
        required=False,
        max_length=10,
        help_text=gettext_lazy("A country like DE or a part of one like DE-BY. Empty: as above it."),
    )

    def __init__(self, one: Territory | None, *args: Any, **kwargs: Any) -> None:
        initial = {"countries": ", ".join(one.countries)} if one else {}
        initial |= {name: getattr(one, name) for name in _OWN} if one else {}
        super().__init__(Territory, one, *args, initial=initial, **kwargs)
        codes = Currency.objects.filter(is_active=True).values_list("code", flat=True)
        above = ("", _("as above it"))
        self.fields["currency"].choices = [above, *((code, code) for code in codes)]  # type: ignore[attr-defined]
        zones = sorted(available_timezones())
        self.fields["time_zone"].choices = [above, *((zone, zone) for zone in zones)]  # type: ignore[attr-defined]

    def clean_countries(self) -> list[str]:
        return [code.strip().upper() for code in self.cleaned_data["countries"].split(",") if code.strip()]

    def changed_arguments(self) -> dict[str, Any]:
        """What differs; what was emptied is named under `clear`."""
        given = {name: self.cleaned_data[name] for name in self.changed_data}
        clear = [name for name, value in given.items() if value in (None, "", []) and name != "name"]
        return {name: value for name, value in given.items() if name not in clear} | {"clear": clear}


@needs("settings.edit")
def new_territory(request: HttpRequest) -> HttpResponse:
    """A new territory."""
    page = reverse("settings-territories")
    act = Act(
        "add_territory", _("New territory"), _("The territory is added."), page, {}, page, verb=_("Add")
    )
    return act_by_form(request, act, TerritoryForm(None, sent(request)))


@needs("settings.edit")
def edit_territory(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a territory, move it, or set what is its own."""
    one, page = get_object_or_404(Territory, pk=pk), reverse("territory", args=[pk])
    done = _("The territory is changed; who was in it stays in it.")
    title = _("Change the territory")
    act = Act("edit_territory", title, done, page, {"territory_id": pk}, page, one.name, _("Save"))
    form = TerritoryForm(one, sent(request))
    return act_by_form(request, act, form, read=TerritoryForm.changed_arguments)

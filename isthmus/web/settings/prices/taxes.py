"""The table of taxes: by country or a part of it, by class, from a day until another."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.sales.models import TaxRate
from isthmus.web.access import needs, today
from isthmus.web.acts.acting import Act, act_by_form, sent
from isthmus.web.acts.forms import ActForm, date_input
from isthmus.web.settings.prices.frame import holding, show

HOME = "settings-taxes"


class TaxForm(ActForm):
    """The tax on a class of products in a country, from a day on."""

    region = forms.CharField(
        label=gettext_lazy("Country or a part of it"),
        required=False,
        max_length=10,
        help_text=gettext_lazy("DE, or US-CA; empty: wherever no other rate holds"),
    )
    tax_class = forms.CharField(
        label=gettext_lazy("Class of tax"), max_length=40, help_text=gettext_lazy("Like standard or reduced")
    )
    rate = forms.DecimalField(
        label=gettext_lazy("Rate in percent"), min_value=0, max_value=100, max_digits=7, decimal_places=4
    )
    words = forms.CharField(
        label=gettext_lazy("Note on documents"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Exempt, or reverse charge: 0 with the words that documents carry"),
    )
    from_on = forms.DateField(label=gettext_lazy("From"), widget=date_input())
    to_on = forms.DateField(label=gettext_lazy("Last day"), required=False, widget=date_input())
    remove = forms.BooleanField(label=gettext_lazy("Take this rate out again"), required=False)
    wide = ("remove",)

    def arguments(self) -> dict[str, Any]:
        given = super().arguments()
        words = given.pop("words", "")
        return {**given, "rate": given["rate"] / 100, "note": words}


@needs("settings.view")
def taxes(request: HttpRequest) -> HttpResponse:
    """Every rate with its days, by country."""
    on = today()
    rows = [{"one": one, "state": holding(one.from_on, one.to_on, on)} for one in TaxRate.objects.all()]
    return show(request, HOME, "settings/taxes.html", {"rows": rows})


@needs("products.edit")
def set_rate(request: HttpRequest) -> HttpResponse:
    """Set a rate; with `?rate=` the one of that number is changed."""
    page, done = reverse(HOME), _("The rate is set. Quotes and renewals from then on have it.")
    number = request.GET.get("rate", "")
    known = TaxRate.objects.filter(pk=int(number)).first() if number.isdigit() else None
    initial: dict[str, Any] = {"tax_class": "standard", "from_on": today()}
    if known is not None:
        names = ("region", "tax_class", "from_on", "to_on")
        initial = {"words": known.note, **{name: getattr(known, name) for name in names}}
        initial["rate"] = f"{known.rate * 100:f}".rstrip("0").rstrip(".")
    act = Act("set_tax_rate", _("Set a tax rate"), done, page, {}, page, verb=_("Set"))
    return act_by_form(request, act, TaxForm(sent(request), initial=initial))

"""How much discount somebody gives alone, and the terms of selling."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.sales.models import DiscountLimit, Product, SellingTerms
from isthmus.sales.models.pricing import ROLES
from isthmus.web.access import needs
from isthmus.web.acts.acting import Act, act_by_form, sent
from isthmus.web.acts.forms import ActForm, choices_with_none
from isthmus.web.settings.prices.frame import SettingForm, show
from isthmus.workspace.models import Team, User

HOME = "settings-selling"


class LimitForm(ActForm):
    """Up to which share somebody gives discount alone."""

    who = forms.ChoiceField(label=gettext_lazy("Who"), required=False)
    family = forms.ChoiceField(label=gettext_lazy("On what"), required=False)
    limit = forms.DecimalField(
        label=gettext_lazy("Free up to, percent"),
        min_value=0,
        max_value=100,
        max_digits=7,
        decimal_places=4,
        help_text=gettext_lazy("Above it a quote needs approval"),
    )
    remove = forms.BooleanField(label=gettext_lazy("Take this limit out again"), required=False)
    wide = ("remove",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = Product.objects.exclude(family="").order_by("family").values_list("family", flat=True)
        families = [(name, name) for name in named.distinct()]
        self.fields["who"].choices = _whose()  # type: ignore[attr-defined]
        self.fields["family"].choices = choices_with_none(families, _("all products"))  # type: ignore[attr-defined]

    def arguments(self) -> dict[str, Any]:
        given = super().arguments()
        kind, _colon, of = given.pop("who", "").partition(":")
        whose = {kind: of if kind == "role" else int(of)} if of else {}
        return {**given, **whose, "limit": given["limit"] / 100}


def _whose() -> list[Any]:
    """Everybody, roles, teams and sellers, each with the argument that it is."""
    teams = [(f"team_id:{pk}", name) for pk, name in Team.objects.order_by("name").values_list("pk", "name")]
    people = User.objects.filter(is_active=True, role__in=[role for role, _name in ROLES]).order_by("name")
    sellers = [(f"seller_id:{pk}", name) for pk, name in people.values_list("pk", "name")]
    groups = [
        (_("Role"), [(f"role:{role}", name) for role, name in ROLES]),
        (_("Team"), teams),
        (_("Person"), sellers),
    ]
    return [("", _("everybody")), *((title, choices) for title, choices in groups if choices)]


def _who_of(limit: DiscountLimit) -> str:
    if limit.seller_id is not None:
        return f"seller_id:{limit.seller_id}"
    if limit.team_id is not None:
        return f"team_id:{limit.team_id}"
    return f"role:{limit.role}" if limit.role else ""


class TermsForm(SettingForm):
    """Days, and what documents carry."""

    valid_days = forms.IntegerField(
        label=gettext_lazy("Quotes are valid for, days"), min_value=0, max_value=365
    )
    payment_days = forms.IntegerField(
        label=gettext_lazy("Invoices are due after, days"), min_value=0, max_value=365
    )
    invoices_at_once = forms.BooleanField(
        label=gettext_lazy("An accepted quote issues its invoice at once"), required=False
    )
    terms = forms.CharField(
        label=gettext_lazy("Terms under a quote"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    address = forms.CharField(
        label=gettext_lazy("The company at the head of documents"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    tax_number = forms.CharField(label=gettext_lazy("Tax number"), required=False, max_length=40)
    bank = forms.CharField(
        label=gettext_lazy("Paid to"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    wide = ("invoices_at_once", "terms", "address", "bank")
    empties = ("terms", "address", "tax_number", "bank")

    def __init__(self, terms: SellingTerms, *args: Any) -> None:
        super().__init__(*args, initial={name: getattr(terms, name) for name in self.base_fields})


@needs("settings.view")
def selling(request: HttpRequest) -> HttpResponse:
    """The limits of discount and the terms."""
    context = {
        "limits": list(DiscountLimit.objects.select_related("seller", "team")),
        "terms": SellingTerms.current(),
    }
    return show(request, HOME, "settings/selling.html", context)


@needs("products.edit")
def set_limit(request: HttpRequest) -> HttpResponse:
    """Set a limit; with `?limit=` the one of that number is changed."""
    page, done = reverse(HOME), _("The limit is set.")
    number = request.GET.get("limit", "")
    known = DiscountLimit.objects.filter(pk=int(number)).first() if number.isdigit() else None
    initial: dict[str, Any] = {}
    if known is not None:
        share = f"{known.limit * 100:f}".rstrip("0").rstrip(".")
        initial = {"who": _who_of(known), "family": known.family, "limit": share}
    act = Act("set_discount_limit", _("Set a discount limit"), done, page, {}, page, verb=_("Set"))
    return act_by_form(request, act, LimitForm(sent(request), initial=initial))


@needs("products.edit")
def edit_terms(request: HttpRequest) -> HttpResponse:
    """Change the terms of selling."""
    page, done = reverse(HOME), _("The terms are changed.")
    act = Act("edit_selling_terms", _("Change the terms of selling"), done, page, {}, page, verb=_("Save"))
    return act_by_form(request, act, TermsForm(SellingTerms.current(), sent(request)))

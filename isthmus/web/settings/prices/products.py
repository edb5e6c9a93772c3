"""The products: what is sold, of which class of tax, once or again and again."""

from typing import Any

from django import forms
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.sales.models import Product
from isthmus.sales.models.deals import INTERVALS
from isthmus.web.access import needs
from isthmus.web.acts.acting import Act, act_by_form, sent
from isthmus.web.acts.forms import ActForm, choices_with_none
from isthmus.web.settings.prices.frame import HOME, SettingForm, show


class NewProductForm(ActForm):
    """What it is called, and by which number."""

    sku = forms.CharField(
        label=gettext_lazy("Number"), max_length=80, help_text=gettext_lazy("Its own, like A-100")
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    family = forms.CharField(
        label=gettext_lazy("Family"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("Discount limits can be set by family"),
    )


class ProductForm(SettingForm):
    """All that may be changed of a product."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    family = forms.CharField(label=gettext_lazy("Family"), required=False, max_length=80)
    unit = forms.CharField(
        label=gettext_lazy("Unit"), required=False, max_length=20, help_text=gettext_lazy("Like seat or hour")
    )
    tax_class = forms.CharField(
        label=gettext_lazy("Class of tax"), max_length=40, help_text=gettext_lazy("Like standard or reduced")
    )
    billing_interval = forms.ChoiceField(
        label=gettext_lazy("Billed"),
        required=False,
        choices=choices_with_none(INTERVALS, gettext_lazy("once")),
    )
    is_active = forms.BooleanField(label=gettext_lazy("Is sold"), required=False)
    empties = ("family", "unit", "billing_interval")

    def __init__(self, product: Product, *args: Any) -> None:
        super().__init__(*args, initial={name: getattr(product, name) for name in self.base_fields})


@needs("settings.view")
def products(request: HttpRequest) -> HttpResponse:
    """The products, those that are sold first."""
    rows = Product.objects.annotate(books=Count("prices__book", distinct=True)).order_by("-is_active", "name")
    return show(request, HOME, "settings/products.html", {"rows": list(rows)})


@needs("products.edit")
def new(request: HttpRequest) -> HttpResponse:
    """A new product; its unit and its billing are asked next."""

    def onward(result: Any) -> str:
        return reverse("edit-product", args=[result.value.pk])

    done = _("The product is added. Say how it is counted, taxed and billed.")
    act = Act("add_product", _("New product"), done, onward, {}, reverse(HOME), verb=_("Add"))
    return act_by_form(request, act, NewProductForm(sent(request)))


@needs("products.edit")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a product."""
    product = get_object_or_404(Product, pk=pk)
    page, done = reverse(HOME), _("The product is changed.")
    title = _("Change the product")
    act = Act("edit_product", title, done, page, {"product_id": pk}, page, product.sku, _("Save"))
    return act_by_form(request, act, ProductForm(product, sent(request)))

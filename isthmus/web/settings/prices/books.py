"""Price books with their prices: what holds today, what comes later, what was before."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.sales.models import Price, PriceBook, Product
from isthmus.web.access import needs, today
from isthmus.web.acts.acting import Act, act_by_form, sent
from isthmus.web.acts.forms import ActForm, choices_with_none, date_input
from isthmus.web.leads.forms import currencies
from isthmus.web.settings.prices.frame import SettingForm, holding, show
from isthmus.workspace.models import Company, Territory
from isthmus.workspace.trees import branches

HOME = "settings-prices"


class _BookForm(SettingForm):
    """For whom a book is, and when."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    country = forms.CharField(
        label=gettext_lazy("For a country"),
        required=False,
        max_length=2,
        help_text=gettext_lazy(
            "Two letters, like SE. It comes before books for a territory and for everybody"
        ),
    )
    territory_id = forms.TypedChoiceField(
        label=gettext_lazy("For a territory"), required=False, coerce=int, empty_value=None
    )
    from_on = forms.DateField(label=gettext_lazy("Valid from"), required=False, widget=date_input())
    to_on = forms.DateField(label=gettext_lazy("Last day"), required=False, widget=date_input())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        territories = [(one.pk, one.indented) for one in branches(Territory)]
        self.fields["territory_id"].choices = choices_with_none(territories)  # type: ignore[attr-defined]


class NewBookForm(_BookForm):
    """A new book: its currency stays."""

    currency = forms.ChoiceField(label=gettext_lazy("Currency"))
    field_order = ("name", "currency")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"].choices = currencies(Company.current().base_currency)  # type: ignore[attr-defined]


class BookForm(_BookForm):
    """A book that is there."""

    is_default = forms.BooleanField(
        label=gettext_lazy("The default among books that fit equally"), required=False
    )
    wide = ("is_default",)
    empties = ("country", "territory_id", "from_on", "to_on")

    def __init__(self, book: PriceBook, *args: Any) -> None:
        super().__init__(*args, initial={name: getattr(book, name) for name in self.base_fields})
        if book.is_default:
            del self.fields["is_default"]  # It ends by making another one the default.

    def arguments(self) -> dict[str, Any]:
        given = super().arguments()
        if not given.get("is_default"):
            given.pop("is_default", None)
        return given


class PriceForm(ActForm):
    """What one unit costs from a day on."""

    product_id = forms.TypedChoiceField(label=gettext_lazy("Product"), coerce=int)
    from_on = forms.DateField(label=gettext_lazy("From"), widget=date_input())
    unit_price = forms.DecimalField(
        label=gettext_lazy("Price of one, before tax"),
        required=False,
        min_value=0,
        max_digits=18,
        decimal_places=6,
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
        help_text=gettext_lazy("Empty: not sold by this book from that day on"),
    )
    remove = forms.BooleanField(label=gettext_lazy("Take out what was set for this very day"), required=False)
    wide = ("product_id", "remove")

    def __init__(self, book: PriceBook, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = Product.objects.filter(is_active=True).values_list("pk", "name")
        self.fields["product_id"].choices = list(offered)  # type: ignore[attr-defined]
        told = {"currency": book.currency}
        self.fields["unit_price"].label = _("Price of one in %(currency)s, before tax") % told


@needs("settings.view")
def books(request: HttpRequest) -> HttpResponse:
    """The price books, each with the prices that hold and those that come."""
    on, prices = today(), dict[int, list[Price]]()
    for price in Price.objects.select_related("product").order_by("product__name", "product", "-from_on"):
        prices.setdefault(price.book_id, []).append(price)
    found = [
        {
            "book": book,
            "state": holding(book.from_on, book.to_on, on),
            "rows": _by_product(prices.get(book.pk, []), on),
        }
        for book in PriceBook.objects.select_related("territory")
    ]
    return show(request, HOME, "settings/price_books.html", {"books": found})


def _by_product(prices: Sequence[Price], on: date) -> list[dict[str, Any]]:
    """Each product of a book: its price today, those that come, those before it."""
    rows: dict[int, dict[str, Any]] = {}
    for price in prices:  # the latest first
        row = rows.setdefault(
            price.product_id, {"product": price.product, "now": None, "later": [], "before": []}
        )
        if price.from_on > on:
            row["later"].insert(0, price)
        elif row["now"] is None:
            row["now"] = price
        else:
            row["before"].append(price)
    return list(rows.values())


@needs("products.edit")
def new(request: HttpRequest) -> HttpResponse:
    """A new price book."""
    page, done = reverse(HOME), _("The price book is added. Set its prices.")
    act = Act("add_price_book", _("New price book"), done, page, {}, page, verb=_("Add"))
    return act_by_form(request, act, NewBookForm(sent(request)))


@needs("products.edit")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change for whom a book is, and when."""
    book = get_object_or_404(PriceBook, pk=pk)
    page, done = reverse(HOME), _("The price book is changed.")
    title = _("Change the price book")
    act = Act("edit_price_book", title, done, page, {"book_id": pk}, page, book.currency, _("Save"))
    return act_by_form(request, act, BookForm(book, sent(request)))


@needs("products.edit")
def set_price(request: HttpRequest, pk: int) -> HttpResponse:
    """Set a price of a book from a day on."""
    book = get_object_or_404(PriceBook, pk=pk)
    page, done = f"{reverse(HOME)}#book-{pk}", _("The price holds from that day on.")
    act = Act("set_price", _("Set a price"), done, page, {"book_id": pk}, page, book.name, _("Set"))
    initial = {"product_id": request.GET.get("product", ""), "from_on": today()}
    return act_by_form(request, act, PriceForm(book, sent(request), initial=initial))

"""The form in which a quote is written, line by line."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.actors import Actor
from isthmus.core.money import from_micros
from isthmus.people.models import Person
from isthmus.sales.models import Product, Quote, QuoteLine
from isthmus.sales.quoting.lines import MOST_LINES, QuoteLineGiven
from isthmus.sales.quoting.previewing import price_list
from isthmus.web import formats
from isthmus.web.acts.forms import ActForm, choices_with_none, date_input

_CONTACTS = 100
PARTS = ("product", "description", "quantity", "price", "discount")
_SIMPLE = ("valid_until", "region", "person_id", "billing_address", "terms", "version")


class _Figure(forms.NumberInput):
    """A number that says that it is empty: else a swapped field keeps the value of the one in its place."""

    def format_value(self, value: Any) -> str:
        return super().format_value(value) or ""


class _Text(forms.TextInput):
    """A text that says that it is empty, for the same reason."""

    def format_value(self, value: Any) -> str:
        return super().format_value(value) or ""


class QuoteForm(ActForm):
    """A draft with its lines. A line without a price has that of the price book; empty lines are left out."""

    valid_until = forms.DateField(label=gettext_lazy("Valid until"), widget=date_input())
    region = forms.CharField(
        label=gettext_lazy("Taxed in"),
        required=False,
        max_length=10,
        help_text=gettext_lazy("A country, like DE, or a part, like US-CA"),
    )
    person_id = forms.TypedChoiceField(
        label=gettext_lazy("Contact"), required=False, coerce=int, empty_value=None
    )
    billing_address = forms.CharField(
        label=gettext_lazy("Billing address"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("Empty: company, contact and place as their record says"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    words = forms.CharField(
        label=gettext_lazy("Words above the lines"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    terms = forms.CharField(
        label=gettext_lazy("Terms"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, quote: Quote, at: datetime, actor: Actor, data: Any = None) -> None:
        stored = {"words": quote.note, **{name: getattr(quote, name) for name in _SIMPLE}}
        lines = list(quote.lines.select_related("product")) if data is None else []
        super().__init__(data, initial=stored)
        self.count = len(lines) if data is None else line_count(data)
        self.fields["person_id"].choices = choices_with_none(_contacts(quote, actor))  # type: ignore[attr-defined]
        products = list(Product.objects.filter(is_active=True))
        self.prices = price_list(quote, products, at)
        offered = _offered(products, self.prices, quote.currency)
        for place in range(self.count):
            self._add_line(place, offered, lines[place] if lines else None)
        self.dress()

    def rows(self) -> list[dict[str, Any]]:
        """The bound fields of each line, for the template."""
        return [{part: self[f"line{place}_{part}"] for part in PARTS} for place in range(self.count)]

    def simple(self) -> list[Any]:
        """The fields beside the lines."""
        return [self[name] for name in ("valid_until", "region", "person_id")]

    def lines(self) -> list[QuoteLineGiven]:
        """The lines as the command takes them; valid forms only."""
        return [line for place in range(self.count) if (line := self._line(place))]

    def positions(self) -> dict[int, int]:
        """The number of each line of the quote that came of a place in the form, by that place."""
        filled = [place for place in range(self.count) if self._line(place)]
        return {place: number for number, place in enumerate(filled, start=1)}

    def arguments(self) -> dict[str, Any]:
        given = self.cleaned_data
        simple = {name: given[name] for name in _SIMPLE}
        if simple["person_id"] is None:
            simple["clear"] = ["person_id"]
        return {**simple, "note": given["words"], "lines": self.lines()}

    def _line(self, place: int) -> QuoteLineGiven | None:
        value = {part: self.cleaned_data.get(f"line{place}_{part}") for part in PARTS}
        if value["product"] is None and not value["description"] and value["price"] is None:
            return None
        line: QuoteLineGiven = {
            "product_id": value["product"],
            "description": value["description"] or "",
            "quantity": Decimal(1) if value["quantity"] is None else value["quantity"],
            "unit_price": value["price"],
            "discount": (value["discount"] or Decimal(0)) / 100,
        }
        return line

    def _add_line(self, place: int, offered: Sequence[Any], line: QuoteLine | None) -> None:
        number = {"number": place + 1}
        first = _initial(line, self.prices.price(line.product_id)) if line else {"quantity": 1}
        if line and line.product and not line.product.is_active:
            gone = _("%(product)s (not sold any more)") % {"product": line.product}
            offered = [*offered, (line.product_id, gone)]
        fields: dict[str, forms.Field] = {
            "product": forms.TypedChoiceField(
                label=_("Product of line %(number)s") % number,
                required=False,
                coerce=int,
                empty_value=None,
                choices=offered,
                widget=forms.Select(attrs={"data-searches": ""}),
            ),
            "description": forms.CharField(
                label=_("Description of line %(number)s") % number,
                required=False,
                max_length=200,
                widget=_Text(attrs={"placeholder": _("Description"), "autocomplete": "off"}),
            ),
            "quantity": _decimal(_("Quantity of line %(number)s") % number, 14, 4),
            "price": _decimal(_("Price of one in line %(number)s") % number, 18, 6),
            "discount": _decimal(_("Discount of line %(number)s in percent") % number, 7, 4, max_value=100),
        }
        fields["price"].widget.attrs["placeholder"] = _("list")
        fields["discount"].widget.attrs["placeholder"] = "0"
        for part, field in fields.items():
            field.initial = first.get(part)
            self.fields[f"line{place}_{part}"] = field


def _contacts(quote: Quote, actor: Actor) -> list[tuple[int, str]]:
    """Whom the quote can be for: the people of its account that the actor sees, and whom it is for now."""
    seen = Person.objects.present().visible_to(actor).filter(account=quote.account_id or 0)
    found = [(one.pk, str(one)) for one in seen.order_by("full_name", "pk")[:_CONTACTS]]
    if quote.person is not None and all(pk != quote.person_id for pk, _name in found):
        found.insert(0, (quote.person.pk, str(quote.person)))
    return found


def line_count(data: Any) -> int:
    """How many lines a sent form has."""
    sent = str(data.get("lines", 0))
    return min(int(sent) if sent.isdigit() else 0, MOST_LINES)


def rearranged(data: QueryDict, do: str) -> QueryDict:
    """What was sent, with a line more, one fewer, or two of them in each other's place: `add`, `up:3`."""
    count = line_count(data)
    act, _colon, text = do.partition(":")
    place = int(text) if text.isdigit() else -1
    order = list(range(count))
    if act == "add" and count < MOST_LINES:
        order.append(count)  # a place that nothing was sent for
    elif act == "drop" and place in order:
        order.remove(place)
    elif act == "up" and place in order[1:]:
        order[place - 1], order[place] = order[place], order[place - 1]
    elif act == "down" and place in order[:-1]:
        order[place], order[place + 1] = order[place + 1], order[place]
    new = data.copy()
    for name in [name for name in new if name.startswith("line") and name != "lines"]:
        del new[name]
    for to, come in enumerate(order):
        for part in PARTS:
            usual = "1" if part == "quantity" else ""
            new[f"line{to}_{part}"] = data.get(f"line{come}_{part}", usual) if come < count else usual
    new["lines"] = str(len(order))
    return new


def _offered(products: Sequence[Product], prices: Any, currency: str) -> list[Any]:
    """The products with their prices for this customer; then those for which no book has one."""
    priced, others = [], []
    for product in products:
        price = prices.price(product.pk)
        if price is None:
            others.append((product.pk, product.name))
        else:
            each = formats.unit_price(price, currency)
            if product.billing_interval:
                each = f"{each} {product.get_billing_interval_display()}"
            priced.append((product.pk, f"{product.name} · {each}"))
    options: list[Any] = [("", _("No product: say what it is")), *priced]
    if others:
        options.append((_("Without a price in %(currency)s") % {"currency": currency}, others))
    return options


def _initial(line: QuoteLine, listed: int | None) -> dict[str, Any]:
    own_price = line.unit_price != listed
    return {
        "product": line.product_id,
        "description": line.description,
        "quantity": _plain(line.quantity),
        "price": _plain(from_micros(line.unit_price)) if own_price else None,
        "discount": _plain(line.discount * 100) if line.discount else None,
    }


def _plain(value: Decimal) -> str:
    """Without zeros at the end: `2`, `0.5`."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _decimal(label: str, digits: int, places: int, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=False,
        max_digits=digits,
        decimal_places=places,
        min_value=0,
        widget=_Figure(attrs={"step": "any", "inputmode": "decimal", "autocomplete": "off"}),
        **more,
    )

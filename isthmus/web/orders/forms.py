"""What the acts on orders, invoices and subscriptions ask."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.money import Money
from isthmus.sales.models import EndReason, Order, Subscription
from isthmus.web.acts.forms import ActForm, amount_field, date_input


class MoneyForm(ActForm):
    """An amount received or given back, with its reference."""

    amount = amount_field(gettext_lazy("Amount"), required=True, min_value=Decimal("0.01"))
    reference = forms.CharField(
        label=gettext_lazy("Reference"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Of the bank or the provider; the same one is never counted twice"),
    )

    def __init__(self, order: Order, micros: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"amount": whole(micros, order.currency)}, **kwargs)
        self.fields["amount"].label = _("Amount in %(currency)s") % {"currency": order.currency}


class CreditForm(ActForm):
    """How much of an invoice is not to be paid, and why."""

    amount = amount_field(gettext_lazy("Amount"), required=True, min_value=Decimal("0.01"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy("It stands on the credit note"),
    )

    def __init__(self, order: Order, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"amount": whole(order.open, order.currency)}, **kwargs)
        told = {"currency": order.currency}
        self.fields["amount"].label = _("Amount with tax in %(currency)s") % told


class ChangeForm(ActForm):
    """How much is bought from the next renewal on, and who renews it."""

    quantity = forms.DecimalField(
        label=gettext_lazy("Quantity"), max_digits=14, decimal_places=4, min_value=0
    )
    renew_by_hand = forms.BooleanField(label=gettext_lazy("Renewed by hand"), required=False)

    def __init__(self, one: Subscription, *args: Any, **kwargs: Any) -> None:
        quantity = f"{one.quantity:f}".rstrip("0").rstrip(".") if one.quantity % 1 else int(one.quantity)
        initial = {"quantity": quantity, "renew_by_hand": one.renew_by_hand}
        super().__init__(*args, initial=initial, **kwargs)

    def arguments(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("quantity", "renew_by_hand")}


class EndForm(ActForm):
    """From when on a customer does not go on, and why."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"), choices=EndReason.choices, widget=forms.RadioSelect
    )
    on = forms.DateField(label=gettext_lazy("Last day"), widget=date_input())
    wide = ("reason",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"on": timezone.localdate()}, **kwargs)


def whole(micros: int | None, currency: str) -> Decimal | None:
    """An amount in whole units with two decimals, as fields have it."""
    return None if micros is None else Money.from_micros(micros, currency).amount.quantize(Decimal("0.01"))

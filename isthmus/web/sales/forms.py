"""What the acts on deals and orders ask."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.actors import Actor
from isthmus.sales.models import Deal, LossReason, Order, Pipeline, Product
from isthmus.web.acts.forms import (
    ActForm,
    EditForm,
    amount_field,
    choices_with_none,
    custom_form_fields,
    custom_initial,
    date_input,
)
from isthmus.web.acts.people_here import colleagues
from isthmus.web.acts.pickers import PickField
from isthmus.web.leads.forms import currencies
from isthmus.web.orders.forms import whole
from isthmus.workspace.queries import field_definitions

LINES = 3
MAX_LINES = 40


class OpenForm(ActForm):
    """A new deal: with whom, what for, how much."""

    name = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=200)
    person_id = PickField("person", label=gettext_lazy("Person"), required=False)
    account_id = PickField("account", label=gettext_lazy("Account"), required=False)
    amount = amount_field(gettext_lazy("Value, as far as known"), min_value=0)
    currency = forms.ChoiceField(label=gettext_lazy("Currency"), required=False)
    product_id = forms.TypedChoiceField(
        label=gettext_lazy("Product"), required=False, coerce=int, empty_value=None
    )
    pipeline_id = forms.TypedChoiceField(
        label=gettext_lazy("Pipeline"), required=False, coerce=int, empty_value=None
    )
    owner_id = forms.TypedChoiceField(
        label=gettext_lazy("Owner"), required=False, coerce=int, empty_value=None
    )
    expected_close_on = forms.DateField(
        label=gettext_lazy("Expected close"), required=False, widget=date_input()
    )

    wide = ("name",)

    def __init__(self, actor: Actor, base: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person_id"].for_actor(actor)  # type: ignore[attr-defined]
        self.fields["account_id"].for_actor(actor)  # type: ignore[attr-defined]
        pipelines = list(Pipeline.objects.values_list("pk", "name"))
        self.fields["currency"].choices = currencies(base)  # type: ignore[attr-defined]
        self.fields["product_id"].choices = choices_with_none(Product.objects.values_list("pk", "name"))  # type: ignore[attr-defined]
        self.fields["owner_id"].choices = choices_with_none(colleagues())  # type: ignore[attr-defined]
        self.fields["pipeline_id"].choices = pipelines  # type: ignore[attr-defined]
        if len(pipelines) < 2:
            del self.fields["pipeline_id"]
        self.fields |= custom_form_fields(field_definitions("deal"))
        self.dress()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not given.get("person_id") and not given.get("account_id"):
            raise ValidationError(_("Say with whom: choose a person or an account."))
        return given


class EditDealForm(EditForm):
    """What may be changed of an open deal."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    amount = amount_field(gettext_lazy("Value"), min_value=0)
    expected_close_on = forms.DateField(
        label=gettext_lazy("Expected close"), required=False, widget=date_input()
    )
    owner_id = forms.TypedChoiceField(
        label=gettext_lazy("Owner"), required=False, coerce=int, empty_value=None
    )
    product_id = forms.TypedChoiceField(
        label=gettext_lazy("Product"), required=False, coerce=int, empty_value=None
    )

    wide = ("name",)

    def __init__(self, deal: Deal, *args: Any, **kwargs: Any) -> None:
        definitions = field_definitions("deal")
        initial = {
            "name": deal.name,
            "amount": whole(deal.amount, deal.currency),
            "expected_close_on": deal.expected_close_on,
            "owner_id": deal.owner_id,
            "product_id": deal.product_id,
            "version": deal.version,
        }
        super().__init__(*args, initial={**initial, **custom_initial(deal.custom, definitions)}, **kwargs)
        self.fields["amount"].label = _("Value in %(currency)s") % {"currency": deal.currency}
        self.fields["owner_id"].choices = choices_with_none(colleagues())  # type: ignore[attr-defined]
        self.fields["product_id"].choices = choices_with_none(Product.objects.values_list("pk", "name"))  # type: ignore[attr-defined]
        self.fields |= custom_form_fields(definitions)
        self.dress()


class WinForm(ActForm):
    """The final value."""

    amount = amount_field(gettext_lazy("Final value"), min_value=0)

    def __init__(self, deal: Deal, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"amount": whole(deal.amount, deal.currency)}, **kwargs)
        self.fields["amount"].label = _("Final value in %(currency)s") % {"currency": deal.currency}


class LoseForm(ActForm):
    """Why it was lost."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"), choices=LossReason.choices, widget=forms.RadioSelect
    )
    wide = ("reason",)


class OrderForm(ActForm):
    """An order with its lines; lines left empty are left out."""

    number = forms.CharField(label=gettext_lazy("Order number"), max_length=120)
    currency = forms.ChoiceField(label=gettext_lazy("Currency"))

    def __init__(self, deal: Deal, data: Any = None) -> None:
        self.products = choices_with_none(Product.objects.values_list("pk", "name"))
        self.count = line_count(data)
        super().__init__(data, initial={"number": _next_number(), "currency": deal.currency})
        self.fields["currency"].choices = currencies(deal.currency)  # type: ignore[attr-defined]
        for place in range(self.count):
            first = place == 0 and deal.amount is not None
            self._add_line(
                place,
                {"product": deal.product_id, "amount": whole(deal.amount, deal.currency)} if first else {},
            )
        self.dress()

    def lines(self) -> list[dict[str, Any]]:
        """The bound fields of each line, for the template."""
        return [
            {name: self[f"line{place}_{name}"] for name in ("product", "description", "quantity", "amount")}
            for place in range(self.count)
        ]

    def arguments(self) -> dict[str, Any]:
        given = self.cleaned_data
        lines = []
        for place in range(self.count):
            line = {
                name: given.get(f"line{place}_{name}")
                for name in ("product", "description", "quantity", "amount")
            }
            if line["amount"] is None and not line["product"] and not line["description"]:
                continue
            if line["amount"] is None:
                raise _missing(f"line{place}_amount")
            lines.append(
                {
                    "amount": line["amount"],
                    "quantity": line["quantity"] or 1,
                    "product_id": line["product"],
                    "description": line["description"] or "",
                }
            )
        return {"number": given["number"], "currency": given["currency"], "lines": lines}

    def _add_line(self, place: int, initial: dict[str, Any]) -> None:
        number = {"number": place + 1}
        self.fields |= {
            f"line{place}_product": forms.TypedChoiceField(
                label=_("Product of line %(number)s") % number,
                required=False,
                coerce=int,
                empty_value=None,
                choices=self.products,
                initial=initial.get("product"),
            ),
            f"line{place}_description": forms.CharField(
                label=_("Description of line %(number)s") % number, required=False, max_length=200
            ),
            f"line{place}_quantity": forms.IntegerField(
                label=_("Quantity of line %(number)s") % number, required=False, min_value=1, initial=1
            ),
            f"line{place}_amount": amount_field(
                _("Amount of line %(number)s") % number, initial=initial.get("amount"), min_value=0
            ),
        }


def line_count(data: Any) -> int:
    """How many lines a sent form has; three to begin with."""
    sent = str((data or {}).get("lines", LINES))
    return min(max(int(sent) if sent.isdigit() else LINES, 1), MAX_LINES)


def _missing(name: str) -> Exception:
    from isthmus.core.refusals import InvalidInput

    return InvalidInput({name: _("Say what this line costs.")})


def _next_number() -> str:
    """A number not used yet: the year and a count; somebody with other numbers writes over it."""
    year = timezone.localdate().year
    number = Order.objects.filter(number__startswith=f"{year}-").count() + 1
    while Order.objects.filter(number=f"{year}-{number:04d}").exists():
        number += 1
    return f"{year}-{number:04d}"

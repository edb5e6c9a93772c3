"""The forms of commission: what a plan pays, who has it from when, among whom a deal's credit is split."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.money import from_micros
from isthmus.core.refusals import InvalidInput
from isthmus.money.commission.terms import NOTHING, Rules
from isthmus.money.models import CommissionPlan
from isthmus.money.models.commission import PERIODS
from isthmus.sales.models import Product
from isthmus.web.acts.forms import ActForm, amount_field, choices_with_none, date_input
from isthmus.workspace.models import User

ROWS = 3  # of tiers and of own rates that an empty form offers


def _percent(label: Any, required: bool = False, most: int | None = 100) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=required,
        min_value=0,
        max_value=most,
        max_digits=8,
        decimal_places=4,
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )


class PlanForm(ActForm):
    """What a plan pays: a rate, tiers above the quota, rates of their own, a cap."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    period_kind = forms.ChoiceField(label=gettext_lazy("A statement is"), choices=PERIODS, initial="quarter")
    rate = _percent(gettext_lazy("Rate on money paid, in percent"), required=True)
    valid_from = forms.DateField(
        label=gettext_lazy("Holds from"),
        widget=date_input(),
        help_text=gettext_lazy("The first day of a month, quarter or year, as the statement is."),
    )
    cap = amount_field(gettext_lazy("At most, in one statement"), min_value=0)
    clawback = forms.BooleanField(
        label=gettext_lazy("A refund takes its commission back"), required=False, initial=True
    )

    def __init__(self, rules: Rules | None, *args: Any, **kwargs: Any) -> None:
        """`rules`: what the plan says now; all of it has its fields, so that saving loses nothing."""
        super().__init__(*args, **kwargs)
        if rules is not None:
            del self.fields["name"], self.fields["period_kind"]
        says = rules or NOTHING
        self.tiers = max(ROWS, len(says.accelerators) + 1)
        self.own = max(ROWS, len(says.products) + len(says.families) + 1)
        sold = _what_is_sold(says)
        for at in range(1, self.tiers + 1):
            words = {"number": at}
            self.fields[f"tier_{at}_from"] = _percent(
                _("Tier %(number)s: from percent of the quota") % words, most=None
            )
            self.fields[f"tier_{at}_times"] = _percent(_("Tier %(number)s: times the rate") % words)
        for at in range(1, self.own + 1):
            self.fields[f"own_{at}_of"] = forms.ChoiceField(
                label=_("Own rate %(number)s: of") % {"number": at}, required=False, choices=sold
            )
            self.fields[f"own_{at}_rate"] = _percent(_("Own rate %(number)s: percent") % {"number": at})
        self.dress()

    @property
    def head(self) -> list[forms.BoundField]:
        """What is said once."""
        return [self[name] for name in self.fields if not name.startswith(("tier_", "own_"))]

    @property
    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Tiers and own rates, each two fields that belong together."""
        tiers = [(self[f"tier_{at}_from"], self[f"tier_{at}_times"]) for at in range(1, self.tiers + 1)]
        return tiers + [(self[f"own_{at}_of"], self[f"own_{at}_rate"]) for at in range(1, self.own + 1)]

    def arguments(self) -> dict[str, Any]:
        """The arguments of the commands; percents become shares."""
        told = self.cleaned_data
        given = {name: told[name] for name in ("name", "period_kind", "valid_from") if name in told}
        tiers = [
            {"attainment": told[f"tier_{at}_from"] / 100, "times": told[f"tier_{at}_times"]}
            for at in range(1, self.tiers + 1)
            if self._both(f"tier_{at}_from", f"tier_{at}_times")
        ]
        own = [
            (*told[f"own_{at}_of"].split(":", 1), told[f"own_{at}_rate"] / 100)
            for at in range(1, self.own + 1)
            if self._both(f"own_{at}_of", f"own_{at}_rate")
        ]
        return given | {
            "rate": told["rate"] / 100,
            "accelerators": tiers,
            "product_rates": [
                {"product_id": int(of), "rate": rate} for kind, of, rate in own if kind == "product"
            ],
            "family_rates": [{"family": of, "rate": rate} for kind, of, rate in own if kind == "family"],
            "clawback": told["clawback"],
            **({"cap": told["cap"]} if told["cap"] is not None else {}),
        }

    def _both(self, one: str, other: str) -> bool:
        """Whether both of a pair are filled in. Raises InvalidInput where one of them is."""
        filled = [self.cleaned_data[name] not in (None, "") for name in (one, other)]
        if any(filled) and not all(filled):
            raise InvalidInput({other if filled[0] else one: _("Fill in both of the pair, or neither.")})
        return all(filled)


class AssignForm(ActForm):
    """Who is paid by which plan from when on."""

    seller_id = forms.TypedChoiceField(label=gettext_lazy("Seller"), coerce=int)
    plan_id = forms.TypedChoiceField(label=gettext_lazy("Plan"), required=False, coerce=int, empty_value=None)
    from_on = forms.DateField(
        label=gettext_lazy("From"),
        widget=date_input(),
        help_text=gettext_lazy("The first day of one of the plan's periods."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sellers = User.objects.filter(is_active=True).order_by("name").values_list("pk", "name")
        plans = CommissionPlan.objects.values_list("pk", "name")
        self.fields["seller_id"].choices = list(sellers)  # type: ignore[attr-defined]
        self.fields["plan_id"].choices = choices_with_none(  # type: ignore[attr-defined]
            plans, _("None from then on")
        )


def initial_of(rules: Rules) -> dict[str, Any]:
    """A plan's rules as its form begins with them."""

    def percent(share: Decimal) -> str:
        return f"{(share * 100).normalize():f}"

    own = [(f"product:{number}", rate) for number, rate in rules.products.items()]
    own += [(f"family:{name}", rate) for name, rate in rules.families.items()]
    found: dict[str, Any] = {"rate": percent(rules.rate), "clawback": rules.clawback}
    found["cap"] = f"{from_micros(rules.cap).normalize():f}" if rules.cap is not None else None
    for at, (start, times) in enumerate(rules.accelerators, 1):
        found |= {f"tier_{at}_from": percent(start), f"tier_{at}_times": f"{times.normalize():f}"}
    for at, (of, rate) in enumerate(own, 1):
        found |= {f"own_{at}_of": of, f"own_{at}_rate": percent(rate)}
    return found


def _what_is_sold(says: Rules) -> list[tuple[str, str]]:
    """Families and products on sale, and those that a plan names already."""
    known = Product.objects.filter(Q(is_active=True) | Q(pk__in=list(says.products)))
    products = known.order_by("name").values_list("pk", "name", "family")
    families = sorted({family for _pk, _name, family in products if family} | set(says.families))
    found = [(f"family:{name}", _("All of %(family)s") % {"family": name}) for name in families]
    return choices_with_none([*found, *((f"product:{pk}", name) for pk, name, _family in products)])


class SplitForm(ActForm):
    """Among whom a deal's credit is split, in percent that add up to 100."""

    def __init__(self, rows: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        sellers = User.objects.filter(is_active=True).order_by("name").values_list("pk", "name")
        for at in range(1, rows + 1):
            self.fields[f"seller_{at}"] = forms.TypedChoiceField(
                label=_("Seller %(number)s") % {"number": at},
                required=False,
                coerce=int,
                empty_value=None,
                choices=choices_with_none(sellers),
            )
            self.fields[f"share_{at}"] = _percent(_("Percent of seller %(number)s") % {"number": at})
        self.dress()

    def arguments(self) -> dict[str, Any]:
        """The shares of `split_credit`."""
        shares = []
        for at in range(1, self.rows + 1):
            seller, share = self.cleaned_data[f"seller_{at}"], self.cleaned_data[f"share_{at}"]
            if (seller is None) != (share is None):
                empty = f"seller_{at}" if seller is None else f"share_{at}"
                raise InvalidInput({empty: _("Fill in both of the pair, or neither.")})
            if seller is not None:
                shares.append({"seller_id": seller, "share": share / 100})
        return {"shares": shares}

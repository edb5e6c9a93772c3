"""How the company sells: taxes, who gives how much discount alone, the terms under a quote."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.editing import asked_changes
from isthmus.core.refusals import InvalidInput
from isthmus.ledger.facts import Fact
from isthmus.sales.commands.pricing import change_row, told
from isthmus.sales.models import DiscountLimit, SellingTerms, TaxRate
from isthmus.workspace.changing import NothingChanged
from isthmus.workspace.models import Team, User


@command(
    permission="products.edit",
    label=gettext_lazy("Set a tax rate"),
    trade="money",
    undo="set_tax_rate",
    undo_arguments=lambda rate, given: {
        "region": rate.region, "tax_class": rate.tax_class, "from_on": rate.from_on, **rate.before,
    },
)  # fmt: skip
def set_tax_rate(
    *,
    tax_class: str,
    from_on: date,
    by: Actor,
    at: datetime,
    region: str = "",
    rate: Decimal = Decimal(0),
    to_on: date | None = None,
    note: str = "",
    remove: bool = False,
) -> TaxRate:
    """Set the tax on a class of products in a country or a part of it, from a day on; as a share, 0.19.

    No region: wherever no other rate holds. Exempt, or reverse charge: 0 with a note, which documents carry.
    """
    region, tax_class, note = region.strip().upper(), tax_class.strip().lower(), note.strip()[:200]
    if not tax_class or len(tax_class) > 40:
        raise InvalidInput({"tax_class": _("Name the class of tax, like standard, in up to 40 letters.")})
    _check_share("rate", rate)
    if len(region) > 10 or (not region.replace("-", "").isalnum() and region):
        raise InvalidInput({"region": _("A country like DE, or a part of one, like US-CA.")})
    if to_on is not None and to_on < from_on:
        raise InvalidInput({"to_on": _("The last day cannot be before the first.")})
    row = (
        TaxRate.objects.select_for_update()
        .filter(region=region, tax_class=tax_class, from_on=from_on)
        .first()
    )
    given = {"rate": rate, "to_on": to_on, "note": note}
    before = {"remove": True} if row is None else {name: getattr(row, name) for name in given}
    if before == ({"remove": True} if remove else given):
        raise NothingChanged(_("Nothing was changed: it says this already."))
    row = row or TaxRate(region=region, tax_class=tax_class, from_on=from_on)
    for name, value in given.items():
        setattr(row, name, value)
    if remove:
        TaxRate.objects.filter(pk=row.pk).delete()
    else:
        row.save()
    row.before = before
    props = {"region": region, "class": tax_class, "rate": str(rate), "removed": remove}
    ledger.record(Fact(kind="tax_rate.set", at=at, props=props), by=by)
    return row


@command(
    permission="products.edit",
    label=gettext_lazy("Set a discount limit"),
    trade="sales",
    undo="set_discount_limit",
    undo_arguments=lambda row, given: {
        "role": row.role, "team_id": row.team_id, "seller_id": row.seller_id, "family": row.family,
        **row.before,
    },
)  # fmt: skip
def set_discount_limit(
    *,
    by: Actor,
    at: datetime,
    role: Literal["", "seller", "manager", "admin"] = "",
    team_id: int | None = None,
    seller_id: int | None = None,
    family: str = "",
    limit: Decimal = Decimal(0),
    remove: bool = False,
) -> DiscountLimit:
    """Set up to which share somebody gives discount alone, 0.1: a person, a team, a role, or everybody.

    On all products or on a family of them. Above it a quote needs approval. The closest limit holds: first
    one on the family, and of those the person's own, then their team's, their role's, everybody's.
    """
    family = family.strip()[:80]
    _check_share("limit", limit)
    whose = {"role": role, "team_id": team_id, "seller_id": seller_id}
    _check_whose(whose)
    row = DiscountLimit.objects.select_for_update(of=("self",)).filter(**whose, family=family).first()
    before: dict[str, Any] = {"remove": True} if row is None else {"limit": row.limit}
    if before == ({"remove": True} if remove else {"limit": limit}):
        raise NothingChanged(_("Nothing was changed: it says this already."))
    row = row or DiscountLimit(**whose, family=family)
    row.limit = limit
    if remove:
        DiscountLimit.objects.filter(pk=row.pk).delete()
    else:
        row.save()
    row.before = before
    props = {**whose, "limit": str(limit), "removed": remove}
    ledger.record(Fact(kind="discount_limit.set", at=at, props=props), by=by)
    return row


@command(
    permission="products.edit",
    label=gettext_lazy("Change the terms of selling"),
    trade="money",
    undo="edit_selling_terms",
    undo_arguments=lambda terms, _: terms.before,
)
def edit_selling_terms(
    *,
    by: Actor,
    at: datetime,
    valid_days: int | None = None,
    payment_days: int | None = None,
    invoices_at_once: bool | None = None,
    terms: str | None = None,
    address: str | None = None,
    tax_number: str | None = None,
    bank: str | None = None,
    clear: list[str] | None = None,
) -> SellingTerms:
    """Change how long quotes are valid, when invoices are due, and what documents carry."""
    for field, days in (("valid_days", valid_days), ("payment_days", payment_days)):
        if days is not None and not 0 <= days <= 365:
            raise InvalidInput({field: _("Give a number of days from 0 to 365.")})
    row = SellingTerms.objects.select_for_update().filter(pk=1).first() or SellingTerms(pk=1)
    given = {
        "valid_days": valid_days,
        "payment_days": payment_days,
        "invoices_at_once": invoices_at_once,
        "terms": terms and terms.strip(),
        "address": address and address.strip(),
        "tax_number": tax_number and tax_number.strip()[:40],
        "bank": bank and bank.strip(),
    }
    empty = dict.fromkeys(("terms", "address", "tax_number", "bank"), "")
    row.before = change_row(row, asked_changes(given, clear, empty))
    row.save()
    ledger.record(Fact(kind="selling_terms.changed", at=at, props=told(row.before)), by=by)
    return row


def _check_whose(whose: dict[str, Any]) -> None:
    if sum(bool(value) for value in whose.values()) > 1:
        raise InvalidInput({"role": _("A limit is of one person, one team, one role, or of everybody.")})
    for name, model in (("team_id", Team), ("seller_id", User)):
        if whose[name] is not None and not model._default_manager.filter(pk=whose[name]).exists():
            raise InvalidInput({name: _("That is not there any more. Choose another.")})


def _check_share(name: str, share: Decimal) -> None:
    if not 0 <= share <= 1 or share != round(share, 6):
        raise InvalidInput({name: _("A share lies between 0 and 1, like 0.19, with up to six decimals.")})

"""The versions of a quote, and what differs from one to the next."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus.sales.models import Quote, QuoteLine
from isthmus.web import formats


def told(found: Sequence[Quote], here: Quote) -> list[dict[str, Any]]:
    """Each version with what it changed of the one before, the latest first. Their lines must be loaded."""
    if len(found) < 2:
        return []
    older = [*found[1:], None]
    return [
        {
            "quote": one,
            "href": "" if one.pk == here.pk else reverse("quote", args=[one.pk]),
            "total": formats.exact_money(one.total, one.currency),
            "changes": differences(before, one) if before else [],
        }
        for one, before in zip(found, older, strict=True)
    ]


def differences(old: Quote, new: Quote) -> list[str]:
    """What is different in a later version, in words: lines first, then the total and the rest."""
    said = _of_lines(list(old.lines.all()), list(new.lines.all()), new.currency)
    for label, before, after in (
        (
            _("Total"),
            formats.exact_money(old.total, old.currency),
            formats.exact_money(new.total, new.currency),
        ),
        (_("Valid until"), formats.day(old.valid_until), formats.day(new.valid_until)),
        (_("Contact"), str(old.person or _("nobody")), str(new.person or _("nobody"))),
        (_("Taxed in"), old.region or _("nowhere named"), new.region or _("nowhere named")),
    ):
        if before != after:
            said.append(_changed(label, before, after))
    if old.billing_address != new.billing_address:
        said.append(_("Another billing address"))
    if old.note != new.note:
        said.append(_("Other words above the lines"))
    if old.terms != new.terms:
        said.append(_("Other terms"))
    return said


def _of_lines(old: Sequence[QuoteLine], new: Sequence[QuoteLine], currency: str) -> list[str]:
    # The same product, or the same words, is the same line; of two alike the first stands for the first.
    left = list(old)
    said = []
    for line in new:
        before = next((one for one in left if _same(one, line)), None)
        if before is None:
            said.append(_("New: %(line)s") % {"line": name_of(line)})
            continue
        left.remove(before)
        said += _of_one(before, line, currency)
    return said + [_("Left out: %(line)s") % {"line": name_of(line)} for line in left]


def _same(old: QuoteLine, new: QuoteLine) -> bool:
    if old.product_id or new.product_id:
        return old.product_id == new.product_id
    return old.description == new.description


def _of_one(old: QuoteLine, new: QuoteLine, currency: str) -> list[str]:
    pairs = (
        (_("quantity"), formats.exact_number(old.quantity), formats.exact_number(new.quantity)),
        (
            _("price"),
            formats.unit_price(old.unit_price, currency),
            formats.unit_price(new.unit_price, currency),
        ),
        (_("discount"), formats.rate(old.discount), formats.rate(new.discount)),
        (_("tax"), formats.rate(old.tax_rate), formats.rate(new.tax_rate)),
    )
    name = name_of(new)
    return [
        _changed(_("%(line)s, %(what)s") % {"line": name, "what": what}, before, after)
        for what, before, after in pairs
        if before != after
    ]


def _changed(what: str, before: str, after: str) -> str:
    return _("%(what)s: %(before)s → %(after)s") % {"what": what, "before": before, "after": after}


def name_of(line: QuoteLine) -> str:
    """What a line is called."""
    return str(line.product) if line.product else line.description

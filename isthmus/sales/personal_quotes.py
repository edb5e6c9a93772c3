"""What quotes, invoices and subscriptions hold of a person: who signed, from where, and what was written."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Actor
from isthmus.core.clock import written_now
from isthmus.core.money import from_micros
from isthmus.core.personal_stores import Whom, impersonal, personal_store
from isthmus.sales.models import InvoiceLine, Quote, QuoteLine, Subscription

CATALOGUE = _("the company's own catalogue and settings")
_BOOKS = _("a number or a word of the books, which must be kept")
# What people wrote or signed on a quote.
_WRITTEN = (
    "note", "accepted_name", "accepted_ip", "purchase_number", "decline_reason", "asked_because",
    "refused_because", "token_sealed", "billing_address",
)  # fmt: skip


@personal_store(
    "quotes",
    _("Quotes: who signed and from where, notes and words on lines"),
    columns={
        "sales.Quote": (*_WRITTEN, "token_hash"),
        "sales.QuoteLine": ("description",),
        "sales.Subscription": ("description",),
        "sales.InvoiceLine": ("description",),
    },
    stays=_("Number, days, products, amounts and how it was decided, so that the books and figures stand"),
    order=30,
)
class Quotes:
    """The page of an erased person's quote is closed with it."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """Every quote with its lines, and how it was answered."""
        for quote in _quotes(whom).prefetch_related("lines__product").order_by("made_at"):
            yield {
                "number": str(quote),
                "made": quote.made_at,
                "state": quote.get_state_display(),
                "total": f"{from_micros(quote.total)} {quote.currency}",
                "billing_address": quote.billing_address,
                "note": quote.note,
                "accepted_by": quote.accepted_name,
                "accepted_from": quote.accepted_ip,
                "purchase_number": quote.purchase_number,
                "declined_because": quote.decline_reason,
                "lines": [
                    {"text": line.description or str(line.product or ""), "quantity": line.quantity}
                    for line in quote.lines.all()
                ],
            }

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Empty what was written, and close the page."""
        quotes = _quotes(whom)
        for model, path in ((QuoteLine, "quote__in"), (InvoiceLine, "invoice__order__quote__in")):
            lines = model._default_manager.filter(**{path: quotes})
            lines.filter(product__isnull=False).update(description="")
            lines.filter(product=None).update(description=_("A line").__str__())
        Subscription.objects.filter(line__quote__in=quotes).update(description="")
        emptied: int = quotes.update(**dict.fromkeys(_WRITTEN, ""), token_hash=None, updated_at=written_now())
        return emptied


def _quotes(whom: Whom) -> Any:
    return Quote.objects.filter(Q(person__in=whom.persons) | Q(deal__person__in=whom.persons))


impersonal("sales.Quote", "number", "currency", "region", "terms", because=_BOOKS)
impersonal("sales.QuoteLine", "unit", "tax_note", because=CATALOGUE)
impersonal("sales.Invoice", "number", "currency", "reason", because=_BOOKS)
impersonal(
    "sales.Invoice",
    *("seller", "seller_address", "seller_tax_number", "seller_bank"),
    because=_("the company itself, as it stood on the document"),
)
impersonal("sales.InvoiceLine", "unit", "tax_note", because=CATALOGUE)
impersonal("sales.Subscription", "currency", "region", because=_BOOKS)
impersonal("sales.PriceBook", "name", "currency", "country", because=CATALOGUE)
impersonal("sales.TaxRate", "region", "tax_class", "note", because=CATALOGUE)
impersonal("sales.DiscountLimit", "family", because=CATALOGUE)
impersonal("sales.SellingTerms", "terms", "address", "tax_number", "bank", because=CATALOGUE)
impersonal("sales.NumberSeries", "kind", because=_BOOKS)

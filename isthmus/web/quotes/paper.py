"""A quote, invoice or credit note in words and figures: what its page and its PDF both show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.sales.models import IN_MAKING, Invoice, Quote, SellingTerms
from isthmus.sales.quoting.standing import today
from isthmus.web.formats import exact_money, unit_price
from isthmus.web.quotes.amounts import country, quantity, share, whole_day
from isthmus.workspace.models import Company

Fact = tuple[str, str]


@dataclass(frozen=True)
class Row:
    """One line as it is read."""

    what: str
    detail: str
    quantity: str
    price: str
    discount: str
    tax: str
    net: str


@dataclass(frozen=True)
class Sum:
    """One of the sums under the lines; the strong one is what is owed."""

    label: str
    amount: str
    strong: bool = False


@dataclass(frozen=True)
class Paper:
    """A document, ready to be drawn. Columns that no line fills are left out."""

    title: str
    number: str
    company: str
    sender: Sequence[str]
    receiver: Sequence[str]
    facts: Sequence[Fact]
    rows: Sequence[Row]
    sums: Sequence[Sum]
    total: str
    words: Sequence[Fact] = field(default_factory=list)  # Headings with their texts, below the sums.

    @property
    def has_prices(self) -> bool:
        """Whether the lines say what one costs."""
        return any(row.price for row in self.rows)

    @property
    def has_discounts(self) -> bool:
        """Whether anything is given away."""
        return any(row.discount for row in self.rows)

    @property
    def has_taxes(self) -> bool:
        """Whether any line is taxed, or says why it is not."""
        return any(row.tax for row in self.rows)


def quote_paper(quote: Quote) -> Paper:
    """A quote as its customer reads it. Its deal, person, account and owner must be loaded."""
    terms = SellingTerms.current()
    lines = list(quote.lines.select_related("product"))
    facts = [(_("Date"), whole_day(today(quote.sent_at or quote.made_at)))]
    facts.append((_("Valid until"), whole_day(quote.valid_until)))
    if quote.revision > 1:
        facts.append((_("Version"), str(quote.revision)))
    if quote.owner is not None:
        facts.append((_("Your contact"), f"{quote.owner.name}, {quote.owner.email}"))
    return Paper(
        title=_("Draft of a quote") if quote.state in IN_MAKING else _("Quote"),
        number=quote.number,
        company=Company.current().name,
        sender=_sender(terms.address),
        receiver=_receiver(quote.person, quote.account, quote.billing_address),
        facts=facts,
        rows=[_quoted(line, quote.currency) for line in lines],
        sums=[*_sums(lines, quote), *_again(lines, quote.currency)],
        total=exact_money(quote.total, quote.currency),
        words=_words((_("Note"), quote.note), *_tax_notes(lines), (_("Terms"), quote.terms)),
    )


def invoice_paper(invoice: Invoice) -> Paper:
    """An invoice or credit note as it went out, whatever the company is called and lives at since.

    Its order with its parties must be loaded.
    """
    terms, order = SellingTerms.current(), invoice.order
    lines = list(invoice.lines.select_related("product"))
    credits = invoice.kind == "credit"
    facts = [(_("Date"), whole_day(invoice.issued_on)), (_("Order"), order.number)]
    if invoice.due_on is not None:
        facts.append((_("Due"), whole_day(invoice.due_on)))
    if invoice.corrects is not None:
        facts.append((_("Corrects invoice"), invoice.corrects.number))
    quote = Quote.objects.filter(order=order).first()
    if quote is not None and quote.purchase_number:
        facts.append((_("Your order number"), quote.purchase_number))
    tax_number = _kept(invoice.seller_tax_number, terms.tax_number)
    if tax_number:
        facts.append((_("Our tax number"), tax_number))
    return Paper(
        title=_("Credit note") if credits else _("Invoice"),
        number=invoice.number,
        company=_kept(invoice.seller, Company.current().name),
        sender=_sender(_kept(invoice.seller_address, terms.address)),
        receiver=_receiver(order.person, order.account, quote.billing_address if quote else ""),
        facts=facts,
        rows=[_invoiced(line, invoice.currency) for line in lines],
        sums=_sums(lines, invoice),
        total=exact_money(invoice.total, invoice.currency),
        words=_words(
            (_("Reason"), invoice.reason if credits else ""),
            *_tax_notes(lines),
            (_("How to pay"), "" if credits else _kept(invoice.seller_bank, terms.bank)),
        ),
    )


def _quoted(line: Any, currency: str) -> Row:
    return _row(
        line,
        currency,
        price=unit_price(line.unit_price, currency),
        discount=f"−{share(line.discount)}" if line.discount else "",
        detail=_billed(line.interval),
    )


def _invoiced(line: Any, currency: str) -> Row:
    return _row(line, currency)


def _row(line: Any, currency: str, price: str = "", discount: str = "", detail: str = "") -> Row:
    name = line.product.name if line.product else line.description
    more = [line.description if line.product else "", detail]
    amount = quantity(line.quantity)
    return Row(
        what=name,
        detail="\n".join(one for one in more if one),
        quantity=f"{amount} {line.unit}" if line.unit else amount,
        price=price,
        discount=discount,
        tax=share(line.tax_rate) if line.tax_rate or line.tax_note else "",
        net=exact_money(line.net, currency),
    )


def _billed(interval: str) -> str:
    words = {
        "month": _("Billed each month"),
        "quarter": _("Billed each quarter"),
        "year": _("Billed each year"),
    }
    return words.get(interval, "")


def _sums(lines: Sequence[Any], document: Quote | Invoice) -> list[Sum]:
    """Net, the tax of each rate, and the total; of an untaxed document the total alone."""
    currency = document.currency
    total = Sum(_("Total"), exact_money(document.total, currency), strong=True)
    if not any(line.tax_rate for line in lines):
        return [total]
    by_rate: dict[Decimal, list[int]] = {}
    for line in lines:
        if line.tax_rate:
            by_rate.setdefault(line.tax_rate, []).append(line.tax)
    taxes = [
        Sum(_("Tax %(rate)s") % {"rate": share(rate)}, exact_money(sum(by_rate[rate]), currency))
        for rate in sorted(by_rate, reverse=True)
    ]
    return [Sum(_("Net"), exact_money(document.net, currency)), *taxes, total]


def _again(lines: Sequence[Any], currency: str) -> list[Sum]:
    """What is billed again and again, with tax, of each rhythm."""
    words = {
        "month": _("Of which each month"),
        "quarter": _("Of which each quarter"),
        "year": _("Of which each year"),
    }
    return [
        Sum(text, exact_money(sum(line.net + line.tax for line in lines if line.interval == name), currency))
        for name, text in words.items()
        if any(line.interval == name for line in lines)
    ]


def _tax_notes(lines: Iterable[Any]) -> list[Fact]:
    notes = list(dict.fromkeys(line.tax_note for line in lines if line.tax_note))
    return [(ngettext("About the tax", "About the taxes", len(notes)), "\n".join(notes))] if notes else []


def _words(*given: Fact) -> list[Fact]:
    return [(heading, text.strip()) for heading, text in given if text.strip()]


def _kept(then: str | None, now: str) -> str:
    """What stood on an invoice when it was issued; of those that kept nothing what holds today."""
    return now if then is None else then


def _sender(address: str) -> list[str]:
    return [line for line in address.splitlines() if line.strip()]


def _receiver(person: Any, account: Any, address: str) -> list[str]:
    """The address as it was given, with the person; else company, person and place, as far as known."""
    lines = [line.strip() for line in address.splitlines() if line.strip()]
    if lines:
        name = str(person) if person is not None else ""
        return [*lines[:1], *([name] if name and name not in lines else []), *lines[1:]]
    names = [str(party) for party in (account, person) if party is not None and str(party)]
    party = account or person
    place = ", ".join(one for one in (party.city, country(party.country)) if one) if party is not None else ""
    return [one for one in (*names, place) if one]

"""From quotes to cash: booked, invoiced, taxed, discounted, accepted, and what comes again each month."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from isthmus.metrics.catalogue import metric

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from isthmus.metrics.facts import Facts

_INVOICED = ("invoice.issued", "invoice.credited")
_TAX = ("tax.paid", "tax.refunded")
_QUOTED = ("quote.line_listed", "quote.line_discounted")
_DECIDED = ("quote.accepted", "quote.declined", "quote.expired")
_RECURRING = ("subscription.started", "subscription.changed", "subscription.ended")
_RENEWALS = ("subscription.renewed", "subscription.ended")
_NO_RATE = ngettext_lazy(
    "%(count)s amount is in a currency without a rate on its day and is left out.",
    "%(count)s amounts are in a currency without a rate on their day and are left out.",
    "count",
)


@metric(
    label=_("Bookings"),
    owner="sales",
    unit="money",
    aggregate="sum",
    kinds=("order.placed",),
    unvalued=_NO_RATE,
    concentrates=True,
    parties=("person", "account", "lead", "deal"),
)
def bookings(facts: "Facts") -> "ir.Table":
    """What customers ordered, before tax, in the base currency.

    One row is one order, dated by its placing; whether it was paid is another figure. No orders: 0.
    """
    placed = facts.of("order.placed")
    return placed.mutate(worth=placed.amount_base)


@metric(
    label=_("Invoiced"),
    owner="sales",
    unit="money",
    aggregate="sum",
    kinds=_INVOICED,
    unvalued=_NO_RATE,
    concentrates=True,
    parties=("person", "account", "lead", "deal"),
)
def invoiced(facts: "Facts") -> "ir.Table":
    """What invoices ask for before tax, less credit notes, in the base currency.

    One row is one line of an invoice or a credit note, dated by its issue. No invoices: 0.
    """
    told = facts.of(*_INVOICED)
    return told.mutate(worth=told.amount_base)


@metric(
    label=_("Tax collected"),
    owner="shared",
    unit="money",
    aggregate="sum",
    kinds=_TAX,
    unvalued=_NO_RATE,
)
def tax_collected(facts: "Facts") -> "ir.Table":
    """The tax in what customers paid, less what was refunded, in the base currency: no revenue.

    One row is the tax of one payment or refund of one order line, dated as in `revenue`. No payments: 0.
    """
    told = facts.of(*_TAX)
    return told.mutate(worth=told.amount_base)


@metric(
    label=_("Discount"),
    owner="sales",
    unit="share",
    aggregate="weighed ratio",
    kinds=_QUOTED,
)
def discount(facts: "Facts") -> "ir.Table":
    """Share of the list price that quotes give away.

    One row is one line of a sent quote, dated by its sending; of several versions the last one counts. Its
    worth is what is given away, by a discount or a lower price, over what the price book asks. No quotes: no
    share.
    """
    import ibis

    told = facts.of(*_QUOTED)
    none = ibis.null("int64")
    given = told.kind == "quote.line_discounted"
    return told.mutate(
        worth=ibis.ifelse(given, told.amount_base, none), base=ibis.ifelse(given, none, told.amount_base)
    )


@metric(
    label=_("Quotes accepted"),
    owner="sales",
    unit="share",
    aggregate="share",
    kinds=_DECIDED,
    outcomes=(_("accepted"), _("not accepted")),
)
def quote_acceptance_rate(facts: "Facts") -> "ir.Table":
    """Share of decided quotes that customers accepted.

    One row is one quote that was accepted, declined or ran out, dated by that; of several versions the last
    decided one counts. Quotes that wait for an answer are not decided. No decided quotes: no rate.
    """
    told = facts.of(*_DECIDED)
    return told.mutate(worth=(told.kind == "quote.accepted").cast("int64"))


@metric(
    label=_("Recurring revenue, net new"),
    owner="sales",
    unit="money",
    aggregate="sum",
    kinds=_RECURRING,
    unvalued=_NO_RATE,
    parties=("person", "account", "lead", "deal"),
)
def recurring_revenue(facts: "Facts") -> "ir.Table":
    """What subscriptions bring each month before tax: begun and grown, less shrunk and ended.

    One row is one subscription's beginning, change or end, dated by it; its worth is by how much a
    month brings more or less, in the base currency. Without a first day it is the recurring revenue that
    stands on the last one (MRR). No subscriptions: 0.
    """
    told = facts.of(*_RECURRING)
    return told.mutate(worth=told.amount_base)


@metric(
    label=_("Renewal rate"),
    owner="sales",
    unit="share",
    aggregate="share",
    kinds=_RENEWALS,
    outcomes=(_("renewed"), _("ended")),
)
def renewal_rate(facts: "Facts") -> "ir.Table":
    """Share of subscriptions up for a decision that were renewed.

    One row is one renewal, or one end, of a subscription, dated by it. No decision: no rate.
    """
    told = facts.of(*_RENEWALS)
    return told.mutate(worth=(told.kind == "subscription.renewed").cast("int64"))


@metric(
    label=_("Churn rate"),
    owner="sales",
    unit="share",
    aggregate="weighed ratio",
    kinds=_RENEWALS,
)
def churn_rate(facts: "Facts") -> "ir.Table":
    """Share of the recurring revenue up for a decision that was lost.

    One row is one renewal, or one end, of a subscription, dated by it; its worth is the month's revenue that
    ends, over that of all renewed or ended. No decision: no rate.
    """
    import ibis

    told = facts.of(*_RENEWALS)
    month = told.amount_base.abs()
    return told.mutate(worth=ibis.ifelse(told.kind == "subscription.ended", month, 0 * month), base=month)

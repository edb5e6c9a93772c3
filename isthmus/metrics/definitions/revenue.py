"""Money in the bank: paid, net of refunds."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from isthmus.metrics.catalogue import metric

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from isthmus.metrics.facts import Facts

_PAYMENTS = ("order.paid", "order.refunded")


@metric(
    label=_("Revenue"),
    owner="shared",
    unit="money",
    aggregate="sum",
    kinds=_PAYMENTS,
    unvalued=ngettext_lazy(
        "%(count)s payment is in a currency without a rate on its day and is left out.",
        "%(count)s payments are in a currency without a rate on their day and are left out.",
        "count",
    ),
    outcome="order.paid",
    concentrates=True,
    parties=("person", "account", "lead", "deal"),
)
def revenue(facts: "Facts") -> "ir.Table":
    """Money paid, net of refunds, in the base currency.

    One row is one payment or refund of one order line, dated by when it was paid or given back (so the
    refund of an old order lowers the day of the refund). `anchor=lead` dates it by its lead's capture.
    """
    paid = facts.of(*_PAYMENTS)
    return paid.mutate(worth=paid.amount_base)


@metric(
    label=_("Revenue per lead"),
    owner="shared",
    unit="money per lead",
    aggregate="mean",
    kinds=("lead.captured", *_PAYMENTS),
    anchors=("lead",),
    outcomes=(_("paying"), _("not paying")),
    evidence=("order.paid",),
    outcome="order.paid",
    concentrates=True,
)
def revenue_per_lead(facts: "Facts") -> "ir.Table":
    """Money that captured leads have paid since, net of refunds, for each lead captured.

    One row is one lead, dated by its capture; its worth is everything paid on its orders, whenever that
    was, and 0 when nothing was. Dimensions are those of `conversion`. No leads: no figure.
    """
    captured = facts.of("lead.captured")
    paid = facts.of(*_PAYMENTS)
    paid = paid.filter(paid.lead_id.notnull(), paid.amount_base.notnull())
    per_lead = paid.group_by(paying_lead=paid.lead_id).agg(
        paid=paid.amount_base.cast("decimal(38, 0)").sum().cast("int64")
    )
    rows = captured.left_join(per_lead, captured.lead_id == per_lead.paying_lead)
    return rows.mutate(worth=rows.paid.fill_null(0)).drop("paying_lead", "paid")

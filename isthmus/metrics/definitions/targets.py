"""What sellers are to bring, and how much of it they have."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from isthmus.metrics.catalogue import metric

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from isthmus.metrics.facts import Facts

_PAYMENTS = ("order.paid", "order.refunded")
_OF_REVENUE = '"metric":"revenue"'


def of_sellers(rows: "ir.Table") -> "ir.Value":
    """Quotas that add up: a seller's, of all their revenue. A team's or a product's would count it twice."""
    return rows.owner.notnull() & rows.product_id.isnull() & rows.props.contains(_OF_REVENUE)


@metric(
    label=_("Quota"),
    owner="sales",
    unit="money",
    aggregate="sum",
    kinds=("quota.set",),
    anchors=("event",),
    evidence=("quota.set",),
)
def quota(facts: "Facts") -> "ir.Table":
    """Revenue that sellers are to bring, in the base currency.

    One row is one seller's quota of one month, dated by the first day of that month; a quarter's or a year's
    is spread over its months. The amount set last counts. Quotas of teams, of territories, of products and
    of other metrics are not added to it. By team it is the sum of those who were in it when it was set.
    """
    rows = facts.of("quota.set")
    return rows.filter(of_sellers(rows)).mutate(worth=rows.amount_base)


@metric(
    label=_("Attainment"),
    owner="sales",
    unit="share",
    aggregate="ratio",
    kinds=("quota.set", *_PAYMENTS),
    anchors=("event",),
    evidence=("quota.set",),
)
def attainment(facts: "Facts") -> "ir.Table":
    """Revenue of sellers who have a quota, as a share of it.

    Money paid in the window, net of refunds, over the quotas of the months that begin in it: ask for whole
    months. Only what is credited to sellers who ever had a quota counts. No quota: no figure.
    One row is one payment, refund or month of a quota.
    """
    import ibis

    rows = _of_holders(facts)
    is_quota = rows.kind == "quota.set"
    return rows.mutate(
        worth=ibis.ifelse(is_quota, ibis.null("int64"), rows.amount_base),
        base=ibis.ifelse(is_quota, rows.amount_base, ibis.null("int64")),
    )


@metric(
    label=_("Seller productivity"),
    owner="sales",
    unit="money per month",
    aggregate="ratio",
    kinds=("quota.set", *_PAYMENTS),
    anchors=("event",),
)
def seller_productivity(facts: "Facts") -> "ir.Table":
    """Revenue for each month of a seller who had a quota, in the base currency.

    Money paid in the window, net of refunds, to sellers who ever had a quota of revenue, over their months
    with a quota that begin in the window: ask for whole months. Who had no quota in a month was not there to
    sell. No such months: no figure. One row is one payment, refund or month of a quota.
    """
    import ibis

    rows = _of_holders(facts)
    is_quota, null = rows.kind == "quota.set", ibis.null("int64")
    return rows.mutate(
        worth=ibis.ifelse(is_quota, null, rows.amount_base),
        base=ibis.ifelse(is_quota & rows.amount_base.notnull(), ibis.literal(1, "int64"), null),
    )


def _of_holders(facts: "Facts") -> "ir.Table":
    """Sellers' quotas of revenue, and the payments of sellers who ever had one."""
    rows = facts.of("quota.set", *_PAYMENTS)
    quotas = rows.filter(rows.kind == "quota.set")
    holders = quotas.filter(of_sellers(quotas)).select(holding=quotas.owner).distinct()
    rows = rows.filter((rows.kind != "quota.set") | of_sellers(rows))
    return rows.semi_join(holders, rows.owner == holders.holding)

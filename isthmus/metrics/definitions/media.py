"""Marketing at scale: how often it was shown, clicked, and what that cost."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from isthmus.metrics.catalogue import metric

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from isthmus.metrics.facts import Facts


@metric(
    label=_("Impressions"),
    owner="marketing",
    unit="count",
    aggregate="sum",
    kinds=("media.delivered",),
    anchors=("event",),
    unvalued=ngettext_lazy(
        "%(count)s delivery states no number of impressions and adds nothing.",
        "%(count)s deliveries state no number of impressions and add nothing.",
        "count",
    ),
)
def impressions(facts: "Facts") -> "ir.Table":
    """Times that advertising was shown.

    One row is one campaign's delivery on one day, dated by that day; its worth is its impressions.
    A window without deliveries has 0.
    """
    delivered = facts.of("media.delivered")
    return delivered.mutate(worth=delivered.quantity)


@metric(
    label=_("Engagements"),
    owner="marketing",
    unit="count",
    aggregate="sum",
    kinds=("media.clicked",),
    anchors=("event",),
    unvalued=ngettext_lazy(
        "%(count)s record of clicks states no number and adds nothing.",
        "%(count)s records of clicks state no number and add nothing.",
        "count",
    ),
)
def engagements(facts: "Facts") -> "ir.Table":
    """Clicks on advertising.

    One row is one campaign's clicks of one day, dated by that day; its worth is their number.
    A window without clicks has 0.
    """
    clicked = facts.of("media.clicked")
    return clicked.mutate(worth=clicked.quantity)


@metric(
    label=_("Media spend"),
    owner="marketing",
    unit="money",
    aggregate="sum",
    kinds=("media.delivered",),
    anchors=("event",),
)
def media_spend(facts: "Facts") -> "ir.Table":
    """Money spent on media, in the base currency.

    One row is one campaign's delivery on one day, dated by that day; its worth is its cost. A day whose
    cost is not known is not a day that cost nothing: when no cost is known the figure is refused, when
    some is missing the figure says so, with counts.
    """
    delivered = facts.of("media.delivered")
    return delivered.mutate(worth=delivered.amount_base)


@metric(
    label=_("Cost per lead"),
    owner="marketing",
    unit="money per lead",
    aggregate="ratio",
    kinds=("media.delivered", "lead.captured"),
    anchors=("event",),
)
def cost_per_lead(facts: "Facts") -> "ir.Table":
    """Media spend for each lead captured, in the base currency.

    Spend of the window over leads captured in the same window, whatever brought them; by channel or
    campaign, each side by its own. No leads: no figure. No known cost: refused. Groups without any
    recorded delivery have no figure, rather than nought. One row is a delivery or a lead.
    """
    import ibis

    rows = facts.of("media.delivered", "lead.captured")
    is_lead = rows.kind == "lead.captured"
    return rows.mutate(
        worth=ibis.ifelse(is_lead, ibis.null("int64"), rows.amount_base), base=is_lead.cast("int64")
    )

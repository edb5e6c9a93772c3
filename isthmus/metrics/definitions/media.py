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
        worth=ibis.ifelse(is_lead, ibis.null("int64"), rows.amount_base),
        base=ibis.ifelse(is_lead, ibis.literal(1, "int64"), ibis.null("int64")),
    )


@metric(
    label=_("Click rate"),
    owner="marketing",
    unit="share",
    aggregate="ratio",
    kinds=("media.delivered", "media.clicked"),
    anchors=("event",),
)
def click_rate(facts: "Facts") -> "ir.Table":
    """Share of impressions that were clicked.

    Clicks of the window over impressions of the same window. No impressions, or no clicks ever stated in the
    group: no rate, rather than nought. One row is a delivery or a record of clicks.
    """
    import ibis

    rows = facts.of("media.delivered", "media.clicked")
    clicked = rows.kind == "media.clicked"
    return rows.mutate(
        worth=ibis.ifelse(clicked, rows.quantity, ibis.null("int64")),
        base=ibis.ifelse(clicked, ibis.null("int64"), rows.quantity),
    )


@metric(
    label=_("Cost per click"),
    owner="marketing",
    unit="money per click",
    aggregate="ratio",
    kinds=("media.delivered", "media.clicked"),
    anchors=("event",),
)
def cost_per_click(facts: "Facts") -> "ir.Table":
    """Media spend for each click (CPC), in the base currency.

    Spend of the window over clicks of the same window. No clicks: no figure. No known cost: refused, as with
    `cost_per_lead`. One row is a delivery or a record of clicks.
    """
    import ibis

    rows = facts.of("media.delivered", "media.clicked")
    clicked = rows.kind == "media.clicked"
    return rows.mutate(
        worth=ibis.ifelse(clicked, ibis.null("int64"), rows.amount_base),
        base=ibis.ifelse(clicked, rows.quantity.fill_null(0), ibis.null("int64")),
    )


@metric(
    label=_("Cost per thousand impressions"),
    owner="marketing",
    unit="money per thousand",
    aggregate="ratio",
    kinds=("media.delivered",),
    anchors=("event",),
    per=1000,
)
def cost_per_thousand(facts: "Facts") -> "ir.Table":
    """Media spend for each thousand impressions (CPM), in the base currency.

    One row is one campaign's delivery on one day that states its impressions; those of unknown cost are left
    out of both sides, and refused when they are more than a tenth. No impressions: no figure.
    """
    import ibis

    rows = facts.of("media.delivered")
    rows = rows.filter(rows.quantity.notnull())
    return rows.mutate(
        worth=rows.amount_base,
        base=ibis.ifelse(rows.amount_base.isnull(), ibis.null("int64"), rows.quantity),
    )


@metric(
    label=_("Frequency"),
    owner="marketing",
    unit="number",
    aggregate="ratio",
    kinds=("media.delivered", "media.reached"),
    anchors=("event",),
)
def frequency(facts: "Facts") -> "ir.Table":
    """How often somebody whom advertising reached on a day saw it that day, on average.

    Impressions over the daily reach that platforms state for the same campaign, day and territory. Reaches
    of days do not add up to people (who is reached on two days counts on both), so this is the frequency of a
    day, not of the window. No reach stated: no figure. One row is a delivery with a reach, or that statement.
    """
    import ibis

    rows = facts.of("media.delivered", "media.reached")
    rows = rows.mutate(place=rows.territory.fill_null(0))
    reached = rows.filter(rows.kind == "media.reached")
    stated = reached.select(
        its_campaign=reached.campaign_id, its_us=reached.occurred_us, its_place=reached.place
    )
    delivered = rows.filter(rows.kind == "media.delivered").semi_join(
        stated,
        (rows.campaign_id == stated.its_campaign)
        & (rows.occurred_us == stated.its_us)
        & (rows.place == stated.its_place),
    )
    null = ibis.null("int64")
    return ibis.union(
        delivered.mutate(worth=delivered.quantity, base=null),
        reached.mutate(worth=null, base=reached.quantity),
    ).drop("place")

"""Visits of sites: how many, what was read, how long, by whom it was left at once."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from isthmus.metrics import sessions as telling
from isthmus.metrics.catalogue import metric
from isthmus.metrics.families import VISIT_KINDS

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from isthmus.metrics.facts import Facts


@metric(
    label=_("Sessions"),
    owner="marketing",
    unit="count",
    aggregate="count",
    kinds=VISIT_KINDS,
    anchors=("event",),
    parties=("person",),
)
def sessions(facts: "Facts") -> "ir.Table":
    """Visits of sites.

    One row is one visit, dated by its first fact: what one visitor did with pauses of at most 30 minutes, for
    24 hours at most (what goes on longer is cut every 24 hours). Channel, UTM, referrer and landing page are
    those of its first page view, not stated where the view said none. A visit across midnight counts once;
    one that began before the window is not in it. Visitors who were joined are one. Machines are left out.
    """
    return telling.sessions(facts)


@metric(
    label=_("Page views"),
    owner="marketing",
    unit="count",
    aggregate="count",
    kinds=VISIT_KINDS,
    anchors=("event",),
    parties=("person",),
)
def page_views(facts: "Facts") -> "ir.Table":
    """Pages and screens that people looked at.

    One row is one view, dated by itself; reloading a page is another view. Page, host and site are its own;
    channel, UTM, referrer and landing page are those of its visit. Machines are left out.
    """
    return telling.of_sessions(facts, "page.viewed")


@metric(
    label=_("Pages per session"),
    owner="marketing",
    unit="number",
    aggregate="mean",
    kinds=VISIT_KINDS,
    anchors=("event",),
)
def pages_per_session(facts: "Facts") -> "ir.Table":
    """Mean number of page views of a visit.

    One row is one visit as in `sessions`; its worth is its page views, 0 where it has none (a server told of
    an event). No visits: no figure.
    """
    found = telling.sessions(facts)
    return found.mutate(worth=found.views)


@metric(
    label=_("Engagement rate"),
    owner="marketing",
    unit="share",
    aggregate="share",
    kinds=VISIT_KINDS,
    anchors=("event",),
    outcomes=(_("engaged"), _("bounced")),
)
def engagement_rate(facts: "Facts") -> "ir.Table":
    """Share of visits that were engaged.

    One row is one visit as in `sessions`; it is engaged with two page views or more, with 10 seconds or more
    of attention, or with a form sent. No visits: no rate.
    """
    found = telling.sessions(facts)
    return found.mutate(worth=found.engaged)


@metric(
    label=_("Bounce rate"),
    owner="marketing",
    unit="share",
    aggregate="share",
    kinds=VISIT_KINDS,
    anchors=("event",),
    outcomes=(_("bounced"), _("engaged")),
)
def bounce_rate(facts: "Facts") -> "ir.Table":
    """Share of visits that were not engaged.

    One row is one visit as in `sessions`; the rest of `engagement_rate`. No visits: no rate.
    """
    found = telling.sessions(facts)
    return found.mutate(worth=1 - found.engaged)


@metric(
    label=_("Engagement time"),
    owner="marketing",
    unit="seconds",
    aggregate="mean",
    kinds=VISIT_KINDS,
    anchors=("event",),
)
def engagement_time(facts: "Facts") -> "ir.Table":
    """Mean attention that a visit got: seconds in which its pages were in front and in use.

    One row is one visit as in `sessions`; its worth is the sum over its pages, as they told it when they were
    left, and 0 where none did. A mean, not a median: most visits are short, and the long ones count. No
    visits: no figure.
    """
    found = telling.sessions(facts)
    return found.mutate(worth=found.engaged_us)

"""Deals: opened, won, how often and how fast."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from isthmus.metrics.catalogue import metric

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from isthmus.metrics.facts import Facts

OUTCOMES = ("deal.won", "deal.lost", "deal.reopened")
_UNKNOWN = '"opening":"unknown"'  # said of an opening whose day nobody knows


def standing_wins(facts: "Facts") -> "ir.Table":
    """Deals whose last outcome is won: reopening or losing a deal later takes the win back."""
    last = facts.latest("deal_id", *OUTCOMES)
    return last.filter(last.kind == "deal.won")


@metric(
    label=_("Deals opened"),
    owner="sales",
    unit="count",
    aggregate="count",
    kinds=("deal.opened",),
    parties=("person", "account", "lead"),
)
def deals_opened(facts: "Facts") -> "ir.Table":
    """Deals opened.

    One row is one deal, dated by its opening; whatever became of it later.
    """
    return facts.of("deal.opened")


@metric(
    label=_("Wins"),
    owner="sales",
    unit="count",
    aggregate="count",
    kinds=OUTCOMES,
    outcome="deal.won",
    parties=("person", "account", "lead"),
)
def wins(facts: "Facts") -> "ir.Table":
    """Deals won.

    One row is one deal whose last outcome is won, dated by that win; a deal reopened or lost after it is
    not a win. Of two outcomes at one instant the later received counts. `anchor=lead` dates it by its
    lead's capture.
    """
    return standing_wins(facts)


@metric(
    label=_("Value won"),
    owner="sales",
    unit="money",
    aggregate="sum",
    kinds=OUTCOMES,
    parties=("person", "account", "deal"),
    unvalued=ngettext_lazy(
        "%(count)s win has no value and adds nothing.",
        "%(count)s wins have no value and add nothing.",
        "count",
    ),
)
def won_value(facts: "Facts") -> "ir.Table":
    """The value of deals won, in the base currency, paid or not.

    One row is one won deal (`wins`), dated by its win, worth its value as it stood then. It is what sellers
    commit to and what the forecast foresees; what is paid is `revenue`. Nothing won: 0.
    """
    won = standing_wins(facts)
    return won.mutate(worth=won.amount_base)


@metric(
    label=_("Win rate"),
    owner="sales",
    unit="share",
    aggregate="share",
    kinds=OUTCOMES,
    outcomes=(_("won"), _("lost")),
    outcome="deal.won",
)
def win_rate(facts: "Facts") -> "ir.Table":
    """Share of decided deals that were won.

    One row is one deal whose last outcome is won or lost, dated by that outcome; open and reopened deals
    are not decided. No decided deals: no rate.
    """
    last = facts.latest("deal_id", *OUTCOMES)
    decided = last.filter(last.kind != "deal.reopened")
    return decided.mutate(worth=(decided.kind == "deal.won").cast("int64"))


@metric(
    label=_("Conversion"),
    owner="shared",
    unit="share",
    aggregate="share",
    kinds=("lead.captured", *OUTCOMES),
    anchors=("lead",),
    outcomes=(_("won"), _("not won")),
    evidence=("deal.won", "deal.lost"),
    outcome="deal.won",
)
def conversion(facts: "Facts") -> "ir.Table":
    """Share of captured leads that were won, ever since.

    One row is one lead, dated by its capture; it is won when a deal of it stands as won, whenever that
    was. Channel, campaign and page are those of the capture; owner, team, territory and product the last
    recorded for the lead or its deals. No leads: no rate.
    """
    captured = facts.of("lead.captured")
    won = standing_wins(facts)
    won = won.filter(won.lead_id.notnull())
    return captured.mutate(worth=captured.lead_id.isin(won.lead_id).cast("int64"))


@metric(
    label=_("Sales cycle"),
    owner="sales",
    unit="days",
    aggregate="median",
    outcome="deal.won",
    kinds=(*OUTCOMES, "deal.opened"),
    unvalued=ngettext_lazy(
        "%(count)s win has no opening before it and is left out of the days; wins count it.",
        "%(count)s wins have no opening before them and are left out of the days; wins count them.",
        "count",
    ),
)
def sales_cycle(facts: "Facts") -> "ir.Table":
    """Median calendar days from a deal's opening to its win.

    One row is one won deal, dated by its win (`wins`); days are whole calendar days in the company's
    zone, 0 for the same day. A deal without an opening, or dated won on an earlier day, has no days.
    """
    return from_opening(facts, standing_wins(facts))


@metric(
    label=_("Days to a loss"),
    owner="sales",
    unit="days",
    aggregate="median",
    outcome="deal.lost",
    kinds=(*OUTCOMES, "deal.opened"),
    unvalued=ngettext_lazy(
        "%(count)s lost deal has no known opening before its loss and is left out of the days.",
        "%(count)s lost deals have no known opening before their loss and are left out of the days.",
        "count",
    ),
)
def lost_cycle(facts: "Facts") -> "ir.Table":
    """Median calendar days from a deal's opening to its loss.

    One row is one deal whose last outcome is lost, dated by that loss; days are counted as for
    `sales_cycle`. A deal without a known opening, or dated lost on an earlier day, has no days.
    """
    last = facts.latest("deal_id", *OUTCOMES)
    return from_opening(facts, last.filter(last.kind == "deal.lost"))


@metric(
    label=_("Open deals"),
    owner="sales",
    unit="count",
    aggregate="count",
    kinds=("deal.opened", *OUTCOMES),
    anchors=("event",),
)
def open_deals(facts: "Facts") -> "ir.Table":
    """Deals opened and still open when the window ends.

    One row is one deal, dated by its opening; whatever ended it after the window does not count. The pipeline
    of a past day: no beginning, and that day as the window's last one.
    """
    return _still_open(facts)


@metric(
    label=_("Age of open deals"),
    owner="sales",
    unit="days",
    aggregate="median",
    kinds=("deal.opened", *OUTCOMES),
    anchors=("event",),
    unvalued=ngettext_lazy(
        "%(count)s open deal has no age: nothing tells its opening, or the window has no end.",
        "%(count)s open deals have no age: nothing tells their opening, or the window has no end.",
        "count",
    ),
)
def open_age(facts: "Facts") -> "ir.Table":
    """Median calendar days that open deals are old on the window's last day.

    One row is one deal as in `open_deals`, dated by its opening. A deal that an import found open, without a
    day of its opening, has no age. A window without an end gives no ages: say until when.
    """
    rows = _still_open(facts)
    return rows.mutate(worth=facts.days_to_end(rows.occurred_us)).mutate(
        worth=lambda one: _unless_unknown(one, one.worth)
    )


def _still_open(facts: "Facts") -> "ir.Table":
    opened = facts.of("deal.opened")
    last = facts.standing_at_end("deal_id", *OUTCOMES)
    ended = last.filter(last.kind != "deal.reopened").select(ended_deal=last.deal_id)
    return opened.anti_join(ended, opened.deal_id == ended.ended_deal)


def _unless_unknown(opened: "ir.Table", value: "ir.Value") -> "ir.Value":
    """The value where the day of the opening is known: imports bring deals of which it is not."""
    import ibis

    unknown = opened.props.fill_null("").contains(_UNKNOWN)
    return ibis.ifelse(unknown, ibis.null("int64"), value)


def from_opening(facts: "Facts", ends: "ir.Table") -> "ir.Table":
    """Ends of deals, worth the days since their opening."""
    opened = facts.of("deal.opened")
    first = opened.select(opened_deal=opened.deal_id, opened_us=_unless_unknown(opened, opened.occurred_us))
    pairs = ends.left_join(first, ends.deal_id == first.opened_deal)
    return _with_days(facts, pairs, "opened_us")


@metric(
    label=_("Days to close"),
    owner="shared",
    unit="days",
    aggregate="median",
    outcome="deal.won",
    kinds=OUTCOMES,
    unvalued=ngettext_lazy(
        "%(count)s win is dated before its first contact, or has none, and is left out of the days; "
        "wins count it.",
        "%(count)s wins are dated before their first contact, or have none, and are left out of the days; "
        "wins count them.",
        "count",
    ),
)
def days_to_close(facts: "Facts") -> "ir.Table":
    """Median calendar days from a lead's capture to the win of its deal.

    One row is one won deal, dated by its win (`wins`); days are whole calendar days in the company's
    zone, 0 for the same day. A deal without a lead, or dated won on an earlier day, has no days.
    """
    won = standing_wins(facts)
    captured = facts.captures()
    pairs = won.left_join(captured, won.lead_id == captured.captured_lead)
    return _with_days(facts, pairs, "captured_us")


def _with_days(facts: "Facts", pairs: "ir.Table", start: str) -> "ir.Table":
    import ibis

    days = facts.calendar_days(pairs[start], pairs.occurred_us)
    dated = pairs.mutate(days=days)
    return dated.mutate(worth=ibis.ifelse(dated.days >= 0, dated.days, ibis.null("int64"))).drop("days")


@metric(
    label=_("Hand-over to win"),
    owner="shared",
    unit="share",
    aggregate="share",
    kinds=("lead.handed_over", *OUTCOMES),
    outcomes=(_("won"), _("not won")),
    evidence=("deal.won", "deal.lost"),
    outcome="deal.won",
)
def hand_over_win_rate(facts: "Facts") -> "ir.Table":
    """Share of leads handed over to sales that were won, ever since.

    One row is one lead, dated by its first hand-over; it is won when a deal of it stands as won, whenever
    that was. Young hand-overs have had less time. No hand-overs: no rate.
    """
    handed = facts.first("lead_id", "lead.handed_over")
    won = standing_wins(facts)
    won = won.filter(won.lead_id.notnull())
    return handed.mutate(worth=handed.lead_id.isin(won.lead_id).cast("int64"))


@metric(
    label=_("Deal size"),
    owner="sales",
    unit="money",
    aggregate="median",
    kinds=OUTCOMES,
    outcome="deal.won",
    unvalued=ngettext_lazy(
        "%(count)s win has no value, or none in the base currency, and is left out of the size; "
        "wins count it.",
        "%(count)s wins have no value, or none in the base currency, and are left out of the size; "
        "wins count them.",
        "count",
    ),
)
def deal_size(facts: "Facts") -> "ir.Table":
    """Median value of deals won, in the base currency.

    One row is one deal whose last outcome is won (`wins`), dated by that win, worth what it was won with.
    """
    won = standing_wins(facts)
    return won.mutate(worth=won.amount_base)

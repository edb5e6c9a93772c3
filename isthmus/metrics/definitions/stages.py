"""Deals on their way through stages: how many go on, how long they stay, how often they slip, how fast."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from isthmus.metrics.catalogue import metric
from isthmus.metrics.definitions.selling import OUTCOMES, from_opening, standing_wins
from isthmus.metrics.definitions.targets import of_sellers
from isthmus.metrics.localtime import DAY_US

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from isthmus.metrics.facts import Facts

STEPS = ("deal.opened", "deal.stage_changed", *OUTCOMES)
CLOSES = ("deal.opened", "deal.changed")
# As commands write them: a stage is said by its number, a change by before and after.
_OPENED_IN = r'"stage_id":([0-9]+)'
_CAME_TO = r'"to_id":([0-9]+)'
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOSES_ON = rf'"expected_close_on":(?:\[(?:null|"[^"]*"),)?"({_DAY})"'
_CLOSED_BEFORE = rf'"expected_close_on":\["({_DAY})",'


def _said(rows: "ir.Table", pattern: str) -> "ir.Value":
    """What the properties of a fact say by a pattern; null where they do not."""
    return rows.props.re_extract(pattern, 1).nullif("")


def _stays(facts: "Facts") -> "ir.Table":
    """Stays of deals in open stages that ended: `stage_id`, `entered_us`, `left_kind`, dated by their end."""
    import ibis

    rows = facts.until_end(facts.of(*STEPS))
    rows = rows.filter(rows.deal_id.notnull())
    pattern_of = {"deal.opened": _OPENED_IN, "deal.stage_changed": _CAME_TO, "deal.reopened": _CAME_TO}
    into = ibis.cases(
        *((rows.kind == kind, _said(rows, pattern)) for kind, pattern in pattern_of.items()),
        else_=ibis.null("string"),
    )
    rows = rows.mutate(stage_id=into.cast("int64"))
    # Who takes an end back puts the deal where it stood: it never left.
    rows = rows.filter((rows.kind != "deal.reopened") | rows.stage_id.notnull())
    order = ibis.window(group_by="deal_id", order_by=["occurred_us", "received_us", "kind"])
    beside = rows.mutate(left_kind=rows.kind.lead().over(order), left_us=rows.occurred_us.lead().over(order))
    ended = beside.filter(beside.stage_id.notnull(), beside.left_us.notnull())
    return ended.mutate(entered_us=ended.occurred_us, occurred_us=ended.left_us).drop("left_us")


@metric(
    label=_("Stage conversion"),
    owner="sales",
    unit="share",
    aggregate="share",
    kinds=STEPS,
    anchors=("event",),
    outcomes=(_("went on"), _("lost")),
    states=("stage_id",),
)
def stage_conversion(facts: "Facts") -> "ir.Table":
    """Share of stays in a stage after which the deal went on.

    One row is one stay of a deal in an open stage that ended, dated by its end: it went on when the deal was
    moved to another stage or won, and did not when it was lost. Split it by stage. A deal that comes to a
    stage twice has two stays. Deals that are still there are not counted. No stay that ended: no rate.
    """
    stays = _stays(facts)
    return stays.mutate(worth=(stays.left_kind != "deal.lost").cast("int64"))


@metric(
    label=_("Time in stage"),
    owner="sales",
    unit="days",
    aggregate="median",
    kinds=STEPS,
    anchors=("event",),
    states=("stage_id",),
)
def time_in_stage(facts: "Facts") -> "ir.Table":
    """Median calendar days that a deal stays in a stage.

    One row is one stay that ended, as in `stage_conversion`, dated by its end; days are whole calendar days
    in the company's zone, 0 for the same day. Deals that are still there are not counted: where many wait,
    the true time is longer.
    """
    stays = _stays(facts)
    return stays.mutate(worth=facts.calendar_days(stays.entered_us, stays.occurred_us))


@metric(
    label=_("Sales velocity"),
    owner="sales",
    unit="money per day",
    aggregate="velocity",
    kinds=(*OUTCOMES, "deal.opened"),
    unvalued=ngettext_lazy(
        "%(count)s win has no value in the base currency, or no day of opening before it, and is left out.",
        "%(count)s wins have no value in the base currency, or no day of opening before them, and are left "
        "out.",
        "count",
    ),
)
def sales_velocity(facts: "Facts") -> "ir.Table":
    """What the decided deals bring for each day of the usual cycle, in the base currency.

    The usual formula: deals decided x win rate x mean value of a win / mean days from opening to win. Deals
    decided x win rate are the deals won, so it is their number x their value / the days of all of them. One
    row is one won deal, dated by its win. No wins, or none that took a day: no figure.
    """
    import ibis

    won = from_opening(facts, standing_wins(facts)).rename(days="worth")
    known = won.days.notnull() & won.amount_base.notnull()
    none = ibis.null("int64")
    return won.mutate(
        worth=ibis.ifelse(known, won.amount_base, none), base=ibis.ifelse(known, won.days, none)
    )


@metric(
    label=_("Slipped deals"),
    owner="sales",
    unit="share",
    aggregate="share",
    kinds=(*OUTCOMES, *CLOSES),
    anchors=("event",),
    outcomes=(_("slipped"), _("in time")),
    may_be_nought=True,
)
def slipped_deals(facts: "Facts") -> "ir.Table":
    """Share of decided deals that ended in a later month than they were first expected to.

    One row is one deal whose last outcome is won or lost, dated by it, if an expected close was ever said of
    it: the first one counts, whether the day was put off or only passed. No such deals: no rate.
    """
    import ibis

    last = facts.latest("deal_id", *OUTCOMES)
    decided = last.filter(last.kind != "deal.reopened")
    told = facts.until_end(facts.of(*CLOSES))
    told = told.mutate(day=_said(told, _CLOSES_ON))
    told = told.filter(told.day.notnull(), told.deal_id.notnull())
    order = ibis.window(group_by="deal_id", order_by=["occurred_us", "received_us", "kind"])
    told = told.mutate(place=ibis.row_number().over(order))
    first = told.filter(told.place == 0).select(told_deal=told.deal_id, day=told.day)
    rows = decided.inner_join(first, decided.deal_id == first.told_deal)
    expected = rows.day.substr(0, 4).cast("int64") * 12 + rows.day.substr(5, 2).cast("int64") - 1
    slipped = facts.calendar_month(rows.occurred_us) > expected
    return rows.mutate(worth=slipped.cast("int64")).drop("told_deal", "day")


@metric(
    label=_("Closes put off"),
    owner="sales",
    unit="count",
    aggregate="count",
    kinds=("deal.changed",),
    parties=("account", "lead", "deal"),
)
def closes_put_off(facts: "Facts") -> "ir.Table":
    """Times that the expected close of a deal was put off.

    One row is one change of an expected close to a later day, dated by the change. A day that is set for the
    first time, brought forward or taken away is no row. No changes: 0.
    """
    told = facts.of("deal.changed")
    before, after = _said(told, _CLOSED_BEFORE), _said(told, _CLOSES_ON)
    return told.filter(before < after)


@metric(
    label=_("Pipeline coverage"),
    owner="sales",
    unit="number",
    aggregate="ratio",
    kinds=("quota.set", *STEPS, "deal.changed"),
    anchors=("event",),
    evidence=("quota.set",),
)
def pipeline_coverage(facts: "Facts") -> "ir.Table":
    """How many times open deals that are to close in the window would fill its quota.

    Value of the deals that are open, by the day on which they are expected to close, over sellers' quotas of
    the months that begin in the window (`quota`), not over what of them is still missing. One row is one open
    deal with a value and a day, or one month of a seller's quota. No quota: no figure.
    """
    import ibis

    quotas = facts.of("quota.set")
    none = ibis.null("int64")
    quotas = quotas.filter(of_sellers(quotas))
    quotas = quotas.mutate(worth=none, base=quotas.amount_base)
    return quotas.union(_open_deals(facts).mutate(base=none).select(*quotas.columns))


def _open_deals(facts: "Facts") -> "ir.Table":
    """The open deals with a day to close on, each as its last fact, dated by noon of that day."""
    import ibis

    rows = facts.of(*STEPS, "deal.changed")
    rows = rows.filter(rows.deal_id.notnull())
    moment = ibis.struct({"us": rows.occurred_us, "received": rows.received_us, "kind": rows.kind})
    # A day that was taken away is said as well, as nothing: then what was said before counts no more.
    said = rows.kind.isin(CLOSES) & rows.props.contains('"expected_close_on":')
    rows = rows.mutate(moment=moment, said=said, day=_said(rows, _CLOSES_ON).fill_null(""))
    days = rows.filter(rows.said)
    days = days.group_by(day_of=days.deal_id).agg(closes=days.day.argmax(days.moment))
    ends = rows.filter(rows.kind.isin(OUTCOMES))
    ends = ends.group_by(end_of=ends.deal_id).agg(ended=ends.kind.argmax(ends.moment))
    order = ibis.window(
        group_by="deal_id", order_by=[ibis.desc(name) for name in ("occurred_us", "received_us", "kind")]
    )
    last = rows.mutate(place=ibis.row_number().over(order))
    last = last.filter(last.place == 0)
    deals = last.inner_join(days, last.deal_id == days.day_of)
    deals = deals.left_join(ends, deals.deal_id == ends.end_of)
    deals = deals.filter(deals.closes != "", deals.ended.isnull() | (deals.ended == "deal.reopened"))
    noon = deals.closes.cast("date").epoch_days().cast("int64") * DAY_US + DAY_US // 2
    shift = facts.offsets.local(noon) - noon
    return deals.mutate(occurred_us=noon - shift, worth=deals.amount_base)

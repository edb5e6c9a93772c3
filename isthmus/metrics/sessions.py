"""Visits, told from what visitors did: facts of one visitor at most half an hour apart, a day at most.

One window finds where a pause ended, a second one carries that instant on: it names the session. No fact is
written for a session, so a join of two visitors, a verdict on a machine or a late event changes it at once.
"""

from typing import TYPE_CHECKING, Any

from isthmus.ledger.schema import COLUMNS
from isthmus.metrics.families import VISIT_KINDS

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from isthmus.metrics.facts import Facts

PAUSE_US = 30 * 60 * 1_000_000
DAY_US = 86_400_000_000
# A session that runs across the start of the window began before it: so far back its beginning is looked for.
LOOK_BACK_US = 2 * DAY_US
ENGAGED_US = 10 * 1_000_000
ENGAGED_VIEWS = 2
# What a page view says of how its visit began. Only the first one of a visit says it.
_UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
BEGINNING = frozenset(("channel", "landing_page", "click_id", "referrer", *_UTM))
_TEXTS = frozenset(column.name for column in COLUMNS if column.kind == "text")
_OWN = ("subject", "occurred_us", "received_us", "kind", "quantity")


def of_people(facts: "Facts", *kinds: str) -> "ir.Table":
    """Facts of these kinds that no machine made and that are somebody's."""
    rows = facts.of(*kinds)
    return rows.filter(~rows.machine, rows.subject.notnull())


def sessions(facts: "Facts") -> "ir.Table":
    """One row for each session, dated by its first fact: `views`, `engaged_us`, `engaged`.

    The columns that rows are split by or shown with are those of its first page view; of the first fact where
    it has none. Of two views at one instant the one received first, then the one whose columns come first.
    """
    found = _sessions(facts, facts.split | facts.shown)
    is_engaged = (found.views >= ENGAGED_VIEWS) | (found.engaged_us >= ENGAGED_US) | (found.forms > 0)
    return found.mutate(engaged=is_engaged.cast("int64"))


def with_first(facts: "Facts", rows: "ir.Table") -> "ir.Table":
    """Sessions with `is_first`: 1 for the first session that its visitor ever had, else 0."""
    every = facts.until_end(of_people(facts, *VISIT_KINDS))
    first = every.group_by(first_subject=every.subject).agg(first_us=every.occurred_us.min())
    rows = rows.inner_join(first, rows.subject == first.first_subject)
    is_first = (rows.occurred_us == rows.first_us).cast("int64")
    return rows.mutate(is_first=is_first).drop("first_subject", "first_us")


def of_sessions(facts: "Facts", kind: str) -> "ir.Table":
    """Facts of a kind; how their visit began is told by its first page view, where rows are split by it."""
    beginning = facts.split & BEGINNING
    if not beginning:
        return of_people(facts, kind)
    events = _named(facts, (facts.split | facts.shown) - beginning)
    events = events.filter(events.kind == kind)
    found = _sessions(facts, beginning)
    found = found.select(
        *beginning, its_subject=found.subject, its_session=found.session_us, its_day=found.session_day
    )
    return events.inner_join(
        found,
        (events.subject == found.its_subject)
        & (events.session_us == found.its_session)
        & (events.session_day == found.its_day),
    ).drop("its_subject", "its_session", "its_day", "session_us", "session_day")


def _sessions(facts: "Facts", columns: "frozenset[str]") -> "ir.Table":
    import ibis

    events = _named(facts, columns)
    is_view = events.kind == "page.viewed"
    told: dict[str, Any] = {
        "later": (~is_view).cast("int64"),
        "us": events.occurred_us,
        "received": events.received_us,
    }
    for name in sorted(columns - {"subject", "occurred_us"}):
        column = events[name]
        told[f"its_{name}"] = column.fill_null("") if name in _TEXTS else column
    left = ibis.ifelse(events.kind == "page.left", events.quantity, 0)
    found = events.group_by("subject", "session_us", "session_day").agg(
        occurred_us=events.occurred_us.min(),
        views=is_view.cast("int64").sum(),
        engaged_us=left.fill_null(0).sum().cast("int64") * 1000,
        forms=(events.kind == "form.submitted").cast("int64").sum(),
        told=ibis.struct(told).min(),
    )
    shown = {name: found.told[f"its_{name}"] for name in sorted(columns - {"subject", "occurred_us"})}
    shown = {name: value.nullif("") if name in _TEXTS else value for name, value in shown.items()}
    return found.mutate(**shown).drop("told")


def _named(facts: "Facts", columns: "frozenset[str]") -> "ir.Table":
    """What visitors did, each with its session: `session_us`, when that began, and the day of it."""
    import ibis

    events = facts.around(of_people(facts, *VISIT_KINDS), before_us=LOOK_BACK_US, after_us=DAY_US)
    events = events.select(*dict.fromkeys([*_OWN, *sorted(columns)]))
    in_order = ibis.window(group_by="subject", order_by="occurred_us")
    events = events.mutate(before_us=events.occurred_us.lag().over(in_order))
    begins = events.before_us.isnull() | (events.occurred_us - events.before_us > PAUSE_US)
    events = events.mutate(begins_us=ibis.ifelse(begins, events.occurred_us, ibis.null("int64")))
    # By range, not by row: of facts at one instant any may be the one that came first.
    so_far = ibis.range_window(group_by="subject", order_by="occurred_us", preceding=None, following=0)
    events = events.mutate(session_us=events.begins_us.max().over(so_far))
    day = (events.occurred_us - events.session_us) // DAY_US
    return events.mutate(session_day=day).drop("before_us", "begins_us")

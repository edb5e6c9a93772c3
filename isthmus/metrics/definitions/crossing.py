"""Leads on their way from marketing to sales: captured, qualified, handed over, decided."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from isthmus.metrics.catalogue import metric

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from isthmus.metrics.facts import Facts

_VERDICTS = ("lead.accepted", "lead.returned", "lead.reopened")
_MACHINES = ("rule", "assistant")
_HANDED, _CONTACTED = "lead.handed_over", "lead.contacted"
_DUE = '"due_us":'


@metric(
    label=_("Leads"),
    owner="marketing",
    unit="count",
    aggregate="count",
    kinds=("lead.captured",),
    anchors=("lead",),
    parties=("person", "account"),
)
def leads(facts: "Facts") -> "ir.Table":
    """Leads captured.

    One row is one lead, dated by its capture; whatever became of it later, merged and erased included.
    Owner, team, territory and product are the last that the ledger recorded for the lead.
    """
    return facts.of("lead.captured")


@metric(
    label=_("Qualified leads (MQL)"),
    owner="marketing",
    unit="count",
    aggregate="count",
    kinds=("lead.qualified",),
    parties=("person", "account"),
)
def mqls(facts: "Facts") -> "ir.Table":
    """Leads that met the qualification of the contract.

    One row is one lead, dated by the first time it qualified (of two at one instant, the one received
    first); a lead that falls back and qualifies again is not counted twice.
    """
    return facts.first("lead_id", "lead.qualified")


@metric(
    label=_("Accepted leads (SAL)"),
    owner="sales",
    unit="count",
    aggregate="count",
    kinds=_VERDICTS,
    parties=("person", "account"),
)
def accepted_leads(facts: "Facts") -> "ir.Table":
    """Leads that sales accepted.

    One row is one lead whose last verdict is an acceptance, dated by it. Reopening takes a verdict back.
    """
    verdicts = facts.latest("lead_id", *_VERDICTS)
    return verdicts.filter(verdicts.kind == "lead.accepted")


@metric(
    label=_("Return rate"),
    owner="shared",
    unit="share",
    aggregate="share",
    kinds=_VERDICTS,
    outcomes=(_("returned"), _("accepted")),
)
def return_rate(facts: "Facts") -> "ir.Table":
    """Share of sales' verdicts on leads that were returns.

    One row is one verdict, accepted or returned, dated by it; a lead handed over again gets a second
    one. A verdict that was reopened next is taken back and not counted. No verdicts: no rate.
    """
    verdicts = facts.with_next(facts.of(*_VERDICTS), "lead_id")
    stands = verdicts.next_kind.isnull() | (verdicts.next_kind != "lead.reopened")
    standing = verdicts.filter(verdicts.kind != "lead.reopened", stands)
    return standing.mutate(worth=(standing.kind == "lead.returned").cast("int64"))


@metric(
    label=_("Response time"),
    owner="shared",
    unit="hours",
    aggregate="median",
    kinds=("lead.handed_over", "lead.contacted"),
    unvalued=ngettext_lazy(
        "%(count)s lead handed over had no human contact yet and is left out: the true time is longer.",
        "%(count)s leads handed over had no human contact yet and are left out: the true time is longer.",
        "count",
    ),
)
def response_time(facts: "Facts") -> "ir.Table":
    """Median hours from hand-over to the first human contact.

    One row is one hand-over, dated by it; the contact is the first one of that lead at or after it and
    before its next hand-over. Contacts by rules and assistants are not human. Hours run day and night.
    """
    import ibis

    steps = facts.of("lead.handed_over", "lead.contacted")
    by_people = steps.actor_kind.isnull() | ~steps.actor_kind.isin(_MACHINES)
    steps = steps.filter((steps.kind == "lead.handed_over") | by_people)
    beside = facts.with_next(steps, "lead_id", ahead=("lead.handed_over",))
    handed = beside.filter(beside.kind == "lead.handed_over")
    answered = handed.next_kind == "lead.contacted"
    return handed.mutate(worth=ibis.ifelse(answered, handed.next_us - handed.occurred_us, ibis.null("int64")))


@metric(
    label=_("Answered in time"),
    owner="shared",
    unit="share",
    aggregate="share",
    kinds=("lead.handed_over", "lead.contacted", "lead.returned", "lead.captured"),
    outcomes=(_("answered in time"), _("too late")),
    may_be_nought=True,
    unvalued=ngettext_lazy(
        "%(count)s hand-over was recorded before its due time was kept with it and is left out.",
        "%(count)s hand-overs were recorded before their due times were kept with them and are left out.",
        "count",
    ),
)
def answered_in_time(facts: "Facts") -> "ir.Table":
    """Share of the leads handed over with a clock that a person contacted before it ran out.

    One row is one hand-over with a due time, dated by it. Contacts by rules and assistants are not human; one
    at the due time itself is in time. Left out: what was returned or handed over again before the clock ran
    out, with nobody contacted, and clocks that still ran when the last of all such facts was recorded. No
    hand-over with a clock: no share.
    """
    import ibis

    steps = facts.of(_HANDED, _CONTACTED, "lead.returned")
    by_people = steps.actor_kind.isnull() | ~steps.actor_kind.isin(_MACHINES)
    steps = steps.filter((steps.kind != _CONTACTED) | by_people)
    beside = facts.with_next(steps, "lead_id", ahead=(_HANDED, _CONTACTED))
    handed = beside.filter(beside.kind == _HANDED)
    props = handed.props.fill_null("")
    handed = handed.mutate(
        noted=props.contains(_DUE), due_us=props.re_extract(_DUE + "([0-9]+)", 1).nullif("").cast("int64")
    )
    within = (handed.next_us <= handed.due_us).fill_null(False)
    is_over = within | (handed.due_us < facts.last_us(_HANDED, _CONTACTED, "lead.returned", "lead.captured"))
    judged = is_over & (~within | (handed.next_kind == _CONTACTED))
    kept = handed.filter(~handed.noted | judged.fill_null(False))
    answered = (kept.next_us <= kept.due_us).fill_null(False).cast("int64")
    return kept.mutate(worth=ibis.ifelse(kept.noted, answered, ibis.null("int64"))).drop("noted", "due_us")

"""What sellers did with people: calls, meetings, mails, and what those had against buying."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from isthmus.metrics.catalogue import metric
from isthmus.metrics.definitions.selling import OUTCOMES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from isthmus.metrics.facts import Facts

_LOGGED = ("activity.logged",)
STATES = ("activity_kind", "objection")


def _logged(facts: "Facts") -> "ir.Table":
    """What was logged, with its kind and the objection that was met, as commands write them."""
    rows = facts.of(*_LOGGED)
    return rows.mutate(
        activity_kind=rows.props.re_extract('"kind":"([a-z_]+)"', 1),
        objection=rows.props.re_extract('"objection":"([a-z_]+)"', 1).nullif(""),
    )


@metric(
    label=_("Activities"),
    owner="sales",
    unit="count",
    aggregate="count",
    kinds=_LOGGED,
    parties=("person", "account", "lead", "deal"),
    states=STATES,
)
def activities(facts: "Facts") -> "ir.Table":
    """Calls, meetings and mails that sellers logged.

    One row is one of them, dated by when it was, whoever was reached; notes are none. Split it by the kind of
    activity. Nothing logged: 0.
    """
    logged = _logged(facts)
    return logged.filter(logged.activity_kind != "note")


@metric(
    label=_("Objections met"), owner="sales", unit="count", aggregate="count", kinds=_LOGGED, states=STATES
)
def objections(facts: "Facts") -> "ir.Table":
    """Times that somebody had something against buying.

    One row is one activity or note with an objection, dated by it. Split it by the objection. None: 0.
    """
    logged = _logged(facts)
    return logged.filter(logged.objection.notnull())


@metric(
    label=_("Lost after an objection"),
    owner="sales",
    unit="share",
    aggregate="share",
    kinds=(*_LOGGED, *OUTCOMES),
    outcomes=(_("lost"), _("won")),
    may_be_nought=True,
    states=("objection",),
)
def lost_after_objection(facts: "Facts") -> "ir.Table":
    """Share of decided deals with an objection that were lost.

    One row is one deal whose last outcome is won or lost and one objection that was met in it, whenever that
    was, dated by the outcome and credited to whose it was then. A deal with two objections counts for each.
    No such deal: no share.
    """
    last = facts.latest("deal_id", *OUTCOMES)
    decided = last.filter(last.kind != "deal.reopened")
    met = _logged(facts)
    met = met.filter(met.objection.notnull(), met.deal_id.notnull())
    met = met.select(met_in=met.deal_id, objection=met.objection).distinct()
    beside = decided.inner_join(met, decided.deal_id == met.met_in).drop("met_in")
    return beside.mutate(worth=(beside.kind == "deal.lost").cast("int64"))

"""What sellers did with people: calls, meetings, mails, and what those had against buying."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from isthmus.metrics.catalogue import metric

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

"""What selling costs: commission."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from isthmus.metrics.catalogue import metric

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from isthmus.metrics.facts import Facts

COMMISSION = ("commission.earned", "commission.clawed_back")


@metric(
    label=_("Commission"),
    owner="sales",
    unit="money",
    aggregate="sum",
    kinds=COMMISSION,
    anchors=("event",),
    evidence=("commission.earned",),
)
def commission(facts: "Facts") -> "ir.Table":
    """Commission that locked statements pay, net of what they take back, in the base currency.

    One row is one line of a locked statement, dated by its payment or refund; a correction of an earlier
    period by the first day of the one that pays it. Open periods are not in it yet: their statements are.
    """
    rows = facts.of(*COMMISSION)
    return rows.mutate(worth=rows.amount_base)

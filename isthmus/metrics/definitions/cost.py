"""What selling costs: expenses, commission and salaries; for each sale, and what each unit of it brings.

Whatever holds salaries is refused to who may not see them. So most figures are there twice: of the direct
cost (expenses and commission, which a manager sees), and of the whole.
"""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from isthmus.metrics.catalogue import metric
from isthmus.metrics.definitions.selling import OUTCOMES, standing_wins

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from isthmus.metrics.facts import Facts

COMMISSION = ("commission.earned", "commission.clawed_back")
EXPENSES = ("expense.booked", "expense.corrected")
DIRECT = (*EXPENSES, *COMMISSION)
WHOLE = (*DIRECT, "salary.booked")
_PAYMENTS = ("order.paid", "order.refunded")


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


@metric(label=_("Expenses"), owner="sales", unit="money", aggregate="sum", kinds=EXPENSES, anchors=("event",))
def expenses(facts: "Facts") -> "ir.Table":
    """What sellers spent on selling, before tax, in the base currency.

    One row is one expense as it was corrected last, dated by the day on which the money was spent. What
    waits to be approved counts; what was refused or taken back does not. No expenses: 0.
    """
    rows = facts.of(*EXPENSES)
    return rows.mutate(worth=rows.amount_base)


@metric(
    label=_("Direct cost of selling"),
    owner="sales",
    unit="money",
    aggregate="sum",
    kinds=DIRECT,
    anchors=("event",),
)
def direct_selling_cost(facts: "Facts") -> "ir.Table":
    """Expenses and commission, without salaries, in the base currency.

    One row is one expense (as in `expenses`) or one line of a locked statement (as in `commission`). No
    cost: 0.
    """
    rows = facts.of(*DIRECT)
    return rows.mutate(worth=rows.amount_base)


@metric(
    label=_("Cost of selling"),
    owner="sales",
    unit="money",
    aggregate="sum",
    kinds=WHOLE,
    anchors=("event",),
)
def selling_cost(facts: "Facts") -> "ir.Table":
    """Expenses, commission and salaries, in the base currency.

    One row is one expense, one line of a locked statement, or one person's salary of one month, dated by the
    first day of that month: ask for whole months. Salaries belong to no deal. No cost: 0.
    """
    rows = facts.of(*WHOLE)
    return rows.mutate(worth=rows.amount_base)


@metric(
    label=_("Direct cost per sale"),
    owner="sales",
    unit="money per sale",
    aggregate="ratio",
    kinds=(*DIRECT, *OUTCOMES),
    anchors=("event",),
)
def direct_cost_per_sale(facts: "Facts") -> "ir.Table":
    """Expenses and commission for each deal won, in the base currency.

    Cost of the window (as in `direct_selling_cost`) over the deals won in the same window (as in `wins`). No
    wins, or no cost recorded: no figure. One row is a cost or a deal won.
    """
    return _per_sale(facts, DIRECT)


@metric(
    label=_("Cost per sale"),
    owner="sales",
    unit="money per sale",
    aggregate="ratio",
    kinds=(*WHOLE, *OUTCOMES),
    anchors=("event",),
)
def cost_per_sale(facts: "Facts") -> "ir.Table":
    """Expenses, commission and salaries for each deal won, in the base currency.

    Cost of the window (as in `selling_cost`) over the deals won in the same window (as in `wins`). No wins,
    or no cost recorded: no figure. One row is a cost or a deal won.
    """
    return _per_sale(facts, WHOLE)


@metric(
    label=_("Return on direct cost"),
    owner="sales",
    unit="number",
    aggregate="weighed ratio",
    kinds=(*DIRECT, *_PAYMENTS),
    anchors=("event",),
)
def direct_selling_return(facts: "Facts") -> "ir.Table":
    """Money paid, net of refunds, for each unit of expenses and commission.

    Revenue of the window over the direct cost of the same window: 4 means that each euro spent brought four.
    No cost: no figure. One row is a cost, a payment or a refund.
    """
    return _return(facts, DIRECT)


@metric(
    label=_("Return on selling"),
    owner="sales",
    unit="number",
    aggregate="weighed ratio",
    kinds=(*WHOLE, *_PAYMENTS),
    anchors=("event",),
)
def selling_return(facts: "Facts") -> "ir.Table":
    """Money paid, net of refunds, for each unit of expenses, commission and salaries.

    Revenue of the window over the cost of selling of the same window: 4 means that each euro spent brought
    four. No cost: no figure. One row is a cost, a payment or a refund.
    """
    return _return(facts, WHOLE)


def _per_sale(facts: "Facts", costs: tuple[str, ...]) -> "ir.Table":
    """Costs in the numerator, deals won in the denominator."""
    import ibis

    spent, won, null = facts.of(*costs), standing_wins(facts), ibis.null("int64")
    return ibis.union(
        spent.mutate(worth=spent.amount_base, base=null),
        won.mutate(worth=null, base=ibis.literal(1, "int64")),
    )


def _return(facts: "Facts", costs: tuple[str, ...]) -> "ir.Table":
    """Payments in the numerator, costs in the denominator."""
    import ibis

    rows, null = facts.of(*costs, *_PAYMENTS), ibis.null("int64")
    is_cost = rows.kind.isin(costs)
    return rows.mutate(
        worth=ibis.ifelse(is_cost, null, rows.amount_base), base=ibis.ifelse(is_cost, rows.amount_base, null)
    )

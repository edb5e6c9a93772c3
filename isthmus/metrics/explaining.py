"""What a number means and how it is counted, for who asks."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from isthmus.metrics.answers import interval_method
from isthmus.metrics.plan import Plan
from isthmus.metrics.texts import sql_of


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """A metric's contract and the query of one question. The SQL names its parameters ($start, $end, …)."""

    name: str
    label: str
    sentence: str
    contract: str
    owner: str
    unit: str
    anchor: str
    kinds: tuple[str, ...]
    interval: str | None
    sql: str


def explanation_of(plan: Plan) -> Explanation:
    """The explanation of a plan."""
    metric = plan.metric
    by_lead = plan.anchor == "lead"
    return Explanation(
        name=metric.name,
        label=str(metric.label),
        sentence=_(metric.sentence),
        contract=metric.contract,
        owner=metric.owner,
        unit=metric.unit,
        anchor=_("the capture of the lead") if by_lead else _("the event itself"),
        kinds=metric.kinds,
        interval=interval_method(metric),
        sql=sql_of(plan.shape()),
    )

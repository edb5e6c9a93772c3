"""Whose figure lies within bounds: people, accounts, leads or deals as a set, for filters of lists."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.among import Numbers
from isthmus.core.refusals import InvalidInput
from isthmus.metrics import kept
from isthmus.metrics.catalogue import Metric, Party
from isthmus.metrics.cuts import cut_of, refuse_across
from isthmus.metrics.dimensions import Dimension
from isthmus.metrics.plan import Plan
from isthmus.metrics.question import Value

if TYPE_CHECKING:
    from isthmus.metrics.asking import Asker

# A fact names a person by their subject, the others by their own numbers.
_OF = {
    "person": Dimension("person", gettext_lazy("Person"), "column", "subject", "id"),
    "account": Dimension("account", gettext_lazy("Account"), "column", "account_id", "id"),
    "lead": Dimension("lead", gettext_lazy("Lead"), "column", "lead_id", "id"),
    "deal": Dimension("deal", gettext_lazy("Deal"), "column", "deal_id", "id"),
}
MICROS = 1_000_000
_WIDEST = (1 << 63) - 1


@dataclass(frozen=True)
class Parties:
    """Who is meant: those with these numbers, or (`others`) everybody else, who may have no fact at all."""

    numbers: Numbers
    others: bool

    def __contains__(self, number: int) -> bool:
        return (number in self.numbers) is not self.others


def within(asker: "Asker", plan: Plan, party: Party, least: Value, most: Value) -> Parties:
    """Whose figure lies from `least` to `most`, in the metric's unit and included; None leaves a side open.

    One query, kept by all that decides it: facts of kinds that the metric does not read leave it alone. Who
    has no fact has the figure 0: where that lies within, the query finds those who are *not* meant. Raises
    InvalidInput, CannotBeKnown.
    """
    metric = plan.metric
    if party not in metric.parties:
        raise InvalidInput(
            {"metric": _("%(metric)s is not counted for one %(party)s.") % _words(metric, party)}
        )
    bounds = (_bound(metric, least, -_WIDEST), _bound(metric, most, _WIDEST))
    key = (party, bounds, asker.key_of(plan, asker.lookups.state(plan)))
    return kept.parties.get(key, lambda: _asked(asker, plan, party, bounds))


def _asked(asker: "Asker", plan: Plan, party: Party, bounds: tuple[int, int]) -> Parties:
    cut = cut_of(asker, plan)
    if cut is not None:
        refuse_across(plan, cut)
    least, most = bounds
    others = least <= 0 <= most
    shape = replace(plan.shape("parties"), by=(_OF[party],))
    _names, lines = asker.run(plan, shape, least=least, most=most, within=0 if others else 1)
    numbers: Collection[int] = lines[0][0] or ()
    return Parties(Numbers(numbers), others)


def _bound(metric: Metric, value: Value, missing: int) -> int:
    if value is None:
        return missing
    bound = int(value * MICROS if metric.is_money else value)
    return max(-_WIDEST, min(_WIDEST, bound))


def _words(metric: Metric, party: Party) -> dict[str, str]:
    return {"metric": str(metric.label), "party": str(_OF[party].label).lower()}

"""What the records cannot carry: the general rules by which a figure is refused, each with its counts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.metrics.building import Group, added
from isthmus.metrics.catalogue import Metric
from isthmus.metrics.coverage import Coverage
from isthmus.metrics.dimensions import Dimension
from isthmus.metrics.refusals import CannotBeKnown

# Twenty alike in a row: were the other outcome as common as 14 %, that would happen once in twenty times.
ONE_SIDED_FROM = 20
# With fewer rows of an outcome than this in the window, coverage is judged on the whole ledger.
FEW = 3
# Missing more than a tenth of the days, a cost is off by about as much: beyond what a reader can allow for.
COST_MISSING = 0.10


@dataclass(frozen=True)
class Evidence:
    """What the rules may look up beyond the answer itself; each look costs a query and is kept."""

    whole: Callable[[], Group]  # the metric over the whole ledger, no filters
    whole_by: Callable[[Dimension], Sequence[Group]]  # the same by one dimension
    unfiltered_by: Callable[[Dimension], Sequence[Group]]  # the question's window, without filters on it
    recorded: Callable[[tuple[str, ...]], int]  # how many facts of these kinds there are at all


def refuse_unrecorded(metric: Metric, total: Group, evidence: Evidence) -> None:
    """Refuse when the outcome, or one of both outcomes, was never recorded at all."""
    hits, n = total.whole("hits" if metric.aggregate == "mean" else "numerator"), total.whole("n")
    if metric.evidence and n and hits == 0 and not evidence.recorded(metric.evidence):
        raise CannotBeKnown(
            _(
                "%(metric)s cannot be known: of %(count)s leads none has an outcome, and no fact of the "
                "kinds %(kinds)s was ever recorded. Record or import them first."
            )
            % {"metric": metric.label, "count": n, "kinds": ", ".join(metric.evidence)}
        )
    if metric.aggregate == "share" and metric.unvalued and not n and (left_out := total.whole("unvalued")):
        raise CannotBeKnown(
            _("%(metric)s cannot be known: %(why)s")
            % {"metric": metric.label, "why": metric.unvalued % {"count": left_out}}
        )
    if metric.outcomes is None or metric.aggregate != "share" or metric.may_be_nought or n < ONE_SIDED_FROM:
        return
    if hits == n or (hits == 0 and not metric.evidence):
        whole = evidence.whole()
        if whole.whole("numerator") in (0, whole.whole("n")):
            seen, missing = metric.outcomes if hits else metric.outcomes[::-1]
            raise CannotBeKnown(
                _(
                    "%(metric)s cannot be known: all %(count)s are %(seen)s and not one %(missing)s was ever "
                    "recorded. Record both outcomes to get a rate."
                )
                % {"metric": metric.label, "count": n, "seen": seen, "missing": missing}
            )


def refuse_uncovered(
    metric: Metric,
    by: Sequence[Dimension],
    filters: Sequence[Dimension],
    groups: Sequence[Group],
    total: Group,
    evidence: Evidence,
) -> list[str]:
    """Refuse a rate by a dimension that nearly all of one outcome lack; return notes on milder cases."""
    if metric.aggregate not in ("share", "mean") and metric.unit != "money per lead":
        return []
    notes: list[str] = []
    for at, dimension in enumerate(by):
        if dimension.kind != "time":
            found = _coverage(metric, [g for g in groups if g.keys[at] is None], total)
            notes += _judge(metric, dimension, found, evidence)
    for dimension in filters:
        if dimension.kind != "time":
            split = evidence.unfiltered_by(dimension)
            found = _coverage(metric, [g for g in split if g.keys[0] is None], added(split))
            notes += _judge(metric, dimension, found, evidence)
    return notes


def refuse_without_cost(metric: Metric, total: Group, evidence: Evidence) -> list[str]:
    """Refuse a cost without cost, or a cost per lead with too little of it; return notes on small gaps."""
    if not metric.costs:
        return []
    known, missing = total.whole("n" if metric.aggregate == "sum" else "valued"), total.whole("unvalued")
    if known == 0 and (missing or metric.aggregate == "ratio" or not evidence.whole().whole("n")):
        raise CannotBeKnown(_without_cost(metric, total, missing))
    if not missing:
        return []
    counts = {"missing": missing, "all": known + missing, "metric": metric.label}
    if metric.aggregate == "ratio" and missing > COST_MISSING * (known + missing):
        raise CannotBeKnown(
            _(
                "%(metric)s cannot be known: the cost of %(missing)s of %(all)s campaign days is missing. "
                "Import their spend, or ask for a window or channel that has it."
            )
            % counts
        )
    return [
        _("The cost of %(missing)s of %(all)s campaign days is missing: the true figure is higher.") % counts
    ]


def is_uncosted(metric: Metric, group: Group) -> bool:
    """Whether too much of this group's own cost is missing for a figure."""
    known, missing = group.whole("valued"), group.whole("unvalued")
    return metric.costs and metric.aggregate == "ratio" and missing > COST_MISSING * (known + missing)


def _without_cost(metric: Metric, total: Group, missing: int) -> str:
    if missing:
        return _(
            "%(metric)s cannot be known: none of the %(missing)s campaign days states what it cost. "
            "Import the spend with the media days."
        ) % {"metric": metric.label, "missing": missing}
    if metric.unit == "money per lead":
        return ngettext(
            "%(metric)s cannot be known: there is %(count)s lead, and no media spend is recorded here.",
            "%(metric)s cannot be known: there are %(count)s leads, and no media spend is recorded here.",
            total.whole("n"),
        ) % {"metric": metric.label, "count": total.whole("n")}
    return _("%(metric)s cannot be known: 0 campaign days are recorded in the whole ledger.") % {
        "metric": metric.label
    }


def _judge(metric: Metric, dimension: Dimension, found: Coverage, evidence: Evidence) -> list[str]:
    yes_name, no_name = metric.outcomes or (_("cost"), _("leads"))
    if min(found.yes, found.no) < FEW and found.yes + found.no > 0:
        split = evidence.whole_by(dimension)
        found = _coverage(metric, [g for g in split if g.keys[0] is None], added(split))
    said = {
        "metric": metric.label,
        "dimension": dimension.label,
        "yes_stated": found.yes_stated,
        "yes": found.yes,
        "yes_name": yes_name,
        "no_stated": found.no_stated,
        "no": found.no,
        "no_name": no_name,
    }
    if found.misleads:
        raise CannotBeKnown(
            _(
                "%(metric)s by %(dimension)s cannot be known: %(dimension)s is stated on %(yes_stated)s of "
                "%(yes)s (%(yes_name)s) but on %(no_stated)s of %(no)s (%(no_name)s), so every group would "
                "look like one outcome. Record it for both, or choose another dimension."
            )
            % said
        )
    if found.is_uneven:
        return [
            _(
                "%(dimension)s is stated on %(yes_stated)s of %(yes)s (%(yes_name)s) but on %(no_stated)s of "
                "%(no)s (%(no_name)s): figures by it lean to the side that states it."
            )
            % said
        ]
    return []


def _coverage(metric: Metric, absent: Sequence[Group], total: Group) -> Coverage:
    yes, no = _outcomes(metric, total)
    lacking = [_outcomes(metric, group) for group in absent]
    yes_absent, no_absent = sum(pair[0] for pair in lacking), sum(pair[1] for pair in lacking)
    return Coverage(yes=yes, yes_stated=yes - yes_absent, no=no, no_stated=no - no_absent)


def _outcomes(metric: Metric, group: Group) -> tuple[int, int]:
    """How many rows of each outcome: won and not, paying and not; for a cost, deliveries and leads."""
    if metric.aggregate == "ratio":
        return group.whole("valued") + group.whole("unvalued"), group.whole("n")
    hits = group.whole("numerator" if metric.aggregate == "share" else "hits")
    return hits, group.whole("n") - hits

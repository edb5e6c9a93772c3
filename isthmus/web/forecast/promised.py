"""What sellers committed to for the period of a forecast, in the same measure: both stand side by side."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from isthmus.core.actors import Actor
from isthmus.insight.models import ForecastReport
from isthmus.sales.targets.periods import Kind, Period
from isthmus.sales.targets.standing import Promise, promises
from isthmus.workspace.models import Team, User
from isthmus.workspace.trees import branches

MICROS = 1_000_000


@dataclass(frozen=True)
class Promised:
    """What some sellers committed to together, in whole units; what it is with their managers' figures."""

    amount: float
    sellers: int
    adjusted: float | None


def period_of(report: ForecastReport) -> Period:
    """The month or quarter of a report, as commitments name it."""
    kind: Kind = "quarter" if report.length == "quarter" else "month"
    return Period.containing(kind, report.period_start)


def promises_of(report: ForecastReport, actor: Actor) -> Mapping[int, Promise]:
    """Every commitment for the report's period that the actor may see, by seller."""
    return promises(actor, period_of(report)) if actor.allows("quotas.view") else {}


def promised_by(party: Mapping[str, Any], found: Mapping[int, Promise]) -> Promised | None:
    """What a party's sellers committed to: of the company all, of a team those in it and below."""
    sellers = _sellers(party)
    own = [one for number, one in found.items() if sellers is None or number in sellers]
    made = [one.commitment.amount for one in own if one.commitment is not None]
    judged = [row.amount for one in own if (row := one.adjustment or one.commitment) is not None]
    if not made and not judged:
        return None
    adjusted = sum(filter(None, judged)) if any(one.adjustment for one in own) else None
    return Promised(
        sum(filter(None, made)) / MICROS, len(made), None if adjusted is None else adjusted / MICROS
    )


def _sellers(party: Mapping[str, Any]) -> Collection[int] | None:
    """The numbers of a party's sellers; None: everybody."""
    if party["of"] == "company":
        return None
    if party["of"] == "owner":
        return {party["id"]}
    below = [team.pk for team in branches(Team) if party["id"] in team.path]
    return set(User.objects.filter(team__in=below).values_list("pk", flat=True))

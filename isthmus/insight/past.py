"""The open pipeline as it stood at the end of a day, as far as somebody may see deals."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from isthmus.core.actors import Actor, Scope
from isthmus.core.clock import to_us
from isthmus.insight.deals import Standing, deals_as_of
from isthmus.insight.movements import Movement, movements, value_of
from isthmus.ledger.reading import snapshot
from isthmus.metrics.kept import Kept
from isthmus.sales.models import Deal, Stage

_kept = Kept(4)  # of a long history each holds every deal: a page and the lists that it opens to need two


@dataclass(frozen=True)
class Asked:
    """Whose deals are meant. `owner` and `teams` are those of the day, `pipeline` is the deal's."""

    pipeline: int | None = None
    owner: int | None = None
    teams: Collection[int] | None = None

    def counts(self, deal: Standing) -> bool:
        """Whether a deal, as it stood, is among them; which pipeline it is in `reachable` has judged."""
        return (self.owner is None or deal.owner == self.owner) and (
            self.teams is None or deal.team in self.teams
        )


@dataclass
class StageTotal:
    """The open deals of one stage: how many, worth what, and what the stage's chance of today makes of it."""

    stage: Stage | None
    count: int = 0
    value: int = 0  # micros of the base currency
    weighted: int = 0
    unvalued: int = 0  # without a value
    unrated: int = 0  # with a value in a currency that had no rate


@dataclass(frozen=True)
class Past:
    """The pipeline at one moment: every deal in reach, and those of them that were open and asked for."""

    on: date
    at: datetime
    deals: Sequence[Standing]
    open: Sequence[Standing]
    stages: Sequence[StageTotal] = field(default_factory=tuple)

    @property
    def total(self) -> StageTotal:
        """All stages together."""
        whole = StageTotal(None)
        for one in self.stages:
            whole.count += one.count
            whole.value += one.value
            whole.weighted += one.weighted
            whole.unvalued += one.unvalued
            whole.unrated += one.unrated
        return whole


def end_of(day: date, zone: ZoneInfo, now: datetime) -> datetime:
    """The end of a day, or now where it has not ended."""
    return min(datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone), now)


def pipeline_on(
    day: date, asked: Asked, *, actor: Actor, now: datetime, zone: ZoneInfo, known_then: bool = False
) -> Past:
    """The pipeline at the end of a day. `known_then`: without what was learned and corrected later."""
    at = end_of(day, zone, now)
    reach = _reachable(actor, asked.pipeline)
    deals = [one for one in _standings(at, known_then) if reach is None or one.deal_id in reach]
    standing = [one for one in deals if one.state == "open" and asked.counts(one)]
    return Past(day, at, deals, standing, _totals(standing, asked.pipeline))


def between(earlier: Past, later: Past, asked: Asked) -> list[Movement]:
    """What happened to the deals asked for from one moment to the other."""
    places = dict(Stage.objects.values_list("pk", "position"))
    return movements(earlier.deals, later.deals, places, asked.counts)


def _standings(at: datetime, known_then: bool) -> list[Standing]:
    """Every deal as it stood. Moments of one minute are one: the present is asked for again and again."""
    with snapshot(known_on=at if known_then else None) as facts:
        key = (facts.position, to_us(at) // 60_000_000, known_then)
        return _kept.get(key, lambda: deals_as_of(facts, at))


def _reachable(actor: Actor, pipeline: int | None) -> set[int] | None:
    """The deals that the actor may see today, of that pipeline; None means all there are."""
    if pipeline is None and actor.scope("deals.view") is Scope.ALL:
        return None
    rows = Deal.objects.visible_to(actor)
    return set((rows if pipeline is None else rows.filter(pipeline=pipeline)).values_list("pk", flat=True))


def _totals(deals: Iterable[Standing], pipeline: int | None) -> list[StageTotal]:
    """The total of each open stage in order, empty ones of a chosen pipeline too; last those without one."""
    stages = Stage.objects.filter(kind="open").select_related("pipeline")
    order = list(stages.order_by("-pipeline__is_default", "pipeline__name", "position"))
    found: Mapping[int, StageTotal] = {stage.pk: StageTotal(stage) for stage in order}
    unknown = StageTotal(None)
    for deal in deals:
        one = found.get(deal.stage or 0, unknown)
        one.count += 1
        one.value += value_of(deal)
        one.unvalued += deal.amount is None
        one.unrated += deal.amount is not None and deal.amount_base is None
    for one in found.values():
        one.weighted = int(Decimal(one.value) * ((one.stage and one.stage.probability) or 0))
    shown = [
        one
        for one in found.values()
        if one.count or (one.stage is not None and one.stage.pipeline_id == pipeline)
    ]
    return [*shown, unknown] if unknown.count else shown

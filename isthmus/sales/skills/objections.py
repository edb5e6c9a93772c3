"""On which objections a seller loses: counted over decided deals, against those of the team."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from isthmus.analysis.chance import equal_rates_chance
from isthmus.core.actors import SYSTEM, Actor
from isthmus.core.window import Window
from isthmus.metrics import queries as metrics
from isthmus.metrics.question import Question
from isthmus.sales.models import Activity, Deal, LearningItem, Objection
from isthmus.workspace.models import User

LOOKED_BACK = timedelta(days=365)
CHANCE = 0.05
Verdict = Literal["more", "fewer", "same", "few"]


@dataclass(frozen=True)
class Lost:
    """One objection: deals in which it was raised and how many of them were lost, by the seller and the rest.

    `verdict`: more or fewer of them lost than by the rest of the team, the same as far as can be told, or too
    few to tell.
    """

    objection: str
    lost: int
    decided: int
    team_lost: int
    team_decided: int
    verdict: Verdict

    @property
    def label(self) -> str:
        """Its name."""
        return str(Objection(self.objection).label)


def lost_on(seller: Any, *, now: datetime) -> list[Lost]:
    """The seller's objections of the last year, those lost on most often first.

    The catalogue counts them (`lost_after_objection`): a deal is of whoever owned it when it was decided.
    The team are those who are in it now; for a seller without a team, everybody.
    """
    by_seller = _counts(Window(now - LOOKED_BACK, now))
    own = by_seller.pop(seller.pk, {})
    if seller.team_id:
        team_mates = set(User.objects.filter(team=seller.team_id).values_list("pk", flat=True))
        by_seller = {number: counts for number, counts in by_seller.items() if number in team_mates}
    team: dict[str, tuple[int, int]] = {}
    for counts in by_seller.values():
        for objection, (lost, decided) in counts.items():
            before = team.get(objection, (0, 0))
            team[objection] = (before[0] + lost, before[1] + decided)
    tested = {
        objection: equal_rates_chance([(counts[0], counts[1]), team.get(objection, (0, 0))])
        for objection, counts in own.items()
    }
    limit = CHANCE / (sum(test is not None for test in tested.values()) or 1)  # several are looked at at once
    found = []
    for objection, (lost, decided) in own.items():
        theirs = team.get(objection, (0, 0))
        test = tested[objection]
        verdict: Verdict = "few"
        if test is not None:
            more = lost / decided > theirs[0] / theirs[1]
            verdict = ("more" if more else "fewer") if test.chance < limit else "same"
        found.append(Lost(objection, lost, decided, *theirs, verdict))
    return sorted(found, key=lambda one: (-one.lost, one.objection))


def lost_deals(actor: Actor, seller: Any, *, now: datetime) -> Mapping[str, list[Deal]]:
    """The lost deals behind the counts, by objection, as far as the reader may see them; the latest first."""
    since = now - LOOKED_BACK
    rows = Deal.objects.visible_to(actor).filter(owner=seller, state="lost", **_within(since, now))
    pairs = Activity.objects.filter(deal__in=rows).exclude(objection="").order_by()
    found: dict[str, set[int]] = {}
    for pk, objection in pairs.values_list("deal", "objection").distinct():
        found.setdefault(objection, set()).add(pk)
    latest = list(Deal.objects.filter(pk__in=set().union(*found.values())))
    latest.sort(key=lambda deal: (deal.closed_at or since, deal.pk), reverse=True)
    return {
        objection: [deal for deal in latest if deal.pk in numbers] for objection, numbers in found.items()
    }


def offered(actor: Actor, losing: list[Lost]) -> Mapping[str, list[LearningItem]]:
    """What there is to learn, by objection, for those that the seller lost on."""
    wanted = [one.objection for one in losing if one.lost]
    found: dict[str, list[LearningItem]] = {}
    for item in LearningItem.objects.visible_to(actor).filter(retired_at=None, objection__in=wanted):
        found.setdefault(item.objection, []).append(item)
    return found


def _counts(window: Window) -> dict[int | None, dict[str, tuple[int, int]]]:
    """Lost and decided deals by seller and by the objection that was met in them, as the catalogue counts."""
    by = ("owner", "objection")
    question = Question(metric="lost_after_objection", window=window, actor=SYSTEM, by=by)
    found: dict[int | None, dict[str, tuple[int, int]]] = {}
    for row in metrics.ask(question).rows:
        number, objection = row.keys
        found.setdefault(number, {})[objection] = (int(row.numerator or 0), row.n)
    return found


def _within(since: datetime, now: datetime) -> dict[str, datetime]:
    return {"closed_at__gte": since, "closed_at__lt": now}

"""Who waits for what: plans past their day, skills that nobody looked at, calls that nobody scored."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from django.db.models import Count, F

from isthmus.core.actors import Actor
from isthmus.sales.models import Activity, CoachingPlan, FilledCard, PlanGoal
from isthmus.sales.skills.matrix import Matrix
from isthmus.workspace.models import Company

LATELY = timedelta(days=30)
ASSESSED = timedelta(days=120)  # a skill that a coach saw last longer ago than that is to be seen again
MANY = 5  # calls and meetings lately, of which one at least is to be scored
Kind = Literal["plan_overdue", "goal_overdue", "differs", "unassessed", "unscored"]


@dataclass(frozen=True)
class Wait:
    """One thing that a seller waits for: since which day, of what it is, and how many there are."""

    kind: Kind
    user: Any
    about: str = ""
    on: date | None = None
    count: int = 0


def waiting(actor: Actor, found: Matrix, *, now: datetime) -> list[Wait]:
    """What the people of a matrix wait for, the most pressing kind first. Not what one owes to oneself."""
    people: dict[int | None, Any] = {
        person.user.pk: person.user for person in found.people if person.user.pk != actor.id
    }
    today = now.astimezone(Company.current().zone).date()
    waits = [*_plans(people, today), *_goals(people, today)]
    for person in found.people:
        if person.user.pk in people:
            waits += _skills(person, now)
    return waits + _unscored(people, now)


def _plans(people: dict[int | None, Any], today: date) -> list[Wait]:
    rows = CoachingPlan.objects.filter(owner__in=people, state="open", due_on__lt=today).order_by("due_on")
    return [Wait("plan_overdue", people[one.owner_id], one.title, one.due_on) for one in rows]


def _goals(people: dict[int | None, Any], today: date) -> list[Wait]:
    rows = PlanGoal.objects.filter(plan__owner__in=people, plan__state="open", done_at=None, due_on__lt=today)
    return [
        Wait("goal_overdue", people[one.plan.owner_id], one.text, one.due_on)
        for one in rows.select_related("plan").order_by("due_on")
    ]


def _skills(person: Any, now: datetime) -> list[Wait]:
    waits = []
    for standing in person.standings:
        coach, own = standing.by_coach, standing.own
        if coach and own and own.at > coach.at and own.level != coach.level:
            waits.append(Wait("differs", person.user, standing.skill.name, own.at.date()))
    unseen = [one.skill for one in person.standings if not one.by_coach or one.by_coach.at < now - ASSESSED]
    if unseen:
        waits.append(
            Wait("unassessed", person.user, ", ".join(str(one) for one in unseen), count=len(unseen))
        )
    return waits


def _unscored(people: dict[int | None, Any], now: datetime) -> list[Wait]:
    since = now - LATELY
    held = Activity.objects.filter(owner__in=people, kind__in=("call", "meeting"), at__gte=since, at__lte=now)
    scored = FilledCard.objects.filter(owner__in=people, at__gte=since, taken_back_at=None)
    seen = set(scored.exclude(author=F("owner")).values_list("owner", flat=True))
    counts = held.order_by().values_list("owner").annotate(count=Count("pk"))
    return [
        Wait("unscored", people[owner], count=count)
        for owner, count in sorted(counts, key=lambda one: -one[1])
        if count >= MANY and owner not in seen
    ]

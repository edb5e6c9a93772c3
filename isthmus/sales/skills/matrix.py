"""The skill matrix: who is on which level, by coach, by oneself, and by what was scored."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Sum

from isthmus.core.actors import Actor
from isthmus.sales.models import Assessment, CardMark, Skill
from isthmus.sales.skills.reach import coached_by

OBSERVED = timedelta(days=180)  # scored calls of so many days back tell of a skill now


@dataclass(frozen=True)
class Standing:
    """One seller with one skill: all assessments, the newest last, and how scored calls went."""

    skill: Skill
    history: Sequence[Assessment] = ()
    points: int = 0
    marks: int = 0

    @property
    def by_coach(self) -> Assessment | None:
        """What a coach said last."""
        return next((one for one in reversed(self.history) if not one.is_own), None)

    @property
    def own(self) -> Assessment | None:
        """What the seller said of themself last."""
        return next((one for one in reversed(self.history) if one.is_own), None)

    @property
    def level(self) -> int | None:
        """The level that counts: the coach's, the seller's own where no coach said one."""
        one = self.by_coach or self.own
        return one.level if one else None

    @property
    def observed(self) -> float | None:
        """The part of the points that scored calls brought; None where none was scored."""
        return self.points / (2 * self.marks) if self.marks else None

    @property
    def is_below(self) -> bool:
        """Whether the level is below what the role is to reach."""
        return self.level is not None and self.level < self.skill.expected


@dataclass(frozen=True)
class Person:
    """One row of the matrix: a seller, and how they stand with each skill of their role."""

    user: Any
    standings: Sequence[Standing]


@dataclass(frozen=True)
class Matrix:
    """The people whom the reader may see, and the skills of one role."""

    skills: Sequence[Skill]
    people: Sequence[Person]
    below: Mapping[int, int] = field(default_factory=dict)  # by skill: how many are below what is expected


def matrix(actor: Actor, *, now: datetime, role: str = "seller", only: int | None = None) -> Matrix:
    """Everybody of a role who works here now and whom the actor may see, by name."""
    users = coached_by(actor).filter(role=role).order_by("name")
    users = users.filter(is_active=True) if only is None else users.filter(pk=only)
    skills = list(Skill.objects.filter(role=role, retired_at=None))
    found = list(users.select_related("team"))
    histories = _histories(found, skills)
    marks = _marks(found, now)
    people = [
        Person(
            user,
            [
                Standing(
                    skill, histories.get((user.pk, skill.pk), ()), *marks.get((user.pk, skill.pk), (0, 0))
                )
                for skill in skills
            ],
        )
        for user in found
    ]
    below = {skill.pk: 0 for skill in skills}
    for person in people:
        for standing in person.standings:
            below[standing.skill.pk] += standing.is_below
    return Matrix(skills, people, below)


def _histories(
    users: Iterable[Any], skills: Iterable[Skill]
) -> Mapping[tuple[int, int], Sequence[Assessment]]:
    found: dict[tuple[int, int], list[Assessment]] = {}
    rows = Assessment.objects.filter(owner__in=users, skill__in=skills, taken_back_at=None)
    for one in rows.select_related("author").order_by("at", "pk"):
        found.setdefault((one.owner_id, one.skill_id), []).append(one)
    return found


def _marks(users: Iterable[Any], now: datetime) -> Mapping[tuple[int, int], tuple[int, int]]:
    """Points and questions by seller and skill, of calls that others scored lately."""
    rows = CardMark.objects.filter(
        card__owner__in=users,
        card__taken_back_at=None,
        card__happened_at__gte=now - OBSERVED,
        question__skill__isnull=False,
    ).exclude(card__author=F("card__owner"))
    names = ("card__owner", "question__skill")
    return {
        (owner, skill): (points, count)
        for owner, skill, points, count in rows.order_by()
        .values_list(*names)
        .annotate(points=Sum("mark"), count=Count("pk"))
    }

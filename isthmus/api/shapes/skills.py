"""Skills and coaching in JSON. What was said in coaching is read on its page, and nowhere else."""

from datetime import date, datetime
from typing import Any

from isthmus.api.shapes.base import Shape, shape_of
from isthmus.sales.models import (
    Assessment,
    CoachingNote,
    CoachingPlan,
    FilledCard,
    LearningDone,
    LearningItem,
    PlanGoal,
    Scorecard,
    Skill,
)


@shape_of(Skill, "skill", reader="coaching.view")
class SkillShape(Shape):
    """Something that a role is to be able to do, with its levels from the lowest up."""

    id: int
    role: str
    name: str
    about: str
    levels: list[dict[str, Any]]
    expected: int
    position: int
    retired_at: datetime | None


@shape_of(Assessment, "assessment")
class AssessmentShape(Shape):
    """How far a seller (`owner_id`) was with a skill, as `author_id` saw it."""

    id: int
    owner_id: int
    author_id: int | None
    skill_id: int
    level: int
    at: datetime
    taken_back_at: datetime | None


@shape_of(Scorecard, "scorecard", reader="coaching.view")
class ScorecardShape(Shape):
    """Questions by which calls or meetings are judged."""

    id: int
    name: str
    kind: str
    retired_at: datetime | None


@shape_of(FilledCard, "filled_card")
class FilledCardShape(Shape):
    """A scorecard filled in for one call or meeting of a seller (`owner_id`)."""

    id: int
    owner_id: int
    author_id: int | None
    scorecard_id: int
    activity_id: int | None
    kind: str
    happened_at: datetime
    points: int
    most: int
    at: datetime
    taken_back_at: datetime | None


@shape_of(CoachingNote, "coaching_note")
class CoachingNoteShape(Shape):
    """That a coaching note was written. Its words are read on the seller's page alone."""

    id: int
    owner_id: int
    author_id: int | None
    kind: str
    skill_id: int | None
    at: datetime


@shape_of(CoachingPlan, "coaching_plan")
class CoachingPlanShape(Shape):
    """What a seller (`owner_id`) sets out to do until a day."""

    id: int
    owner_id: int
    author_id: int | None
    title: str
    skill_id: int | None
    to_level: int | None
    due_on: date | None
    state: str
    at: datetime
    closed_at: datetime | None


@shape_of(PlanGoal, "plan_goal", reader="coaching.give")
class PlanGoalShape(Shape):
    """One thing to do in a plan."""

    id: int
    plan_id: int
    text: str
    due_on: date | None
    done_at: datetime | None


@shape_of(LearningItem, "learning_item", reader="coaching.view")
class LearningItemShape(Shape):
    """Something to learn from, for an objection or a skill."""

    id: int
    title: str
    kind: str
    url: str
    text: str
    objection: str
    skill_id: int | None
    retired_at: datetime | None


@shape_of(LearningDone, "learning_done")
class LearningDoneShape(Shape):
    """That a seller (`owner_id`) worked through a learning item."""

    id: int
    owner_id: int
    item_id: int
    at: datetime

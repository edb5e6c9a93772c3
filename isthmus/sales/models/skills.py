"""What sellers are to be able to do, how far they are, and how they are helped. Of people who work here."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Actor, Scope
from isthmus.sales.models.activities import Activity, Objection
from isthmus.workspace.scoping import Scoped, ScopedQuerySet

COACHED_ROLES = [("seller", _("Seller")), ("manager", _("Sales manager"))]
SCORED_KINDS = [("call", _("Call")), ("meeting", _("Meeting"))]
MARKS = [(2, _("Yes")), (1, _("Partly")), (0, _("No"))]
NOTE_KINDS = [("session", _("Coaching conversation")), ("note", _("Note"))]
PLAN_STATES = [("open", _("Running")), ("done", _("Done")), ("dropped", _("Called off"))]
LEARNING_KINDS = [("link", _("Link")), ("text", _("Text")), ("file", _("File"))]


class SharedQuerySet(models.QuerySet[Any]):
    """What the whole company shares about coaching: whoever is coached or coaches may read it."""

    def visible_to(self, actor: Actor, permission: str = "coaching.view") -> Self:
        """All of them for who has the right, none for others."""
        return self if actor.allows(permission) else self.none()


class CoachedQuerySet(ScopedQuerySet[Any]):
    """Rows about somebody who is coached: theirs, and those of whoever leads them now."""

    def reach(self, actor: Actor, scope: Scope) -> Q:
        """One's own; with "team" those of sellers in the teams one leads, and of managers below oneself."""
        condition = Q(owner_id=actor.id) if actor.id is not None else Q(pk__in=[])
        if scope is Scope.TEAM and actor.team_ids:
            led = Q(owner__team_id__in=actor.team_ids)
            condition |= led & (Q(owner__role="seller") | ~Q(owner__team_id=actor.team_id))
        return condition


class NoteQuerySet(CoachedQuerySet):
    """Notes: for the seller and who leads them. An administrator's right reaches who is in no team."""

    def visible_to(self, actor: Actor, permission: str | None = None) -> Self:
        """The notes that the actor may read or, with another right, write."""
        scope = actor.scope(permission or self.model.view_permission)
        if scope is None:
            return self.none()
        if actor.unlimited:
            return self
        condition = self.reach(actor, Scope.TEAM if scope is Scope.ALL else scope)
        if scope is Scope.ALL:
            condition |= Q(owner__team=None)
        return self.filter(condition)


class Skill(models.Model):
    """Something that one role is to be able to do, with levels described in words, the lowest first.

    `levels` holds {"name", "text"}; `expected` is the level (from 1) that the role is to reach.
    """

    role = models.CharField(max_length=12, choices=COACHED_ROLES, default="seller")
    name = models.CharField(max_length=60)
    about = models.CharField(max_length=300, blank=True)
    levels = models.JSONField(default=list)
    expected = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = SharedQuerySet.as_manager()

    class Meta:
        ordering = ["role", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["role", "name"], condition=Q(retired_at=None), name="sales_skill_named_once"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def level_name(self, level: int) -> str:
        """What a level is called; its number where the words are gone."""
        return str(self.levels[level - 1]["name"]) if 0 < level <= len(self.levels) else str(level)


class Coached(Scoped):
    """A row about one seller (`owner`), written by `author`; None: the system."""

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @property
    def is_own(self) -> bool:
        """Whether the seller wrote it of themself."""
        return self.author_id == self.owner_id


class Assessment(Coached):
    """How far somebody was with a skill, as somebody saw it at one time. Rows are only added."""

    view_permission: ClassVar[str] = "coaching.view"

    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="assessments")
    level = models.PositiveSmallIntegerField()
    why = models.CharField(max_length=500, blank=True)

    objects: ClassVar[Any] = CoachedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["owner", "skill", "-at"], name="sales_assessment_owner")]


class Scorecard(models.Model):
    """Questions by which a call or a meeting is judged. One that changes is retired for a new one."""

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=SCORED_KINDS)
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = SharedQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "name", "pk"]

    def __str__(self) -> str:
        return self.name


class ScorecardQuestion(models.Model):
    """One question, and of which skill it tells."""

    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="questions")
    skill = models.ForeignKey(Skill, null=True, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.text


class FilledCard(Coached):
    """A scorecard filled in for one call or meeting. Taken back, the call leaves its card standing."""

    view_permission: ClassVar[str] = "coaching.view"

    scorecard = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="filled")
    activity = models.ForeignKey(Activity, null=True, on_delete=models.SET_NULL, related_name="cards")
    kind = models.CharField(max_length=8, choices=SCORED_KINDS)
    happened_at = models.DateTimeField()
    points = models.PositiveSmallIntegerField()
    most = models.PositiveSmallIntegerField()
    comment = models.TextField(blank=True)

    objects: ClassVar[Any] = CoachedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["owner", "-at"], name="sales_filledcard_owner")]

    @property
    def share(self) -> float:
        """The part of the points that it reached."""
        return self.points / self.most


class CardMark(models.Model):
    """The answer to one question: 2 yes, 1 partly, 0 no. Questions that did not apply have none."""

    card = models.ForeignKey(FilledCard, on_delete=models.CASCADE, related_name="marks")
    question = models.ForeignKey(ScorecardQuestion, on_delete=models.PROTECT, related_name="+")
    mark = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["card", "question"], name="sales_cardmark_once"),
            models.CheckConstraint(condition=Q(mark__lte=2), name="sales_cardmark_range"),
        ]


class CoachingNote(Coached):
    """What was said in coaching. Only the seller and who leads them read it."""

    view_permission: ClassVar[str] = "coaching.notes"

    kind = models.CharField(max_length=8, choices=NOTE_KINDS)
    skill = models.ForeignKey(Skill, null=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()

    objects: ClassVar[Any] = NoteQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["owner", "-at"], name="sales_coachingnote_owner")]


class CoachingPlan(Coached):
    """What a seller and their coach set out to do, until when. `author`: who chose it."""

    view_permission: ClassVar[str] = "coaching.view"

    title = models.CharField(max_length=120)
    skill = models.ForeignKey(Skill, null=True, on_delete=models.PROTECT, related_name="+")
    to_level = models.PositiveSmallIntegerField(null=True)
    due_on = models.DateField(null=True)
    state = models.CharField(max_length=8, choices=PLAN_STATES, default="open")
    closed_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = CoachedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["owner", "state"], name="sales_coachingplan_owner")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None) | (~Q(state="open") & Q(closed_at__isnull=False)),
                name="sales_coachingplan_closed",
            )
        ]

    def __str__(self) -> str:
        return self.title


class PlanGoal(models.Model):
    """One thing to do in a plan."""

    plan = models.ForeignKey(CoachingPlan, on_delete=models.CASCADE, related_name="goals")
    text = models.CharField(max_length=200)
    due_on = models.DateField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class LearningItem(models.Model):
    """Something to read or watch, for whoever loses on an objection or is short of a skill.

    A file hangs on it as on any record.
    """

    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=4, choices=LEARNING_KINDS)
    url = models.URLField(max_length=500, blank=True)
    text = models.TextField(blank=True)
    objection = models.CharField(max_length=16, choices=Objection.choices, blank=True, default="")
    skill = models.ForeignKey(Skill, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = SharedQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title


class LearningDone(Scoped):
    """That a seller worked through an item."""

    view_permission: ClassVar[str] = "coaching.view"

    item = models.ForeignKey(LearningItem, on_delete=models.CASCADE, related_name="done")
    at = models.DateTimeField()

    objects: ClassVar[Any] = CoachedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "owner"], name="sales_learningdone_once")]

"""Coaching plans with their goals, and what sellers worked through."""

from datetime import date, datetime
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.ledger.facts import Fact
from isthmus.sales.commands.coaching import credit_of, need_skill
from isthmus.sales.models import CoachingPlan, LearningDone, LearningItem, PlanGoal
from isthmus.sales.skills.reach import need_coached

MOST_GOALS = 20


class PlanClosed(Refusal):
    """A plan that ended is worked on after it is opened again."""


class GoalStands(Refusal):
    """A goal is done, or open, already."""


class WorkedThroughAlready(Refusal):
    """Each item is worked through once."""


@command(
    permission="coaching.give",
    label=gettext_lazy("Make a coaching plan"),
    trade="sales",
    undo="close_coaching_plan",
    undo_arguments=lambda plan, _: {"plan_id": plan.pk, "state": "dropped"},
)
def make_coaching_plan(
    *,
    seller_id: int,
    title: str,
    by: Actor,
    at: datetime,
    goals: list[dict[str, Any]] | None = None,
    skill_id: int | None = None,
    to_level: int | None = None,
    due_on: date | None = None,
) -> CoachingPlan:
    """Set out what a seller will work on, until when, with its goals; as their coach, or for oneself."""
    seller = need_coached(seller_id, by, "coaching.give")
    if not title.strip():
        raise InvalidInput({"title": _("Say what the plan is to bring.")})
    skill = need_skill(skill_id, seller) if skill_id is not None else None
    if to_level is not None and (skill is None or not 1 <= to_level <= len(skill.levels)):
        raise InvalidInput({"to_level": _("Name the skill, and one of its levels.")})
    plan = CoachingPlan.objects.create(
        owner=seller,
        team_id=seller.team_id,
        territory_id=seller.territory_id,
        author_id=by.id,
        title=title.strip()[:120],
        skill=skill,
        to_level=to_level,
        due_on=due_on,
        at=at,
    )
    if len(goals or ()) > MOST_GOALS:
        raise InvalidInput({"goals": _("A plan has at most %(most)s goals.") % {"most": MOST_GOALS}})
    PlanGoal.objects.bulk_create(_goal(plan, one.get("text"), one.get("due_on")) for one in goals or ())
    _tell("coaching.planned", plan, at, by, skill_id=skill_id, own=plan.is_own)
    return plan


@command(
    permission="coaching.give",
    label=gettext_lazy("End a coaching plan"),
    trade="sales",
    undo="reopen_coaching_plan",
)
def close_coaching_plan(
    *, plan_id: int, by: Actor, at: datetime, state: Literal["done", "dropped"] = "done"
) -> CoachingPlan:
    """End a plan: it is done, or called off."""
    plan = _plan(plan_id, by, open_only=True)
    plan.state, plan.closed_at = state, at
    plan.save(update_fields=["state", "closed_at"])
    _tell("coaching.plan_closed", plan, at, by, state=state)
    return plan


@command(
    permission="coaching.give",
    label=gettext_lazy("Open a coaching plan again"),
    trade="sales",
    undo="close_coaching_plan",
)
def reopen_coaching_plan(*, plan_id: int, by: Actor, at: datetime) -> CoachingPlan:
    """Go on with a plan that ended."""
    plan = _plan(plan_id, by)
    if plan.state == "open":
        raise PlanClosed(_("This plan is running already."))
    plan.state, plan.closed_at = "open", None
    plan.save(update_fields=["state", "closed_at"])
    _tell("coaching.plan_reopened", plan, at, by)
    return plan


@command(
    permission="coaching.give",
    label=gettext_lazy("Add a goal to a plan"),
    trade="sales",
    undo="remove_plan_goal",
    undo_arguments=lambda goal, _: {"goal_id": goal.pk},
)
def add_plan_goal(
    *, plan_id: int, text: str, by: Actor, at: datetime, due_on: date | None = None
) -> PlanGoal:
    """Add one thing to do to a running plan."""
    plan = _plan(plan_id, by, open_only=True)
    if plan.goals.count() >= MOST_GOALS:
        raise InvalidInput({"text": _("A plan has at most %(most)s goals.") % {"most": MOST_GOALS}})
    goal = _goal(plan, text, due_on)
    goal.save()
    _tell("coaching.goal_added", plan, at, by, goal_id=goal.pk)
    return goal


@command(permission="coaching.give", label=gettext_lazy("Remove a goal"), trade="sales")
def remove_plan_goal(*, goal_id: int, by: Actor, at: datetime) -> dict[str, Any]:
    """Take a goal out of a running plan that was a mistake."""
    goal, plan = _goal_of(goal_id, by)
    goal.delete()
    _tell("coaching.goal_removed", plan, at, by, goal_id=goal_id)
    return {"goal_id": goal_id}


@command(
    permission="coaching.give", label=gettext_lazy("Tick a goal off"), trade="sales", undo="reopen_plan_goal"
)
def finish_plan_goal(*, goal_id: int, by: Actor, at: datetime) -> PlanGoal:
    """Say that a goal is done."""
    goal, plan = _goal_of(goal_id, by)
    if goal.done_at is not None:
        raise GoalStands(_("This goal is done already."))
    goal.done_at = at
    goal.save(update_fields=["done_at"])
    _tell("coaching.goal_done", plan, at, by, goal_id=goal_id)
    return goal


@command(
    permission="coaching.give",
    label=gettext_lazy("Open a goal again"),
    trade="sales",
    undo="finish_plan_goal",
)
def reopen_plan_goal(*, goal_id: int, by: Actor, at: datetime) -> PlanGoal:
    """Say that a goal is not done after all."""
    goal, plan = _goal_of(goal_id, by)
    if goal.done_at is None:
        raise GoalStands(_("This goal is open already."))
    goal.done_at = None
    goal.save(update_fields=["done_at"])
    _tell("coaching.goal_reopened", plan, at, by, goal_id=goal_id)
    return goal


@command(
    permission="coaching.give",
    label=gettext_lazy("Mark as worked through"),
    trade="sales",
    undo="take_back_learning",
)
def finish_learning(*, item_id: int, by: Actor, at: datetime, seller_id: int | None = None) -> LearningDone:
    """Say that one worked through a learning item, or that a seller whom one coaches did."""
    seller = need_coached(seller_id if seller_id is not None else by.id or 0, by, "coaching.give")
    item = LearningItem.objects.visible_to(by).filter(pk=item_id).first()
    if item is None:
        raise NotFound(_("There is no such learning item."))
    if LearningDone.objects.filter(item=item, owner=seller).exists():
        raise WorkedThroughAlready(_("This was worked through already."))
    columns = {"team_id": seller.team_id, "territory_id": seller.territory_id}
    done = LearningDone.objects.create(item=item, owner=seller, at=at, **columns)
    key = f"learning:{item.pk}:{seller.pk}"
    ledger.record(
        Fact(
            kind="learning.done",
            at=at,
            natural_key=key,
            props={"learning_item_id": item.pk},
            **credit_of(seller),
        ),
        by=by,
    )
    return done


@command(permission="coaching.give", label=gettext_lazy("Not worked through after all"), trade="sales")
def take_back_learning(
    *, item_id: int, by: Actor, at: datetime, seller_id: int | None = None
) -> dict[str, Any]:
    """Say that a learning item is still to be worked through."""
    seller = need_coached(seller_id if seller_id is not None else by.id or 0, by, "coaching.give")
    if not LearningDone.objects.filter(item_id=item_id, owner=seller).delete()[0]:
        raise NotFound(_("This was not worked through."))
    key = f"learning:{item_id}:{seller.pk}"
    ledger.retract(natural_key=key, by=by, at=at, reason="learning taken back")
    told = {"learning_item_id": item_id}
    ledger.record(Fact(kind="learning.taken_back", at=at, props=told, **credit_of(seller)), by=by)
    return told


def _plan(number: int, by: Actor, *, open_only: bool = False) -> CoachingPlan:
    rows = CoachingPlan.objects.visible_to(by, "coaching.give").select_for_update(of=("self",))
    plan: CoachingPlan | None = rows.select_related("owner").filter(pk=number).first()
    if plan is None:
        raise NotFound(_("There is no such plan, or your role does not reach it."))
    if open_only and plan.state != "open":
        raise PlanClosed(_("This plan has ended. Open it again first."))
    return plan


def _goal_of(number: int, by: Actor) -> tuple[PlanGoal, CoachingPlan]:
    goal = PlanGoal.objects.filter(pk=number).first()
    if goal is None:
        raise NotFound(_("There is no such goal, or your role does not reach it."))
    return goal, _plan(goal.plan_id, by, open_only=True)


def _goal(plan: CoachingPlan, text: Any, due_on: Any) -> PlanGoal:
    said = str(text or "").strip()
    if not said:
        raise InvalidInput({"text": _("Say what is to be done.")})
    try:
        day = date.fromisoformat(due_on) if isinstance(due_on, str) and due_on else due_on or None
    except ValueError:
        raise InvalidInput({"due_on": _("Write the day like 2026-11-30.")}) from None
    return PlanGoal(plan=plan, text=said[:200], due_on=day)


def _tell(kind: str, plan: CoachingPlan, at: datetime, by: Actor, **told: Any) -> None:
    columns: dict[str, Any] = {"owner": plan.owner_id, "team": plan.team_id, "territory": plan.territory_id}
    props = {name: value for name, value in {"plan_id": plan.pk, **told}.items() if value is not None}
    ledger.record(Fact(kind=kind, at=at, props=props, **columns), by=by)

"""Coaching plans: made, worked on, ended and opened again; and what sellers worked through."""

from datetime import date

import pytest

from isthmus.core import commands
from isthmus.core.actors import SYSTEM
from isthmus.core.refusals import InvalidInput, NotFound
from isthmus.ledger.models import InboxFact
from isthmus.sales.commands import (
    add_learning_item,
    add_plan_goal,
    add_skill,
    close_coaching_plan,
    finish_learning,
    finish_plan_goal,
    make_coaching_plan,
)
from isthmus.sales.commands.plans import GoalStands, PlanClosed, WorkedThroughAlready
from isthmus.sales.models import CoachingPlan, LearningDone, PlanGoal
from isthmus.workspace.actors import actor_for
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
AT = {"at": MONDAY_NOON}


@pytest.fixture
def plan(rita, sam):
    levels = [{"name": "Learning"}, {"name": "Able"}]
    skill = add_skill(name="Discovery", levels=levels, by=SYSTEM, **AT)
    goals = [{"text": "Two calls together", "due_on": "2026-03-13"}, {"text": "Read the price paper"}]
    return make_coaching_plan(
        seller_id=rita.pk, title="Ask before pitching", goals=goals, skill_id=skill.pk, to_level=2,
        due_on=date(2026, 4, 30), by=actor_for(sam), **AT,
    )  # fmt: skip


def test_a_plan_has_its_goals_with_their_days(plan, rita):
    assert [(one.text, one.due_on) for one in plan.goals.all()] == [
        ("Two calls together", date(2026, 3, 13)),
        ("Read the price paper", None),
    ]
    assert (plan.state, plan.is_own) == ("open", False)
    fact = InboxFact.objects.get(kind="coaching.planned")
    assert fact.owner == rita.pk
    assert "pitching" not in str(vars(fact))


def test_a_seller_may_plan_for_themself_and_ticks_goals_off(plan, rita):
    own = make_coaching_plan(seller_id=rita.pk, title="Mornings for calls", by=actor_for(rita), **AT)
    goal = plan.goals.first()
    finish_plan_goal(goal_id=goal.pk, by=actor_for(rita), **AT)

    assert own.is_own
    assert PlanGoal.objects.get(pk=goal.pk).done_at == MONDAY_NOON
    with pytest.raises(GoalStands):
        finish_plan_goal(goal_id=goal.pk, by=actor_for(rita), **AT)


def test_each_act_on_a_plan_is_undone(plan, sam):
    by = actor_for(sam)
    goal = plan.goals.first()
    for name, given, look, done, before in (
        ("finish_plan_goal", {"goal_id": goal.pk}, lambda: plan.goals.first().done_at, MONDAY_NOON, None),
        ("add_plan_goal", {"plan_id": plan.pk, "text": "More"}, lambda: plan.goals.count(), 3, 2),
        (
            "close_coaching_plan",
            {"plan_id": plan.pk},
            lambda: CoachingPlan.objects.get().state,
            "done",
            "open",
        ),
    ):
        ran = commands.run(name, given, by=by, **AT)
        assert look() == done
        commands.undo(ran.batch, by=by, **AT)
        assert look() == before


def test_undo_of_making_a_plan_calls_it_off(rita, sam):
    given = {"seller_id": rita.pk, "title": "Too much"}
    done = commands.run("make_coaching_plan", given, by=actor_for(sam), **AT)
    commands.undo(done.batch, by=actor_for(sam), **AT)

    assert CoachingPlan.objects.get().state == "dropped"


def test_a_plan_that_ended_is_not_worked_on(plan, sam):
    close_coaching_plan(plan_id=plan.pk, by=actor_for(sam), **AT)

    with pytest.raises(PlanClosed):
        add_plan_goal(plan_id=plan.pk, text="Late", by=actor_for(sam), **AT)


def test_plans_of_others_are_not_reached(plan, olga, rita):
    with pytest.raises(NotFound):
        close_coaching_plan(plan_id=plan.pk, by=actor_for(olga), **AT)
    assert CoachingPlan.objects.visible_to(actor_for(rita)).count() == 1
    assert not CoachingPlan.objects.visible_to(actor_for(olga)).exists()


@pytest.mark.parametrize(
    "wrong", [{"title": ""}, {"to_level": 2}, {"goals": [{"text": ""}]}, {"skill_id": 99}]
)
def test_a_plan_without_words_or_with_what_is_not_there_is_refused(rita, sam, wrong):
    with pytest.raises(InvalidInput):
        make_coaching_plan(**{"seller_id": rita.pk, "title": "x", **wrong}, by=actor_for(sam), **AT)


def test_an_item_is_worked_through_once_and_that_is_taken_back(rita):
    item = add_learning_item(title="Price", text="Ask why", objection="price", by=SYSTEM, **AT)
    done = commands.run("finish_learning", {"item_id": item.pk}, by=actor_for(rita), **AT)
    with pytest.raises(WorkedThroughAlready):
        finish_learning(item_id=item.pk, by=actor_for(rita), **AT)
    commands.undo(done.batch, by=actor_for(rita), **AT)

    assert not LearningDone.objects.exists()
    finish_learning(item_id=item.pk, by=actor_for(rita), **AT)

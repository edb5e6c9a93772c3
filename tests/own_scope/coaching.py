"""What belongs to the coaching of one seller."""

from typing import Any

from isthmus.core.actors import SYSTEM
from isthmus.sales.commands import (
    add_learning_item,
    add_scorecard,
    add_skill,
    assess_skill,
    fill_scorecard,
    finish_learning,
    log_activity,
    make_coaching_plan,
    write_coaching_note,
)
from isthmus.sales.models import LearningItem, Scorecard, Skill
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User
from tests.cast import MONDAY_NOON

LEVELS = [{"name": "Learning"}, {"name": "Able"}, {"name": "Strong"}]


def make_coaching(seller: User, deal: Any, words: str) -> dict[str, Any]:
    """An assessment, a scored call, a note, a plan with a goal and an item worked through."""
    by = actor_for(User.objects.get(pk=seller.pk))
    at = MONDAY_NOON
    skill = Skill.objects.first() or add_skill(name="Discovery", levels=LEVELS, by=SYSTEM, at=at)
    questions = [{"text": "Did they ask?", "skill_id": skill.pk}]
    scorecard = Scorecard.objects.first() or add_scorecard(
        name="Call", kind="call", questions=questions, by=SYSTEM, at=at
    )
    item = LearningItem.objects.first() or add_learning_item(title="Price", text="Ask why", by=SYSTEM, at=at)
    call = log_activity(kind="call", deal_id=deal.pk, text=words, by=by, at=at)
    marks = {str(scorecard.questions.get().pk): 2}
    plan = make_coaching_plan(seller_id=seller.pk, title=words, goals=[{"text": words}], by=by, at=at)
    finish_learning(item_id=item.pk, by=by, at=at)
    return {
        "skill": skill,
        "scorecard": scorecard,
        "learning": item,
        "call": call,
        "assessment": assess_skill(seller_id=seller.pk, skill_id=skill.pk, level=2, why=words, by=by, at=at),
        "card": fill_scorecard(
            activity_id=call.pk, scorecard_id=scorecard.pk, marks=marks, comment=words, by=by, at=at
        ),
        "note": write_coaching_note(seller_id=seller.pk, text=words, by=by, at=at),
        "plan": plan,
        "goal": plan.goals.get(),
    }

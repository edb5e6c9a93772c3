"""Skills, scorecards and learning items: what coaching works with, and what retires."""

import pytest

from isthmus.core import commands
from isthmus.core.actors import SYSTEM
from isthmus.core.refusals import InvalidInput, NotPermitted
from isthmus.ledger.models import InboxFact
from isthmus.sales.commands import (
    add_learning_item,
    add_scorecard,
    add_skill,
    assess_skill,
    bring_back_skill,
    edit_skill,
    retire_skill,
)
from isthmus.sales.commands.skills import AlreadyRetired, LevelInUse, SkillExists
from isthmus.sales.models import LearningItem, Scorecard, Skill
from isthmus.workspace.actors import actor_for
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
LEVELS = [
    {"name": "Learning", "text": "Recites features"},
    {"name": "Able", "text": "Asks before answering"},
    {"name": "Strong", "text": "Finds the need behind it"},
]
AT = {"at": MONDAY_NOON}


@pytest.fixture
def discovery(company):
    return add_skill(name="Discovery", levels=LEVELS, by=SYSTEM, **AT)


def test_a_skill_has_its_levels_in_words_and_a_level_that_is_expected(discovery):
    assert (discovery.role, discovery.expected) == ("seller", 2)
    assert [discovery.level_name(level) for level in (1, 3, 9)] == ["Learning", "Strong", "9"]
    assert InboxFact.objects.filter(kind="skill.added").count() == 1


def test_two_skills_of_a_role_have_two_names_but_each_role_has_its_own(discovery):
    with pytest.raises(SkillExists):
        add_skill(name="Discovery", levels=LEVELS, by=SYSTEM, **AT)

    assert add_skill(name="Discovery", role="manager", levels=LEVELS, by=SYSTEM, **AT).pk


@pytest.mark.parametrize(
    "wrong",
    [
        {"levels": LEVELS[:1]},
        {"levels": [{"name": ""}, {"name": "Able"}]},
        {"expected": 4},
        {"name": "  "},
    ],
)
def test_a_skill_without_words_or_with_a_level_that_is_not_there_is_refused(company, wrong):
    with pytest.raises(InvalidInput):
        add_skill(**{"name": "Rapport", "levels": LEVELS, **wrong}, by=SYSTEM, **AT)


def test_a_level_on_which_somebody_stands_is_worded_anew_but_not_taken_away(discovery, rita):
    assess_skill(seller_id=rita.pk, skill_id=discovery.pk, level=3, by=SYSTEM, **AT)
    with pytest.raises(LevelInUse):
        edit_skill(skill_id=discovery.pk, levels=LEVELS[:2], by=SYSTEM, **AT)

    edit_skill(skill_id=discovery.pk, levels=[*LEVELS[:2], {"name": "Master"}], by=SYSTEM, **AT)

    assert Skill.objects.get().level_name(3) == "Master"


def test_undo_of_a_change_puts_the_words_back(discovery):
    done = commands.run("edit_skill", {"skill_id": discovery.pk, "name": "Listening"}, by=SYSTEM, **AT)
    assert Skill.objects.get().name == "Listening"
    commands.undo(done.batch, by=SYSTEM, **AT)

    assert Skill.objects.get().name == "Discovery"


def test_a_retired_skill_comes_back_once(discovery):
    retire_skill(skill_id=discovery.pk, by=SYSTEM, **AT)
    with pytest.raises(AlreadyRetired, match="out of use"):
        retire_skill(skill_id=discovery.pk, by=SYSTEM, **AT)

    bring_back_skill(skill_id=discovery.pk, by=SYSTEM, **AT)
    assert Skill.objects.get().retired_at is None


def test_a_scorecard_asks_in_order_and_its_undo_retires_it(discovery):
    questions = [{"text": "Asked why now?", "skill_id": discovery.pk}, {"text": "Agreed the next step?"}]
    given = {"name": "First call", "kind": "call", "questions": questions}
    done = commands.run("add_scorecard", given, by=SYSTEM, **AT)

    card = Scorecard.objects.get()
    assert [(one.text, one.skill_id) for one in card.questions.all()] == [
        ("Asked why now?", discovery.pk),
        ("Agreed the next step?", None),
    ]
    commands.undo(done.batch, by=SYSTEM, **AT)
    assert Scorecard.objects.get().retired_at == MONDAY_NOON


@pytest.mark.parametrize("questions", [[], [{"text": ""}], [{"text": "x", "skill_id": 99}]])
def test_a_scorecard_without_words_or_with_a_skill_that_is_not_there_is_refused(company, questions):
    with pytest.raises(InvalidInput):
        add_scorecard(name="x", kind="call", questions=questions, by=SYSTEM, **AT)


def test_a_learning_item_is_a_link_a_text_or_a_file_for_an_objection(discovery):
    link = {"title": "Holding the price", "kind": "link", "url": "https://example.com/price"}
    item = add_learning_item(**link, objection="price", skill_id=discovery.pk, by=SYSTEM, **AT)

    assert (item.objection, item.skill_id) == ("price", discovery.pk)
    for wrong in ({"kind": "link", "url": "javascript:alert(1)"}, {"kind": "text", "text": ""}):
        with pytest.raises(InvalidInput):
            add_learning_item(title="x", **wrong, by=SYSTEM, **AT)


def test_undo_of_a_changed_learning_item_puts_it_back(company):
    item = add_learning_item(title="Price", text="Ask why", by=SYSTEM, **AT)
    done = commands.run("edit_learning_item", {"item_id": item.pk, "text": "Wait"}, by=SYSTEM, **AT)
    commands.undo(done.batch, by=SYSTEM, **AT)

    assert LearningItem.objects.get().text == "Ask why"


def test_a_manager_changes_skills_and_nobody_else_does(discovery, sam, rita, mia, ada):
    edit_skill(skill_id=discovery.pk, about="To ask", by=actor_for(sam), **AT)

    for user in (rita, mia, ada):
        with pytest.raises(NotPermitted):
            retire_skill(skill_id=discovery.pk, by=actor_for(user), **AT)
    for user, sees in ((rita, 1), (sam, 1), (mia, 0), (ada, 0)):
        assert Skill.objects.visible_to(actor_for(user)).count() == sees

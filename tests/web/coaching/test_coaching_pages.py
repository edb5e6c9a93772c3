"""The pages of coaching, as each role finds them."""

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.sales.commands import assess_skill, lose_deal, make_coaching_plan, write_coaching_note
from isthmus.sales.models import Assessment, CoachingNote, CoachingPlan, FilledCard, LearningDone, Skill
from isthmus.workspace.actors import actor_for

pytestmark = pytest.mark.django_db


def test_a_manager_sees_the_matrix_with_levels_in_words_and_what_waits(world, opened, rita, sam):
    assess_skill(seller_id=rita.pk, skill_id=world.skill.pk, level=1, by=actor_for(sam), at=now())
    make_coaching_plan(
        seller_id=rita.pk, title="Ask first", due_on=now().date().replace(year=2020), by=SYSTEM, at=now()
    )

    status, text = opened(sam, "/coaching/")
    assert status == 200
    assert "Discovery needs help most: 1 of 1 are below what is expected" in text
    assert "Learning" in text
    assert "below expected" in text
    assert "Plan “Ask first” was due on" in text
    assert "Olga" not in text


def test_each_role_comes_where_it_belongs(world, opened, client, rita, sam, olga, mia, ada, admin):
    client.force_login(rita)
    assert client.get("/coaching/").headers["Location"] == f"/coaching/{rita.pk}/"

    pages = (
        "/coaching/",
        "/coaching/ramp/",
        "/coaching/effect/",
        "/coaching/setup/",
        f"/coaching/{rita.pk}/",
    )
    found = {user.role: [opened(user, page)[0] for page in pages] for user in (sam, admin, mia, ada, rita)}
    assert found == {
        "manager": [200] * 5,
        "admin": [200] * 5,
        "marketer": [403] * 5,
        "analyst": [403] * 5,
        "seller": [302, 403, 403, 403, 200],
    }
    assert opened(olga, f"/coaching/{rita.pk}/")[0] == 404


def test_notes_stand_on_the_page_for_the_seller_and_who_leads_them_alone(world, opened, rita, sam, admin):
    write_coaching_note(seller_id=rita.pk, text="Breathe out", kind="session", by=actor_for(sam), at=now())

    read = {
        user.role: "Breathe out" in opened(user, f"/coaching/{rita.pk}/")[1] for user in (rita, sam, admin)
    }
    assert read == {"seller": True, "manager": True, "admin": False}


def test_a_call_is_scored_from_the_timeline_and_the_matrix_knows(world, opened, client, rita, sam):
    address = f"/coaching/score/{world.call.pk}/"
    assert address in opened(sam, f"/deals/{world.deal.pk}/")[1]
    assert "They paused" in opened(sam, address)[1]

    first, second = world.scorecard.questions.all()
    form = {f"question_{first.pk}": "1", f"question_{second.pk}": "", "comment": "Let them talk"}
    answer = client.post(address, form)

    assert answer.headers["Location"] == f"/coaching/{rita.pk}/"
    card = FilledCard.objects.get()
    assert (card.points, card.most, card.comment) == (1, 2, "Let them talk")
    text = opened(sam, f"/coaching/{rita.pk}/")[1]
    assert "50%" in text
    assert "Let them talk" in text


def test_a_call_without_a_scorecard_says_what_to_do(world, opened, sam, rita):
    from isthmus.sales.commands import retire_scorecard

    retire_scorecard(scorecard_id=world.scorecard.pk, by=SYSTEM, at=now())
    for user, way in ((sam, "/coaching/setup/"), (rita, f"/coaching/{rita.pk}/")):
        text = opened(user, f"/coaching/score/{world.call.pk}/")[1]
        assert "No scorecard yet" in text
        assert way in text


def test_others_do_not_find_the_way_to_scoring(world, opened, admin, mia):
    assert "/coaching/score/" not in opened(mia, f"/deals/{world.deal.pk}/")[1]
    assert "/coaching/score/" in opened(admin, f"/deals/{world.deal.pk}/")[1]


def test_assessing_noting_and_planning_by_their_forms(world, client, rita, sam):
    client.force_login(sam)
    base = f"/coaching/{rita.pk}"
    assert "Recites features" in client.get(f"{base}/assess/?skill={world.skill.pk}").content.decode()
    client.post(f"{base}/assess/", {"skill_id": world.skill.pk, "level": "2", "why": "Two calls"})
    client.post(f"{base}/note/", {"kind": "session", "text": "Talked about silence"})
    goals = "2026-12-01 Two calls together\nRead the paper"
    client.post(f"{base}/plan/", {"title": "Ask first", "skill_id": world.skill.pk, "goals": goals})

    assert Assessment.objects.get().level == 2
    assert CoachingNote.objects.get().kind == "session"
    plan = CoachingPlan.objects.get()
    assert [(one.text, str(one.due_on)) for one in plan.goals.all()] == [
        ("Two calls together", "2026-12-01"),
        ("Read the paper", "None"),
    ]
    client.post(f"/coaching/goals/{plan.goals.first().pk}/done/")
    client.post(f"/coaching/plans/{plan.pk}/done/")
    plan.refresh_from_db()
    assert plan.goals.first().done_at is not None
    assert plan.state == "done"


def test_objections_that_deals_are_lost_on_stand_with_what_to_learn(world, opened, client, rita):
    lose_deal(deal_id=world.deal.pk, reason="price", by=SYSTEM, at=now())

    text = opened(rita, f"/coaching/{rita.pk}/")[1]
    assert "Too few deals were decided to tell this seller from the team" in text
    assert "too few to tell" in text
    assert "Line 2" in text
    assert "Holding the price" in text
    client.post(f"/coaching/learning/{world.item.pk}/done/")
    assert LearningDone.objects.get().owner == rita
    assert "You worked through this" in opened(rita, f"/coaching/learning/{world.item.pk}/")[1]


def test_skills_scorecards_and_items_are_set_up_in_the_browser(world, client, sam):
    client.force_login(sam)
    levels = "Learning: listens\nAble: asks"
    client.post(
        "/coaching/setup/skills/new/",
        {"name": "Rapport", "role": "seller", "levels": levels, "expected": "2"},
    )
    client.post(
        "/coaching/setup/scorecards/new/",
        {"name": "Offer", "kind": "meeting", "questions": "Named them? | Rapport\nDate set?"},
    )
    client.post("/coaching/setup/learning/new/", {"title": "Names", "kind": "text", "text": "Use them"})

    skill = Skill.objects.get(name="Rapport")
    assert [one["text"] for one in skill.levels] == ["listens", "asks"]
    client.post(f"/coaching/setup/skills/{skill.pk}/", {"name": "Warmth", "levels": levels, "expected": "1"})
    client.post(f"/coaching/setup/skills/{world.skill.pk}/retire/")
    text = client.get("/coaching/setup/").content.decode()
    assert all(said in text for said in ("Warmth", "Named them?", "Names", "Bring back"))
    wrong = {"name": "x", "kind": "call", "questions": "Who? | Nobody"}
    assert client.post("/coaching/setup/scorecards/new/", wrong).status_code == 422


def test_before_anything_is_there_the_pages_say_what_to_do(opened, sam, rita, ledger_folder):
    assert "Describe what the role is to be able to do" in opened(sam, "/coaching/")[1]
    assert "No skills are described for this role" in opened(rita, f"/coaching/{rita.pk}/")[1]
    assert "It cannot be told whether coaching changed anything" in opened(sam, "/coaching/effect/")[1]
    assert "No skills yet" in opened(sam, "/coaching/setup/")[1]

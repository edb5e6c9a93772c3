"""Assessments, filled scorecards, notes: who writes them, who reads them, and what stays after an undo."""

import json

import pytest

from isthmus.core import commands
from isthmus.core.actors import SYSTEM, Scope
from isthmus.core.refusals import InvalidInput, NotFound, NotPermitted
from isthmus.ledger.models import InboxFact, Retraction
from isthmus.sales.commands import (
    add_scorecard,
    add_skill,
    assess_skill,
    fill_scorecard,
    log_activity,
    take_back_activity,
    take_back_assessment,
    take_back_coaching_note,
    write_coaching_note,
)
from isthmus.sales.commands.coaching import NotYours, TakenBackAlready
from isthmus.sales.models import Assessment, CoachingNote, FilledCard
from isthmus.workspace.actors import actor_for
from isthmus.workspace.commands import give_grant
from isthmus.workspace.models import Team, User
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
AT = {"at": MONDAY_NOON}


@pytest.fixture
def skill(company):
    levels = [{"name": "Learning"}, {"name": "Able"}, {"name": "Strong"}]
    return add_skill(name="Discovery", levels=levels, by=SYSTEM, **AT)


@pytest.fixture
def scorecard(skill):
    questions = [{"text": "Asked why now?", "skill_id": skill.pk}, {"text": "Next step?"}, {"text": "Price?"}]
    return add_scorecard(name="First call", kind="call", questions=questions, by=SYSTEM, **AT)


@pytest.fixture
def call(rita):
    from isthmus.leads.commands import capture_lead

    lead = capture_lead(
        full_name="Pat Prospect", email="pat@example.com", owner_id=rita.pk, team_id=rita.team_id,
        by=SYSTEM, **AT,
    )  # fmt: skip
    return log_activity(kind="call", lead_id=lead.pk, text="Hm", by=actor_for(rita), **AT)


def marks(scorecard, *given):
    numbers = scorecard.questions.values_list("pk", flat=True)
    return {str(pk): mark for pk, mark in zip(numbers, given, strict=False) if mark is not None}


class TestAssessing:
    def test_adds_to_the_history_and_says_no_words_to_the_ledger(self, skill, rita, sam):
        told = {"seller_id": rita.pk, "skill_id": skill.pk}
        assess_skill(**told, level=1, why="Talked over Pat", by=actor_for(sam), **AT)
        assess_skill(**told, level=2, by=actor_for(rita), **AT)

        rows = Assessment.objects.order_by("pk")
        assert [(one.level, one.is_own) for one in rows] == [(1, False), (2, True)]
        facts = InboxFact.objects.filter(kind="skill.assessed")
        assert {one.owner for one in facts} == {rita.pk}
        assert not any("Pat" in str(vars(one)) for one in facts)

    def test_is_taken_back_by_undo_and_stays_in_the_history(self, skill, rita, sam):
        given = {"seller_id": rita.pk, "skill_id": skill.pk, "level": 3}
        done = commands.run("assess_skill", given, by=actor_for(sam), **AT)
        commands.undo(done.batch, by=actor_for(sam), **AT)

        assert Assessment.objects.get().taken_back_at == MONDAY_NOON
        assert Retraction.objects.count() == 1
        with pytest.raises(TakenBackAlready):
            take_back_assessment(assessment_id=Assessment.objects.get().pk, by=actor_for(sam), **AT)

    def test_refuses_levels_that_are_not_there_and_sellers_of_others(self, skill, rita, sam, olga):
        for level in (0, 4):
            with pytest.raises(InvalidInput, match="from 1 to 3"):
                assess_skill(seller_id=rita.pk, skill_id=skill.pk, level=level, by=actor_for(sam), **AT)
        for by, seller in ((sam, olga), (rita, olga), (rita, sam)):
            with pytest.raises(NotFound, match="coach them"):
                assess_skill(seller_id=seller.pk, skill_id=skill.pk, level=1, by=actor_for(by), **AT)

    def test_by_the_coach_is_not_the_sellers_to_take_back(self, skill, rita, sam):
        one = assess_skill(seller_id=rita.pk, skill_id=skill.pk, level=1, by=actor_for(sam), **AT)

        with pytest.raises(NotYours):
            take_back_assessment(assessment_id=one.pk, by=actor_for(rita), **AT)


class TestScoring:
    def test_keeps_the_marks_and_adds_them_up(self, scorecard, call, sam):
        card = fill_scorecard(
            activity_id=call.pk, scorecard_id=scorecard.pk, marks=marks(scorecard, 2, 1), comment="Better",
            by=actor_for(sam), **AT,
        )  # fmt: skip

        assert (card.points, card.most, card.share, card.is_own) == (3, 4, 0.75, False)
        fact = InboxFact.objects.get(kind="scorecard.filled")
        assert (fact.subject, fact.lead_id, fact.owner) == (None, None, call.owner_id)
        assert json.loads(fact.props)["points"] == 3

    def test_is_open_to_the_seller_and_not_to_others(self, scorecard, call, rita, olga):
        given = {"activity_id": call.pk, "scorecard_id": scorecard.pk, "marks": marks(scorecard, 2)}
        assert fill_scorecard(**given, by=actor_for(rita), **AT).is_own

        with pytest.raises(NotFound):
            fill_scorecard(**given, by=actor_for(olga), **AT)

    @pytest.mark.parametrize("wrong", [{}, {"999": 1}, {"first": 3}])
    def test_refuses_marks_that_are_none(self, scorecard, call, rita, wrong):
        wrong = marks(scorecard, 3) if "first" in wrong else wrong
        with pytest.raises(InvalidInput):
            fill_scorecard(
                activity_id=call.pk, scorecard_id=scorecard.pk, marks=wrong, by=actor_for(rita), **AT
            )

    def test_outlives_the_call_that_was_taken_back(self, scorecard, call, rita):
        given = {"activity_id": call.pk, "scorecard_id": scorecard.pk, "marks": marks(scorecard, 2)}
        fill_scorecard(**given, by=actor_for(rita), **AT)
        take_back_activity(activity_id=call.pk, by=actor_for(rita), **AT)

        assert FilledCard.objects.get().activity is None


class TestNotes:
    def test_are_read_by_the_seller_and_who_leads_them_and_by_nobody_else(
        self, rita, sam, olga, mia, ada, admin, inbound
    ):
        write_coaching_note(seller_id=rita.pk, text="Slow down", kind="session", by=actor_for(sam), **AT)
        peer = User.objects.create_user("peer@example.com", name="Peer", role="seller", team=inbound)
        above = User.objects.create_user(
            "boss@example.com", name="Boss", role="manager", team=Team.objects.create(name="All of sales")
        )
        inbound.parent = above.team
        inbound.save()

        readers = {
            user.name: CoachingNote.objects.visible_to(actor_for(user)).count()
            for user in (rita, sam, olga, mia, ada, admin, peer, above)
        }
        assert {name for name, sees in readers.items() if sees} == {rita.name, sam.name, "Boss"}

    def test_about_a_manager_are_not_read_by_a_manager_beside_them(self, sam, inbound):
        beside = User.objects.create_user("bea@example.com", name="Bea", role="manager", team=inbound)
        write_coaching_note(seller_id=sam.pk, text="Delegate", by=SYSTEM, **AT)

        assert not CoachingNote.objects.visible_to(actor_for(beside)).exists()

    def test_about_a_seller_without_a_team_are_the_administrators(self, rita, admin):
        rita.team = None
        rita.save()
        write_coaching_note(seller_id=rita.pk, text="Slow down", by=actor_for(admin), **AT)

        assert CoachingNote.objects.visible_to(actor_for(admin)).count() == 1

    def test_an_analyst_reads_none_even_with_the_right_to_all(self, rita, sam, ada):
        write_coaching_note(seller_id=rita.pk, text="Slow down", by=actor_for(sam), **AT)
        give_grant(user_id=ada.pk, permission="coaching.notes", scope=Scope.ALL, by=SYSTEM, **AT)

        assert not CoachingNote.objects.visible_to(actor_for(User.objects.get(pk=ada.pk))).exists()

    def test_leave_no_words_in_the_ledger_nor_after_an_undo(self, rita, sam):
        given = {"seller_id": rita.pk, "text": "Quavering voice", "kind": "session"}
        done = commands.run("write_coaching_note", given, by=actor_for(sam), **AT)
        fact = InboxFact.objects.get(kind="coaching.given")
        assert "Quavering" not in str(vars(fact))

        commands.undo(done.batch, by=actor_for(sam), **AT)
        assert CoachingNote.objects.get().text == ""

    def test_of_a_conversation_are_written_by_the_coach(self, rita, mia):
        with pytest.raises(InvalidInput, match="by the coach"):
            write_coaching_note(seller_id=rita.pk, text="x", kind="session", by=actor_for(rita), **AT)
        assert write_coaching_note(seller_id=rita.pk, text="x", by=actor_for(rita), **AT).is_own
        with pytest.raises(NotPermitted):
            write_coaching_note(seller_id=rita.pk, text="x", by=actor_for(mia), **AT)

    def test_of_the_coach_stay_when_the_seller_would_take_them_back(self, rita, sam):
        note = write_coaching_note(seller_id=rita.pk, text="Slow down", by=actor_for(sam), **AT)

        with pytest.raises(NotYours):
            take_back_coaching_note(note_id=note.pk, by=actor_for(rita), **AT)

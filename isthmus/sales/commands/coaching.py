"""Coaching one seller: assessments, filled scorecards, notes. What is private stays out of the ledger."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.commands import bulk_call, command, only
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.ledger.facts import Fact
from isthmus.sales.changing import Row
from isthmus.sales.models import (
    Activity,
    Assessment,
    CardMark,
    CoachingNote,
    FilledCard,
    Scorecard,
    Skill,
)
from isthmus.sales.skills.reach import need_coached


class NotYours(Refusal):
    """What somebody wrote is taken back by them, or by whoever leads the seller."""


class TakenBackAlready(Refusal):
    """It was taken back before."""


def assess_skills(*, rows: Sequence[Row], by: Actor) -> list[Any]:
    """Bulk form of `assess_skill`; a row may bring its `author_id` where the system writes."""
    return bulk_call("assess_skill", "coaching.give", rows, by, lambda chunk: _assess(chunk, by))


@command(
    permission="coaching.give",
    label=gettext_lazy("Assess a skill"),
    trade="sales",
    undo="take_back_assessment",
    undo_arguments=lambda assessment, _: {"assessment_id": assessment.pk},
    bulk=assess_skills,
)
def assess_skill(
    *, seller_id: int, skill_id: int, level: int, by: Actor, at: datetime, why: str = ""
) -> Assessment:
    """Say on which level somebody is with a skill, and why: as their coach, or of oneself."""
    row = {key: value for key, value in locals().items() if key != "by"}
    made: Assessment = only(assess_skills(rows=[row], by=by))
    return made


@command(permission="coaching.give", label=gettext_lazy("Take an assessment back"), trade="sales")
def take_back_assessment(*, assessment_id: int, by: Actor, at: datetime) -> dict[str, Any]:
    """Let an assessment not count that was a mistake. It stays in the history as taken back."""
    row = _own_or_led(Assessment, assessment_id, by, "coaching.give")
    ledger.retract(natural_key=f"assessment:{row.pk}", by=by, at=at, reason="assessment taken back")
    told = {"assessment_id": row.pk, "skill_id": row.skill_id}
    return _taken_back(row, "skill.assessment_taken_back", told, by, at)


@command(
    permission="coaching.give",
    label=gettext_lazy("Score a call or meeting"),
    trade="sales",
    undo="take_back_card",
    undo_arguments=lambda card, _: {"card_id": card.pk},
)
def fill_scorecard(
    *,
    activity_id: int,
    scorecard_id: int,
    marks: dict[str, int],
    by: Actor,
    at: datetime,
    comment: str = "",
) -> FilledCard:
    """Fill in a scorecard for a logged call or meeting: by question 2 (yes), 1 (partly) or 0 (no).

    A question that did not apply is left out. The seller may score their own.
    """
    activity = _scored_activity(activity_id, by)
    scorecard = Scorecard.objects.filter(pk=scorecard_id, kind=activity.kind, retired_at=None).first()
    if scorecard is None:
        raise NotFound(_("There is no such scorecard for this kind of activity."))
    answers = _answers(scorecard, marks)
    seller = activity.owner
    card = FilledCard.objects.create(
        **_credit(seller, by, at),
        scorecard=scorecard,
        activity=activity,
        kind=activity.kind,
        happened_at=activity.at,
        points=sum(answers.values()),
        most=2 * len(answers),
        comment=comment.strip(),
    )
    CardMark.objects.bulk_create(
        CardMark(card=card, question_id=number, mark=mark) for number, mark in answers.items()
    )
    told = {"card_id": card.pk, "scorecard_id": scorecard.pk, "activity_kind": activity.kind}
    told |= {"points": card.points, "most": card.most, "own": card.is_own}
    ledger.record(_fact("scorecard.filled", card, f"card:{card.pk}", told), by=by)
    return card


@command(permission="coaching.give", label=gettext_lazy("Take a score back"), trade="sales")
def take_back_card(*, card_id: int, by: Actor, at: datetime) -> dict[str, Any]:
    """Let a filled scorecard not count that was a mistake."""
    row = _own_or_led(FilledCard, card_id, by, "coaching.give")
    ledger.retract(natural_key=f"card:{row.pk}", by=by, at=at, reason="card taken back")
    return _taken_back(row, "scorecard.taken_back", {"card_id": row.pk}, by, at)


@command(
    permission="coaching.notes",
    label=gettext_lazy("Write a coaching note"),
    trade="sales",
    undo="take_back_coaching_note",
    undo_arguments=lambda note, _: {"note_id": note.pk},
)
def write_coaching_note(
    *,
    seller_id: int,
    text: str,
    by: Actor,
    at: datetime,
    kind: Literal["session", "note"] = "note",
    skill_id: int | None = None,
) -> CoachingNote:
    """Keep what a coaching conversation was about, or a note. Only the seller and who leads them read it."""
    seller = need_coached(seller_id, by, "coaching.notes")
    if not text.strip():
        raise InvalidInput({"text": _("Write what was said.")})
    if kind == "session" and seller.pk == by.id:
        raise InvalidInput({"kind": _("A conversation is written down by the coach. Keep it as a note.")})
    if skill_id is not None:
        need_skill(skill_id, seller)
    note = CoachingNote.objects.create(
        **_credit(seller, by, at), kind=kind, skill_id=skill_id, text=text.strip()
    )
    given = "coaching.given" if kind == "session" else "coaching.noted"
    ledger.record(
        _fact(given, note, f"coaching_note:{note.pk}", {"note_id": note.pk, "skill_id": skill_id}), by=by
    )
    return note


@command(permission="coaching.notes", label=gettext_lazy("Take a coaching note back"), trade="sales")
def take_back_coaching_note(*, note_id: int, by: Actor, at: datetime) -> dict[str, Any]:
    """Take a note away. Its words are gone then; that there was one stays."""
    row = _own_or_led(CoachingNote, note_id, by, "coaching.notes")
    ledger.retract(natural_key=f"coaching_note:{row.pk}", by=by, at=at, reason="note taken back")
    row.text = ""
    row.save(update_fields=["text"])
    return _taken_back(row, "coaching.note_taken_back", {"note_id": row.pk}, by, at)


def need_skill(number: int, seller: Any) -> Skill:
    """A skill of the seller's role that is in use. Raises InvalidInput."""
    skill: Skill | None = Skill.objects.filter(pk=number, role=seller.role, retired_at=None).first()
    if skill is None:
        raise InvalidInput({"skill_id": _("There is no such skill for this role.")})
    return skill


def credit_of(seller: Any) -> dict[str, Any]:
    """The columns of a fact about a seller: whose it is, as they stand now."""
    return {"owner": seller.pk, "team": seller.team_id, "territory": seller.territory_id}


def _assess(rows: Sequence[Row], by: Actor) -> list[Any]:
    outcomes: list[Any] = []
    made: list[Assessment] = []
    known: dict[int, Any] = {}
    for row in rows:
        try:
            number = row["seller_id"]
            seller = known.get(number) or need_coached(number, by, "coaching.give")
            known[number] = seller
            skill = need_skill(row["skill_id"], seller)
            if not 1 <= row["level"] <= len(skill.levels):
                sentence = _("Choose a level from 1 to %(most)s.") % {"most": len(skill.levels)}
                raise InvalidInput({"level": sentence})
        except Refusal as refusal:
            outcomes.append(refusal)
            continue
        credit = _credit(seller, by, row["at"])
        credit["author_id"] = row.get("author_id") or credit["author_id"]
        why = (row.get("why") or "").strip()[:500]
        one = Assessment(**credit, skill=skill, level=row["level"], why=why)
        made.append(one)
        outcomes.append(one)
    Assessment.objects.bulk_create(made)
    ledger.record(
        [
            _fact(
                "skill.assessed",
                one,
                f"assessment:{one.pk}",
                {
                    "assessment_id": one.pk,
                    "skill_id": one.skill_id,
                    "level": one.level,
                    "of": len(one.skill.levels),
                    "own": one.is_own,
                },
            )
            for one in made
        ],
        by=by,
    )
    return outcomes


def _scored_activity(number: int, by: Actor) -> Activity:
    """A call or meeting of somebody whom one coaches, or one's own."""
    found: Activity | None = Activity.objects.visible_to(by).select_related("owner").filter(pk=number).first()
    if found is None or found.owner_id is None:
        raise NotFound(_("There is no such call or meeting, or your role does not reach it."))
    if found.kind not in ("call", "meeting"):
        raise InvalidInput({"activity_id": _("Only calls and meetings are scored.")})
    need_coached(found.owner_id, by, "coaching.give")
    return found


def _answers(scorecard: Scorecard, marks: Mapping[str, int]) -> dict[int, int]:
    known = set(scorecard.questions.values_list("pk", flat=True))
    answers: dict[int, int] = {}
    for key, mark in marks.items():
        number = int(key) if str(key).isdigit() else -1
        if number not in known:
            raise InvalidInput({"marks": _("One of these questions is not on the scorecard.")})
        if mark not in (0, 1, 2):
            raise InvalidInput({"marks": _("A question is answered by 2 (yes), 1 (partly) or 0 (no).")})
        answers[number] = mark
    if not answers:
        raise InvalidInput({"marks": _("Answer one question at least.")})
    return answers


def _credit(seller: Any, by: Actor, at: datetime) -> dict[str, Any]:
    return {
        "owner": seller,
        "team_id": seller.team_id,
        "territory_id": seller.territory_id,
        "author_id": by.id,
        "at": at,
    }


def _fact(kind: str, row: Any, key: str, told: dict[str, Any]) -> Fact:
    return Fact(
        kind=kind,
        at=row.at,
        owner=row.owner_id,
        team=row.team_id,
        territory=row.territory_id,
        natural_key=key,
        props={name: value for name, value in told.items() if value is not None},
    )


def _own_or_led(model: Any, number: int, by: Actor, permission: str) -> Any:
    row = model.objects.visible_to(by, permission).select_for_update(of=("self",)).filter(pk=number).first()
    if row is None:
        raise NotFound(_("There is no such thing, or your role does not reach it."))
    if row.taken_back_at is not None:
        raise TakenBackAlready(_("It was taken back already."))
    if row.owner_id == by.id and row.author_id != by.id:
        raise NotYours(_("What your coach wrote is theirs to take back. Talk to them."))
    return row


def _taken_back(row: Any, kind: str, told: dict[str, Any], by: Actor, at: datetime) -> dict[str, Any]:
    row.taken_back_at = at
    row.save(update_fields=["taken_back_at"])
    columns = {"owner": row.owner_id, "team": row.team_id, "territory": row.territory_id}
    ledger.record(Fact(kind=kind, at=at, props=told, **columns), by=by)
    return told

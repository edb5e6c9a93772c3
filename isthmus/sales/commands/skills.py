"""What coaching works with: skills with their levels, scorecards, learning items."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.ledger.facts import Fact
from isthmus.sales.models import (
    Assessment,
    LearningItem,
    Objection,
    Scorecard,
    ScorecardQuestion,
    Skill,
)

MOST_LEVELS, MOST_QUESTIONS = 6, 15


class SkillExists(Refusal):
    """A role has each skill once."""


class LevelInUse(Refusal):
    """Somebody was assessed on a level that would go."""


class AlreadyRetired(Refusal):
    """What is out of use, or in use, is so already."""


@command(
    permission="skills.edit",
    label=gettext_lazy("Add a skill"),
    trade="sales",
    undo="retire_skill",
    undo_arguments=lambda skill, _: {"skill_id": skill.pk},
)
def add_skill(
    *,
    name: str,
    levels: list[dict[str, str]],
    by: Actor,
    at: datetime,
    role: Literal["seller", "manager"] = "seller",
    about: str = "",
    expected: int | None = None,
) -> Skill:
    """Add a skill of a role with its levels in words, the lowest first, and the level that is expected."""
    skill = Skill(
        role=role,
        name=_named(name, 60),
        about=about.strip()[:300],
        levels=_levels(levels),
        expected=expected if expected is not None else (len(levels) + 2) // 2,
        position=(Skill.objects.filter(role=role).aggregate(most=Max("position"))["most"] or 0) + 1,
    )
    _check(skill)
    skill.save()
    ledger.record(_fact("skill.added", skill, at), by=by)
    return skill


@command(
    permission="skills.edit",
    label=gettext_lazy("Change a skill"),
    trade="sales",
    undo="edit_skill",
    undo_arguments=lambda skill, _: {"skill_id": skill.pk, **skill.before},
)
def edit_skill(
    *,
    skill_id: int,
    by: Actor,
    at: datetime,
    name: str | None = None,
    about: str | None = None,
    levels: list[dict[str, str]] | None = None,
    expected: int | None = None,
    position: int | None = None,
) -> Skill:
    """Change a skill's name, words, levels or the level expected. Levels on which somebody stands stay."""
    skill: Skill = _found(Skill, skill_id)
    given: dict[str, Any] = {
        "name": None if name is None else _named(name, 60),
        "about": None if about is None else about.strip()[:300],
        "levels": None if levels is None else _levels(levels),
        "expected": expected,
        "position": position,
    }
    skill.before = _change(skill, given)  # type: ignore[attr-defined]
    highest = Assessment.objects.filter(skill=skill, taken_back_at=None).aggregate(most=Max("level"))["most"]
    if highest and highest > len(skill.levels):
        raise LevelInUse(
            _("Somebody stands on “%(level)s”. A level can be worded anew, but not taken away.")
            % {"level": highest}
        )
    _check(skill)
    skill.save()
    ledger.record(_fact("skill.changed", skill, at), by=by)
    return skill


@command(
    permission="skills.edit",
    label=gettext_lazy("Retire a skill"),
    trade="sales",
    undo="bring_back_skill",
)
def retire_skill(*, skill_id: int, by: Actor, at: datetime) -> Skill:
    """Take a skill out of the matrix. What was assessed stays in the history."""
    return _retired(Skill, skill_id, True, by, at)  # type: ignore[no-any-return]


@command(
    permission="skills.edit",
    label=gettext_lazy("Bring a skill back"),
    trade="sales",
    undo="retire_skill",
)
def bring_back_skill(*, skill_id: int, by: Actor, at: datetime) -> Skill:
    """Put a retired skill into the matrix again."""
    skill = _found(Skill, skill_id)
    _need_free_name(skill)
    return _retired(Skill, skill_id, False, by, at)  # type: ignore[no-any-return]


@command(
    permission="skills.edit",
    label=gettext_lazy("Add a scorecard"),
    trade="sales",
    undo="retire_scorecard",
    undo_arguments=lambda card, _: {"scorecard_id": card.pk},
)
def add_scorecard(
    *, name: str, kind: Literal["call", "meeting"], questions: list[dict[str, Any]], by: Actor, at: datetime
) -> Scorecard:
    """Add a scorecard for calls or meetings: each question has its text and, perhaps, its skill."""
    wanted = [(str(one.get("text") or "").strip(), one.get("skill_id")) for one in questions]
    if not wanted or len(wanted) > MOST_QUESTIONS or not all(text for text, _skill in wanted):
        sentence = _("Ask 1 to %(most)s questions, each with its words.") % {"most": MOST_QUESTIONS}
        raise InvalidInput({"questions": sentence})
    known = set(Skill.objects.values_list("pk", flat=True))
    numbers = [None if skill in (None, "") else _number(skill) for _text, skill in wanted]
    if any(number is not None and number not in known for number in numbers):
        raise InvalidInput({"questions": _("A question names a skill that is not there.")})
    card = Scorecard.objects.create(name=_named(name, 80), kind=kind, made_at=at)
    ScorecardQuestion.objects.bulk_create(
        ScorecardQuestion(scorecard=card, text=text[:200], skill_id=number, position=place)
        for place, ((text, _skill), number) in enumerate(zip(wanted, numbers, strict=True))
    )
    ledger.record(_fact("scorecard.added", card, at), by=by)
    return card


@command(
    permission="skills.edit",
    label=gettext_lazy("Retire a scorecard"),
    trade="sales",
    undo="bring_back_scorecard",
)
def retire_scorecard(*, scorecard_id: int, by: Actor, at: datetime) -> Scorecard:
    """Offer a scorecard no more. Cards filled in with it stay as they are."""
    return _retired(Scorecard, scorecard_id, True, by, at)  # type: ignore[no-any-return]


@command(
    permission="skills.edit",
    label=gettext_lazy("Bring a scorecard back"),
    trade="sales",
    undo="retire_scorecard",
)
def bring_back_scorecard(*, scorecard_id: int, by: Actor, at: datetime) -> Scorecard:
    """Offer a retired scorecard again."""
    return _retired(Scorecard, scorecard_id, False, by, at)  # type: ignore[no-any-return]


@command(
    permission="skills.edit",
    label=gettext_lazy("Add a learning item"),
    trade="sales",
    undo="retire_learning_item",
    undo_arguments=lambda item, _: {"item_id": item.pk},
)
def add_learning_item(
    *,
    title: str,
    by: Actor,
    at: datetime,
    kind: Literal["link", "text", "file"] = "text",
    url: str = "",
    text: str = "",
    objection: Objection | None = None,
    skill_id: int | None = None,
) -> LearningItem:
    """Add something to learn from: a link, a text, or a file attached to it; for an objection or a skill."""
    item = LearningItem(
        title=_named(title, 120, "title"),
        kind=kind,
        url=url.strip(),
        text=text.strip(),
        objection=objection or "",
        skill_id=skill_id,
        made_at=at,
    )
    _check_item(item)
    item.save()
    ledger.record(_fact("learning_item.added", item, at), by=by)
    return item


@command(
    permission="skills.edit",
    label=gettext_lazy("Change a learning item"),
    trade="sales",
    undo="edit_learning_item",
    undo_arguments=lambda item, _: {"item_id": item.pk, **item.before},
)
def edit_learning_item(
    *,
    item_id: int,
    by: Actor,
    at: datetime,
    title: str | None = None,
    url: str | None = None,
    text: str | None = None,
    objection: Objection | None = None,
    skill_id: int | None = None,
) -> LearningItem:
    """Change a learning item's title, link, text, or what it is for."""
    item: LearningItem = _found(LearningItem, item_id)
    given: dict[str, Any] = {
        "title": None if title is None else _named(title, 120, "title"),
        "url": None if url is None else url.strip(),
        "text": None if text is None else text.strip(),
        "objection": objection,
        "skill_id": skill_id,
    }
    item.before = _change(item, given)  # type: ignore[attr-defined]
    _check_item(item)
    item.save()
    ledger.record(_fact("learning_item.changed", item, at), by=by)
    return item


@command(
    permission="skills.edit",
    label=gettext_lazy("Retire a learning item"),
    trade="sales",
    undo="bring_back_learning_item",
)
def retire_learning_item(*, item_id: int, by: Actor, at: datetime) -> LearningItem:
    """Offer a learning item no more."""
    return _retired(LearningItem, item_id, True, by, at)  # type: ignore[no-any-return]


@command(
    permission="skills.edit",
    label=gettext_lazy("Bring a learning item back"),
    trade="sales",
    undo="retire_learning_item",
)
def bring_back_learning_item(*, item_id: int, by: Actor, at: datetime) -> LearningItem:
    """Offer a retired learning item again."""
    return _retired(LearningItem, item_id, False, by, at)  # type: ignore[no-any-return]


_WORDS = {Skill: "skill", Scorecard: "scorecard", LearningItem: "learning_item"}


def _fact(kind: str, row: Any, at: datetime) -> Fact:
    return Fact(kind=kind, at=at, props={f"{_WORDS[type(row)]}_id": row.pk})


def _found(model: Any, number: int) -> Any:
    row = model.objects.select_for_update().filter(pk=number).first()
    if row is None:
        raise NotFound(_("There is no such thing under Skills. Look at the page once more."))
    return row


def _change(row: Any, given: dict[str, Any]) -> dict[str, Any]:
    """Set what differs, and give what it was before. Raises InvalidInput where nothing does."""
    changes = {
        name: value for name, value in given.items() if value is not None and getattr(row, name) != value
    }
    if not changes:
        raise InvalidInput({"": _("Nothing would change by this.")})
    before = {name: getattr(row, name) for name in changes}
    for name, value in changes.items():
        setattr(row, name, value)
    # An objection or a skill that was open before cannot be said again: undo leaves it.
    return {
        name: value for name, value in before.items() if value not in (None, "") or name in ("url", "text")
    }


def _retired(model: Any, number: int, retire: bool, by: Actor, at: datetime) -> Any:
    row = _found(model, number)
    if (row.retired_at is not None) == retire:
        raise AlreadyRetired(_("It is out of use already.") if retire else _("It is in use already."))
    row.retired_at = at if retire else None
    row.save(update_fields=["retired_at"])
    done = "retired" if retire else "brought_back"
    ledger.record(_fact(f"{_WORDS[model]}.{done}", row, at), by=by)
    return row


def _named(name: str, most: int, field: str = "name") -> str:
    if not name.strip():
        raise InvalidInput({field: _("Give it a name.")})
    return name.strip()[:most]


def _levels(levels: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    said = [
        {"name": str(one.get("name") or "").strip()[:24], "text": str(one.get("text") or "").strip()[:200]}
        for one in levels
    ]
    if not 2 <= len(said) <= MOST_LEVELS or not all(one["name"] for one in said):
        sentence = _("Describe 2 to %(most)s levels, each with a short name.") % {"most": MOST_LEVELS}
        raise InvalidInput({"levels": sentence})
    return said


def _check(skill: Skill) -> None:
    if not 1 <= skill.expected <= len(skill.levels):
        sentence = _("Expect a level from 1 to %(most)s.") % {"most": len(skill.levels)}
        raise InvalidInput({"expected": sentence})
    if skill.retired_at is None:
        _need_free_name(skill)


def _need_free_name(skill: Skill) -> None:
    others = Skill.objects.filter(role=skill.role, name=skill.name, retired_at=None).exclude(pk=skill.pk)
    if others.exists():
        raise SkillExists(
            _("There is a skill of this name already. Change that one, or choose another name.")
        )


def _check_item(item: LearningItem) -> None:
    if item.kind == "link" and not item.url.startswith(("https://", "http://")):
        raise InvalidInput({"url": _("Give the link, beginning with https://.")})
    if item.url and not item.url.startswith(("https://", "http://")):
        raise InvalidInput({"url": _("A link begins with https://.")})
    if item.kind == "text" and not item.text:
        raise InvalidInput({"text": _("Write what there is to learn.")})
    if item.skill_id is not None and not Skill.objects.filter(pk=item.skill_id).exists():
        raise InvalidInput({"skill_id": _("There is no such skill.")})


def _number(value: Any) -> int | None:
    return int(value) if str(value).isdigit() else -1

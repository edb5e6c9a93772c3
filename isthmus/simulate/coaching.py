"""The sample company's coaching: skills, assessments, scored calls, talks, one plan, lessons."""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from isthmus.core.actors import SYSTEM
from isthmus.sales.commands import (
    add_learning_item,
    add_scorecard,
    add_skill,
    assess_skills,
    fill_scorecard,
    finish_plan_goal,
    make_coaching_plan,
    write_coaching_note,
)
from isthmus.sales.models import Activity, Scorecard, Skill
from isthmus.simulate import catalogue as c
from isthmus.simulate.setting import Setting
from isthmus.simulate.sizes import DAYS
from isthmus.workspace.actors import actor_for

_NAMES = ("Learning", "Able", "Strong", "Teaches others")
# By skill: what it is, and how one tells each level.
SKILLS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "Discovery": (
        "Finding out what is wrong before offering anything",
        (
            "Recites features",
            "Asks what they want",
            "Finds what a failed batch costs",
            "Shows others how to ask",
        ),
    ),
    "Rapport": (
        "Being somebody they like to talk with",
        (
            "Reads from notes",
            "Remembers names and lines",
            "Hears what is not said",
            "Joins others' first calls",
        ),
    ),
    "Product": (
        "Knowing what the instruments can and cannot do",
        (
            "Needs an engineer beside them",
            "Answers the usual",
            "Knows the limits by heart",
            "Trains the new ones",
        ),
    ),
    "Objections": (
        "Staying with a no until its reason is known",
        (
            "Gives way or argues",
            "Asks why",
            "Answers with a similar plant's numbers",
            "Writes the answers down",
        ),
    ),
    "Negotiation": (
        "Giving nothing without getting something",
        (
            "Offers discount first",
            "Trades terms for price",
            "Holds the price with reasons",
            "Plans others' talks",
        ),
    ),
}
CALL = (
    ("Asked what a failed batch costs?", "Discovery"),
    ("Let them talk more than half of the time?", "Rapport"),
    ("Named a plant like theirs?", "Product"),
    ("Asked for the reason behind the objection?", "Objections"),
    ("Agreed a next step with a day?", None),
)
MEETING = (
    ("Did everybody who decides speak?", "Discovery"),
    ("Told the price with its reasons?", "Negotiation"),
    ("Traded every concession for something?", "Negotiation"),
    ("Agreed a next step with a day?", None),
)
LESSONS: tuple[tuple[str, str, str, str], ...] = (
    ("Price: what a failed batch costs", "price", "Objections",
     "Do not defend the price. Ask what the last failed batch cost, put the yearly fee beside it, and wait."),
    ("Network security: the two-page answer", "trust", "Product",
     "Send the two pages before the call. Offer their own people an hour with ours."),
    ("Waiting for the audit", "timing", "Discovery",
     "The audit asks for six months of records. Count back from its day: waiting is the dear choice."),
    ("Happy with sampling", "no_need", "Discovery",
     "Ask how long a batch runs before the sample is read. That time is what they pay for already."),
)  # fmt: skip
_TALKS = (
    "We listened to two calls together. The questions are good; the answers are not waited for.",
    "Talked about holding the price. Next two offers go out without a discount line.",
    "Went through the lost deals of the quarter. Three of four had nobody from quality in the room.",
)


def add_coaching(setting: Setting, *, seed: int, start: datetime, until: datetime) -> None:
    """Everything by the manager of sales, dated back from the company's last day."""
    chance = random.Random(seed + 17)
    sellers = [
        (user, staff)
        for user, staff in zip(setting.users, c.STAFF, strict=True)
        if staff.role == "seller" and staff.leaves is None
    ]
    manager = next(user for user in setting.users if user.role == "manager")
    skills = _skills(start)
    assess_skills(rows=list(_assessments(sellers, skills, manager.pk, start, until, chance)), by=SYSTEM)
    _score(sellers, skills, actor_for(manager), start, until, chance)
    _talk(sellers, skills, actor_for(manager), start, until)
    for title, objection, skill, text in LESSONS:
        add_learning_item(
            title=title,
            text=text,
            objection=objection,  # type: ignore[arg-type]
            skill_id=skills[skill].pk,
            by=SYSTEM,
            at=start,
        )


def _skills(at: datetime) -> dict[str, Skill]:
    return {
        name: add_skill(
            name=name,
            about=about,
            levels=[{"name": level, "text": text} for level, text in zip(_NAMES, texts, strict=True)],
            expected=2,
            by=SYSTEM,
            at=at,
        )
        for name, (about, texts) in SKILLS.items()
    }


def _assessments(
    sellers: Sequence[tuple[Any, c.Staff]],
    skills: Mapping[str, Skill],
    manager: int,
    start: datetime,
    until: datetime,
    chance: random.Random,
) -> Iterator[dict[str, Any]]:
    """Three looks in the last three quarters, the better the seller sells the higher; and one own view."""
    for user, staff in sellers:
        joined = start + timedelta(days=staff.joins * DAYS)
        for skill in skills.values():
            talent = 2.1 + 2.0 * staff.skill + chance.gauss(0, 0.55)
            told = {"seller_id": user.pk, "skill_id": skill.pk}
            for back in (230, 140, 45):
                at = until - timedelta(days=back + chance.randrange(8))
                if at < joined + timedelta(days=20):
                    continue
                level = min(max(round(talent - back / 250 + 0.2), 1), 4)
                yield {**told, "level": level, "author_id": manager, "at": at}
            if chance.random() < 0.3:
                own = min(max(round(talent + 0.6), 1), 4)
                yield {**told, "level": own, "author_id": user.pk, "at": until - timedelta(days=20)}


def _score(
    sellers: Sequence[tuple[Any, c.Staff]],
    skills: Mapping[str, Skill],
    manager: Any,
    start: datetime,
    until: datetime,
    chance: random.Random,
) -> None:
    """Two calls or meetings of each seller of the last months, the last seller's left to be scored."""
    cards: dict[str, Scorecard] = {}
    for kind, name, asked in (("call", "First call", CALL), ("meeting", "Offer meeting", MEETING)):
        questions = [{"text": text, "skill_id": skills[skill].pk if skill else None} for text, skill in asked]
        cards[kind] = add_scorecard(name=name, kind=kind, questions=questions, by=SYSTEM, at=start)  # type: ignore[arg-type]
    asked_of = {kind: list(card.questions.values_list("pk", flat=True)) for kind, card in cards.items()}
    for user, staff in sellers[:-1]:
        held = Activity.objects.filter(
            owner=user, kind__in=cards, outcome__in=("reached", "held"), at__lt=until
        )
        for one in held.order_by("-at", "-pk")[1:6:4]:
            high = 0.55 + 0.5 * staff.skill
            marks = {
                str(number): 2 if chance.random() < high else chance.choice((0, 1))
                for number in asked_of[one.kind]
            }
            fill_scorecard(
                activity_id=one.pk,
                scorecard_id=cards[one.kind].pk,
                marks=marks,
                by=manager,
                at=min(one.at + timedelta(hours=20), until),
            )


def _talk(
    sellers: Sequence[tuple[Any, c.Staff]],
    skills: Mapping[str, Skill],
    manager: Any,
    start: datetime,
    until: datetime,
) -> None:
    """Every third seller was talked with half a year ago; who sells least has a plan that runs."""
    for place, (user, staff) in enumerate(sellers[::3]):
        at = until - timedelta(days=200 + 5 * place)
        if at > start + timedelta(days=staff.joins * DAYS + 100):
            text = _TALKS[place % len(_TALKS)]
            write_coaching_note(
                seller_id=user.pk,
                text=text,
                kind="session",
                skill_id=skills["Objections"].pk,
                by=manager,
                at=at,
            )
    weakest, _staff = min(sellers, key=lambda one: one[1].skill)
    at = until - timedelta(days=40)
    plan = make_coaching_plan(
        seller_id=weakest.pk,
        title="Ask before answering",
        skill_id=skills["Discovery"].pk,
        to_level=2,
        due_on=(until + timedelta(days=30)).date(),
        goals=[
            {"text": "Listen to two of Rita's calls"},
            {"text": "Write the five questions down", "due_on": (until - timedelta(days=6)).date()},
            {
                "text": "Two scored calls with every question asked",
                "due_on": (until + timedelta(days=21)).date(),
            },
        ],
        by=manager,
        at=at,
    )
    first = plan.goals.first()
    assert first is not None
    finish_plan_goal(goal_id=first.pk, by=manager, at=at + timedelta(days=9))

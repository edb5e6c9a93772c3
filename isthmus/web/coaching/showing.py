"""What the pages of coaching say, in words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.core.actors import Actor
from isthmus.sales.models import CardMark, CoachingNote, CoachingPlan, FilledCard
from isthmus.sales.models.skills import MARKS
from isthmus.sales.skills.matrix import Matrix, Standing
from isthmus.sales.skills.objections import Lost
from isthmus.sales.skills.waiting import Wait
from isthmus.web import formats
from isthmus.web.acts.acting import Button
from isthmus.workspace.models import Company

SHOWN = 12  # cards and notes of a seller at once
_HEAT = 4  # shades


def rows(found: Matrix) -> list[dict[str, Any]]:
    """The matrix by person, each cell with its level in words."""
    return [
        {
            "name": person.user.name,
            "team": person.user.team,
            "page": reverse("coached", args=[person.user.pk]),
            "cells": [_cell(one) for one in person.standings],
        }
        for person in found.people
    ]


def finding(found: Matrix) -> str:
    """In which skill most are below what is expected."""
    if not found.skills or not found.people:
        return _("No skills are described yet") if not found.skills else _("Nobody is here to be coached")
    known = [
        sum(person.standings[at].level is not None for person in found.people)
        for at in range(len(found.skills))
    ]
    if not any(known):
        return _("Nobody was assessed yet")
    worst = max(found.skills, key=lambda skill: found.below[skill.pk])
    count = found.below[worst.pk]
    if not count:
        return _("Everybody who was assessed is where the role expects them to be")
    at = list(found.skills).index(worst)
    return _("%(skill)s needs help most: %(count)s of %(known)s are below what is expected") % {
        "skill": worst.name,
        "count": count,
        "known": known[at],
    }


def seller_finding(standings: Sequence[Standing]) -> str:
    """Which skills of one seller are below what is expected."""
    known = [one for one in standings if one.level is not None]
    if not known:
        return _("No skill was assessed yet")
    below = [one.skill.name for one in known if one.is_below]
    if not below:
        return _("All that was assessed is where the role expects it to be")
    return _("Below what is expected: %(skills)s") % {"skills": ", ".join(below)}


def standing(one: Standing, seller: Any) -> dict[str, Any]:
    """One skill of one seller: now, by themself, in scored calls, and through time."""
    own = one.own
    return _cell(one) | {
        "skill": one.skill,
        "expected": one.skill.level_name(one.skill.expected),
        "meaning": _meaning(one),
        "own": one.skill.level_name(own.level) if own else "",
        "observed": formats.percent(one.observed) if one.observed is not None else "",
        "marks": ngettext("%(count)s answer", "%(count)s answers", one.marks) % {"count": one.marks},
        "history": [
            {
                "at": past.at,
                "level": one.skill.level_name(past.level),
                "by": _by(past, seller),
                "why": past.why,
            }
            for past in reversed(one.history)
        ],
        "assess": f"{reverse('coach', args=[seller.pk, 'assess'])}?skill={one.skill.pk}",
    }


def wait(one: Wait) -> dict[str, str]:
    """What somebody waits for, as a sentence, and where it is done."""
    day = formats.day(one.on) if one.on else ""
    words = {"about": one.about, "day": day, "count": one.count}
    sentences = {
        "plan_overdue": _("Plan “%(about)s” was due on %(day)s"),
        "goal_overdue": _("Goal “%(about)s” was due on %(day)s"),
        "differs": _("Sees themself on another level than you: %(about)s"),
        "unassessed": _("Not assessed for four months: %(about)s"),
        "unscored": _("%(count)s calls and meetings in 30 days, none scored by a coach"),
    }
    return {
        "name": one.user.name,
        "text": sentences[one.kind] % words,
        "href": reverse("coached", args=[one.user.pk]),
        "tone": "warn" if one.kind.endswith("overdue") else "",
    }


def plans(actor: Actor, seller: Any, now: datetime) -> list[dict[str, Any]]:
    """A seller's plans, running ones first, each with its goals and what can be done."""
    found = CoachingPlan.objects.visible_to(actor).filter(owner=seller).select_related("skill", "author")
    today = now.astimezone(Company.current().zone).date()
    may = actor.allows("coaching.give")
    shown = sorted(found.prefetch_related("goals"), key=lambda plan: (plan.state != "open", -plan.pk))
    return [
        {
            "plan": plan,
            "late": plan.state == "open" and plan.due_on is not None and plan.due_on < today,
            "to_level": plan.skill.level_name(plan.to_level) if plan.skill and plan.to_level else "",
            "by": _by(plan, seller),
            "goals": [
                {"goal": goal, "late": not goal.done_at and goal.due_on is not None and goal.due_on < today}
                for goal in plan.goals.all()
            ],
            "buttons": _plan_buttons(plan) if may else [],
        }
        for plan in shown[:SHOWN]
    ]


def cards(actor: Actor, seller: Any) -> list[dict[str, Any]]:
    """The scored calls and meetings, newest first, with what was answered."""
    found = FilledCard.objects.visible_to(actor).filter(owner=seller, taken_back_at=None)
    found = found.select_related("scorecard", "author", "activity__deal").order_by("-happened_at", "-pk")[
        :SHOWN
    ]
    answered: dict[int, list[CardMark]] = {}
    marks = CardMark.objects.filter(card__in=[one.pk for one in found]).select_related("question")
    for mark in marks.order_by("question__position"):
        answered.setdefault(mark.card_id, []).append(mark)
    words = dict(MARKS)
    return [
        {
            "card": one,
            "share": formats.percent(one.share),
            "by": _by(one, seller),
            "marks": [(mark.question.text, words[mark.mark]) for mark in answered.get(one.pk, ())],
        }
        for one in found
    ]


def notes(actor: Actor, seller: Any) -> list[dict[str, Any]]:
    """The notes that the reader may read, newest first."""
    found = CoachingNote.objects.visible_to(actor).filter(owner=seller, taken_back_at=None)
    found = found.select_related("author", "skill").order_by("-at", "-pk")[:SHOWN]
    return [{"note": one, "by": _by(one, seller)} for one in found]


def losing_finding(found: Sequence[Lost]) -> str:
    """On which objections a seller loses more than the team, or that this cannot be told."""
    more = [one.label for one in found if one.verdict == "more"]
    if more:
        return _("More deals are lost than by the team on: %(names)s") % {"names": ", ".join(more)}
    if not found:
        return _("No decided deal of the last year has an objection")
    if all(one.verdict == "few" for one in found):
        return _("Too few deals were decided to tell this seller from the team")
    return _("No objection costs this seller more deals than it costs the team")


def losing(
    found: Sequence[Lost],
    deals: Mapping[str, Sequence[Any]],
    items: Mapping[str, Sequence[Any]],
    done: set[int],
) -> list[dict[str, Any]]:
    """The objections with their counts, the lost deals behind them, and what there is to learn."""
    verdicts = {
        "more": _("more than the team"),
        "fewer": _("fewer than the team"),
        "same": _("no more than chance"),
        "few": _("too few to tell"),
    }
    return [
        {
            "name": one.label,
            "own": _("%(lost)s of %(decided)s") % {"lost": one.lost, "decided": one.decided},
            "team": _("%(lost)s of %(decided)s") % {"lost": one.team_lost, "decided": one.team_decided},
            "own_share": formats.percent(one.lost / one.decided),
            "team_share": formats.percent(one.team_lost / one.team_decided) if one.team_decided else "–",
            "verdict": verdicts[one.verdict],
            "tone": {"more": "warn", "fewer": "good"}.get(one.verdict, ""),
            "deals": deals.get(one.objection, ())[:SHOWN],
            "items": [{"item": item, "done": item.pk in done} for item in items.get(one.objection, ())],
        }
        for one in found
    ]


def _cell(one: Standing) -> dict[str, Any]:
    """A level in words, its shade from 1 to 4, and whether it is below what is expected."""
    if one.level is None:
        return {"text": "–", "heat": 0, "note": "", "below": False}
    steps = max(len(one.skill.levels) - 1, 1)
    by_coach = one.by_coach is not None
    return {
        "text": one.skill.level_name(one.level),
        "heat": 1 + round((one.level - 1) * (_HEAT - 1) / steps),
        "note": _("below expected") if one.is_below else ("" if by_coach else _("own view")),
        "below": one.is_below,
    }


def _meaning(one: Standing) -> str:
    known = one.level is not None and one.level <= len(one.skill.levels)
    return str(one.skill.levels[one.level - 1]["text"]) if known and one.level is not None else ""


def _by(row: Any, seller: Any) -> str:
    if row.author_id is None:
        return _("the system")
    return _("themself") if row.author_id == seller.pk else str(row.author.name)


def _plan_buttons(plan: CoachingPlan) -> list[Button]:
    if plan.state != "open":
        return [Button(_("Open again"), reverse("act-on-plan", args=[plan.pk, "open"]), at_once=True)]
    return [
        Button(_("Add a goal"), reverse("act-on-plan", args=[plan.pk, "goal"]), icon="plus"),
        Button(_("Done"), reverse("act-on-plan", args=[plan.pk, "done"]), at_once=True, icon="check"),
        Button(_("Call off"), reverse("act-on-plan", args=[plan.pk, "drop"]), at_once=True, kind="quiet"),
    ]

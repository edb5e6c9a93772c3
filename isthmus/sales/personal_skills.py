"""What coaching holds of a person: its words are about who works here, but may name a customer."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Actor
from isthmus.core.personal_stores import Whom, impersonal, personal_store
from isthmus.core.personal_words import take_words_out
from isthmus.sales.models import Assessment, CoachingNote, CoachingPlan, FilledCard, PlanGoal
from isthmus.sales.personal_quotes import CATALOGUE

_WORDS: Mapping[Any, str] = {
    Assessment: "why",
    CoachingNote: "text",
    CoachingPlan: "title",
    FilledCard: "comment",
    PlanGoal: "text",
}


@personal_store(
    "coaching",
    _("Notes, scorecards and plans of coaching that name the person"),
    columns={model._meta.label: (field,) for model, field in _WORDS.items()},
    stays=_("Levels, marks and days: they are about the seller, who works here"),
    order=30,
)
class Coaching:
    """A coach's words may name a customer: the words that do are taken out."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """That there is one which names the person, and of which day."""
        for model, field in _WORDS.items():
            for row in whom.words.rows(model.objects.exclude(**{field: ""}), field):
                at = row.plan.at if isinstance(row, PlanGoal) else row.at
                yield {"at": at, "about": _now("coaching of a colleague, naming the person")}

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Take the words out."""
        return sum(
            take_words_out(whom.words, model.objects.exclude(**{field: ""}), field)
            for model, field in _WORDS.items()
        )


_CODES = _("a code; about staff, not about customers")
impersonal("sales.Skill", "role", "name", "about", "levels", because=CATALOGUE)
impersonal("sales.Scorecard", "name", "kind", because=CATALOGUE)
impersonal("sales.ScorecardQuestion", "text", because=CATALOGUE)
impersonal("sales.LearningItem", "title", "kind", "url", "text", "objection", because=CATALOGUE)
impersonal("sales.FilledCard", "kind", because=_CODES)
impersonal("sales.CoachingNote", "kind", because=_CODES)
impersonal("sales.CoachingPlan", "state", because=_CODES)

"""What rules of territories and reassignments hold of a person: the words of a reason."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Actor
from isthmus.core.personal_stores import Whom, impersonal, personal_store
from isthmus.core.personal_words import take_words_out
from isthmus.territories.models import Reassignment


@personal_store(
    "reassignments",
    _("Reasons of reassignments that name the person"),
    columns={"territories.Reassignment": ("why", "asked")},
)
class Reassignments:
    """The words are taken out; who got how many stays."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """When it was."""
        for row in whom.words.rows(Reassignment.objects.all(), "why", "asked"):
            yield {"reassignment": row.pk}

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Take the words out."""
        return take_words_out(whom.words, Reassignment.objects.all(), "why", "asked")


_SETTINGS = _("the company's own settings")
_COUNTS = _("numbers of territories, sellers and accounts, and how many")
impersonal("territories.RulesVersion", "state", "spec", because=_SETTINGS)
impersonal("territories.Trial", "spec", "result", because=_COUNTS)
impersonal("territories.Reassignment", "figures", "planning", because=_COUNTS)
impersonal("territories.PlannedUnit", "kind", because=_COUNTS)

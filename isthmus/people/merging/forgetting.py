"""What merges remember of somebody, for whoever exports or erases them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Actor
from isthmus.core.personal_stores import Whom, impersonal, personal_store
from isthmus.people.models import DuplicatePair, Merge
from isthmus.people.models.search import PERSON


@personal_store(
    "merges",
    _("Values that merges of two records keep, so that the two can be taken apart"),
    columns={"people.Merge": ("before", "after")},
    stays=_("That two records were merged, and when; they cannot be taken apart any more"),
)
class Merges:
    """A merge tells of both: erasing one of the two empties it."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """The values before and after, of merges into the person; of merges with somebody else, only when."""
        for merge in _merges_of(whom).order_by("pk"):
            wholly = {merge.kept_id, merge.lost_id} <= set(whom.persons)
            yield {"at": merge.at, **({"before": merge.before, "after": merge.after} if wholly else {})}

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Empty them; pairs that were proposed with the person go."""
        pairs = DuplicatePair.objects.filter(party=PERSON)
        gone, _models = pairs.filter(Q(one_id__in=whom.persons) | Q(other_id__in=whom.persons)).delete()
        merges = list(_merges_of(whom))
        for merge in merges:
            merge.before, merge.after = {}, {}
            merge.rows.all().delete()
            merge.save(update_fields=["before", "after"])
        return gone + len(merges)


def _merges_of(whom: Whom) -> QuerySet[Merge]:
    merges = Merge.objects.filter(party=PERSON)
    return merges.filter(Q(kept_id__in=whom.persons) | Q(lost_id__in=whom.persons))


impersonal(
    "people.Merge",
    "choices",
    "greatest",
    "stricter",
    "actor_kind",
    because=_("names of fields and of tables, numbers of rows"),
)
impersonal("people.MergedRow", "place", because=_("the name of a table"))
impersonal("people.DuplicatePair", "signs", because=_("names of signs, never what the two share"))

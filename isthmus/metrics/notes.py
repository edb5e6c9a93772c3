"""What a reader must know beside a figure."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from isthmus.metrics.building import Group
from isthmus.metrics.plan import Plan

if TYPE_CHECKING:
    from isthmus.metrics.asking import Asker


def notes_on(asker: "Asker", plan: Plan, groups: Sequence[Group], total: Group) -> list[str]:
    """Sentences on exclusions, overlaps, concentration, truncation, youth and noise, as far as they apply."""
    notes: list[str] = []
    unvalued = total.whole("unvalued")
    if unvalued and plan.metric.unvalued:
        notes.append(str(plan.metric.unvalued) % {"count": unvalued})
    if any(d.kind == "tree" for d in plan.by):
        notes.append(
            _("A parent includes what is below it, so groups overlap; the total counts each row once.")
        )
    return notes

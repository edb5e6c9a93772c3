"""Two subjects turn out to be one, or not to be: rows that readers apply, facts stay as they are."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.core.actors import Actor
from isthmus.core.clock import now, to_us
from isthmus.core.refusals import Refusal
from isthmus.ledger.models import Subject, SubjectMerge


class CannotMerge(Refusal):
    """The two subjects are one already, or one of them was merged into another."""


class CannotUnmerge(Refusal):
    """The two subjects are not merged."""


def merge_subjects(loser: int, winner: int, by: Actor, at: datetime) -> None:
    """From now on all facts of `loser` count as the winner's. Both must be standing on their own."""
    if loser == winner:
        raise CannotMerge(_("These two are one already. There is nothing to merge."))
    with transaction.atomic():
        # Locked in order, so that merging A into B and B into A at once cannot make a circle.
        list(Subject.objects.select_for_update().filter(pk__in=[loser, winner]).order_by("pk"))
        if SubjectMerge.objects.filter(loser_id__in=[loser, winner], undone_us=None).exists():
            raise CannotMerge(_("One of these two was merged into another already. Merge the one that remains."))
        SubjectMerge.objects.create(
            loser_id=loser,
            winner_id=winner,
            at=at,
            received_us=to_us(now()),
            actor_kind=by.kind,
            actor_id=by.id,
        )


def unmerge_subjects(loser: int, winner: int, by: Actor, at: datetime) -> None:
    """Take a merge back: the loser's facts count as its own again."""
    undone = SubjectMerge.objects.filter(loser_id=loser, winner_id=winner, undone_us=None).update(
        undone_us=to_us(now())
    )
    if not undone:
        raise CannotUnmerge(_("These two are not merged, so they cannot be taken apart."))

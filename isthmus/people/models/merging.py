"""What merges did, row by row, so that each can be taken apart later; and pairs that may be one."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from isthmus.people.models.search import ACCOUNT, PERSON

PARTIES = [(PERSON, _("people")), (ACCOUNT, _("accounts"))]


class Merge(models.Model):
    """Two records that became one. `before` is the kept one as it was, `after` as the merge left it.

    The other keeps its own values in its own row, which nobody sees until it stands on its own again.
    """

    party = models.PositiveSmallIntegerField(choices=PARTIES)
    kept_id = models.BigIntegerField()
    lost_id = models.BigIntegerField()
    before = models.JSONField()
    after = models.JSONField()
    choices = models.JSONField(default=dict)
    greatest = models.JSONField()  # place -> the greatest row number when they were merged
    stricter = models.JSONField(default=list)  # consents withdrawn by the merge: [row, fact in hex]
    received_us = models.BigIntegerField()
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.BigIntegerField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(kept_id=F("lost_id")), name="people_merge_of_two"),
            models.UniqueConstraint(
                fields=["party", "lost_id"], condition=Q(undone_at=None), name="people_merged_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["party", "kept_id"], name="people_merge_kept")]


class MergedRow(models.Model):
    """A row that a merge moved, or that came later for the one merged away: it goes back with them."""

    merge = models.ForeignKey(Merge, on_delete=models.CASCADE, related_name="rows")
    place = models.CharField(max_length=60)  # "leads.Lead.person"
    row_id = models.BigIntegerField()
    came_later = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["merge", "place"], name="people_merged_rows")]


class DuplicatePair(models.Model):
    """Two records that may be one, the smaller number first, and by what signs; or that are known not to be.

    `signs` are names of signs, never values: the words are told from the two records as they stand.
    """

    party = models.PositiveSmallIntegerField(choices=PARTIES)
    one_id = models.BigIntegerField()
    other_id = models.BigIntegerField()
    score = models.PositiveSmallIntegerField()  # 0 to 100
    signs = models.JSONField(default=list)
    found_at = models.DateTimeField()
    different_since = models.DateTimeField(null=True)
    actor_id = models.BigIntegerField(null=True)  # who said that they are different

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(one_id__lt=F("other_id")), name="people_pair_in_order"),
            models.UniqueConstraint(fields=["party", "one_id", "other_id"], name="people_pair_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["party", "-score", "id"],
                condition=Q(different_since=None),
                name="people_pair_likeliest",
            ),
            models.Index(fields=["party", "other_id"], name="people_pair_other"),
        ]

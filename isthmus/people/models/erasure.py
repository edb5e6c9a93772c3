"""That somebody was erased: enough to do it again on an older copy of the data, too little to say who."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ErasureReason(models.TextChoices):
    """Why somebody is erased. A fixed list: free text would name them."""

    REQUEST = "request", _("They asked for it")
    OBJECTION = "objection", _("They object to being recorded")
    RETENTION = "retention", _("Kept long enough")
    MISTAKE = "mistake", _("Should never have been recorded")


class Erasure(models.Model):
    """One erased record. `mark` is a keyed hash: it tells a restored backup's row apart from another's."""

    subject = models.BigIntegerField(unique=True)
    mark = models.CharField(max_length=64)
    reason = models.CharField(max_length=10, choices=ErasureReason.choices)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.BigIntegerField(null=True)
    finished_at = models.DateTimeField(null=True)  # When files were rewritten and bytes overwritten.

    class Meta:
        indexes = [models.Index(fields=["finished_at", "id"], name="people_erasure_waiting")]

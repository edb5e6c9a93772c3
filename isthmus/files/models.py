"""Attached files: what each is called, what it is, to which record it belongs. The bytes lie on the disk."""

from django.db import models
from django.db.models import Q

from isthmus.core.file_names import LONGEST_NAME
from isthmus.workspace.models import User


class AttachedFile(models.Model):
    """One file of one record. One taken away keeps its bytes for some days, for an undo.

    `stored` is a name by lot; with the hash it is the name on the disk. `destroyed_at`: the bytes go, and
    then this row.
    """

    kind = models.CharField(max_length=12)
    record_id = models.BigIntegerField()
    name = models.CharField(max_length=LONGEST_NAME)
    type = models.CharField(max_length=100)
    bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    stored = models.CharField(max_length=32, unique=True)
    author = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="attached_files")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    destroyed_at = models.DateTimeField(null=True)
    replaced_name = models.CharField(max_length=LONGEST_NAME, blank=True, default="")
    replaced_by = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "record_id", "-added_at"], name="files_of_record"),
            models.Index(fields=["removed_at"], condition=Q(removed_at__isnull=False), name="files_removed"),
        ]

    def __str__(self) -> str:
        return self.name

"""Comments on records: what colleagues say to each other about them."""

from django.db import models

from isthmus.workspace.models.users import User


class Comment(models.Model):
    """What a user wrote about a record, and whom they named. One taken away keeps its text for an undo."""

    kind = models.CharField(max_length=12)
    record_id = models.BigIntegerField()
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="comments")
    text = models.TextField()
    mentioned = models.JSONField(default=list)
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "record_id", "-at"], name="workspace_comment_record")]

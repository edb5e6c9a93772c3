"""Notifications: what somebody should know, in the page and, when they want it, by mail."""

from django.db import models

from isthmus.workspace.models.users import User


class Notification(models.Model):
    """One thing one user should know, of a record or of what `path` opens.

    The text names no person that the company knows: the record says who it is, to whoever may see it.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=60)
    text = models.CharField(max_length=300)
    path = models.CharField(max_length=300, blank=True)
    record_kind = models.CharField(max_length=12, blank=True)
    record_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-at"], name="workspace_notice_recent")]

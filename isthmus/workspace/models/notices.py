"""Notifications: what somebody should know, in the page."""

from django.db import models

from isthmus.workspace.models.users import User


class Notification(models.Model):
    """One thing one user should know; `path` opens what it is about."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=60)
    text = models.CharField(max_length=300)
    path = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-at"], name="workspace_notice_recent")]

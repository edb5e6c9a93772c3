"""What a user keeps at hand: starred records and those seen lately. Only numbers: no name is copied."""

from django.db import models

from isthmus.workspace.models.users import User


class KeptRecord(models.Model):
    """One record of some kind that one user has at hand."""

    kind = models.CharField(max_length=12)
    record_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        abstract = True


class Favourite(KeptRecord):
    """A record that a user starred."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="favourites")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "record_id"], name="workspace_one_star_each")
        ]


class SeenRecord(KeptRecord):
    """A record whose page a user opened, and when they last did."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="seen_records")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "record_id"], name="workspace_seen_once")
        ]
        indexes = [models.Index(fields=["user", "-at"], name="workspace_seen_recent")]

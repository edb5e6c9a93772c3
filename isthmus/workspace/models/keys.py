"""Ways in other than a password: invitations, one-time links, API keys."""

from datetime import datetime

from django.db import models

from isthmus.workspace.models.users import Team, Territory, User
from isthmus.workspace.roles import ROLE_CHOICES


class Invitation(models.Model):
    """An invitation by e-mail; the token itself is never stored, only its SHA-256."""

    email = models.EmailField()
    name = models.CharField(max_length=150, blank=True)
    role = models.CharField(max_length=12, choices=ROLE_CHOICES)
    team = models.ForeignKey(Team, null=True, on_delete=models.SET_NULL)
    territory = models.ForeignKey(Territory, null=True, on_delete=models.SET_NULL)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def is_open(self, at: datetime) -> bool:
        """Whether it can still be accepted."""
        return self.accepted_at is None and self.revoked_at is None and at < self.expires_at


class SignInLink(models.Model):
    """A link that signs one user in once. `is_local` ones come from the terminal and need no second click."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    token_hash = models.CharField(max_length=64, unique=True)
    is_local = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class ApiKey(models.Model):
    """A program's key: hashed, never more than its user may, perhaps less, until it ends or is revoked."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_keys")
    label = models.CharField(max_length=120)
    prefix = models.CharField(max_length=12)
    key_hash = models.CharField(max_length=64, unique=True)
    permissions = models.JSONField(default=list)  # Empty: all that its user may do.
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    def is_valid(self, at: datetime) -> bool:
        """Whether the key opens anything at this instant."""
        return (
            self.revoked_at is None
            and (self.expires_at is None or at < self.expires_at)
            and self.user.is_active
        )


class IdempotencyAnswer(models.Model):
    """What a command answered under a key, written in the command's own transaction."""

    owner = models.CharField(max_length=40)  # "key:12" or "user:3"
    command = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=200)
    answer = models.JSONField()
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "command", "key"], name="workspace_one_answer_a_key")
        ]

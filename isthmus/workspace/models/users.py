"""Users, teams, territories and grants: who is here and how far they reach."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from tree_queries.models import TreeNode

from isthmus.core.actors import Scope
from isthmus.workspace.roles import ROLE_CHOICES


class Team(TreeNode):  # type: ignore[misc]
    """A team; its parent's managers see its rows."""

    name = models.CharField(max_length=120, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Territory(TreeNode):  # type: ignore[misc]
    """A part of the market; a parent includes its children. What is empty holds as it does above it."""

    name = models.CharField(max_length=120, unique=True)
    countries = models.JSONField(default=list)
    currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    time_zone = models.CharField(max_length=64, blank=True, default="", db_default="")
    holidays = models.CharField(max_length=10, blank=True, default="", db_default="")  # SE, DE-BY

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "territories"

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Users are found by e-mail, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=(username or "").strip())

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A saved user; without a password they can only come in by a link."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Somebody who signs in. What they may do comes from their role and their grants."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150)
    role = models.CharField(max_length=12, choices=ROLE_CHOICES)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="members")
    territory = models.ForeignKey(
        Territory, null=True, blank=True, on_delete=models.SET_NULL, related_name="members"
    )
    locale = models.CharField(max_length=12, default="en")
    shortcuts = models.BooleanField(default=True, db_default=True)  # Keys without Ctrl or Cmd.
    mailed = models.JSONField(default=list, db_default=[])  # Kinds of notifications that also come by mail.
    external_id = models.CharField(max_length=120, null=True, unique=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        """Up to two letters for the avatar."""
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


class Grant(models.Model):
    """One right given to one user beyond their role, or taken (scope empty)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    permission = models.CharField(max_length=60)
    scope = models.CharField(max_length=4, choices=[(s.value, s.value) for s in Scope], blank=True)
    given_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "permission"], name="workspace_one_grant_each")
        ]

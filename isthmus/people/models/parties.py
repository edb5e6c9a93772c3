"""Persons and accounts: the parties that the company deals with."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from isthmus.core.actors import Actor, Scope
from isthmus.core.fields import filled
from isthmus.workspace.scoping import Scoped, ScopedQuerySet

# Rooms above say through which of their rows a party is theirs too (their leads, their deals).
OwnRows = Callable[[Actor, Scope], "models.QuerySet[Any]"]
person_paths: list[OwnRows] = []
account_paths: list[OwnRows] = []


class PartyQuerySet(ScopedQuerySet[Any]):
    """A party is reachable through its own owner and team, or through a lead or deal of the actor's."""

    def reach(self, actor: Actor, scope: Scope) -> Q:
        condition = super().reach(actor, scope)
        for path in person_paths if self.model is Person else account_paths:
            condition |= Q(pk__in=path(actor, scope))
        return condition

    def present(self) -> "PartyQuerySet":
        """Without the merged and the erased."""
        return self.filter(merged_into=None, erased_at=None)


class Account(Scoped):
    """A company that buys. `parent` makes the hierarchy of a group."""

    view_permission: ClassVar[str] = "accounts.view"

    subject = models.BigIntegerField(unique=True)
    name = models.CharField(max_length=255, blank=True)
    domain = models.CharField(max_length=255, blank=True)
    country = models.CharField(max_length=2, blank=True)
    city = models.CharField(max_length=120, blank=True)
    industry = models.CharField(max_length=80, blank=True)
    size = models.PositiveIntegerField(null=True)
    region = models.CharField(max_length=80, blank=True, default="", db_default="")  # Its state or province.
    postcode = models.CharField(max_length=16, blank=True, default="", db_default="")
    revenue = models.BigIntegerField(null=True)  # A year's, in whole units of the reporting currency.
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    custom = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged_from")
    erased_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[Any] = PartyQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-updated_at", "-id"], name="people_account_recent"),
            models.Index(fields=["name", "id"], name="people_account_name"),
            models.Index(fields=["owner", "-updated_at"], name="people_account_owner"),
            models.Index(fields=["team", "-updated_at"], name="people_account_team"),
        ]

    def __str__(self) -> str:
        return self.name or self.domain


class Person(Scoped):
    """Somebody known by at least one identifier or name."""

    view_permission: ClassVar[str] = "people.view"

    # Every row pays for each index when a million of them come in, so none stands twice or for empty fields.
    owner = models.ForeignKey(
        "workspace.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    team = models.ForeignKey(
        "workspace.Team", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    territory = models.ForeignKey(
        "workspace.Territory",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    subject = models.BigIntegerField(unique=True)
    full_name = models.CharField(max_length=255, blank=True)
    email = models.CharField(max_length=320, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=160, blank=True)
    country = models.CharField(max_length=2, blank=True)
    city = models.CharField(max_length=120, blank=True)
    locale = models.CharField(max_length=12, blank=True)
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="people", db_index=False
    )
    custom = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    merged_into = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="merged_from", db_index=False
    )
    erased_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[Any] = PartyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "people"
        indexes = [
            # The subject too: a list filtered by a figure passes over those who are not meant in the index.
            models.Index(fields=["-updated_at", "-id", "subject"], name="people_person_recent"),
            models.Index(fields=["full_name", "id"], name="people_person_name"),
            models.Index(fields=["owner", "-updated_at"], name="people_person_owner"),
            models.Index(fields=["team", "-updated_at"], name="people_person_team"),
            filled("account", "people_person_account"),
            filled("territory", "people_person_territory"),
            filled("merged_into", "people_person_merged"),
        ]

    def __str__(self) -> str:
        if self.erased_at is not None:
            return _("Somebody erased")
        return self.full_name or self.email or self.phone

    @property
    def initials(self) -> str:
        """Up to two letters for the avatar."""
        words = (self.full_name or self.email).split()
        return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()

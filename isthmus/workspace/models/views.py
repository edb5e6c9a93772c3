"""Saved views: ways of looking at a list that somebody kept for themselves, their team or everybody."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Actor
from isthmus.workspace.models.users import Team, User

LISTS = [
    ("people", _("People")),
    ("accounts", _("Accounts")),
    ("leads", _("Leads")),
    ("deals", _("Deals")),
    ("quotes", _("Quotes")),
    ("tasks", _("Tasks")),
]


class ViewReach(models.TextChoices):
    """Whose view it is."""

    OWN = "own", _("Only me")
    TEAM = "team", _("My team")
    ALL = "all", _("Everybody")


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Views, and who sees which."""

    def seen_by(self, actor: Actor) -> Self:
        """The views in use that are one’s own, one’s team’s or everybody’s."""
        teams = {*actor.team_ids, *([actor.team_id] if actor.team_id else [])}
        shared = Q(reach=ViewReach.ALL) | Q(reach=ViewReach.TEAM, team__in=teams)
        own = Q(owner=actor.id) if actor.id is not None else Q(pk__in=[])
        return self.filter(own | shared, deleted_at=None)


class SavedView(models.Model):
    """Filters, search, columns and their order, sort: the address of a list, kept under a name.

    Whoever opens it sees the rows that they may see themselves; “mine” in it is whoever looks.
    """

    LONGEST_NAME: ClassVar[int] = 60

    list = models.CharField(max_length=8, choices=LISTS)
    name = models.CharField(max_length=LONGEST_NAME)
    query = models.TextField(blank=True)
    reach = models.CharField(max_length=4, choices=ViewReach.choices, default=ViewReach.OWN)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="views")
    team = models.ForeignKey(Team, null=True, on_delete=models.SET_NULL, related_name="+")
    # What the last change replaced, and the batch of that change: so it can be taken back.
    replaced = models.JSONField(default=dict)
    replaced_by = models.UUIDField(null=True)
    deleted_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[SavedViewQuerySet] = SavedViewQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["list", "reach"], name="workspace_view_list")]

    def __str__(self) -> str:
        return self.name


class DefaultView(models.Model):
    """With which view a list opens for somebody."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    list = models.CharField(max_length=8, choices=LISTS)
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "list"], name="workspace_one_default_view_a_list")
        ]

"""The one door to each model's rows: what an actor may see, by present grants."""

from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Q

from isthmus.core.actors import Actor, Scope

M = TypeVar("M", bound=models.Model)


class ScopedQuerySet(models.QuerySet[M]):
    """Rows with an `owner` and a `team`. The model names its permission in `view_permission`."""

    def visible_to(self, actor: Actor, permission: str | None = None) -> Self:
        """The rows that the actor's grants reach; `permission` defaults to seeing."""
        scope = actor.scope(permission or self.model.view_permission)  # type: ignore[attr-defined]
        if scope is None:
            return self.none()
        if scope is Scope.ALL:
            return self
        return self.filter(self.reach(actor, scope))

    def reach(self, actor: Actor, scope: Scope) -> Q:
        """The condition for "own" and "team"; models with other ways to belong extend it."""
        condition = Q(owner_id=actor.id) if actor.id is not None else Q(pk__in=[])
        if scope is Scope.TEAM and actor.team_ids:
            condition |= Q(team_id__in=actor.team_ids)
        return condition


class Scoped(models.Model):
    """A row that somebody owns and a team works on."""

    view_permission: ClassVar[str]
    back: dict[str, Any]  # The arguments that put back what a command has just replaced; not stored.

    owner = models.ForeignKey(
        "workspace.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    team = models.ForeignKey(
        "workspace.Team", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    territory = models.ForeignKey(
        "workspace.Territory", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        abstract = True

"""Permission over facts: whose rows a metric may count, by the asker's present grants."""

import hashlib
from array import array
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from isthmus.core.actors import Actor, Scope
from isthmus.core.refusals import NotPermitted
from isthmus.metrics.catalogue import Metric
from isthmus.metrics.dimensions import Dimension
from isthmus.metrics.families import FAMILIES, Family, family_of
from isthmus.workspace.models import User

# Returns None for "all", or a queryset (any iterable) of the numbers that the actor may see.
Reach = Callable[[Actor], Iterable[Any] | None]
_reaches: dict[str, Reach] = {}
OWNER = "owner"  # Facts about somebody, not about a record: whose they are bounds them.


def register(column: str, reach: Reach) -> None:
    """Let a room bound a column of facts (`lead_id`, `deal_id`, `order_id`) by what an actor may see."""
    _reaches[column] = reach


@dataclass(frozen=True)
class Bounds:
    """`columns`: each family seen in part and its bounding column; `ids`: the visible numbers by column."""

    columns: Mapping[str, str]
    ids: Mapping[str, tuple[int, ...]]

    @property
    def key(self) -> tuple[Any, ...]:
        """What a cached answer must agree with."""
        return tuple((column, _digest(ids)) for column, ids in sorted(self.ids.items()))


def bounds_for(actor: Actor, metric: Metric, dimensions: Iterable[Dimension]) -> Bounds:
    """What the actor may count of this metric. Raises NotPermitted, with the reason, when it is nothing."""
    if not actor.allows("metrics.view"):
        raise NotPermitted(_("You may not read metrics. Ask an administrator for that permission."))
    columns: dict[str, str] = {}
    for name in dict.fromkeys(family_of(kind) for kind in metric.kinds):
        column = _bounding_column(actor, metric, FAMILIES[name])
        if column is not None:
            columns[name] = column
    _refuse_leaderboard(actor, dimensions, whole=not columns)
    ids = {column: _visible(column, actor, columns) for column in sorted(set(columns.values()))}
    return Bounds(columns, ids)


def may_count(actor: Actor, metric: Metric) -> bool:
    """Whether the actor may count anything of this metric. Reads nothing."""
    try:
        for name in {family_of(kind) for kind in metric.kinds}:
            _bounding_column(actor, metric, FAMILIES[name])
    except NotPermitted:
        return False
    return actor.allows("metrics.view")


def reach_of(actor: Actor) -> tuple[Any, ...]:
    """What decides which facts an actor may count just now: equal reaches see equal figures."""
    whole = (actor.allows("metrics.view"), actor.allows("metrics.leaderboard"))
    return whole + tuple(_reach_into(family, actor) for family in FAMILIES.values())


def _reach_into(family: Family, actor: Actor) -> Any:
    reach = actor.scope(family.permission)
    column = _known_column(family)
    if reach in (None, Scope.ALL) or column is None:
        return reach
    if column == OWNER:
        return column, _digest(tuple(sorted(_owners(actor, family.permission))))
    return column, _digest(_visible(column, actor))


def _digest(ids: tuple[int, ...]) -> bytes:
    return hashlib.blake2b(array("q", ids).tobytes(), digest_size=16).digest()


def _bounding_column(actor: Actor, metric: Metric, family: Family) -> str | None:
    reach = actor.scope(family.permission)
    if reach is None:
        raise NotPermitted(
            _(
                "You may not see %(metric)s: it is counted from records that your grants do not cover "
                "(%(permission)s)."
            )
            % {"metric": metric.label, "permission": family.permission}
        )
    if reach is Scope.ALL:
        return None
    if (column := _known_column(family)) is not None:
        return column
    raise NotPermitted(
        _("You may not see %(metric)s: it is counted from records of the whole company (%(permission)s).")
        % {"metric": metric.label, "permission": family.permission}
    )


def _refuse_leaderboard(actor: Actor, dimensions: Iterable[Dimension], *, whole: bool) -> None:
    """Comparing colleagues by name is a grant of its own; one's own figures are not a comparison."""
    by_person = any(d.column == "owner" or d.table == "mirror_users" for d in dimensions)
    if by_person and whole and not actor.allows("metrics.leaderboard"):
        raise NotPermitted(_("You may not compare people by name. Ask an administrator for that permission."))


def _known_column(family: Family) -> str | None:
    return next((column for column in family.columns if column in _reaches or column == OWNER), None)


def _owners(actor: Actor, permission: str) -> set[int]:
    """Whose facts a permission opens that does not reach all: the actor's own, or also their teams'."""
    own = {actor.id} if actor.id is not None else set()
    if actor.scope(permission) is not Scope.TEAM:
        return own
    return own | set(User.objects.filter(team_id__in=actor.team_ids).values_list("pk", flat=True))


def _visible(column: str, actor: Actor, columns: Mapping[str, str] | None = None) -> tuple[int, ...]:
    if column == OWNER:
        # Two kinds of facts in one figure: only of those whom both permissions reach.
        families = [FAMILIES[name] for name, its in (columns or {}).items() if its == OWNER]
        reached = [_owners(actor, family.permission) for family in families]
        return tuple(sorted(set.intersection(*reached)))
    ids = _reaches[column](actor)
    if ids is None:
        raise AssertionError(f"The reach of {column} says all for an actor whose grant is less.")
    return tuple(sorted({int(number) for number in ids}))

"""A user, or a program with a user's key, as an actor of commands."""

from isthmus.core.actors import Actor, Scope
from isthmus.workspace.models import ApiKey, Team, User
from isthmus.workspace.roles import ROLES


def actor_for(user: User, *, api_key: ApiKey | None = None) -> Actor:
    """The actor with the user's role and grants; a key with named permissions has no others.

    "Team" covers the user's own team and the teams below it.
    """
    if not user.is_active:
        return Actor(kind="user", id=user.pk)
    grants = dict(ROLES[user.role])
    for permission, scope in user.grants.values_list("permission", "scope"):
        if scope:
            grants[permission] = Scope(scope)
        else:
            grants.pop(permission, None)
    if api_key is not None and api_key.permissions:
        grants = {name: scope for name, scope in grants.items() if name in api_key.permissions}
    return Actor(
        kind="user", id=user.pk, team_id=user.team_id, team_ids=_teams_below(user.team_id), grants=grants
    )


def _teams_below(team_id: int | None) -> frozenset[int]:
    if team_id is None:
        return frozenset()
    parents = dict(Team.objects.values_list("pk", "parent_id"))
    return frozenset(pk for pk in parents if team_id in _upward(pk, parents))


def _upward(pk: int | None, parents: dict[int, int | None]) -> set[int]:
    seen: set[int] = set()
    while pk is not None and pk not in seen:
        seen.add(pk)
        pk = parents.get(pk)
    return seen

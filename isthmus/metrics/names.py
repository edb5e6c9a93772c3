"""Names of the workspace's own keys: owners, teams and territories. Higher rooms register theirs."""

from collections.abc import Iterable

from isthmus.metrics import labels
from isthmus.workspace import queries
from isthmus.workspace.models import Team, Territory, User


def register_workspace() -> None:
    """Name owners, teams and territories in answers, and find them by name in filters."""
    labels.register("owner", queries.user_names, _users)
    labels.register("team", queries.team_names, _teams)
    labels.register("territory", queries.territory_names, _territories)


def _users(text: str) -> Iterable[int]:
    by_address = User.objects.filter(email__iexact=text)
    return list((by_address or User.objects.filter(name__iexact=text)).values_list("pk", flat=True))


def _teams(text: str) -> Iterable[int]:
    return list(Team.objects.filter(name__iexact=text).values_list("pk", flat=True))


def _territories(text: str) -> Iterable[int]:
    return list(Territory.objects.filter(name__iexact=text).values_list("pk", flat=True))

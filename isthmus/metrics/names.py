"""Names of what the workspace owns: owners, teams, territories, custom fields. Higher rooms add theirs."""

from collections.abc import Iterable

from isthmus.ledger.mirror import mirror_columns, mirror_tables
from isthmus.metrics import labels
from isthmus.metrics.dimensions import Attributes
from isthmus.workspace import queries
from isthmus.workspace.models import FieldDefinition, Team, Territory, User


def register_workspace() -> None:
    """Name owners, teams and territories in answers, and find them by name in filters."""
    labels.register("owner", queries.user_names, _users)
    labels.register("team", queries.team_names, _teams)
    labels.register("territory", queries.territory_names, _territories)


def attributes_now() -> Attributes:
    """The attributes that the mirror has now; custom ones are called as their fields are."""
    fields = FieldDefinition.objects.filter(kind="analytic").values_list("model", "key", "label")
    return Attributes(
        types={name: mirror_columns(name) for name in mirror_tables()},
        labels={f"{model}.custom_{key}": label for model, key, label in fields},
    )


def _users(text: str) -> Iterable[int]:
    by_address = User.objects.filter(email__iexact=text)
    return list((by_address or User.objects.filter(name__iexact=text)).values_list("pk", flat=True))


def _teams(text: str) -> Iterable[int]:
    return list(Team.objects.filter(name__iexact=text).values_list("pk", flat=True))


def _territories(text: str) -> Iterable[int]:
    return list(Territory.objects.filter(name__iexact=text).values_list("pk", flat=True))

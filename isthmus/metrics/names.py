"""Names of what lower rooms own: owners, teams, territories, sources, custom fields. Others add theirs."""

from collections.abc import Iterable, Mapping

from isthmus.collect.models import Source
from isthmus.ledger.mirror import mirror_columns, mirror_tables
from isthmus.metrics import labels
from isthmus.metrics.dimensions import Attributes
from isthmus.workspace import queries
from isthmus.workspace.models import FieldDefinition, Team, Territory, User


def register_names() -> None:
    """Name owners, teams, territories and sources in answers, and find them by name in filters."""
    labels.register("owner", queries.user_names, _users)
    labels.register("team", queries.team_names, _teams)
    labels.register("territory", queries.territory_names, _territories)
    labels.register("source", _source_names, _sources)


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


def _source_names(ids: set[int]) -> Mapping[int, str]:
    return dict(Source.objects.filter(pk__in=ids).values_list("pk", "name"))


def _sources(text: str) -> Iterable[int]:
    return list(Source.objects.filter(name__iexact=text).values_list("pk", flat=True))

"""What other rooms ask of the workspace: rates, territories, fields, names."""

from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.utils.translation import gettext as _

from isthmus.core.refusals import Refusal
from isthmus.workspace.models import Company, FieldDefinition, Rate, Team, Territory, User
from isthmus.workspace.territories import Locals


class NoRate(Refusal):
    """An amount cannot be told in the reporting currency."""


def territory_of_country(country: str) -> int | None:
    """The deepest territory that names the country; None when none does."""
    return _territories().get(country) if country else None


def _territories() -> dict[str, int]:
    known: dict[str, int] | None = cache.get("territories")
    if known is None:
        rows = Territory.objects.with_tree_fields().values_list("pk", "countries", "tree_depth")
        known = {}
        for pk, countries, _depth in sorted(rows, key=lambda row: (row[2], -row[0])):
            known.update(dict.fromkeys(countries, pk))
        cache.set("territories", known, 30)
    return known


def forget_territories() -> None:
    """Read territories anew (called when one changes)."""
    cache.delete_many(["territories", "zones"])


def zone_of(user: User, company: Company) -> ZoneInfo:
    """The time zone in which a user works: that of their territory, else the company's."""
    if user.territory_id is None:
        return company.zone
    known: dict[int, str] | None = cache.get("zones")
    if known is None:
        held = Locals(company)
        rows = Territory.objects.values_list("pk", flat=True)
        # What the company says may change at any time: only what territories say is kept.
        found = {pk: held.of(pk).time_zone for pk in rows}
        known = {pk: one.value for pk, one in found.items() if one.said_by}
        cache.set("zones", known, 30)
    return ZoneInfo(known.get(user.territory_id, company.time_zone))


class Converter:
    """Converts amounts to the base currency by the rate of their day. One instance serves one batch.

    `base` saves asking for it where it is known.
    """

    def __init__(self, base: str = "") -> None:
        self.base = base or Company.current().base_currency
        self._rates: dict[str, list[tuple[date, Decimal]]] = {}

    def to_base(self, micros: int, currency: str, on: date) -> int:
        """Micros of the base currency. Raises NoRate when no rate holds on that day."""
        if currency == self.base:
            return micros
        if currency not in self._rates:
            rows = Rate.objects.filter(currency=currency).order_by("-on")
            self._rates[currency] = list(rows.values_list("on", "base_per_unit"))
        for start, rate in self._rates[currency]:
            if start <= on:
                return int((Decimal(micros) * rate).to_integral_value())
        raise NoRate(
            _(
                "There is no rate from %(currency)s to %(base)s on %(day)s. "
                "Add one under Settings, Currencies."
            )
            % {"currency": currency, "base": self.base, "day": on.isoformat()}
        )


def field_definitions(model: str) -> list[FieldDefinition]:
    """The custom fields in use on a model ("person", "account", "lead", "deal")."""
    return list(FieldDefinition.objects.filter(model=model, archived_at=None))


def field_definitions_of(*names: str) -> dict[str, list[FieldDefinition]]:
    """The custom fields in use on several models, read at once."""
    found: dict[str, list[FieldDefinition]] = {name: [] for name in names}
    for definition in FieldDefinition.objects.filter(model__in=names, archived_at=None):
        found[definition.model].append(definition)
    return found


def identifying_keys(model: str) -> list[str]:
    """The keys of the custom fields of a record that tell who somebody is."""
    fields = FieldDefinition.objects.filter(model=model, kind="identifying")
    return list(fields.values_list("key", flat=True))


def kept_of_erased(model: str, custom: dict[str, Any]) -> dict[str, Any]:
    """What stays of the custom values of somebody erased: analytic ones in which nobody can type a name."""
    kept = FieldDefinition.objects.filter(model=model, kind="analytic").exclude(type="text")
    keys = set(kept.values_list("key", flat=True))
    return {key: value for key, value in custom.items() if key in keys}


def user_names(ids: set[int]) -> dict[int, str]:
    """Names of users by id."""
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "name"))


def team_names(ids: set[int]) -> dict[int, str]:
    """Names of teams by id."""
    return dict(Team.objects.filter(pk__in=ids).values_list("pk", "name"))


def territory_names(ids: set[int]) -> dict[int, str]:
    """Names of territories by id."""
    return dict(Territory.objects.filter(pk__in=ids).values_list("pk", "name"))


def clean_custom(model: str, values: dict[str, Any]) -> dict[str, Any]:
    """Custom values by their declared types.

    Raises InvalidInput with one sentence for each that cannot be.
    """
    return CustomFields(model).clean(values)


class CustomFields:
    """The custom fields in use on a model, read when the first value asks. One instance serves one batch."""

    def __init__(self, model: str) -> None:
        self._model = model
        self._definitions: list[FieldDefinition] | None = None

    def clean(self, values: dict[str, Any]) -> dict[str, Any]:
        """The values by their declared types.

        Raises InvalidInput with one sentence for each that cannot be.
        """
        from isthmus.workspace.fields import read_values

        if not values:
            return {}
        if self._definitions is None:
            self._definitions = field_definitions(self._model)
        return read_values(self._definitions, values)

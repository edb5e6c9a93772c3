"""What must be there before the first row: the company, a pipeline, custom fields and their options."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from isthmus.core.actors import Actor
from isthmus.core.refusals import Refusal
from isthmus.imports.mapping import RowMap
from isthmus.imports.recipe.expressions import columns_of
from isthmus.imports.recipe.kinds import KINDS
from isthmus.imports.recipe.model import CompanyGiven, PipelineGiven, Recipe, Rows
from isthmus.imports.source.joining import Section
from isthmus.marketing.models import Campaign
from isthmus.people.models import Account, Person
from isthmus.sales.commands import add_pipeline
from isthmus.sales.models import Pipeline
from isthmus.workspace.commands import add_currency, add_field, edit_field, update_company
from isthmus.workspace.models import Company, Currency, FieldDefinition

if TYPE_CHECKING:
    import duckdb

MAX_OPTIONS = 500


class TooManyOptions(Refusal):
    """A column has too many different values for a choice."""


class PipelineMissing(Refusal):
    """Deals need a pipeline."""


def prepare(
    recipe: Recipe, options: Mapping[tuple[int, str, str], list[str]], *, by: Actor, at: datetime
) -> int | None:
    """Set the company, its currencies, pipeline and custom fields as the recipe says; the pipeline's number.

    Safe to run again: what is there already stays.
    """
    if recipe.company:
        _set_company(recipe.company, by, at)
    for code in sorted({rows.format.currency for rows in recipe.rows if rows.format.currency}):
        if not Currency.objects.filter(code=code).exists():
            add_currency(code=code, by=by, at=at)
    for rows in recipe.rows:
        _set_fields(rows, options, by, at)
    if any(rows.what == "deal" for rows in recipe.rows):
        return _pipeline(recipe.pipeline, by, at)
    return None


def company_zone(recipe: Recipe) -> str:
    """The zone of days and of times without one, as it will be once the company is prepared."""
    if recipe.company and is_untouched():
        return recipe.company.time_zone
    return Company.current().time_zone


def is_untouched() -> bool:
    """Whether nothing has happened in this company yet, so that a recipe may say what it is."""
    return not (Person.objects.exists() or Account.objects.exists() or Campaign.objects.exists())


def company_notice(recipe: Recipe) -> str:
    """What a recipe wanted of the company and will not get, because the company is at work already."""
    given, company = recipe.company, Company.current()
    if given is None or is_untouched():
        return ""
    if (given.base_currency, given.time_zone) == (company.base_currency, company.time_zone):
        return ""
    return _(
        "The company reports in %(currency)s and lives in %(zone)s already; the recipe's own settings of the "
        "company are passed over."
    ) % {"currency": company.base_currency, "zone": company.time_zone}


def new_options(
    rows: Rows, section: Section, engine: "duckdb.DuckDBPyConnection", zone: ZoneInfo
) -> dict[tuple[int, str, str], list[str]]:
    """The values of each choice that the recipe creates, as the section's rows have them, sorted."""
    found: dict[tuple[int, str, str], list[str]] = {}
    for part, ones in rows.custom.items():
        for key, expression in ones.items():
            if expression.new_field is None or expression.new_field.type != "choice":
                continue
            names = list(dict.fromkeys(columns_of(expression)))
            places = {column.name: 0 for column in section.columns} | {
                name: at for at, name in enumerate(names)
            }
            value_of = RowMap(rows, places, zone).custom_value(part, key)
            cells = section.distinct(engine, names, MAX_OPTIONS * 20) if names else [()]
            found[rows.number, part, key] = sorted(_values(value_of, cells))
            if len(found[rows.number, part, key]) > MAX_OPTIONS:
                raise TooManyOptions(
                    _('%(where)s has over %(limit)s different values; let its type be "text" instead.')
                    % {"where": expression.where, "limit": MAX_OPTIONS}
                )
    return found


def _values(value_of: Callable[[Any], Any], cells: Sequence[tuple[Any, ...]]) -> set[str]:
    values: set[str] = set()
    for one in cells:
        try:
            value = value_of(one)
        except Refusal:
            continue  # The row itself is refused with this reason when its turn comes.
        if value is not None:
            values.add(str(value))
    return values


def _set_company(given: CompanyGiven, by: Actor, at: datetime) -> None:
    company = Company.objects.filter(pk=1).first()
    if company is None:
        update_company(
            name=given.name, base_currency=given.base_currency, time_zone=given.time_zone, by=by, at=at
        )
    elif is_untouched() and (company.base_currency, company.time_zone) != (
        given.base_currency,
        given.time_zone,
    ):
        update_company(base_currency=given.base_currency, time_zone=given.time_zone, by=by, at=at)


def _set_fields(
    rows: Rows, options: Mapping[tuple[int, str, str], list[str]], by: Actor, at: datetime
) -> None:
    for part, ones in rows.custom.items():
        model = (KINDS[rows.what].custom or {})[part]
        for key, expression in ones.items():
            new = expression.new_field
            if new is None or not model:
                continue
            wanted = options.get((rows.number, part, key), [])
            field = FieldDefinition.objects.filter(model=model, key=key).first()
            if field is None:
                if new.type == "choice" and not wanted:
                    continue  # No row has a value, so nothing needs the field.
                add_field(
                    model=model,  # type: ignore[arg-type]
                    key=key,
                    label=new.label,
                    type=new.type,  # type: ignore[arg-type]
                    kind=new.kind,  # type: ignore[arg-type]
                    options=wanted or None,
                    by=by,
                    at=at,
                )
            elif missing := [one for one in wanted if one not in field.options]:
                edit_field(field_id=field.pk, options=[*field.options, *missing], by=by, at=at)


def _pipeline(given: PipelineGiven | None, by: Actor, at: datetime) -> int | None:
    if given is None:
        if not Pipeline.objects.exists():
            raise PipelineMissing(
                _("There is no pipeline for the deals. Add one, or give the recipe a [pipeline].")
            )
        return None  # The company's own default.
    found = Pipeline.objects.filter(name__iexact=given.name.strip()).first()
    if found is None:
        found = add_pipeline(
            name=given.name, stages=[{"name": stage} for stage in given.stages], by=by, at=at
        )
    return int(found.pk)

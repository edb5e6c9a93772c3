"""Columns of lists: what an export writes and what the page shows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from isthmus.core.money import Money
from isthmus.web import formats, markup
from isthmus.web.escaping import html
from isthmus.workspace.models import FieldDefinition

Text = str | Promise
Kind = Literal["text", "number", "money", "moment", "day", "flag"]
_KINDS: Mapping[str, Kind] = {"number": "number", "date": "day", "flag": "flag"}


@dataclass(frozen=True)
class Column:
    """One column. `value` is what an export writes; `cell` what the page shows, by its type where not given.

    `sort` names the model's field to sort by. Columns that are not `shown` can be chosen. `field` names the
    field of the record's form in which the cell can be changed, `kind` what its values are. `reads` names
    the fields that the cell and the value need, as a query does; without any the whole row is read.
    """

    key: str
    label: Text
    value: Callable[[Any], Any]
    cell: Callable[[Any], str] | None = None
    sort: str = ""
    num: bool = False
    shown: bool = True
    related: Sequence[str] = ()
    reads: Sequence[str] = ()
    always_exported: bool = False
    field: str = ""
    kind: Kind = "text"

    def show(self, row: Any) -> str:
        """The cell of a row as the page writes it."""
        return self.cell(row) if self.cell else plain(self.value(row))


def plain(value: Any) -> str:
    """A value in the reader's language; a dash for nothing."""
    if value is None or value == "":
        return formats.NOTHING
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Money):
        return formats.money(value)
    if isinstance(value, datetime):
        return markup.time_element(value, "day")
    if isinstance(value, date):
        return formats.day(value)
    if isinstance(value, int | float | Decimal):
        return formats.number(value)
    return str(value)


def title_cell(href: str, text: str, below: str = "") -> SafeString:
    """The heading of a row: a link, and what tells it from others of that name."""
    under = html('<span class="sub">{}</span>', below) if below else ""
    return html('<a class="row-name" href="{}">{}</a>{}', href, text or _("(no name)"), under)


def field_column(key: str, label: Text, **more: Any) -> Column:
    """A field of the record as it is, which can be changed in its cell; `more` as a `Column` takes it."""
    return Column(key, label, attrgetter(key), **({"field": key, "reads": (key,)} | more))


def moment_column(key: str, label: Text, field: str, **more: Any) -> Column:
    """When something happened, by the day; `field` says which field tells it."""
    return Column(key, label, attrgetter(field), kind="moment", num=True, reads=(field,), **more)


def owner_column() -> Column:
    """Whose it is."""
    return Column(
        "owner",
        _("Owner"),
        lambda row: row.owner.name if row.owner else None,
        lambda row: markup.who(row.owner.name) if row.owner else formats.NOTHING,
        related=("owner",),
        reads=("owner__name",),
        field="owner_id",
    )


def across(relation: str, fields: Sequence[str]) -> tuple[str, ...]:
    """Fields of a related record, as a query names them: `person__email`."""
    return tuple(f"{relation}__{field}" for field in fields)


def belonging_columns() -> list[Column]:
    """Team and territory, to be chosen."""
    return [
        Column(
            "team",
            _("Team"),
            lambda row: row.team.name if row.team else None,
            shown=False,
            related=("team",),
            reads=("team__name",),
        ),
        Column(
            "territory",
            _("Territory"),
            lambda row: row.territory.name if row.territory else None,
            shown=False,
            related=("territory",),
            reads=("territory__name",),
        ),
    ]


def custom_columns(definitions: Sequence[FieldDefinition]) -> list[Column]:
    """One column for each custom field, to be chosen."""
    return [
        Column(
            f"custom_{field.key}",
            field.label,
            _custom_value(field),
            num=field.type == "number",
            shown=False,
            field=f"custom_{field.key}",
            reads=("custom",),
            kind=_KINDS.get(field.type, "text"),
        )
        for field in definitions
    ]


def _custom_value(field: FieldDefinition) -> Callable[[Any], Any]:
    def value(row: Any) -> Any:
        stored = row.custom.get(field.key)
        if field.type == "date" and stored:
            return date.fromisoformat(stored)
        return stored

    return value

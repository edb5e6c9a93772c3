"""Reading how one field is made: from a column, a template, a constant, the first of several."""

import re
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from isthmus.imports.recipe.kinds import CREATABLE, MATCHES, PARTIES
from isthmus.imports.recipe.model import Expression, NewField
from isthmus.imports.recipe.table import Table
from isthmus.workspace.models.fields import KINDS as FIELD_KINDS
from isthmus.workspace.models.fields import TYPES as FIELD_TYPES
from isthmus.workspace.roles import ROLE_CHOICES

PLACE = re.compile(r"\{([^{}:]+)(?::(\d+))?\}")
BASE = (
    "column", "first", "text", "value", "map", "others", "default", "format", "scale", "until", "optional",
)  # fmt: skip
SOURCES = ("column", "first", "text", "value")
LIST_PRICE = "list_price"
# What a field may be where no cell tells it.
_MISSING = {"deal.opened_at": "import", "deal.amount": LIST_PRICE}


def read_expression(
    data: Any, where: str, kind: str, mistakes: list[str], *, custom: bool = False
) -> Expression:
    """The expression of a field of this kind; mistakes are noted and answered with an empty one."""
    target = kind.removeprefix("->") if kind.startswith("->") else ""
    if isinstance(data, str):
        return Expression(where, columns=(data,), match=MATCHES[target][0] if target else "key")
    before = len(mistakes)
    table = Table(data, where, mistakes)
    field = where.rpartition(" ")[2]
    is_party = field in [f"deal.{name}" for name in PARTIES]
    table.only(
        *BASE,
        *(("match", "namespace", "create", "unknown") if target else ()),
        *(("create",) if custom else ()),
        *(("missing",) if field in _MISSING else ()),
        *(("needed",) if is_party else ()),
        *CREATABLE.get(target, ()),
        *(("invite",) if target == "user" else ()),
    )
    expression = _base(table, where, is_clean=len(mistakes) == before)
    if field in _MISSING:
        expression = replace(expression, missing=table.choice("missing", (_MISSING[field],)))
    if target:
        return _reference(table, expression, target)
    if custom and "create" in table.data:
        return replace(expression, new_field=_new_field(table.below("create"), where))
    return expression


def template_columns(text: str) -> list[str]:
    """The columns that a template names."""
    return [match[1].strip() for match in PLACE.finditer(text)]


def columns_of(expression: Expression) -> list[str]:
    """Every column that an expression reads, those of what it creates included."""
    own = [*expression.columns, *template_columns(expression.text)]
    return own + [name for extra in expression.extras.values() for name in columns_of(extra)]


def _base(table: Table, where: str, *, is_clean: bool) -> Expression:
    given = [name for name in SOURCES if name in table.data]
    if len(given) != 1 and is_clean:  # A misspelt source has had its sentence.
        table.wrong(_("give exactly one of column, first, text or value."))
    constant = table.data.get("value")
    if isinstance(constant, dict | list):
        table.wrong(_("“value” must be one text, number, date or true or false."))
        constant = None
    text = table.text("text")
    if text and re.search(r"[{}]", PLACE.sub("", text)):
        table.wrong(
            _("“text” has a bracket that names no column. Write {column}, or {column:8} for 8 letters of it.")
        )
    mapped = table.below("map").data if "map" in table.data else {}
    for key, value in mapped.items():
        if isinstance(value, dict | list):
            table.wrong(_("“map” gives “%(key)s” no single value.") % {"key": key})
    return Expression(
        where,
        columns=table.texts("first") or table.texts("column")[:1],
        text=text,
        value=constant,
        mapped={key: _as_text(value) for key, value in mapped.items()},
        others=table.choice("others", ("keep", "empty", "refuse"), "keep"),
        default=table.text("default"),
        format=table.text("format"),
        scale=table.number("scale"),
        until=table.text("until"),
        optional=table.flag("optional"),
    )


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _reference(table: Table, expression: Expression, target: str) -> Expression:
    create = table.flag("create")
    if create and target not in CREATABLE:
        table.wrong(
            _("a %(what)s cannot be created from a reference. Add a [[rows]] section that brings it in.")
            % {"what": target}
        )
    extras = {
        name: _extra(table.data[name], f"{table.where} {name}", table.mistakes)
        for name in CREATABLE.get(target, ())
        if name in table.data
    }
    if create and target == "campaign" and "channel" not in extras:
        table.wrong(_("a campaign that is created needs its “channel”."))
    return replace(
        expression,
        match=table.choice("match", MATCHES[target], MATCHES[target][0]).replace("external_id", "key"),
        namespace=table.text("namespace"),
        create=create,
        invite=_invited(table) if "invite" in table.data else {},
        unknown=table.choice("unknown", ("refuse", "empty"), "refuse"),
        needed=table.flag("needed", True),
        extras=extras,
    )


def _invited(table: Table) -> dict[str, str]:
    """Who is invited by mail when the import starts, and as what."""
    invited: dict[str, str] = {}
    for address, role in table.below("invite").data.items():
        try:
            validate_email(address)
        except ValidationError:
            table.wrong(_("“invite” names “%(word)s”, which is no e-mail address.") % {"word": address[:80]})
        if role not in dict(ROLE_CHOICES):
            known = ", ".join(name for name, _label in ROLE_CHOICES)
            table.wrong(
                _("“invite” gives “%(word)s” no role. Write one of: %(known)s.")
                % {"word": address[:80], "known": known}
            )
        invited[address.lower()] = str(role)
    return invited


def _extra(data: Any, where: str, mistakes: list[str]) -> Expression:
    # A plain text here is a template: "Seller {sr_id:8}", "paid_search".
    if isinstance(data, str):
        return Expression(where, text=data)
    return read_expression(data, where, "text", mistakes)


def _new_field(table: Table, where: str) -> NewField:
    table.only("type", "kind", "label")
    return NewField(
        type=table.choice("type", [name for name, _label in FIELD_TYPES], required=True),
        kind=table.choice("kind", [name for name, _label in FIELD_KINDS], required=True),
        label=table.text("label") or where.rpartition(".")[2].replace("_", " ").capitalize(),
    )

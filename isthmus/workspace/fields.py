"""Reading custom values by their declared type. Pure rules."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from isthmus.core.refusals import InvalidInput
from isthmus.workspace.models import FieldDefinition


def read_values(definitions: Iterable[FieldDefinition], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as JSON of their types; empty ones become None. Unknown keys and bad values are refused."""
    by_key = {definition.key: definition for definition in definitions}
    clean: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for key, value in values.items():
        definition = by_key.get(key)
        if definition is None:
            errors[key] = _("There is no field called %(key)s. Add it under Settings, Fields.") % {"key": key}
            continue
        try:
            clean[key] = None if value in (None, "") else _READERS[definition.type](definition, value)
        except (ValueError, InvalidOperation):
            errors[key] = _wanted(definition, value)
    if errors:
        raise InvalidInput(errors)
    return clean


def _text(_definition: FieldDefinition, value: Any) -> str:
    return str(value).strip()[:2000]


def _number(_definition: FieldDefinition, value: Any) -> float | int:
    number = Decimal(str(value))
    # Beyond this a float is not exact, and "1e999999999" would become a billion digits.
    if not number.is_finite() or number.adjusted() > 14:
        raise ValueError
    return int(number) if number == number.to_integral_value() else float(number)


def _date(_definition: FieldDefinition, value: Any) -> str:
    return date.fromisoformat(str(value)[:10]).isoformat()


def _flag(_definition: FieldDefinition, value: Any) -> bool:
    word = str(value).strip().lower()
    if word not in ("true", "yes", "1", "on", "false", "no", "0", "off"):
        raise ValueError
    return word in ("true", "yes", "1", "on")


def _choice(definition: FieldDefinition, value: Any) -> str:
    if str(value) not in definition.options:
        raise ValueError
    return str(value)


def _country(_definition: FieldDefinition, value: Any) -> str:
    code = str(value).strip().upper()
    if len(code) != 2 or not code.isalpha():
        raise ValueError
    return code


_READERS: Mapping[str, Callable[[FieldDefinition, Any], Any]] = {
    "text": _text,
    "number": _number,
    "date": _date,
    "flag": _flag,
    "choice": _choice,
    "country": _country,
}


def _wanted(definition: FieldDefinition, value: Any) -> str:
    wanted = {
        "number": _("a number"),
        "date": _("a day like 2026-01-31"),
        "flag": _("yes or no"),
        "choice": _("one of: %(options)s") % {"options": ", ".join(map(str, definition.options))},
        "country": _("a country code of two letters"),
    }.get(definition.type, _("text"))
    return _("%(label)s must be %(wanted)s, not “%(value)s”.") % {
        "label": definition.label,
        "wanted": wanted,
        "value": str(value)[:60],
    }

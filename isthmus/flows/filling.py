"""Filling the arguments of an act from what is known: values, fields, texts with blanks, times ahead. Pure.

An argument is one of {"value": …}, {"field": "deal.owner"}, {"text": "Call {person.name}"} and
{"in": {"amount": 2, "unit": "business_days"}}. Texts have blanks alone: no logic, no calls, no nesting.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from isthmus.flows.waiting import Pause
from isthmus.workspace.calendars import Calendar

BLANK = re.compile(r"\{([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+)\}")
_LONGEST = 4000


def filled(
    arguments: Mapping[str, Mapping[str, Any]], values: Mapping[str, Any], at: datetime, calendar: Calendar
) -> dict[str, Any]:
    """The arguments as a command takes them; those whose field is not known are left out."""
    found = {name: _one(given, values, at, calendar) for name, given in arguments.items()}
    return {name: value for name, value in found.items() if value is not None}


def fields_of(arguments: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """The names of the fields that the arguments ask for."""
    named = {str(given["field"]) for given in arguments.values() if "field" in given}
    return named.union(
        *(BLANK.findall(str(given["text"])) for given in arguments.values() if "text" in given)
    )


def fill_text(text: str, values: Mapping[str, Any]) -> str:
    """A text with its blanks filled, once: what is not known leaves nothing."""
    return BLANK.sub(lambda blank: _plain(values.get(blank[1])), text)[:_LONGEST]


def _one(given: Mapping[str, Any], values: Mapping[str, Any], at: datetime, calendar: Calendar) -> Any:
    if "value" in given:
        return given["value"]
    if "field" in given:
        value = values.get(given["field"])
        return value[0] if isinstance(value, list | tuple) and value else value
    if "text" in given:
        return fill_text(str(given["text"]), values)
    due = Pause.read(given["in"]).end(at, calendar)
    return due.isoformat() if given.get("as") != "day" else due.astimezone(calendar.zone).date().isoformat()


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return str(value[0]) if value else ""
    return str(value)

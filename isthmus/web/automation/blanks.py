"""The blanks of an act: for each argument of its command what is asked, and how that is stored in a step."""

import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Literal

from django.db.models import Choices
from django.utils.translation import gettext as _
from pydantic import AwareDatetime
from pydantic.fields import FieldInfo

from isthmus.automation.acts import acts_for, askable, plain_type
from isthmus.automation.fields import Field
from isthmus.automation.sentences import UNITS, field_name
from isthmus.core import commands
from isthmus.core.commands import Command
from isthmus.flows.filling import BLANK

Option = tuple[str, str]
FROM_FIELD = "field:"
LONG = frozenset({"text", "note", "message", "description"})
# Arguments that name a row by its number -> the last part of the fields that hold such numbers.
_NUMBERS = {
    "owner_id": "owner", "user_id": "owner", "assignee_id": "owner", "stage_id": "stage",
    "pipeline_id": "pipeline", "product_id": "product", "team_id": "team", "territory_id": "territory",
}  # fmt: skip


@dataclass(frozen=True)
class Blank:
    """One argument as the editor asks for it."""

    name: str
    label: str
    kind: Literal["select", "text", "long", "number", "moment", "day"]
    required: bool
    value: str = ""
    unit: str = "business_days"
    options: Sequence[Option] = ()


def possible(record: str, fields: Mapping[str, Field]) -> list[Command]:
    """The acts that the editor can ask for in full."""
    return [
        entry
        for entry in acts_for(record)
        if all(
            _kind(name, info, fields) is not None or not info.is_required()
            for name, info in askable(entry, record).items()
        )
    ]


def blanks_of(
    command: str, record: str, fields: Mapping[str, Field], given: Mapping[str, Mapping[str, Any]]
) -> list[Blank]:
    """What is asked of an act, filled with what was said already."""
    entry = commands.find(command)
    found = []
    for name, info in askable(entry, record).items():
        kind = _kind(name, info, fields)
        if kind is not None:
            found.append(_blank(name, info, kind, fields, given.get(name, {})))
    return found


def stored(blank: Blank, said: str, unit: str) -> dict[str, Any] | None:
    """What somebody filled in, as a step keeps it; None where nothing was."""
    said = said.strip()
    if not said:
        return None
    if said.startswith(FROM_FIELD):
        return {"field": said.removeprefix(FROM_FIELD)}
    if blank.kind in ("moment", "day"):
        pause = {"amount": int(said) if said.isdigit() else said, "unit": unit}
        return {"in": pause, "as": blank.kind}
    if blank.kind in ("text", "long") and BLANK.search(said):
        return {"text": said}
    return {"value": said}


def _blank(
    name: str, info: FieldInfo, kind: Any, fields: Mapping[str, Field], given: Mapping[str, Any]
) -> Blank:
    pause = given.get("in") or {}
    if "field" in given:
        value = FROM_FIELD + str(given["field"])
    elif pause:
        value = str(pause.get("amount", ""))
    else:
        value = str(given.get("text", given.get("value", "")))
    if isinstance(given.get("value"), bool):
        value = str(given["value"]).lower()
    return Blank(
        name=name,
        label=_("Whom") if name == "user_id" else _(name.removesuffix("_id").replace("_", " ").capitalize()),
        kind=kind,
        required=info.is_required(),
        value=value,
        unit=str(pause.get("unit") or "business_days"),
        options=_options(name, info, fields),
    )


def _kind(name: str, info: FieldInfo, fields: Mapping[str, Field]) -> str | None:
    plain = plain_type(info.annotation)
    if _options(name, info, fields):
        return "select"
    if name.endswith("_id") or plain is None:
        return None
    if plain in (int, float, Decimal):
        return "number"
    if plain is date:
        return "day"
    if plain in (datetime, AwareDatetime):
        return "moment"
    if plain is str:
        return "long" if name in LONG else "text"
    return None


def _options(name: str, info: FieldInfo, fields: Mapping[str, Field]) -> list[Option]:
    plain = plain_type(info.annotation)
    if name in _NUMBERS:
        like = [one for one in fields.values() if one.key.endswith("." + _NUMBERS[name]) and one.options]
        known = list(like[0].options()) if like and like[0].options else []
        return [*((FROM_FIELD + one.key, field_name(one)) for one in like), *known]
    if plain is bool:
        return [("true", _("Yes")), ("false", _("No"))]
    if isinstance(plain, type) and issubclass(plain, Choices):
        return [(str(value), str(text)) for value, text in plain.choices]
    if isinstance(plain, type) and issubclass(plain, Enum):
        return [(str(one.value), str(one.value).replace("_", " ").capitalize()) for one in plain]
    if typing.get_origin(plain) is Literal:
        return [(str(one), str(one).replace("_", " ").capitalize()) for one in typing.get_args(plain)]
    return []


def unit_options() -> list[Option]:
    """Units of time, as one says them after a number."""
    return [(unit, words(2).partition(" ")[2]) for unit, words in UNITS.items()]

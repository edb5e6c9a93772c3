"""White-listed filters of lists: each is declared with what it reads; anything else is refused by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from isthmus.core import inputs
from isthmus.core.refusals import InvalidInput
from isthmus.workspace.fields import read_values
from isthmus.workspace.models import FieldDefinition

Kind = Literal["text", "number", "choice", "flag", "since", "until", "search"]
NONE = "none"  # What "without one" is written as: owner=none.
_BIGGEST = 2**63 - 1
_WORDS: Mapping[str, bool] = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True)
class Filter:
    """`column` is the field of the row; `choices` are the values of a choice."""

    column: str
    kind: Kind = "text"
    choices: tuple[str, ...] = ()
    meaning: str = ""

    def condition(self, name: str, values: list[str]) -> Q:
        """The condition that these values make; several mean any of them. Raises InvalidInput."""
        if self.kind in ("since", "until"):
            return Q(
                **{f"{self.column}__{'gte' if self.kind == 'since' else 'lt'}": _instant(name, values[-1])}
            )
        wanted = [self._value(name, value) for value in values if value != NONE]
        condition = Q(**{f"{self.column}__in": wanted})
        if NONE in values:
            condition |= (
                Q(**{f"{self.column}__isnull": True}) if self.kind == "number" else Q(**{self.column: ""})
            )
        return condition

    def _value(self, name: str, text: str) -> Any:
        if self.kind == "number":
            if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= _BIGGEST):
                raise _wrong(name, _("%(name)s must be the number of a record, or none.") % {"name": name})
            return int(text)
        if self.kind == "flag":
            if text.lower() not in _WORDS:
                raise _wrong(name, _("%(name)s must be true or false.") % {"name": name})
            return _WORDS[text.lower()]
        if self.kind == "choice" and text not in self.choices:
            raise _wrong(
                name,
                _("%(name)s must be one of: %(values)s.") % {"name": name, "values": ", ".join(self.choices)},
            )
        if "\x00" in text:
            raise _wrong(name, _("%(name)s holds characters that are no text.") % {"name": name})
        return text


def custom_condition(definitions: Mapping[str, FieldDefinition], name: str, values: list[str]) -> Q:
    """The condition of `custom.<key>=value`, read by the field's declared type. Raises InvalidInput."""
    key = name.removeprefix("custom.")
    if key not in definitions:
        known = ", ".join(f"custom.{each}" for each in definitions) or _("none")
        raise _wrong(
            name,
            _("There is no custom field %(key)s here. Known are: %(known)s.") % {"key": key, "known": known},
        )
    condition = Q()
    for value in values:
        try:
            read = read_values(definitions.values(), {key: value})[key]
        except InvalidInput as refusal:
            raise InvalidInput({name: str(refusal)}) from None
        condition |= Q(**{f"custom__{key}": read})
    return condition


def refuse_unknown(
    query: QueryDict, known: Mapping[str, Any], more: tuple[str, ...], *, custom: bool
) -> None:
    """Raises InvalidInput that names the filters there are."""
    unknown = [
        name
        for name in query
        if name not in known and name not in more and not (custom and name.startswith("custom."))
    ]
    if unknown:
        allowed = ", ".join([*known, *(["custom.<key>"] if custom else []), *more])
        raise InvalidInput(
            {
                name: _("There is no filter %(name)s. Allowed are: %(allowed)s.")
                % {"name": name[:60], "allowed": allowed}
                for name in unknown
            }
        )


def _instant(name: str, text: str) -> Any:
    try:
        day = date.fromisoformat(text)
        text = f"{day.isoformat()}T00:00:00+00:00"
    except ValueError:
        text = text.replace(" ", "+")  # A plus that the address did not escape.
    try:
        return inputs.read_time(text)
    except InvalidInput:
        sentence = _("%(name)s must be a day or a time with its zone, like 2026-01-31T09:30:00Z.") % {
            "name": name
        }
        raise _wrong(name, sentence) from None


def _wrong(name: str, sentence: str) -> InvalidInput:
    return InvalidInput({name: sentence})

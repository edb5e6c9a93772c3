"""The typed inputs of a command: its model, reading plain values by it, and what is said of bad ones."""

import inspect
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, cast

from django.utils.translation import gettext as _
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, create_model

from isthmus.core.money import to_micros
from isthmus.core.refusals import InvalidInput

# Amounts of money are named so; bulk forms take them as whole micros.
MONEY = frozenset({"amount", "spend", "tax"})
_LARGEST = 2**63 - 1  # What a column of either database holds.
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_DEEPEST = 12
_BRANCHES = ("int", "str", "decimal", "date", "datetime", "bool")

# Types as commands write them -> the same with the bounds of what can be stored and reckoned with.
_BOUNDED: Mapping[Any, Any] = {
    int: Annotated[int, Field(ge=-_LARGEST - 1, le=_LARGEST)],
    Decimal: Annotated[Decimal, Field(max_digits=24, ge=-(10**12), le=10**12)],
    date: Annotated[date, Field(ge=date(_FIRST_YEAR, 1, 1), lt=date(_LAST_YEAR, 1, 1))],
    datetime: Annotated[
        AwareDatetime,
        Field(ge=datetime(_FIRST_YEAR, 1, 1, tzinfo=UTC), lt=datetime(_LAST_YEAR, 1, 1, tzinfo=UTC)),
    ],
}


class _Time(BaseModel):
    at: _BOUNDED[datetime]  # type: ignore[valid-type]


def model_of(name: str, function: Callable[..., Any]) -> type[BaseModel]:
    """The inputs of a command's function, without `by` and `at`, as a pydantic model."""
    hints = typing.get_type_hints(function, include_extras=True)
    fields: dict[str, Any] = {}
    for argument, parameter in inspect.signature(function).parameters.items():
        if argument in ("by", "at"):
            continue
        default = ... if parameter.default is inspect.Parameter.empty else parameter.default
        fields[argument] = (_bounded(hints[argument]), default)
    camel = "".join(part.capitalize() for part in name.split("_"))
    return create_model(f"{camel}Input", __config__=ConfigDict(extra="forbid"), **fields)


def read(model: type[BaseModel], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The given arguments as the model's types. Raises InvalidInput with one sentence for each bad one."""
    if bad := _unstorable(arguments):
        raise InvalidInput(bad)
    try:
        read_in = model.model_validate(dict(arguments))
    except ValidationError as error:
        raise InvalidInput(
            {
                ".".join(str(part) for part in _place(problem)) or "body": _sentence(problem)
                for problem in error.errors(include_url=False)
            }
        ) from None
    return {name: getattr(read_in, name) for name in read_in.model_fields_set}


def bulk_row(model: type[BaseModel], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The same as bulk forms want it: every argument there, amounts in whole micros. Raises InvalidInput."""
    defaults = {name: field.default for name, field in model.model_fields.items() if not field.is_required()}
    row: dict[str, Any] = _micros({**defaults, **read(model, arguments)})
    return row


def read_time(value: Any) -> datetime:
    """An instant with its zone, as programs write it. Raises InvalidInput."""
    return cast(datetime, read(_Time, {"at": value})["at"])


def _bounded(hint: Any) -> Any:
    if hint in _BOUNDED:
        return _BOUNDED[hint]
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return typing.Union[tuple(_bounded(part) for part in parts)]  # noqa: UP007  (made at run time)
    if origin in (list, dict, tuple, set):
        return origin[tuple(_bounded(part) for part in parts)]
    return hint


def _micros(value: Any, name: str = "") -> Any:
    if isinstance(value, Decimal) and name in MONEY:
        return to_micros(value)
    if isinstance(value, Mapping):
        return {key: _micros(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_micros(inner) for inner in value]
    return value


def _unstorable(arguments: Mapping[str, Any]) -> dict[str, str]:
    """Sentences for text that no database keeps and for nesting that no reader follows."""
    sentences: dict[str, str] = {}
    for name, value in arguments.items():
        problem = _problem_within(value, _DEEPEST)
        if problem or _is_unstorable_text(name):
            name = name.encode("utf-8", "replace").decode().replace("\x00", "?")
            sentences[name] = _("%(name)s holds %(problem)s.") % {
                "name": name,
                "problem": problem or _("characters that are no text"),
            }
    return sentences


def _problem_within(value: Any, depth: int) -> str:
    if isinstance(value, str):
        return _("characters that are no text") if _is_unstorable_text(value) else ""
    if not isinstance(value, Mapping | list | tuple):
        return ""
    if not depth:
        return _("more levels than can be read")
    inner: list[Any] = [*value, *value.values()] if isinstance(value, Mapping) else list(value)
    return next((problem for one in inner if (problem := _problem_within(one, depth - 1))), "")


def _is_unstorable_text(text: str) -> bool:
    return "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text)


def _place(problem: Mapping[str, Any]) -> Sequence[Any]:
    # pydantic names the branch of a union that failed; a reader knows only the argument.
    return [part for part in problem["loc"] if not _is_branch(part)]


def _is_branch(part: Any) -> bool:
    return isinstance(part, str) and ("[" in part or part in _BRANCHES)


def _sentence(problem: Mapping[str, Any]) -> str:
    name = ".".join(str(part) for part in _place(problem)) or _("The input")
    kind, context = problem["type"], problem.get("ctx", {})
    if kind == "missing":
        return _("%(name)s is missing.") % {"name": name}
    if kind == "extra_forbidden":
        return _("%(name)s is not an argument of this command.") % {"name": name}
    if kind in ("literal_error", "enum"):
        return _("%(name)s must be one of: %(values)s.") % {
            "name": name,
            "values": str(context["expected"]).replace("'", "").replace(" or ", ", "),
        }
    return _wanted(name, kind) or _("%(name)s: %(problem)s.") % {
        "name": name,
        "problem": problem["msg"].rstrip("."),
    }


def _wanted(name: str, kind: str) -> str:
    wanted = {
        "int": _("a whole number"),
        "decimal": _("an amount like 1250.50"),
        "date": _("a day like 2026-01-31"),
        "datetime": _("a time with its zone, like 2026-01-31T09:30:00+01:00"),
        "timezone": _("a time with its zone, like 2026-01-31T09:30:00+01:00"),
        "bool": _("true or false"),
        "string": _("text"),
        "list": _("a list"),
        "dict": _("an object of names and values"),
    }
    family = kind.partition("_")[0]
    bound = kind.startswith(("greater", "less")) or kind.endswith(("_max_digits", "_max_places"))
    if bound or family not in wanted:
        return ""
    return _("%(name)s must be %(wanted)s.") % {"name": name, "wanted": wanted[family]}

"""The command registry: every write is one function, registered once, called by every face."""

import importlib
import inspect
import typing
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, wraps
from typing import Any, Literal, ParamSpec, TypeVar

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from isthmus.core.actors import Actor
from isthmus.core.refusals import InvalidInput, NotPermitted, Refusal

P = ParamSpec("P")
R = TypeVar("R")
Trade = Literal["marketing", "sales", "crossing", "money", "system"]
UndoArguments = Callable[[Any, Mapping[str, Any]], dict[str, Any]]
BULK_CHUNK = 1000


@dataclass
class Call:
    """One running command: the batch that its facts share, and how many it has recorded."""

    command: str
    batch: str = field(default_factory=lambda: str(uuid.uuid4()))
    facts: int = 0


@dataclass(frozen=True)
class CommandResult:
    """What a face gets back: the value, the batch (to undo by) and whether it can be undone."""

    value: Any
    batch: str
    facts: int
    undo: str | None


@dataclass(frozen=True)
class Command:
    """One act as every face sees it."""

    name: str
    label: str | Promise
    permission: str
    trade: Trade
    undo: str | None
    undo_arguments: UndoArguments | None
    function: Callable[..., Any]
    bulk: Callable[..., list[Any]] | None
    room: str

    @property
    def summary(self) -> str:
        """The first line of the docstring: what the act does."""
        return (inspect.getdoc(self.function) or "").partition("\n")[0]

    @cached_property
    def input_model(self) -> type[BaseModel]:
        """The typed inputs, without `by` and `at`, as a pydantic model."""
        hints = typing.get_type_hints(self.function, include_extras=True)
        fields: dict[str, Any] = {}
        for name, parameter in inspect.signature(self.function).parameters.items():
            if name in ("by", "at"):
                continue
            default = ... if parameter.default is inspect.Parameter.empty else parameter.default
            fields[name] = (hints[name], default)
        camel = "".join(part.capitalize() for part in self.name.split("_"))
        return create_model(f"{camel}Input", __config__=ConfigDict(extra="forbid"), **fields)


_registry: dict[str, Command] = {}
_call: ContextVar[Call | None] = ContextVar("isthmus_call", default=None)


def command(
    *,
    permission: str,
    label: str | Promise,
    trade: Trade = "system",
    undo: str | None = None,
    undo_arguments: UndoArguments | None = None,
    bulk: Callable[..., list[Any]] | None = None,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Register a keyword-only function as a command.

    The registered function checks the permission, runs in one transaction, gives its facts one batch and
    writes its audit row. A command called by another joins the outer one's transaction and batch.
    `undo` names the command that compensates; its arguments are taken from this one's by name, or from
    `undo_arguments(value, arguments)`.
    """

    def register(function: Callable[P, R]) -> Callable[P, R]:
        name = function.__name__
        _check_shape(function)
        if name in _registry:
            raise ValueError(f"Two commands are called {name}.")

        @wraps(function)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            by, at = kwargs["by"], kwargs["at"]
            assert isinstance(by, Actor) and isinstance(at, datetime)
            if not by.allows(permission):
                raise NotPermitted(_refused_sentence(entry))
            if _call.get() is not None:
                return function(*args, **kwargs)
            with transaction.atomic():
                return _run_outermost(entry, function, kwargs, by, at)

        room = function.__module__.split(".")[1]
        entry = Command(name, label, permission, trade, undo, undo_arguments, guarded, bulk, room)
        _registry[name] = entry
        return guarded

    return register


def _run_outermost(entry: Command, function: Callable[..., R], kwargs: Mapping[str, Any], by: Actor, at: datetime) -> R:
    from isthmus.core.runs import CommandRun

    call = Call(entry.name)
    token = _call.set(call)
    try:
        value = function(**kwargs)
    finally:
        _call.reset(token)
    assert call.facts, f"{entry.name} changed something and recorded no fact"
    CommandRun.objects.create(
        batch=call.batch,
        command=entry.name,
        actor_kind=by.kind,
        actor_id=by.id,
        at=at,
        facts=call.facts,
        undo_command=entry.undo or "",
        undo_arguments=_undo_arguments(entry, value, kwargs) if entry.undo else {},
    )
    _last_run.set((call.batch, call.facts))
    return value


_last_run: ContextVar[tuple[str, int]] = ContextVar("isthmus_last_run", default=("", 0))


def _undo_arguments(entry: Command, value: Any, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    if entry.undo_arguments:
        return entry.undo_arguments(value, kwargs)
    wanted = set(registry()[entry.undo or ""].input_model.model_fields)
    return {name: kwargs[name] for name in wanted & set(kwargs)}


def _refused_sentence(entry: Command) -> str:
    return _("Your role does not allow “%(act)s”. Ask an administrator for the right %(permission)s.") % {
        "act": entry.label,
        "permission": entry.permission,
    }


def _check_shape(function: Callable[..., Any]) -> None:
    parameters = inspect.signature(function).parameters
    for name, parameter in parameters.items():
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY:
            raise TypeError(f"{function.__name__}: {name} must be keyword-only.")
        if parameter.annotation is inspect.Parameter.empty:
            raise TypeError(f"{function.__name__}: {name} has no type.")
    if not {"by", "at"} <= set(parameters):
        raise TypeError(f"{function.__name__} must take `by` and `at`.")
    if not inspect.getdoc(function):
        raise TypeError(f"{function.__name__} needs a docstring: faces show it.")


def registry() -> Mapping[str, Command]:
    """Every command by name, in the order of names."""
    return dict(sorted(_registry.items()))


def load_room_commands(room: str) -> None:
    """Import a room's commands so that they are registered (called by each room's AppConfig)."""
    importlib.import_module(f"isthmus.{room}.commands")


def run(name: str, arguments: Mapping[str, Any], *, by: Actor, at: datetime) -> CommandResult:
    """Call a command by name with plain values, as faces do.

    Raises InvalidInput with one sentence for each argument that cannot be used, and the command's refusals.
    """
    entry = _registry.get(name)
    if entry is None:
        raise InvalidInput({"command": _("There is no command called %(name)s.") % {"name": name}})
    if not by.allows(entry.permission):
        raise NotPermitted(_refused_sentence(entry))
    values = validated(entry, arguments)
    value = entry.function(**values, by=by, at=at)
    batch, facts = _last_run.get()
    return CommandResult(value, batch, facts, entry.undo)


def validated(entry: Command, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as the command's own types; raises InvalidInput."""
    try:
        model = entry.input_model.model_validate(dict(arguments))
    except ValidationError as error:
        raise InvalidInput(
            {
                ".".join(str(part) for part in problem["loc"]) or "body": _sentence(problem)
                for problem in error.errors(include_url=False)
            }
        ) from None
    return {name: getattr(model, name) for name in model.model_fields_set}


def _sentence(problem: Mapping[str, Any]) -> str:
    name = ".".join(str(part) for part in problem["loc"]) or _("The input")
    if problem["type"] == "missing":
        return _("%(name)s is missing.") % {"name": name}
    if problem["type"] == "extra_forbidden":
        return _("%(name)s is not an argument of this command.") % {"name": name}
    return _("%(name)s: %(problem)s.") % {"name": name, "problem": problem["msg"].rstrip(".")}


def undo(batch: str, *, by: Actor, at: datetime) -> CommandResult:
    """Compensate the command that recorded a batch; each batch once.

    Raises Refusal when the batch is unknown, was undone already or cannot be undone.
    """
    from isthmus.core.runs import CommandRun

    with transaction.atomic():
        row = CommandRun.objects.select_for_update().filter(batch=batch).first()
        if row is None or (row.actor_id != by.id and not by.allows("commands.undo_others")):
            raise CannotBeUndone(_("That act is not known here, so it cannot be undone."))
        if not row.undo_command:
            raise CannotBeUndone(_("That act cannot be undone."))
        if row.undone_at:
            raise CannotBeUndone(_("That act was undone already."))
        result = run(row.undo_command, row.undo_arguments, by=by, at=at)
        CommandRun.objects.filter(pk=row.pk).update(undone_at=at, undone_by=result.batch)
        return result


class CannotBeUndone(Refusal):
    """The act has no undo, is not known, or was undone already."""


def current_batch() -> str | None:
    """The batch of the running command; None outside one."""
    call = _call.get()
    return call.batch if call else None


def note_facts(count: int) -> None:
    """Count facts toward the running command (called by `ledger.record`)."""
    call = _call.get()
    if call:
        call.facts += count


def bulk_call(
    entry_name: str,
    permission: str,
    rows: Sequence[Mapping[str, Any]],
    by: Actor,
    act: Callable[[Sequence[Mapping[str, Any]]], list[Any]],
) -> list[Any]:
    """Run a bulk form: permission once, one transaction and one audit row for each chunk of 1,000 rows.

    `act` returns one value or Refusal for each row. Inside another command it joins that one.
    """
    if not by.allows(permission):
        raise NotPermitted(_refused_sentence(_registry[entry_name]))
    if _call.get() is not None:
        return act(rows)
    outcomes: list[Any] = []
    for start in range(0, len(rows), BULK_CHUNK):
        outcomes += _bulk_chunk(entry_name, rows[start : start + BULK_CHUNK], by, act)
    return outcomes


def _bulk_chunk(
    name: str, rows: Sequence[Mapping[str, Any]], by: Actor, act: Callable[[Sequence[Mapping[str, Any]]], list[Any]]
) -> list[Any]:
    from isthmus.core.runs import CommandRun

    call = Call(name)
    token = _call.set(call)
    try:
        with transaction.atomic():
            outcomes = act(rows)
            done = sum(not isinstance(outcome, Refusal) for outcome in outcomes)
            if done:
                CommandRun.objects.create(
                    batch=call.batch,
                    command=name,
                    actor_kind=by.kind,
                    actor_id=by.id,
                    at=max(row["at"] for row in rows),
                    facts=call.facts,
                    rows=done,
                )
    finally:
        _call.reset(token)
    return outcomes


def only(outcomes: list[Any]) -> Any:
    """The one outcome of a bulk form called for one row; a Refusal is raised."""
    (outcome,) = outcomes
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome

"""The command registry: every write is one function, registered once, called by every face."""

import difflib
import importlib
import inspect
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, wraps
from typing import Any, Literal, ParamSpec, TypeVar

import uuid_utils
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DataError, IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from pydantic import BaseModel

from isthmus.core import inputs
from isthmus.core.actors import Actor
from isthmus.core.refusals import InvalidInput, NotFound, NotPermitted, Refusal

P = ParamSpec("P")
R = TypeVar("R")
Trade = Literal["marketing", "sales", "crossing", "money", "system"]
UndoArguments = Callable[[Any, Mapping[str, Any]], dict[str, Any]]
BULK_CHUNK = 1000


@dataclass
class Call:
    """One running command: the batch that its facts share, and how many it has recorded."""

    command: str
    # Ordered by time, so that taking a batch back looks only into the files of that hour.
    batch: str = field(default_factory=lambda: str(uuid_utils.uuid7()))
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
        return inputs.model_of(self.name, self.function)


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
    `undo` names the command that compensates; its arguments are taken from this one's by name (`batch` is
    the batch to be undone), or from `undo_arguments(value, arguments)`.
    """

    def register(function: Callable[P, R]) -> Callable[P, R]:
        name = function.__name__
        _check_shape(function)
        if name in _registry:
            raise ValueError(f"Two commands are called {name}.")

        @wraps(function)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            by, at = kwargs["by"], kwargs["at"]
            assert isinstance(by, Actor)
            assert isinstance(at, datetime)
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


def _run_outermost(
    entry: Command, function: Callable[..., R], kwargs: Mapping[str, Any], by: Actor, at: datetime
) -> R:
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
        undo_arguments=_undo_arguments(entry, value, kwargs, call.batch) if entry.undo else {},
    )
    _last_run.set((call.batch, call.facts))
    return value


_last_run: ContextVar[tuple[str, int]] = ContextVar("isthmus_last_run", default=("", 0))


def _undo_arguments(entry: Command, value: Any, kwargs: Mapping[str, Any], batch: str) -> dict[str, Any]:
    if entry.undo_arguments:
        arguments = entry.undo_arguments(value, kwargs)
    else:
        wanted = set(registry()[entry.undo or ""].input_model.model_fields)
        known = {**kwargs, "batch": batch}
        arguments = {name: known[name] for name in wanted & set(known)}
    plain: dict[str, Any] = json.loads(json.dumps(arguments, cls=DjangoJSONEncoder))
    return plain


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


def find(name: str) -> Command:
    """The command of that name. Raises NotFound naming the nearest ones."""
    entry = _registry.get(name)
    if entry is not None:
        return entry
    close = difflib.get_close_matches(name, list(_registry), n=3)
    sentence = _("There is no command called %(name)s.") % {"name": name}
    if close:
        sentence += " " + _("Did you mean %(names)s?") % {"names": ", ".join(close)}
    raise NotFound(sentence)


def run(name: str, arguments: Mapping[str, Any], *, by: Actor, at: datetime) -> CommandResult:
    """Call a command by name with plain values, as faces do.

    Raises InvalidInput with one sentence for each argument that cannot be used, and the command's refusals.
    """
    entry = find(name)
    if not by.allows(entry.permission):
        raise NotPermitted(_refused_sentence(entry))
    values = inputs.read(entry.input_model, arguments)
    with _storable():
        value = entry.function(**values, by=by, at=at)
    batch, facts = _last_run.get()
    return CommandResult(value, batch, facts, entry.undo)


def run_bulk(name: str, rows: Sequence[Mapping[str, Any]], *, by: Actor, at: datetime) -> CommandResult:
    """Call a command's bulk form with plain rows (at most 1,000); the value has one outcome for each row.

    A row that cannot be used is refused in its place and the others go on. A row may carry its own `at`.
    """
    entry = find(name)
    if entry.bulk is None:
        raise NoBulkForm(_("%(act)s is done one at a time.") % {"act": entry.label})
    if not by.allows(entry.permission):
        raise NotPermitted(_refused_sentence(entry))
    if len(rows) > BULK_CHUNK:
        raise InvalidInput({"rows": _("Send at most %(limit)s rows at once.") % {"limit": BULK_CHUNK}})
    outcomes: list[Any] = [_bulk_row(entry, row, at) for row in rows]
    usable = [index for index, row in enumerate(outcomes) if not isinstance(row, Refusal)]
    if not usable:
        return CommandResult(outcomes, "", 0, None)
    _last_run.set(("", 0))
    with _storable():
        done = entry.bulk(rows=[outcomes[index] for index in usable], by=by)
    for index, outcome in zip(usable, done, strict=True):
        outcomes[index] = outcome
    batch, facts = _last_run.get()
    return CommandResult(outcomes, batch, facts, None)


def _bulk_row(entry: Command, row: Mapping[str, Any], at: datetime) -> dict[str, Any] | InvalidInput:
    given = {key: value for key, value in row.items() if key != "at"}
    try:
        values = inputs.bulk_row(entry.input_model, given)
        values["at"] = inputs.read_time(row["at"]) if row.get("at") is not None else at
    except InvalidInput as refusal:
        return refusal
    return values


@contextmanager
def _storable() -> Iterator[None]:
    """Says in words what only the database knows: a value too large for it, a row that is not there."""
    try:
        yield
    except (DataError, OverflowError) as error:  # Of PostgreSQL; of SQLite.
        raise InvalidInput(
            {"body": _("One of the values is too long or too large to be kept. Shorten it and try again.")}
        ) from error
    except IntegrityError as error:
        raise conflict() from error


def conflict() -> Refusal:
    """The refusal for what a constraint of the database does not let in."""
    return Conflict(
        _("Something that this names is not here, or the same was stored a moment ago. Look again and retry.")
    )


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


class Conflict(Refusal):
    """The rows do not allow it: something named is gone, or somebody was quicker."""


class NoBulkForm(Refusal):
    """The command takes one thing at a time."""


def current_batch() -> str | None:
    """The batch of the running command; None outside one."""
    call = _call.get()
    return call.batch if call else None


@contextmanager
def part() -> Iterator[None]:
    """A part of the running command that is undone as a whole, its facts uncounted, when it raises."""
    call = _call.get()
    before = call.facts if call else 0
    try:
        with transaction.atomic():
            yield
    except BaseException:
        if call:
            call.facts = before
        raise


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
    name: str,
    rows: Sequence[Mapping[str, Any]],
    by: Actor,
    act: Callable[[Sequence[Mapping[str, Any]]], list[Any]],
) -> list[Any]:
    from isthmus.core.runs import CommandRun

    call = Call(name)
    token = _call.set(call)
    try:
        with transaction.atomic():
            outcomes = act(rows)
            done = sum(not isinstance(outcome, Refusal) for outcome in outcomes)
            if done or call.facts:  # A row may be refused after what it referred to was made.
                CommandRun.objects.create(
                    batch=call.batch,
                    command=name,
                    actor_kind=by.kind,
                    actor_id=by.id,
                    at=max(row["at"] for row in rows),
                    facts=call.facts,
                    rows=done,
                )
                _last_run.set((call.batch, call.facts))
    finally:
        _call.reset(token)
    return outcomes


def only(outcomes: list[Any]) -> Any:
    """The one outcome of a bulk form called for one row; a Refusal is raised."""
    (outcome,) = outcomes
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome

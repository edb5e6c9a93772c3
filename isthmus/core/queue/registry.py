"""Who does what: tasks by name, reactions by kind of fact, schedules.

Rooms declare theirs in `tasks.py`; those modules are imported when the queue is first used.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules

from isthmus.core.queue.rules import Daily, Every, Timing

if TYPE_CHECKING:
    from isthmus.core.queue.models import Job

Handler = Callable[..., object]
Listener = Callable[[Sequence[Mapping[str, Any]]], None]


@dataclass(frozen=True)
class Task:
    """A named handler. Calling it runs it here and now; `enqueue` has a worker run it.

    `outgoing`: it reaches somebody outside (mail, another system), so it is held back after a restore.
    """

    name: str
    handler: Handler
    outgoing: bool
    max_attempts: int = 8
    priority: int = 0

    def __call__(self, **args: Any) -> object:
        return self.handler(**args)

    def enqueue(self, *, key: str | None = None, run_at: datetime | None = None, **args: Any) -> "Job":
        """Have it run once the caller's transaction is committed, at `run_at` or at once."""
        from isthmus.core.queue.enqueueing import enqueue

        return enqueue(self.name, args, key=key, run_at=run_at)


@dataclass(frozen=True)
class ScheduleEntry:
    """A task that runs by the clock, once per slot; without `overlap` never beside itself."""

    task: Task
    timing: Timing
    args: Mapping[str, Any] = field(default_factory=dict)
    overlap: bool = False

    @property
    def name(self) -> str:
        """The task's name: a task has one schedule."""
        return self.task.name


_tasks: dict[str, Task] = {}
_reactions: dict[str, list[Task]] = defaultdict(list)
_labels: dict[str, str | Promise] = {}  # Of reactions.
_listeners: list[Listener] = []
_schedules: dict[str, ScheduleEntry] = {}
_zone: list[Callable[[], tzinfo]] = [lambda: UTC]
_discovery = threading.RLock()
_discovered = False


def task(*, name: str, outgoing: bool, max_attempts: int = 8, priority: int = 0) -> Callable[[Handler], Task]:
    """Make a function a task: called with the job's args, outside a transaction, at least once.

    Each task must say whether it is `outgoing`: whether it sends mail or calls another system.
    """

    def register(handler: Handler) -> Task:
        made = Task(
            name=name, handler=handler, outgoing=outgoing, max_attempts=max_attempts, priority=priority
        )
        known = _tasks.get(name)
        if known is not None and _origin(known) != _origin(made):
            raise ValueError(f"Two tasks are called {name!r}; give one another name.")
        _tasks[name] = made
        return made

    return register


def reaction(
    *kinds: str,
    name: str,
    outgoing: bool,
    max_attempts: int = 8,
    priority: int = 0,
    label: str | Promise = "",
) -> Callable[[Handler], Task]:
    """Have a function called with `fact` (its columns, id in hex) once for each fact of these kinds.

    It is an automation, which an import sets off only when that is chosen: `label` is what people read there.
    """

    def register(handler: Handler) -> Task:
        made = task(name=name, outgoing=outgoing, max_attempts=max_attempts, priority=priority)(handler)
        for kind in kinds:
            _reactions[kind] = [other for other in _reactions[kind] if other.name != name] + [made]
        _labels[name] = label
        return made

    return register


def listener(function: Listener) -> Listener:
    """Have a function hear of all facts that are recorded, in their transaction, before it is committed.

    For what cannot say beforehand which kinds it reacts to. Each act waits for it: it must be quick. What it
    sets off belongs to an automation of its room: it asks `automations.allows` and says `automations.count`.
    """
    if function not in _listeners:
        _listeners.append(function)
    return function


def schedule(
    *,
    every: str | None = None,
    daily: str | None = None,
    args: Mapping[str, Any] | None = None,
    overlap: bool = False,
) -> Callable[[Task], Task]:
    """Run a task by the clock: `every="10s"`, or `daily="03:30"` in the company's time zone."""
    if (every is None) == (daily is None):
        raise ValueError("A schedule says either every= or daily=.")
    timing: Timing = Every.parse(every) if every is not None else Daily.parse(daily or "")

    def register(scheduled: Task) -> Task:
        entry = ScheduleEntry(task=scheduled, timing=timing, args=dict(args or {}), overlap=overlap)
        _schedules[entry.name] = entry
        return scheduled

    return register


def zone_from(source: Callable[[], tzinfo]) -> None:
    """Tell daily schedules where to ask for the company's time zone."""
    _zone[0] = source


def company_zone() -> tzinfo:
    """The time zone of daily schedules; UTC until `zone_from` was told better."""
    return _zone[0]()


def find_task(name: str) -> Task | None:
    """The task of that name, if any room declares it."""
    _discover()
    return _tasks.get(name)


def tasks() -> Iterable[Task]:
    """Every task that a room declares."""
    _discover()
    return tuple(_tasks.values())


def reactions_to(kind: str) -> Iterable[Task]:
    """The handlers of a kind of fact."""
    _discover()
    return tuple(_reactions.get(kind, ()))


def reactions() -> Mapping[str, tuple[str | Promise, Sequence[str]]]:
    """Every reaction by its task's name: what people read of it, and the kinds of facts that it reacts to."""
    _discover()
    kinds: dict[str, list[str]] = defaultdict(list)
    for kind, handlers in _reactions.items():
        for handler in handlers:
            kinds[handler.name].append(kind)
    return {name: (_labels.get(name) or name, of) for name, of in kinds.items()}


def listeners() -> Iterable[Listener]:
    """What hears of all facts."""
    _discover()
    return tuple(_listeners)


def schedules() -> Mapping[str, ScheduleEntry]:
    """Every schedule by its task's name."""
    _discover()
    return dict(_schedules)


def _discover() -> None:
    """Import every room's `tasks`, once. A module that fails to import fails loudly, each time."""
    global _discovered
    if _discovered:
        return
    with _discovery:
        if not _discovered:
            autodiscover_modules("tasks")
            _discovered = True


def _origin(one: Task) -> tuple[str, str]:
    return one.handler.__module__, one.handler.__qualname__

"""Tasks: made, changed, done, put off and called off, many at a time, each with its way back."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.actors import Actor
from isthmus.core.commands import bulk_call, command, only
from isthmus.core.editing import asked_changes, need_version
from isthmus.core.refusals import Refusal
from isthmus.sales.changing import Row
from isthmus.sales.models import Activity, Repeat, Task, TaskKind, TaskState
from isthmus.sales.tasking import (
    add_chunk,
    change_tasks,
    come_back,
    day_of,
    need_open,
    owner_of,
    retract_done,
    users_of,
    words_of,
)
from isthmus.workspace.changing import NothingChanged

_EDITED = ("text", "kind", "due_on", "due_at", "repeat", "owner_id")
# What may be emptied, and what then stands there.
_EMPTY: Mapping[str, Any] = {"due_on": None, "due_at": None, "repeat": ""}


class TaskOpen(Refusal):
    """Only what is done or called off can be opened again."""


def add_tasks(*, rows: Sequence[Row], by: Actor) -> list[Any]:
    """Bulk form of `add_task`; a row may bring its `after`, the activity whose next step it is."""
    return bulk_call("add_task", "tasks.edit", rows, by, lambda chunk: add_chunk(chunk, by))


@command(
    permission="tasks.edit",
    label=gettext_lazy("Add a task"),
    trade="sales",
    undo="cancel_task",
    undo_arguments=lambda task, _: {"task_id": task.pk},
    bulk=add_tasks,
)
def add_task(
    *,
    text: str,
    by: Actor,
    at: datetime,
    kind: TaskKind = TaskKind.TODO,
    due_on: date | None = None,
    due_at: datetime | None = None,
    repeat: Repeat | None = None,
    owner_id: int | None = None,
    person_id: int | None = None,
    account_id: int | None = None,
    lead_id: int | None = None,
    deal_id: int | None = None,
) -> Task:
    """Write down what is to be done, by when, about whom. It is one's own unless it is given to somebody."""
    row = {key: value for key, value in locals().items() if key != "by"}
    task: Task = only(add_tasks(rows=[row], by=by))
    return task


def edit_tasks(*, rows: Sequence[Row], by: Actor) -> list[Any]:
    """Bulk form of `edit_task`."""
    owners = users_of(rows, by)

    def apply(row: Row, task: Task) -> str:
        need_version(task, row.get("version"))
        need_open(task)
        changes = asked_changes({name: row.get(name) for name in _EDITED}, row.get("clear"), _EMPTY)
        if "text" in changes:
            changes["text"] = words_of(changes["text"])
        if changes.get("due_at") is not None:
            changes["due_on"] = day_of(changes["due_at"])
        elif "due_on" in changes:
            changes.setdefault("due_at", None)
        changes = {name: value for name, value in changes.items() if getattr(task, name) != value}
        if not changes:
            raise NothingChanged(_("Nothing was changed: the task says this already."))
        task.left = {name: getattr(task, name) for name in changes}
        for name, value in changes.items():
            setattr(task, name, str(value) if name in ("kind", "repeat") else value)
        if "owner_id" in changes:
            task.team_id = owner_of(owners, changes["owner_id"], by).team_id
        return "task.changed"

    return change_tasks("edit_task", rows, by, apply)


def _before(task: Task, arguments: Mapping[str, Any]) -> dict[str, Any]:
    left = task.left or {}
    given = {name: value for name, value in left.items() if value not in (None, "")}
    if "due_at" in given:
        given.pop("due_on", None)
    return {
        "task_id": task.pk,
        **given,
        "clear": [name for name, value in left.items() if value in (None, "")],
    }


@command(
    permission="tasks.edit",
    label=gettext_lazy("Change a task"),
    trade="sales",
    undo="edit_task",
    undo_arguments=_before,
    bulk=edit_tasks,
)
def edit_task(
    *,
    task_id: int,
    by: Actor,
    at: datetime,
    text: str | None = None,
    kind: TaskKind | None = None,
    due_on: date | None = None,
    due_at: datetime | None = None,
    repeat: Repeat | None = None,
    owner_id: int | None = None,
    clear: list[str] | None = None,
    version: int | None = None,
) -> Task:
    """Change an open task: its words, its day or hour, whose it is. `clear` names fields to empty."""
    row = {key: value for key, value in locals().items() if key != "by"}
    task: Task = only(edit_tasks(rows=[row], by=by))
    return task


def complete_tasks(*, rows: Sequence[Row], by: Actor) -> list[Any]:
    """Bulk form of `complete_task`; a row may bring `done_by`, the activity by which it was done."""

    def apply(row: Row, task: Task) -> str:
        need_open(task)
        task.state, task.closed_at = TaskState.DONE, row["at"]
        task.done_by = row.get("done_by")
        return "task.done"

    outcomes = change_tasks("complete_task", rows, by, apply)
    again = [task for task in outcomes if isinstance(task, Task) and task.repeat]
    if again:
        come_back(again, by)
    return outcomes


@command(
    permission="tasks.edit",
    label=gettext_lazy("Done"),
    trade="sales",
    undo="reopen_task",
    bulk=complete_tasks,
)
def complete_task(*, task_id: int, by: Actor, at: datetime) -> Task:
    """Say that a task is done. One that repeats is there again for its next day."""
    task: Task = only(complete_tasks(rows=[{"task_id": task_id, "at": at}], by=by))
    return task


def snooze_tasks(*, rows: Sequence[Row], by: Actor) -> list[Any]:
    """Bulk form of `snooze_task`."""

    def apply(row: Row, task: Task) -> str:
        need_open(task)
        task.left = {"until": task.snoozed_until}
        task.snoozed_until = row.get("until")
        return "task.snoozed"

    return change_tasks("snooze_task", rows, by, apply)


@command(
    permission="tasks.edit",
    label=gettext_lazy("Put a task off"),
    trade="sales",
    undo="snooze_task",
    undo_arguments=lambda task, _: {"task_id": task.pk, **(task.left or {})},
    bulk=snooze_tasks,
)
def snooze_task(*, task_id: int, by: Actor, at: datetime, until: datetime | None = None) -> Task:
    """Let a task sleep until a time; without one it is awake again. Its day stays what it is."""
    task: Task = only(snooze_tasks(rows=[{"task_id": task_id, "until": until, "at": at}], by=by))
    return task


def cancel_tasks(*, rows: Sequence[Row], by: Actor) -> list[Any]:
    """Bulk form of `cancel_task`."""

    def apply(row: Row, task: Task) -> str:
        need_open(task)
        task.state, task.closed_at = TaskState.CANCELLED, row["at"]
        return "task.cancelled"

    return change_tasks("cancel_task", rows, by, apply)


@command(
    permission="tasks.edit",
    label=gettext_lazy("Call a task off"),
    trade="sales",
    undo="reopen_task",
    bulk=cancel_tasks,
)
def cancel_task(*, task_id: int, by: Actor, at: datetime) -> Task:
    """Say that a task will not be done."""
    task: Task = only(cancel_tasks(rows=[{"task_id": task_id, "at": at}], by=by))
    return task


@command(permission="tasks.edit", label=gettext_lazy("Open a task again"), trade="sales")
def reopen_task(*, task_id: int, by: Actor, at: datetime) -> Task:
    """Take back that a task was done or called off; where it had come back by its rhythm, that one goes."""

    def apply(row: Row, task: Task) -> str:
        if task.state == TaskState.OPEN:
            raise TaskOpen(_("This task is open already."))
        task.state, task.closed_at, task.done_by = TaskState.OPEN, None, None
        return "task.reopened"

    task: Task = only(change_tasks("reopen_task", [{"task_id": task_id, "at": at}], by, apply))
    retract_done(task, by=by, at=at)
    _call_off(Task.objects.filter(follows=task, state=TaskState.OPEN), by, at)
    return task


def drop_next_steps(activity: Activity, *, by: Actor, at: datetime) -> None:
    """Call off the open tasks that an activity left behind (where it is taken back)."""
    _call_off(Task.objects.filter(after=activity, state=TaskState.OPEN), by, at)


def reopen_done_by(activity: Activity, *, by: Actor, at: datetime) -> None:
    """Open again what was done by an activity (where it is taken back)."""
    for task_id in list(
        Task.objects.filter(done_by=activity, state=TaskState.DONE).values_list("pk", flat=True)
    ):
        reopen_task(task_id=task_id, by=by, at=at)


def _call_off(tasks: Any, by: Actor, at: datetime) -> None:
    rows = [{"task_id": pk, "at": at} for pk in tasks.values_list("pk", flat=True)]
    if rows:
        cancel_tasks(rows=rows, by=by)

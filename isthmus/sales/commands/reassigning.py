"""Giving deals and tasks to somebody else, or to another territory."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from isthmus.core.actors import Actor
from isthmus.core.commands import command, only
from isthmus.ledger.facts import Fact
from isthmus.sales.changing import change_deals, deal_fact
from isthmus.sales.models import Deal, Task
from isthmus.sales.tasking import change_tasks, need_open
from isthmus.workspace.queries import Converter
from isthmus.workspace.reassigning import FIELDS, MAY, Giving, Row, put_back


def reassign_deals(*, rows: Sequence[Row], by: Actor) -> list[Any]:
    """Bulk form of `reassign_deal`."""
    giving = Giving(rows, by)
    told: dict[int, Any] = {}

    def apply(row: Row, deal: Deal, converter: Converter) -> Fact:
        told[deal.pk] = giving.give(deal, row)
        return deal_fact("deal.changed", deal, row, converter, props=told[deal.pk])

    outcomes = change_deals("reassign_deal", rows, by=by, apply=apply, fields=FIELDS, permission=MAY)
    for deal in outcomes:
        if isinstance(deal, Deal):
            deal.back = {"deal_id": deal.pk, **put_back(deal, told[deal.pk])}
    return list(outcomes)


@command(
    permission=MAY,
    label=gettext_lazy("Give a deal to somebody else"),
    trade="sales",
    undo="reassign_deal",
    undo_arguments=lambda deal, _: deal.back,
    bulk=reassign_deals,
)
def reassign_deal(
    *,
    deal_id: int,
    by: Actor,
    at: datetime,
    owner_id: int | None = None,
    team_id: int | None = None,
    territory_id: int | None = None,
    why: str = "",
    clear: list[str] | None = None,
    version: int | None = None,
) -> Deal:
    """Give a deal to another seller or territory. Orders that it brought stay credited as they are."""
    row = {key: value for key, value in locals().items() if key != "by"}
    deal: Deal = only(reassign_deals(rows=[row], by=by))
    return deal


def reassign_tasks(*, rows: Sequence[Row], by: Actor) -> list[Any]:
    """Bulk form of `reassign_task`."""
    giving = Giving(rows, by)
    told: dict[int, Any] = {}

    def apply(row: Row, task: Task) -> str:
        need_open(task)
        told[task.pk] = giving.give(task, row)
        return "task.changed"

    outcomes = change_tasks("reassign_task", rows, by, apply, permission=MAY)
    for task in outcomes:
        if isinstance(task, Task):
            task.back = {"task_id": task.pk, **put_back(task, told[task.pk])}
    return outcomes


@command(
    permission=MAY,
    label=gettext_lazy("Give a task to somebody else"),
    trade="sales",
    undo="reassign_task",
    undo_arguments=lambda task, _: task.back,
    bulk=reassign_tasks,
)
def reassign_task(
    *,
    task_id: int,
    by: Actor,
    at: datetime,
    owner_id: int | None = None,
    team_id: int | None = None,
    territory_id: int | None = None,
    why: str = "",
    clear: list[str] | None = None,
    version: int | None = None,
) -> Task:
    """Give an open task to another seller, as it is: its day and its words stay."""
    row = {key: value for key, value in locals().items() if key != "by"}
    task: Task = only(reassign_tasks(rows=[row], by=by))
    return task

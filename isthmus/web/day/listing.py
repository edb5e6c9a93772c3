"""The list of tasks."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Actor
from isthmus.sales.models import Task, TaskKind, TaskState
from isthmus.web import markup
from isthmus.web.leads.listing import with_party
from isthmus.web.lists import choices
from isthmus.web.lists.columns import (
    Column,
    across,
    belonging_columns,
    field_column,
    moment_column,
    owner_column,
    title_cell,
)
from isthmus.web.lists.filters import Days, Filter
from isthmus.web.lists.spec import ListSpec, View
from isthmus.web.people.listing import ACCOUNT_NAME, PERSON_NAME

_TONES = {TaskState.DONE: "good"}


def _text(row: Task) -> str:
    return title_cell(reverse("task", args=[row.pk]), row.text, str(row.person or row.account or ""))


def _state(row: Task) -> str:
    return markup.badge(str(TaskState(row.state).label), tone=_TONES.get(TaskState(row.state), ""))


def _columns() -> Sequence[Column]:
    party = (*across("person", PERSON_NAME), *across("account", ACCOUNT_NAME))
    return [
        Column(
            "text",
            _("Task"),
            lambda row: row.text,
            _text,
            related=("person", "account"),
            reads=("text", *party),
        ),
        Column("kind", _("Kind"), lambda row: str(TaskKind(row.kind).label), reads=("kind",)),
        Column("state", _("State"), lambda row: str(TaskState(row.state).label), _state, reads=("state",)),
        field_column("due_on", _("Due"), sort="due_on", num=True, field="", kind="day"),
        Column(
            "deal",
            _("Deal"),
            lambda row: row.deal.name if row.deal else None,
            related=("deal",),
            reads=("deal__name",),
        ),
        owner_column(),
        moment_column("made", _("Made"), "made_at", sort="made_at"),
        moment_column("closed", _("Closed"), "closed_at", shown=False),
        *belonging_columns(),
    ]


def _filters(actor: Actor) -> Sequence[Filter]:
    return [
        choices.choice_filter("state", _("State"), TaskState.choices, "state"),
        choices.choice_filter("kind", _("Kind"), TaskKind.choices, "kind"),
        choices.owner_filter(actor),
        choices.team_filter(),
        Days("due", _("Due"), "due_on", over="days"),
        Days("made", _("Made"), "made_at"),
    ]


def _found(rows: Any, text: str) -> Any:
    return rows.filter(Q(text__icontains=text) | with_party(text))


TASKS = ListSpec(
    name="tasks",
    title=_("Tasks"),
    permission="tasks.view",
    trade="sales",
    rows=lambda actor: Task.objects.visible_to(actor),
    search=_found,
    search_text=_("Words of the task, person or company"),
    columns=_columns,
    filters=_filters,
    sort="due_on",
    empty_title=_("No task yet"),
    empty_text=_("A task is made of the next step of a call, or here."),
    new_name="new-task",
    new_text=_("Add a task"),
    new_permission="tasks.edit",
    views=(
        View(_("Mine"), {"state": "open", "owner": choices.ME}),
        View(_("Open"), {"state": "open"}),
        View(_("Done"), {"state": "done"}),
        View(_("All"), {}),
    ),
)

"""Tasks on pages: the list, those of a record, the forms that make and change one."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.actors import Actor, Scope
from isthmus.sales.models import Repeat, Task, TaskKind, TaskState
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_by_form, act_now, sent
from isthmus.web.acts.forms import ActForm, choices_with_none, date_input
from isthmus.web.acts.reach import reaches
from isthmus.web.acts.returning import back_of
from isthmus.workspace import records
from isthmus.workspace.models import User

SHOWN = 8
KINDS = ("deal", "lead", "person", "account")
_DONE: Mapping[str, tuple[str, Any]] = {
    "done": ("complete_task", gettext_lazy("Done.")),
    "cancel": ("cancel_task", gettext_lazy("Called off.")),
    "reopen": ("reopen_task", gettext_lazy("It is open again.")),
}


class TaskForm(ActForm):
    """What is to be done, by when, whose it is."""

    text = forms.CharField(
        label=gettext_lazy("What is to be done"),
        max_length=300,
        widget=forms.TextInput(attrs={"autofocus": True}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=TaskKind.choices, initial=TaskKind.TODO)
    due_on = forms.DateField(label=gettext_lazy("Day"), required=False, widget=date_input())
    hour = forms.TimeField(
        label=gettext_lazy("Hour"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )
    repeat = forms.ChoiceField(
        label=gettext_lazy("Comes back"),
        required=False,
        choices=choices_with_none(Repeat.choices, gettext_lazy("Once only")),
    )
    owner_id = forms.TypedChoiceField(
        label=gettext_lazy("Whose"), required=False, coerce=int, empty_value=None
    )

    wide = ("text",)

    def __init__(self, actor: Actor, task: Task | None, *args: Any, **kwargs: Any) -> None:
        self.task = task
        super().__init__(*args, initial=_initial(actor, task), **kwargs)
        owners = _owners(actor, task)
        self.fields["owner_id"].choices = owners  # type: ignore[attr-defined]
        if len(owners) < 2:
            del self.fields["owner_id"]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("hour") and not values.get("due_on"):
            values["due_on"] = timezone.localdate()
        return values

    def arguments(self) -> dict[str, Any]:
        """The arguments of `add_task`, or what differs from the task, for `edit_task`."""
        values = self.cleaned_data
        at = None
        if values.get("hour"):
            day, zone = values["due_on"], timezone.get_current_timezone()
            at = timezone.datetime.combine(day, values["hour"], tzinfo=zone)  # type: ignore[attr-defined]
        given = {name: values.get(name) for name in ("text", "kind", "repeat", "owner_id")}
        given |= {"due_at": at} if at else {"due_on": values.get("due_on")}
        if self.task is None:
            return {name: value for name, value in given.items() if value not in (None, "")}
        clear = [name for name in ("due_on", "due_at") if getattr(self.task, name) and not given.get(name)]
        if at:
            clear = []
        if self.task.repeat and not given["repeat"]:
            clear.append("repeat")
        changed = {name: value for name, value in given.items() if value not in (None, "")}
        return changed | ({"clear": clear} if clear else {})


def _initial(actor: Actor, task: Task | None) -> dict[str, Any]:
    if task is None:
        return {"due_on": timezone.localdate(), "owner_id": actor.id, "kind": TaskKind.TODO}
    hour = timezone.localtime(task.due_at).time() if task.due_at else None
    names = ("text", "kind", "due_on", "repeat", "owner_id")
    return {**{name: getattr(task, name) for name in names}, "hour": hour}


def _owners(actor: Actor, task: Task | None) -> list[tuple[int, str]]:
    users = User.objects.filter(is_active=True)
    scope = actor.scope("tasks.edit")
    if scope is Scope.OWN:
        users = users.filter(pk=actor.id or 0)
    elif scope is Scope.TEAM:
        users = users.filter(team__in=actor.team_ids) | users.filter(pk=actor.id or 0)
    found = dict(users.order_by("name").values_list("pk", "name"))
    if task is not None and task.owner is not None:
        found.setdefault(task.owner.pk, task.owner.name)
    return list(found.items())


@needs("tasks.view")
def all_tasks(request: HttpRequest) -> HttpResponse:
    """The list of tasks."""
    from isthmus.web.day.listing import TASKS
    from isthmus.web.lists import views as lists

    return lists.show(request, TASKS)


@needs("tasks.view")
def export(request: HttpRequest) -> HttpResponseBase:
    """The list as a file."""
    from isthmus.web.day.listing import TASKS
    from isthmus.web.lists import views as lists

    return lists.export(request, TASKS)


@needs("tasks.edit")
def new(request: HttpRequest) -> HttpResponse:
    """A new task, about the record that the address names: `?on=deal:7`."""
    actor, back = actor_of(request), back_of(request, reverse("tasks"))
    kind, _colon, number = request.GET.get("on", "").partition(":")
    about: dict[str, Any] = {}
    note = ""
    if kind in KINDS and number.isdigit() and len(number) < 19:
        found = records.visible(kind, [int(number)], actor).get(int(number))
        if found is None:
            raise Http404
        about, note = {f"{kind}_id": int(number)}, str(found)
    act = Act("add_task", _("Add a task"), _("The task is added."), back, about, back, note, _("Add"))
    return act_by_form(request, act, TaskForm(actor, None, sent(request)))


@needs("tasks.view")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a task."""
    actor, back = actor_of(request), back_of(request, reverse("tasks"))
    visible = Task.objects.visible_to(actor).select_related("person", "account", "owner")
    task = get_object_or_404(visible, pk=pk)
    note = str(task.person or task.account or "")
    done = _("The task is changed.")
    act = Act("edit_task", task.text, done, back, {"task_id": pk}, back, note, _("Save"))
    return act_by_form(request, act, TaskForm(actor, task, sent(request)), template="day/task_form.html")


@needs("tasks.edit")
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Say that a task is done, called off or open again."""
    if name not in _DONE:
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    get_object_or_404(Task.objects.visible_to(actor_of(request)), pk=pk)
    command, done = _DONE[name]
    back = back_of(request, reverse("tasks"))
    return act_now(request, Act(command, name, str(done), back, {"task_id": pk}, back))


def open_tasks(actor: Actor, **about: Any) -> dict[str, Any]:
    """The open tasks of a record, the first due first, and whether the actor may add one."""
    mine = Task.objects.visible_to(actor).filter(state=TaskState.OPEN, **about).select_related("owner")
    rows: Sequence[Task] = sorted(mine[:SHOWN], key=lambda one: (one.due_on is None, one.due_on, one.pk))
    may = actor.allows("tasks.edit")
    today = timezone.localdate()
    return {
        "rows": [
            {
                "task": one,
                "late": one.due_on is not None and one.due_on < today,
                "may": may and reaches(actor, one, "tasks.edit"),
            }
            for one in rows
        ],
        "may_add": may,
    }

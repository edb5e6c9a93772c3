"""Tasks: made, changed, put off, done, called off; each with its way back."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from isthmus.core import commands
from isthmus.core.actors import SYSTEM
from isthmus.core.refusals import InvalidInput, NotFound
from isthmus.people.commands import add_person
from isthmus.sales.commands import (
    add_task,
    cancel_task,
    complete_task,
    complete_tasks,
    edit_task,
    open_deal,
    reopen_task,
)
from isthmus.sales.models import Task
from isthmus.sales.tasking import TaskClosed
from isthmus.workspace.actors import actor_for
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
MONDAY, FRIDAY = date(2026, 3, 2), date(2026, 3, 6)


@pytest.fixture
def task(company, rita):
    """Rita means to send a list on Friday."""
    return add_task(text="Send the list", due_on=FRIDAY, by=actor_for(rita), at=MONDAY_NOON)


def _undone(name, arguments, user):
    result = commands.run(name, arguments, by=actor_for(user), at=MONDAY_NOON)
    commands.undo(result.batch, by=actor_for(user), at=MONDAY_NOON)
    return Task.objects.get(pk=result.value.pk)


def test_a_task_on_a_deal_is_about_its_person_too(company, pipeline, rita):
    pat = add_person(full_name="Pat", email="pat@x.example", by=SYSTEM, at=MONDAY_NOON)
    deal = open_deal(person_id=pat.pk, owner_id=rita.pk, by=SYSTEM, at=MONDAY_NOON)

    task = add_task(text="Call", kind="call", deal_id=deal.pk, by=actor_for(rita), at=MONDAY_NOON)

    assert (task.person, task.owner, task.team) == (pat, rita, rita.team)


def test_the_day_of_a_task_with_an_hour_is_that_of_the_company(company, rita):
    late = datetime(2026, 3, 2, 23, 30, tzinfo=ZoneInfo("UTC"))  # half past midnight in Berlin

    task = add_task(text="Night shift", due_at=late, by=actor_for(rita), at=MONDAY_NOON)

    assert task.due_on == date(2026, 3, 3)


def test_a_task_says_what_is_to_be_done(company, rita):
    with pytest.raises(InvalidInput, match="to be done"):
        add_task(text="  ", by=actor_for(rita), at=MONDAY_NOON)


def test_every_change_of_a_task_is_taken_back_by_undo(task, rita, sam):
    hour = MONDAY_NOON + timedelta(days=1)

    changed = {"task_id": task.pk, "text": "Send it", "due_at": hour, "repeat": "week"}
    assert _undone("edit_task", changed, rita).text == "Send the list"
    task.refresh_from_db()
    assert (task.due_on, task.due_at, task.repeat) == (FRIDAY, None, "")
    assert _undone("snooze_task", {"task_id": task.pk, "until": hour}, rita).snoozed_until is None
    assert _undone("cancel_task", {"task_id": task.pk}, rita).state == "open"
    assert _undone("complete_task", {"task_id": task.pk}, rita).state == "open"
    assert _undone("edit_task", {"task_id": task.pk, "owner_id": sam.pk}, sam).owner == rita
    assert _undone("add_task", {"text": "Another"}, rita).state == "cancelled"


def test_a_repeated_task_comes_back_once_and_goes_when_it_is_undone(task, rita):
    edit_task(task_id=task.pk, repeat="week", by=actor_for(rita), at=MONDAY_NOON)

    complete_task(task_id=task.pk, by=actor_for(rita), at=MONDAY_NOON)
    again = Task.objects.get(state="open")
    assert (again.due_on, again.follows, again.owner) == (date(2026, 3, 13), task, rita)

    reopen_task(task_id=task.pk, by=actor_for(rita), at=MONDAY_NOON)
    assert list(Task.objects.filter(state="open")) == [task]


def test_what_is_done_is_not_done_again(task, rita):
    complete_task(task_id=task.pk, by=actor_for(rita), at=MONDAY_NOON)

    with pytest.raises(TaskClosed, match="done already"):
        cancel_task(task_id=task.pk, by=actor_for(rita), at=MONDAY_NOON)


def test_many_tasks_are_done_at_once_and_a_strangers_is_refused_in_its_place(task, rita, olga):
    hers = add_task(text="Olga's", by=actor_for(olga), at=MONDAY_NOON)
    rows = [{"task_id": task.pk, "at": MONDAY_NOON}, {"task_id": hers.pk, "at": MONDAY_NOON}]

    done, refused = complete_tasks(rows=rows, by=actor_for(rita))

    assert done.state == "done"
    assert isinstance(refused, NotFound)
    assert Task.objects.get(pk=hers.pk).state == "open"


def test_a_seller_gives_tasks_to_nobody_else_and_a_manager_to_the_team(company, rita, sam, olga):
    with pytest.raises(NotFound, match="whom your role reaches"):
        add_task(text="Do it", owner_id=olga.pk, by=actor_for(rita), at=MONDAY_NOON)
    with pytest.raises(NotFound, match="whom your role reaches"):
        add_task(text="Do it", owner_id=olga.pk, by=actor_for(sam), at=MONDAY_NOON)

    assert add_task(text="Do it", owner_id=rita.pk, by=actor_for(sam), at=MONDAY_NOON).owner == rita


def test_who_sees_whose_tasks(task, rita, sam, olga, ada, mia):
    seen = {one.name: Task.objects.visible_to(actor_for(one)).count() for one in (rita, sam, olga, ada, mia)}

    assert list(seen.values()) == [1, 1, 0, 1, 0]

"""Making and changing tasks, many at a time: what the commands of tasks stand on."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from isthmus import ledger
from isthmus.core.actors import Actor, Scope
from isthmus.core.changes import note_made
from isthmus.core.clock import written_now
from isthmus.core.commands import bulk_call
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.core.rows import update_rows
from isthmus.leads.models import Lead
from isthmus.ledger.facts import Fact
from isthmus.people.models import Account, Person
from isthmus.sales.changing import Row
from isthmus.sales.models import Deal, Task, TaskKind, TaskState
from isthmus.sales.todo import next_day
from isthmus.workspace.models import Company, User

LONGEST = 300
LINKS: Mapping[str, Any] = {"person_id": Person, "account_id": Account, "lead_id": Lead, "deal_id": Deal}
_FIELDS = [
    "text", "kind", "state", "due_on", "due_at", "snoozed_until", "repeat", "owner", "team", "territory",
    "closed_at",
    "done_by",
]  # fmt: skip
_REPEATED = (
    "text",
    "kind",
    "repeat",
    "person",
    "account",
    "lead_id",
    "deal_id",
    "owner_id",
    "team_id",
    "territory_id",
)
Apply = Callable[[Row, Task], str]


class TaskClosed(Refusal):
    """What is done or called off cannot be worked on until it is open again."""


def add_chunk(rows: Sequence[Row], by: Actor) -> list[Any]:
    """Make the task of each row in the caller's transaction; a bad row's Refusal stands in its place."""
    reachable = {name: _visible(model, rows, name, by) for name, model in LINKS.items()}
    owners = users_of(rows, by)
    outcomes: list[Any] = []
    for row in rows:
        try:
            outcomes.append(_task(row, by, reachable, owners))
        except Refusal as refusal:
            outcomes.append(refusal)
    _store([one for one in outcomes if isinstance(one, Task)], by)
    return outcomes


def _store(made: Sequence[Task], by: Actor) -> None:
    Task.objects.bulk_create(made)
    note_made(made)
    ledger.record([_fact("task.added", task, task.made_at) for task in made], by=by)


def _task(row: Row, by: Actor, reachable: Mapping[str, dict[int, Any]], owners: dict[int, User]) -> Task:
    about = {name: _one(reachable[name], row.get(name)) for name in LINKS}
    deal = about["deal_id"]
    lead = about["lead_id"] or (deal.lead if deal else None)
    person = about["person_id"] or (lead.person if lead else None) or (deal.person if deal else None)
    account_id = (
        row.get("account_id")
        or (deal.account_id if deal else None)
        or (lead.account_id if lead else None)
        or (person.account_id if person else None)
    )
    owner = owner_of(owners, row.get("owner_id") or by.id, by)
    due_at = row.get("due_at")
    party = deal or lead or person or about["account_id"]
    return Task(
        text=words_of(row["text"]),
        kind=str(row.get("kind") or TaskKind.TODO),
        due_on=day_of(due_at) if due_at else row.get("due_on"),
        due_at=due_at,
        repeat=str(row.get("repeat") or ""),
        person=person,
        account_id=account_id,
        lead=lead,
        deal=deal,
        after=row.get("after"),
        follows=row.get("follows"),
        owner=owner,
        team_id=owner.team_id,
        territory_id=party.territory_id if party else None,
        made_at=row["at"],
        updated_at=written_now(),
    )


def come_back(done: Sequence[Task], by: Actor) -> None:
    """The next ones of tasks that repeat; one without a day comes back from the day on which it was done."""
    zone, made = Company.current().zone, []
    for task in done:
        assert task.closed_at is not None
        done_on = task.closed_at.astimezone(zone).date()
        day = next_day(task.repeat, task.due_on or done_on, done_on)
        hour = task.due_at.astimezone(zone).time() if task.due_at else None
        same = {name: getattr(task, name) for name in _REPEATED}
        later = datetime.combine(day, hour, tzinfo=zone) if hour else None
        times = {"due_on": day, "due_at": later, "made_at": task.closed_at, "updated_at": written_now()}
        made.append(Task(**same, **times, follows=task))
    _store(made, by)


def change_tasks(
    name: str, rows: Sequence[Row], by: Actor, apply: Apply, *, permission: str = "tasks.edit"
) -> list[Any]:
    """Apply a change to the task of each row; save all and record their facts, set-based, in chunks."""

    def act(chunk: Sequence[Row]) -> list[Any]:
        reachable = Task.objects.visible_to(by, permission).filter(pk__in={row["task_id"] for row in chunk})
        related = reachable.select_related("person", "account").select_for_update(of=("self",))
        tasks = {task.pk: task for task in related}
        outcomes: list[Any] = []
        facts: list[Fact] = []
        changed: dict[int, Task] = {}
        for row in chunk:
            task = tasks.get(row["task_id"])
            try:
                if task is None:
                    raise NotFound(_("There is no such task any more, or your role does not reach it."))
                kind = apply(row, task)
            except Refusal as refusal:
                outcomes.append(refusal)
                continue
            facts.append(_fact(kind, task, row["at"]))
            task.updated_at, task.version = written_now(), task.version + 1
            changed[task.pk] = task
            outcomes.append(task)
        if changed:
            update_rows(changed.values(), [*_FIELDS, "updated_at", "version"])
            ledger.record(facts, by=by)
        return outcomes

    return bulk_call(name, permission, rows, by, act)


def _fact(kind: str, task: Task, at: datetime) -> Fact:
    party = task.person or task.account
    due = {"due_on": task.due_on.isoformat()} if task.due_on else {}
    return Fact(
        kind=kind,
        at=at,
        subject=party.subject if party else None,
        account_id=task.account_id,
        lead_id=task.lead_id,
        deal_id=task.deal_id,
        owner=task.owner_id,
        team=task.team_id,
        territory=task.territory_id,
        natural_key=_key(task) if kind == "task.done" else None,
        props={"task_id": task.pk, "kind": task.kind, **due},
    )


def retract_done(task: Task, *, by: Actor, at: datetime) -> None:
    """Let it not count any more that a task was done."""
    ledger.retract(natural_key=_key(task), by=by, at=at, reason="task opened again")


def _key(task: Task) -> str:
    return f"task.done:{task.pk}"


def need_open(task: Task) -> None:
    """Refuse what is done or called off."""
    if task.state != TaskState.OPEN:
        raise TaskClosed(
            _("This task is %(state)s already. Open it again first.")
            % {"state": task.get_state_display().lower()}
        )


def words_of(text: Any) -> str:
    """What is to be done, in one line."""
    words = " ".join(str(text or "").split())
    if not words:
        raise InvalidInput({"text": _("Say what is to be done.")})
    if len(words) > LONGEST:
        raise InvalidInput({"text": _("Say it in %(most)s characters at the most.") % {"most": LONGEST}})
    return words


def day_of(at: datetime) -> date:
    """The day of the company's calendar."""
    return at.astimezone(Company.current().zone).date()


def users_of(rows: Sequence[Row], by: Actor) -> dict[int, User]:
    """The owners that rows name, by number."""
    wanted = {row.get("owner_id") or by.id for row in rows} - {None}
    return User.objects.select_related("team").in_bulk([pk for pk in wanted if pk is not None])


def owner_of(owners: Mapping[int, User], pk: int | None, by: Actor) -> User:
    """Whose task it is to be: one's own, of one's team where the role reaches it, or of anybody."""
    owner = owners.get(pk or 0)
    scope = by.scope("tasks.edit")
    if owner is not None and scope is not Scope.ALL and owner.pk != by.id:
        reached = scope is Scope.TEAM and owner.team_id in by.team_ids
        owner = owner if reached else None
    if owner is None:
        raise NotFound(_("Say whose task it is: your own, or of somebody whom your role reaches."))
    return owner


def _visible(model: Any, rows: Sequence[Row], name: str, by: Actor) -> dict[int, Any]:
    ids = {row[name] for row in rows if row.get(name) is not None}
    if not ids:
        return {}
    found = model.objects.visible_to(by).filter(pk__in=ids)
    if model is Lead:
        found = found.select_related("person")
    elif model is Deal:
        found = found.select_related("person", "lead__person", "account")
    return {one.pk: one for one in found}


def _one(known: Mapping[int, Any], pk: int | None) -> Any:
    if pk is None:
        return None
    if pk not in known:
        raise NotFound(_("There is no such record, or your role does not reach it."))
    return known[pk]

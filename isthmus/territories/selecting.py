"""Which records a reassignment is about: a seller's, a territory's, chosen ones."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Literal, NamedTuple

from django.db.models import F, Q

from isthmus.core.actors import Actor
from isthmus.leads.models import Lead
from isthmus.people.models import Account, Person
from isthmus.sales.models import Deal, DealState, Task, TaskState
from isthmus.territories.placing import OPEN_LEADS
from isthmus.workspace.models import Territory
from isthmus.workspace.reassigning import MAY

Listed = Literal["accounts", "people", "leads", "deals", "tasks"]
LISTS: tuple[Listed, ...] = ("accounts", "people", "leads", "deals", "tasks")
_AT_ONCE = 5_000  # numbers in one condition


class Record(NamedTuple):
    """One record that somebody has: `amount` in micros, `clock` whether a response clock runs."""

    list: str
    pk: int
    account_id: int | None
    person_id: int | None
    owner_id: int | None
    team_id: int | None
    territory_id: int | None
    amount: int | None = None
    currency: str = ""
    closes_on: date | None = None
    clock: bool = False

    @property
    def unit(self) -> tuple[str, int]:
        """What goes to one hand together: a customer with all that is open with them."""
        if self.account_id is not None:
            return "account", self.account_id
        return ("person", self.person_id) if self.person_id is not None else (self.list, self.pk)


def rows_of(name: str, actor: Actor) -> Any:
    """The records of a list that the actor may give away: what is merged, erased or closed is not."""
    models: dict[str, Any] = {
        "accounts": Account,
        "people": Person,
        "leads": Lead,
        "deals": Deal,
        "tasks": Task,
    }
    found = models[name].objects.visible_to(actor, MAY)
    if name in ("accounts", "people"):
        return found.present()
    if name == "leads":
        return found.filter(state__in=OPEN_LEADS)
    return found.filter(state=DealState.OPEN if name == "deals" else TaskState.OPEN)


def inside(territory_id: int) -> list[int]:
    """A territory and those inside it."""
    found = Territory.objects.get(pk=territory_id).descendants(include_self=True)
    return list(found.values_list("pk", flat=True))


def of_accounts(ids: Sequence[int], lists: Sequence[str], actor: Actor) -> Iterator[Record]:
    """Chosen accounts, and what their owners have open with them. A colleague's deal there stays theirs."""
    for name in lists:
        for some in some_at_once(ids):
            if name == "accounts":
                rows = rows_of(name, actor).filter(pk__in=some)
            else:
                theirs = Q(owner=None) | Q(owner=F("account__owner"))
                rows = rows_of(name, actor).filter(theirs, account__in=some)
            yield from read(name, rows)


def chosen(name: str, ids: Sequence[int], actor: Actor) -> Iterator[Record]:
    """Chosen leads or deals alone, with the tasks about them."""
    for some in some_at_once(ids):
        yield from read(name, rows_of(name, actor).filter(pk__in=some))
        about = {"leads": Q(lead__in=some), "deals": Q(deal__in=some)}[name]
        yield from read("tasks", rows_of("tasks", actor).filter(about))


def read(name: str, rows: Any, most: int | None = None) -> Iterator[Record]:
    """Rows of a list as records, in the order of their numbers; the first so many."""
    own = ("owner_id", "team_id", "territory_id")
    rows = rows.order_by("pk")[:most]
    if name == "accounts":
        for pk, *held in rows.values_list("pk", *own).iterator(2_000):
            yield Record(name, pk, pk, None, *held)
    elif name == "people":
        for pk, account, *held in rows.values_list("pk", "account_id", *own).iterator(2_000):
            yield Record(name, pk, account, pk, *held)
    elif name == "leads":
        columns = ("pk", "account_id", "person_id", *own, "due_at", "contacted_at", "state")
        for pk, account, person, owner, team, place, due, contacted, state in rows.values_list(
            *columns
        ).iterator(2_000):
            runs = due is not None and contacted is None and state == "handed_over"
            yield Record(name, pk, account, person, owner, team, place, clock=runs)
    elif name == "deals":
        columns = ("pk", "account_id", "person_id", *own, "amount", "currency", "expected_close_on")
        for one in rows.values_list(*columns).iterator(2_000):
            yield Record(name, *one)
    else:
        for one in rows.values_list("pk", "account_id", "person_id", *own).iterator(2_000):
            yield Record(name, *one)


def some_at_once(ids: Iterable[int]) -> Iterator[list[int]]:
    """The numbers, some at a time: a condition may name only so many."""
    listed = list(dict.fromkeys(ids))
    for start in range(0, len(listed), _AT_ONCE):
        yield listed[start : start + _AT_ONCE]

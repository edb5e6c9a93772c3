"""Giving people and accounts to somebody else, or to another territory."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.clock import written_now
from isthmus.core.commands import bulk_call, command, only
from isthmus.core.refusals import Refusal
from isthmus.core.rows import update_rows
from isthmus.ledger.facts import Fact
from isthmus.people.changing import no_such_account, no_such_person
from isthmus.people.credit import credit_of
from isthmus.people.models import Account, Person
from isthmus.workspace.reassigning import FIELDS, MAY, Giving, Row, put_back


def reassign_accounts(*, rows: Sequence[Row], by: Actor) -> list[Any]:
    """Bulk form of `reassign_account`."""
    return _reassign("reassign_account", Account, "account_id", no_such_account, rows, by)


@command(
    permission=MAY,
    label=gettext_lazy("Give an account to somebody else"),
    trade="sales",
    undo="reassign_account",
    undo_arguments=lambda account, _: account.back,
    bulk=reassign_accounts,
)
def reassign_account(
    *,
    account_id: int,
    by: Actor,
    at: datetime,
    owner_id: int | None = None,
    team_id: int | None = None,
    territory_id: int | None = None,
    why: str = "",
    clear: list[str] | None = None,
    version: int | None = None,
) -> Account:
    """Give an account to another seller or territory. What it brought so far stays with whom it was then."""
    row = {key: value for key, value in locals().items() if key != "by"}
    account: Account = only(reassign_accounts(rows=[row], by=by))
    return account


def reassign_people(*, rows: Sequence[Row], by: Actor) -> list[Any]:
    """Bulk form of `reassign_person`."""
    return _reassign("reassign_person", Person, "person_id", no_such_person, rows, by)


@command(
    permission=MAY,
    label=gettext_lazy("Give a person to somebody else"),
    trade="sales",
    undo="reassign_person",
    undo_arguments=lambda person, _: person.back,
    bulk=reassign_people,
)
def reassign_person(
    *,
    person_id: int,
    by: Actor,
    at: datetime,
    owner_id: int | None = None,
    team_id: int | None = None,
    territory_id: int | None = None,
    why: str = "",
    clear: list[str] | None = None,
    version: int | None = None,
) -> Person:
    """Give a person to another seller or territory. What they brought so far stays with whom it was then."""
    row = {key: value for key, value in locals().items() if key != "by"}
    person: Person = only(reassign_people(rows=[row], by=by))
    return person


def _reassign(
    name: str,
    model: Any,
    target: str,
    missing: Callable[[], Refusal],
    rows: Sequence[Row],
    by: Actor,
) -> list[Any]:
    kind = f"{target.removesuffix('_id')}.reassigned"

    def act(chunk: Sequence[Row]) -> list[Any]:
        giving = Giving(chunk, by)
        reachable = model.objects.visible_to(by, MAY).present().select_for_update(of=("self",))
        parties = {one.pk: one for one in reachable.filter(pk__in={row[target] for row in chunk})}
        outcomes: list[Any] = []
        facts: list[Fact] = []
        changed: dict[int, Any] = {}
        for row in chunk:
            try:
                party = parties.get(row[target])
                if party is None:
                    raise missing()
                told = giving.give(party, row)
            except Refusal as refusal:
                outcomes.append(refusal)
                continue
            facts.append(Fact(kind=kind, at=row["at"], props=told, **credit_of(party)))
            party.updated_at, party.version = written_now(), party.version + 1
            party.back = {target: party.pk, **put_back(party, told)}
            changed[party.pk] = party
            outcomes.append(party)
        if changed:
            update_rows(changed.values(), [*FIELDS, "updated_at", "version"])
            ledger.record(facts, by=by)
        return outcomes

    return bulk_call(name, MAY, rows, by, act)

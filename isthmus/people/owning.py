"""Whoever is given work with somebody owns them from then on, unless somebody else does already."""

from collections.abc import Iterable

from isthmus.core.changes import note_changing
from isthmus.core.clock import written_now
from isthmus.people.models import Account, Person


def take_ownership(given: Iterable[tuple[int, int | None, int, int | None]]) -> None:
    """Give ownerless people and accounts to whom they were handed: (person, account, owner, team) each.

    One query for each owner and kind of party, in the caller's transaction.
    """
    people: dict[tuple[int, int | None], list[int]] = {}
    accounts: dict[tuple[int, int | None], list[int]] = {}
    for person_id, account_id, owner_id, team_id in given:
        people.setdefault((owner_id, team_id), []).append(person_id)
        if account_id is not None:
            accounts.setdefault((owner_id, team_id), []).append(account_id)
    for model, groups in ((Person, people), (Account, accounts)):
        for (owner_id, team_id), ids in groups.items():
            note_changing(model, ids, ["owner", "team"])
            ownerless = model.objects.filter(pk__in=ids, owner=None)
            ownerless.update(owner_id=owner_id, team_id=team_id, updated_at=written_now())

"""Merging people and accounts, and taking them apart: the commands."""

from datetime import datetime
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.refusals import NotFound
from isthmus.people.matching import one_at_a_time
from isthmus.people.merging.joining import CannotBeOne, join
from isthmus.people.merging.parting import open_merge, part
from isthmus.people.models import Account, Merge, Person
from isthmus.people.models.search import ACCOUNT, PERSON

Choices = dict[str, Literal["keep", "lose"]]


@command(
    permission="people.merge",
    label=gettext_lazy("Merge two people"),
    trade="system",
    undo="unmerge_people",
)
def merge_people(
    *, keep_id: int, lose_id: int, by: Actor, at: datetime, choices: Choices | None = None
) -> Person:
    """Make two people one: everything of the second moves to the first. Can be taken apart later."""
    kept, lost = _two(Person, ("people.merge", "people.edit"), keep_id, lose_id, by)
    join(kept, lost, choices or {}, by=by, at=at)
    return kept  # type: ignore[no-any-return]


@command(
    permission="people.merge",
    label=gettext_lazy("Take two people apart"),
    trade="system",
    undo="merge_people",
    undo_arguments=lambda kept, arguments: _the_same_again(PERSON, kept, arguments["lose_id"]),
)
def unmerge_people(*, lose_id: int, by: Actor, at: datetime) -> Person:
    """Undo a merge: each person has their own again, and what came in between by their own identifiers."""
    one_at_a_time()
    merge = open_merge(PERSON, lose_id)
    kept, lost = _merged(Person, ("people.merge", "people.edit"), merge.kept_id, lose_id, by)
    part(merge, kept, lost, by=by, at=at)
    return kept  # type: ignore[no-any-return]


@command(
    permission="accounts.merge",
    label=gettext_lazy("Merge two accounts"),
    trade="system",
    undo="unmerge_accounts",
)
def merge_accounts(
    *, keep_id: int, lose_id: int, by: Actor, at: datetime, choices: Choices | None = None
) -> Account:
    """Make two accounts one: people, leads, deals and orders of the second move to the first."""
    kept, lost = _two(Account, ("accounts.merge", "accounts.edit"), keep_id, lose_id, by)
    join(kept, lost, choices or {}, by=by, at=at)
    return kept  # type: ignore[no-any-return]


@command(
    permission="accounts.merge",
    label=gettext_lazy("Take two accounts apart"),
    trade="system",
    undo="merge_accounts",
    undo_arguments=lambda kept, arguments: _the_same_again(ACCOUNT, kept, arguments["lose_id"]),
)
def unmerge_accounts(*, lose_id: int, by: Actor, at: datetime) -> Account:
    """Undo a merge of accounts: each has its own again, and what came in between by its own domains."""
    one_at_a_time()
    merge = open_merge(ACCOUNT, lose_id)
    kept, lost = _merged(Account, ("accounts.merge", "accounts.edit"), merge.kept_id, lose_id, by)
    part(merge, kept, lost, by=by, at=at)
    return kept  # type: ignore[no-any-return]


def _two(model: Any, rights: tuple[str, ...], keep_id: int, lose_id: int, by: Actor) -> tuple[Any, Any]:
    """Both records, locked: each must be there, seen and open to change by the actor."""
    if keep_id == lose_id:
        raise CannotBeOne(_("These two are one already. There is nothing to merge."))
    one_at_a_time()
    rows = model.objects.visible_to(by).present().filter(pk__in=[keep_id, lose_id])
    for right in rights:
        rows = rows.filter(pk__in=model.objects.visible_to(by, right).values("pk"))
    found = {row.pk: row for row in rows.select_for_update(of=("self",)).order_by("pk")}
    if len(found) != 2:
        raise _no_such_two()
    return found[keep_id], found[lose_id]


def _merged(model: Any, rights: tuple[str, ...], kept_id: int, lost_id: int, by: Actor) -> tuple[Any, Any]:
    """Both records of a merge, locked: who may change the one who stayed may take them apart."""
    rows = model.objects.filter(pk__in=[kept_id, lost_id])
    found = {row.pk: row for row in rows.select_for_update(of=("self",)).order_by("pk")}
    for right in (None, *rights):
        if not model.objects.visible_to(by, right).filter(pk=kept_id).exists():
            raise _no_such_two()
    return found[kept_id], found[lost_id]


def _the_same_again(party: int, kept: Any, lose_id: int) -> dict[str, Any]:
    merge = Merge.objects.filter(party=party, kept_id=kept.pk, lost_id=lose_id).latest("pk")
    return {"keep_id": kept.pk, "lose_id": lose_id, "choices": merge.choices}


def _no_such_two() -> NotFound:
    return NotFound(_("One of the two is not there any more, or your role does not reach both."))

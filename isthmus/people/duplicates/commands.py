"""Telling two records apart for good, and looking for duplicates: the commands."""

from datetime import datetime
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core import queue
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.refusals import NotFound, Refusal
from isthmus.ledger.facts import Fact
from isthmus.people.models import Account, DuplicatePair, Person
from isthmus.people.models.search import ACCOUNT, PERSON

PartyName = Literal["people", "accounts"]
TASKS = {"people": "people.find_person_duplicates", "accounts": "people.find_account_duplicates"}


class NothingToTakeBack(Refusal):
    """Nobody said of these two that they are different."""


@command(
    permission="people.merge",
    label=gettext_lazy("Say that two people are not the same"),
    trade="system",
    undo="compare_people_again",
)
def tell_people_apart(*, one_id: int, other_id: int, by: Actor, at: datetime) -> Person:
    """Remember that two people are two: they are not proposed as duplicates again."""
    one: Person = _tell_apart(Person, "people.merge", one_id, other_id, by, at)
    return one


@command(permission="people.merge", label=gettext_lazy("Compare two people again"), trade="system")
def compare_people_again(*, one_id: int, other_id: int, by: Actor, at: datetime) -> Person:
    """Take back that two people are not the same."""
    one: Person = _compare_again(Person, "people.merge", one_id, other_id, by, at)
    return one


@command(
    permission="accounts.merge",
    label=gettext_lazy("Say that two accounts are not the same"),
    trade="system",
    undo="compare_accounts_again",
)
def tell_accounts_apart(*, one_id: int, other_id: int, by: Actor, at: datetime) -> Account:
    """Remember that two accounts are two: they are not proposed as duplicates again."""
    one: Account = _tell_apart(Account, "accounts.merge", one_id, other_id, by, at)
    return one


@command(permission="accounts.merge", label=gettext_lazy("Compare two accounts again"), trade="system")
def compare_accounts_again(*, one_id: int, other_id: int, by: Actor, at: datetime) -> Account:
    """Take back that two accounts are not the same."""
    one: Account = _compare_again(Account, "accounts.merge", one_id, other_id, by, at)
    return one


@command(permission="people.merge", label=gettext_lazy("Look for duplicates"), trade="system")
def look_for_duplicates(*, of: PartyName, by: Actor, at: datetime) -> None:
    """Have all people or accounts compared anew; what is found stands on the page of duplicates."""
    queue.enqueue(TASKS[of])
    ledger.record(Fact(kind="duplicates.sought", at=at, props={"of": of}), by=by)


def _tell_apart(model: Any, right: str, one_id: int, other_id: int, by: Actor, at: datetime) -> Any:
    one, other = _both(model, right, one_id, other_id, by)
    party = PERSON if model is Person else ACCOUNT
    DuplicatePair.objects.update_or_create(
        party=party,
        one_id=one.pk,
        other_id=other.pk,
        defaults={"different_since": at, "actor_id": by.id},
        create_defaults={"score": 0, "found_at": at, "different_since": at, "actor_id": by.id},
    )
    _record("told_apart", one, other, by, at)
    return one


def _compare_again(model: Any, right: str, one_id: int, other_id: int, by: Actor, at: datetime) -> Any:
    one, other = _both(model, right, one_id, other_id, by)
    pairs = DuplicatePair.objects.filter(party=PERSON if model is Person else ACCOUNT)
    pair = pairs.filter(one_id=one.pk, other_id=other.pk).exclude(different_since=None).first()
    if pair is None:
        raise NothingToTakeBack(_("Nobody said of these two that they are not the same."))
    pair.different_since = pair.actor_id = None
    pair.save(update_fields=["different_since", "actor_id"])
    _record("compared_again", one, other, by, at)
    return one


def _both(model: Any, right: str, one_id: int, other_id: int, by: Actor) -> tuple[Any, Any]:
    rows = model.objects.visible_to(by).present().filter(pk__in=[one_id, other_id])
    found = list(rows.filter(pk__in=model.objects.visible_to(by, right).values("pk")).order_by("pk"))
    if len(found) != 2:
        raise NotFound(_("One of the two is not there any more, or your role does not reach both."))
    return found[0], found[1]


def _record(act: str, one: Any, other: Any, by: Actor, at: datetime) -> None:
    person = isinstance(one, Person)
    ledger.record(
        Fact(
            kind=f"{'person' if person else 'account'}.{act}",
            at=at,
            subject=one.subject,
            account_id=one.account_id if person else one.pk,
            props={"other_subject": other.subject},
        ),
        by=by,
    )

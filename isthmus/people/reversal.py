"""Taking back what an undone import did to people and accounts; in the caller's transaction.

The caller has made sure that nothing else refers to what goes; a reference that is left stops it.
"""

from collections.abc import Sequence

from django.db.models import Q

from isthmus.core.clock import written_now
from isthmus.core.rows import delete_rows, update_rows
from isthmus.people import search
from isthmus.people.models import (
    Account,
    AccountIdentifier,
    Consent,
    DuplicatePair,
    Identifier,
    IdentityEvent,
    Person,
    SearchToken,
)
from isthmus.people.models.search import ACCOUNT, PERSON


def remove_people(numbers: Sequence[int]) -> None:
    """Take people away with their identifiers, consent statements and search words."""
    SearchToken.objects.filter(party=PERSON, party_id__in=numbers).delete()
    _drop_pairs(PERSON, numbers)
    delete_rows(Person, numbers)


def remove_accounts(numbers: Sequence[int]) -> None:
    """Take accounts away with their identifiers and search words."""
    SearchToken.objects.filter(party=ACCOUNT, party_id__in=numbers).delete()
    _drop_pairs(ACCOUNT, numbers)
    delete_rows(Account, numbers)


def put_back_people(people: Sequence[Person], fields: Sequence[str]) -> None:
    """Save fields that were set to what they held before, and the search words that follow from them."""
    _stamp(people)
    update_rows(people, [*fields, "updated_at", "version"])
    search.index_people(people)


def put_back_accounts(accounts: Sequence[Account], fields: Sequence[str]) -> None:
    """Save fields that were set to what they held before, and the search words that follow from them."""
    _stamp(accounts)
    update_rows(accounts, [*fields, "updated_at", "version"])
    search.index_accounts(accounts)


def remove_consents(numbers: Sequence[int]) -> None:
    """Take statements away that only the import made."""
    Consent.objects.filter(pk__in=numbers).delete()


def remove_identifiers(numbers: Sequence[int]) -> None:
    """Take identifiers from people who stay."""
    Identifier.objects.filter(pk__in=numbers).delete()


def remove_identity_events(numbers: Sequence[int]) -> None:
    """Take from people who stay the entries about those identifiers."""
    IdentityEvent.objects.filter(pk__in=numbers).delete()


def remove_account_identifiers(numbers: Sequence[int]) -> None:
    """Take identifiers from accounts that stay."""
    AccountIdentifier.objects.filter(pk__in=numbers).delete()


def _drop_pairs(party: int, numbers: Sequence[int]) -> None:
    """Pairs that may be one, with somebody who goes."""
    pairs = DuplicatePair.objects.filter(party=party)
    if pairs.exists():
        pairs.filter(Q(one_id__in=numbers) | Q(other_id__in=numbers)).delete()


def _stamp(parties: Sequence[Person] | Sequence[Account]) -> None:
    for party in parties:
        party.updated_at, party.version = written_now(), party.version + 1

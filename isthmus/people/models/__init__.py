"""The rows of people: who is known, by which identifiers, with whose consent."""

from isthmus.people.models.consent import Consent, ContactLimit, Suppression
from isthmus.people.models.erasure import Erasure, ErasureReason
from isthmus.people.models.identity import AccountIdentifier, Identifier, IdentityEvent
from isthmus.people.models.merging import DuplicatePair, Merge, MergedRow
from isthmus.people.models.parties import Account, Person
from isthmus.people.models.search import SearchToken

__all__ = [
    "Account",
    "AccountIdentifier",
    "Consent",
    "ContactLimit",
    "DuplicatePair",
    "Erasure",
    "ErasureReason",
    "Identifier",
    "IdentityEvent",
    "Merge",
    "MergedRow",
    "Person",
    "SearchToken",
    "Suppression",
]

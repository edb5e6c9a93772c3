"""What is known of people and companies, by whom they are known, what they allowed, how they are found."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from importlib import import_module
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Actor
from isthmus.core.clock import written_now
from isthmus.core.personal_stores import Whom, impersonal, impersonal_folder, personal_store
from isthmus.people.consents import address_hash
from isthmus.people.models import (
    Account,
    Consent,
    Identifier,
    IdentityEvent,
    Person,
    SearchToken,
    Suppression,
)
from isthmus.people.models.search import PERSON
from isthmus.workspace.queries import kept_of_erased

import_module("isthmus.people.merging.forgetting")  # A store of its own.

_TEXT = ("full_name", "email", "phone", "title", "city")


@personal_store(
    "people",
    _("The record itself: name, address, number, title, place, custom fields"),
    columns={"people.Person": (*_TEXT, "custom")},
    stays=_("Country, language and analytic custom fields other than text, so that figures do not change"),
    order=90,
)
class People:
    """The row stays, empty and marked as erased, because facts and orders point at it."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """Each record, with those merged into it."""
        for person in Person.objects.filter(pk__in=whom.persons).select_related("account"):
            yield {
                **{name: getattr(person, name) for name in (*_TEXT, "country", "locale")},
                "custom": person.custom,
                "known_since": person.created_at,
                "changed": person.updated_at,
            }

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Empty the rows and mark them."""
        found = list(Person.objects.select_for_update(of=("self",)).filter(pk__in=whom.persons))
        for person in found:
            for name in _TEXT:
                setattr(person, name, "")
            person.custom = kept_of_erased("person", person.custom)
            person.erased_at, person.updated_at = at, written_now()
            person.version += 1
            person.save()
        return len(found)


@personal_store(
    "identifiers",
    _("Addresses, numbers and ids by which the person is known"),
    columns={"people.Identifier": ("value",)},
)
class Identifiers:
    """Gone: whoever comes with one of them later is somebody new."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """Kind, value and when it was seen."""
        for row in Identifier.objects.filter(person__in=whom.persons).order_by("kind", "value"):
            yield {"kind": row.get_kind_display(), "value": row.value, "seen": row.seen_at}

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Delete them."""
        return Identifier.objects.filter(person__in=whom.persons).delete()[0]


@personal_store(
    "identity",
    _("The journal of why an address or number is this person's"),
    columns={"people.IdentityEvent": ("value",)},
)
class Identity:
    """Also lines of other people's journals in which one of the words stands."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """Every line."""
        for row in IdentityEvent.objects.filter(person__in=whom.persons).order_by("at"):
            yield {"at": row.at, "act": row.act, "kind": row.kind, "value": row.value}

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Delete the person's lines and empty the others."""
        theirs = Q(person__in=whom.persons) | Q(other__in=whom.persons)
        gone = IdentityEvent.objects.filter(theirs).delete()[0]
        return gone + IdentityEvent.objects.filter(value__in=whom.words.all).update(value="")


@personal_store(
    "consent",
    _("What the person allowed or forbade, with its proof"),
    columns={"people.Consent": ("wording_version", "source", "proof")},
)
class Consents:
    """Without the person there is nobody whom it could allow to be written to."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """Every statement."""
        for row in Consent.objects.filter(person__in=whom.persons).order_by("at", "pk"):
            yield {
                "at": row.at,
                "purpose": row.purpose,
                "channel": row.get_channel_display(),
                "given": row.given,
                "wording": row.wording_version,
                "source": row.source,
                "proof": row.proof,
            }

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Delete them."""
        return Consent.objects.filter(person__in=whom.persons).delete()[0]


@personal_store(
    "suppression",
    _("That an address must not be written to"),
    columns={"people.Suppression": ("address_hash",)},
    stays=_("A keyed hash of the address, so that nobody writes to it again; it cannot be read back"),
)
class Suppressions:
    """Must outlive the person: otherwise the next import would have them written to again."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """Channel, reason and time of what is suppressed for one of the addresses."""
        hashes = [address_hash(channel, word) for word in whom.words.all for channel in ("email", "phone")]
        for row in Suppression.objects.filter(address_hash__in=hashes).order_by("at"):
            yield {"channel": row.get_channel_display(), "reason": row.reason, "at": row.at}

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Nothing: only the hash is there."""
        return 0


@personal_store(
    "accounts",
    _("The company that the person works for"),
    columns={
        "people.Account": ("name", "domain", "city", "postcode", "custom"),
        "people.AccountIdentifier": ("value",),
    },
    stays=_("The company: it is somebody else's record too"),
)
class Accounts:
    """A company is no person; it is told of, and stays."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """Name and place."""
        for account in Account.objects.filter(people__in=whom.persons).distinct():
            yield {"name": account.name, "domain": account.domain, "city": account.city}

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Nothing."""
        return 0


@personal_store(
    "search", _("The words by which the person is found"), columns={"people.SearchToken": ("token",)}
)
class Search:
    """The search index."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """The words."""
        rows = SearchToken.objects.filter(party=PERSON, party_id__in=whom.persons)
        for token in rows.order_by("token").values_list("token", flat=True):
            yield {"word": token}

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Delete them."""
        return SearchToken.objects.filter(party=PERSON, party_id__in=whom.persons).delete()[0]


_MANY = _("the same for many; tells nobody apart")
impersonal("people.Person", "country", "locale", because=_MANY)
impersonal("people.Account", "country", "industry", "region", because=_MANY)
impersonal("people.Consent", "purpose", because=_MANY)
impersonal("people.Suppression", "reason", because=_MANY)
impersonal("people.IdentityEvent", "act", "kind", "actor_kind", because=_("kinds of acts and identifiers"))
impersonal(
    "people.Erasure", "mark", "actor_kind", because=_("a keyed hash of a number, and who acted as a kind")
)
impersonal_folder("erasures.jsonl", because=_("the log of erasures: numbers and keyed hashes"))

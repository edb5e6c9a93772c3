"""Whose data is meant: a person's rows, numbers, and the words that lead to them and to nobody else."""

from collections.abc import Iterable

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from isthmus.core.actors import Actor, Scope
from isthmus.core.personal_stores import Whom
from isthmus.core.personal_words import Words
from isthmus.core.refusals import NotFound, NotPermitted
from isthmus.people import search
from isthmus.people.models import Account, Identifier, IdentityEvent, Person
from isthmus.people.models.search import ACCOUNT, PERSON
from isthmus.workspace.models import User
from isthmus.workspace.queries import identifying_keys

# A shorter id ("1001") or text stands in too much that is about somebody else.
_LONG_ID, _LONG_TEXT = 8, 6


def person_wholly(person_id: int, *, by: Actor, permission: str) -> Person:
    """A person whom the actor may export or erase: it all lies in many records.

    Raises NotPermitted for a right that does not reach all records, NotFound.
    """
    if by.scope(permission) != Scope.ALL:
        raise NotPermitted(
            _(
                "What there is about a person lies in many people's records: your right %(permission)s must "
                "reach all records. Ask an administrator."
            )
            % {"permission": permission}
        )
    person = Person.objects.visible_to(by, permission).present().filter(pk=person_id).first()
    if person is None:
        raise NotFound(_("There is no such person, or your role does not reach them."))
    found: Person = person
    return found


def whom_of(person: Person) -> Whom:
    """The person with all who were merged into them.

    A word counts only where nobody else has it: not the number of a switchboard, not the address that a
    colleague has too, not a name that somebody else bears. Such words are in `shared`, for a person to judge.
    """
    persons = _with_merged(person)
    numbers = tuple(one.pk for one in persons)
    words, phones = _of_records(persons)
    known = _known(numbers)
    words |= {value for kind, value in known if kind in ("email", "phone") or len(value) >= _LONG_ID}
    phones |= {value for kind, value in known if kind == "phone"}
    shared = _elsewhere(words | phones, numbers)
    own = Words(words - shared, phones=phones - shared)
    return Whom(numbers, tuple(one.subject for one in persons), own, tuple(sorted(shared)))


def _with_merged(person: Person) -> list[Person]:
    found = {person.pk: person}
    fresh = [person.pk]
    while fresh:
        merged = Person.objects.filter(merged_into__in=fresh)
        new = {one.pk: one for one in merged if one.pk not in found}
        found |= new
        fresh = list(new)
    return list(found.values())


def _of_records(persons: Iterable[Person]) -> tuple[set[str], set[str]]:
    """The words of the records themselves, and which of them are telephone numbers."""
    keys = identifying_keys("person")
    words, phones = set[str](), set[str]()
    for one in persons:
        words |= {one.email, one.phone}
        phones.add(one.phone)
        values = (one.custom.get(key) for key in keys)
        words |= {value for value in values if isinstance(value, str) and len(value) >= _LONG_TEXT}
        if len(one.full_name.split()) > 1:
            words.add(one.full_name)
    return words - {""}, phones - {""}


def _known(numbers: tuple[int, ...]) -> list[tuple[str, str]]:
    return [
        *Identifier.objects.filter(person__in=numbers).values_list("kind", "value"),
        *IdentityEvent.objects.filter(person__in=numbers).values_list("kind", "value"),
    ]


def _elsewhere(words: Iterable[str], numbers: tuple[int, ...]) -> set[str]:
    """The words that another record, an account or a colleague has too, or that begin one of theirs."""
    return {word for word in words if _is_anothers(word, numbers)}


def _is_anothers(word: str, numbers: tuple[int, ...]) -> bool:
    like, accounts = search.matching_ids(PERSON, word), search.matching_ids(ACCOUNT, word)
    others = Person.objects.exclude(pk__in=numbers)
    values = (Q(**{f"custom__{key}": word}) for key in identifying_keys("person"))
    return (
        others.filter(pk__in=like).exists()
        # The search stops at some thousand candidates; an exact namesake is found by index.
        or others.alias(lowered=Lower("full_name")).filter(lowered=word.lower()).exists()
        or others.filter(phone=word).exists()
        or Account.objects.filter(pk__in=accounts).exists()  # type: ignore[misc]
        or Identifier.objects.exclude(person__in=numbers).filter(value=word).exists()
        or any(others.filter(value).exists() for value in values)
        or User.objects.filter(Q(name__icontains=word) | Q(email__iexact=word)).exists()
    )

"""Marks: keyed hashes of what a person's events are known by. They outlive the words that are erased."""

import re
from collections.abc import Iterable, Iterator

from isthmus.collect.translating.ids import usable
from isthmus.core.personal_stores import Whom
from isthmus.ledger.erasing import with_merged
from isthmus.ledger.models import Subject
from isthmus.ledger.visitors import known_visitors, visitor_hash
from isthmus.people.models import Identifier, IdentityEvent, Person
from isthmus.people.normalise import normal_name

LONGEST_PHRASE = 5  # words of a name or a value that is found within a text
PHONE_DIGITS = 8  # its last ones, however it is written
_PUNCTUATION = ".,;:!?()[]<>\"'"
_CHUNK = 500


def marks_of(whom: Whom) -> set[bytes]:
    """What these persons' events are known by: their visitors, ids, and words that lead to them alone."""
    subjects = with_merged(whom.subjects)
    marks = set(_of_subjects(subjects))
    keys = _keys(whom)
    known = known_visitors(keys)
    # A browser may have claimed to be theirs that is somebody else's: whose a visitor is, the ledger knows.
    theirs = set(subjects)
    marks |= {visitor_hash(key) for key in keys if known.get(key, 0) in theirs or key not in known}
    marks |= {word_mark(word) for word in whom.words.all}
    return marks | {mark for phone in _phones(whom) if (mark := phone_mark(phone))}


def word_mark(word: str) -> bytes:
    """The mark of an address, a name or another word, in any case."""
    return visitor_hash("w:" + " ".join(spoken(word)))


def phone_mark(phone: str) -> bytes | None:
    """The mark of a telephone number; none of what is too short to be one."""
    digits = re.sub(r"\D", "", phone)
    return visitor_hash("p:" + digits[-PHONE_DIGITS:]) if len(digits) >= PHONE_DIGITS else None


def spoken(text: str) -> list[str]:
    """The words of a text, in one case and without what stands around them."""
    return [stripped for word in normal_name(text).split() if (stripped := word.strip(_PUNCTUATION))]


def _of_subjects(subjects: list[int]) -> Iterator[bytes]:
    for start in range(0, len(subjects), _CHUNK):
        rows = Subject.objects.filter(pk__in=subjects[start : start + _CHUNK])
        yield from (bytes(key) for key in rows.values_list("key_hash", flat=True) if key is not None)


def _keys(whom: Whom) -> set[str]:
    """The keys of visitors under which a person's ids come."""
    prefixes = {"user_id": "u:", "anonymous_id": "a:"}
    told: Iterable[tuple[str, str]] = [
        *Identifier.objects.filter(person__in=whom.persons, kind__in=prefixes).values_list("kind", "value"),
        *IdentityEvent.objects.filter(person__in=whom.persons, kind__in=prefixes).values_list(
            "kind", "value"
        ),
    ]
    return {prefixes[kind] + value for kind, text in told if (value := usable(kind, text))}


def _phones(whom: Whom) -> set[str]:
    rows = Identifier.objects.filter(person__in=whom.persons, kind="phone").values_list("value", flat=True)
    own = Person.objects.filter(pk__in=whom.persons).values_list("phone", flat=True)
    return {*rows, *own} - {"", *whom.shared}

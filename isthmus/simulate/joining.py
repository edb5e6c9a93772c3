"""The browsers of people who became known: a subject each, which reads as the person from then on."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from isthmus.core.actors import SYSTEM
from isthmus.ledger import join_visitors
from isthmus.ledger.visitors import visitor_subjects
from isthmus.people.models import Person
from isthmus.simulate.stories import Story

_CHUNK = 2_000


def subjects_of(people: Mapping[int, int]) -> dict[int, int]:
    """The subject of each story's person; `people` are persons by the number of their story."""
    subjects = dict(Person.objects.values_list("pk", "subject"))
    return {number: subjects[person] for number, person in people.items()}


def join_browsers(
    told: Sequence[Story], subjects: Mapping[int, int], *, seed: int, at: datetime
) -> dict[int, int]:
    """A visitor's subject for each browser, by the number of its first story, joined to its person's."""
    first = {one.visitor: one.number for one in reversed(told) if one.on_site}
    numbers = sorted(first)
    browsers: dict[int, int] = {}
    for start in range(0, len(numbers), _CHUNK):
        keys = {f"a:sample-{seed}-{number}": number for number in numbers[start : start + _CHUNK]}
        with transaction.atomic():
            made = {keys[key]: subject for key, subject in visitor_subjects(list(keys)).items()}
            pairs = [(made[number], subjects[first[number]]) for number in sorted(made)]
            refused = join_visitors(pairs, by=SYSTEM, at=at)
        assert not refused, "a browser of the sample company belongs to one person"
        browsers |= made
    return browsers

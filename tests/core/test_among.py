"""Rows whose number is one of very many, as both databases see it."""

import pytest
from django.db.models import Q

from isthmus.core import among
from isthmus.core.actors import SYSTEM
from isthmus.core.among import Among, Numbers
from isthmus.people.commands import add_person
from isthmus.people.models import Person
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(params=[among.FEW, 1], ids=["few", "many"])
def guests(request, monkeypatch, company):
    """Nine people, where so many numbers are few."""
    monkeypatch.setattr(among, "FEW", request.param)
    made = [
        add_person(full_name=f"Guest {place}", email=f"g{place}@x.example", by=SYSTEM, at=MONDAY_NOON)
        for place in range(9)
    ]
    return [person.subject for person in made]


def subjects(condition):
    return sorted(Person.objects.filter(condition).values_list("subject", flat=True))


def test_those_with_one_of_the_numbers_are_found(guests):
    wanted = Numbers([guests[1], guests[2], guests[7]])

    assert subjects(Q(Among("subject", wanted))) == [guests[1], guests[2], guests[7]]
    assert [number in wanted for number in guests[:3]] == [False, True, True]


def test_the_others_are_found_and_those_past_the_greatest_number_too(guests):
    wanted = Numbers([guests[0], guests[1], guests[2]])

    assert subjects(~Q(Among("subject", wanted))) == guests[3:]
    assert guests[-1] not in wanted and 10**12 not in wanted


def test_nobody_is_among_none(guests):
    assert subjects(Q(Among("subject", Numbers([])))) == []
    assert subjects(~Q(Among("subject", Numbers([])))) == guests


def test_it_joins_other_conditions(guests):
    some = Q(Among("subject", Numbers(guests[:4])))

    assert subjects(some & Q(full_name__in=["Guest 3", "Guest 8"])) == [guests[3]]
    assert subjects(some | Q(full_name="Guest 8")) == [*guests[:4], guests[8]]

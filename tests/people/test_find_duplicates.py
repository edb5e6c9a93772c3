"""Duplicates are proposed by their signs; those who were told apart are not proposed again."""

from datetime import timedelta

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.core.refusals import NotFound
from isthmus.leads.commands import capture_lead
from isthmus.people.commands import add_account
from isthmus.people.duplicates import signs
from isthmus.people.duplicates.commands import (
    NothingToTakeBack,
    compare_people_again,
    look_for_duplicates,
    tell_people_apart,
)
from isthmus.people.duplicates.finding import find_duplicates
from isthmus.people.merging.commands import merge_people
from isthmus.people.models import DuplicatePair, Person
from isthmus.people.models.search import ACCOUNT, PERSON
from isthmus.workspace.actors import actor_for
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
LATER = MONDAY_NOON + timedelta(hours=1)


def person(**who):
    return capture_lead(by=SYSTEM, at=MONDAY_NOON, **who).person


def pairs():
    find_duplicates(PERSON, at=LATER)
    return {
        (pair.one_id, pair.other_id): pair.signs
        for pair in DuplicatePair.objects.filter(party=PERSON, different_since=None)
    }


FOUND = [
    (
        {"full_name": "Anna Lind", "email": "anna@firm.example"},
        {"full_name": "LIND, Anna", "email": "a.lind@firm.example"},
        "same_name_same_company",
    ),
    (
        {"full_name": "Anna Lind", "email": "anna@firm.se"},
        {"full_name": "Anna Lind", "email": "lind@firm.de"},
        "same_name_sister_domain",
    ),
    (
        {"email": "anna.lind@firm.co.uk"},
        {"email": "anna.lind@mail.firm.com"},
        "same_local_part_sister_domain",
    ),
    (
        {"full_name": "Katarina Lindqvist", "email": "k@firm.example"},
        {"full_name": "Katarina Lindkvist", "email": "kl@firm.example"},
        "similar_name_same_company",
    ),
    (
        {"full_name": "Anna Lind", "email": "anna@one.example", "phone": "+46701234567"},
        {"full_name": "anna lind", "email": "al@two.example", "phone": "0046 70 123 45 67"},
        "same_name_same_phone",
    ),
    (
        {"full_name": "Anna Lind", "email": "anna.lind@gmail.com"},
        {"full_name": "Anna Lind", "email": "anna.lind@firm.example"},
        "same_name_same_local_part",
    ),
    (
        {"full_name": "Anna Lind", "email": "al@gmail.com", "city": "Lund"},
        {"full_name": "Anna Lind", "email": "anna@two.example", "city": " LUND "},
        "same_name_same_city",
    ),
]


@pytest.mark.parametrize(("one", "other", "sign"), FOUND, ids=[sign for _, _, sign in FOUND])
def test_two_with_a_telling_sign_are_proposed(company, one, other, sign):
    ones, others = person(**one), person(**other)

    assert sign in pairs()[ones.pk, others.pk]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            {"full_name": "Anna Lind", "email": "a@one.example"},
            {"full_name": "Anna Lind", "email": "a@two.example"},
        ),
        ({"email": "info@firm.se"}, {"email": "info@firm.de"}),
        (
            {"full_name": "Anna Lind", "email": "a@one.example", "city": "Lund"},
            {"full_name": "Anna Lind", "email": "al@two.example", "city": "Lund"},
        ),
        (
            {"full_name": "Anna Lind", "email": "anna@gmail.com"},
            {"full_name": "Anna Lind", "email": "lind@gmail.com"},
        ),
        (
            {"full_name": "Kim Berg", "email": "k@firm.example", "phone": "+46701234567"},
            {"full_name": "Lee Dahl", "email": "l@firm.example", "phone": "+46701234567"},
        ),
    ],
)
def test_two_that_share_what_many_share_are_left_alone(company, one, other):
    person(**one)
    person(**other)

    assert pairs() == {}


def test_a_name_that_a_whole_company_shares_proposes_nobody(company):
    for number in range(signs.MOST_IN_A_BLOCK + 1):
        person(full_name="Front Desk", email=f"desk{number}@firm.example")

    assert pairs() == {}


def test_those_who_were_told_apart_are_not_proposed_again_until_that_is_taken_back(company):
    one, other = (person(full_name="Anna Lind", email=f"{box}@firm.example") for box in ("anna", "al"))
    assert list(pairs()) == [(one.pk, other.pk)]

    tell_people_apart(one_id=other.pk, other_id=one.pk, by=SYSTEM, at=LATER)
    assert pairs() == {}
    compare_people_again(one_id=one.pk, other_id=other.pk, by=SYSTEM, at=LATER)

    assert list(pairs()) == [(one.pk, other.pk)]
    with pytest.raises(NothingToTakeBack):
        compare_people_again(one_id=one.pk, other_id=other.pk, by=SYSTEM, at=LATER)


def test_a_merged_pair_is_proposed_no_more(company):
    one, other = (person(full_name="Anna Lind", email=f"{box}@firm.example") for box in ("anna", "al"))
    pairs()

    merge_people(keep_id=one.pk, lose_id=other.pk, by=SYSTEM, at=LATER)

    assert not DuplicatePair.objects.filter(different_since=None).exists()
    assert pairs() == {}


def test_accounts_with_one_name_but_for_the_legal_form_are_proposed(company):
    one = add_account(name="Nordlager AB", domain="nordlager.se", country="SE", by=SYSTEM, at=MONDAY_NOON)
    other = add_account(
        name="Nordlager Aktiebolag", domain="nordlager.com", country="SE", by=SYSTEM, at=MONDAY_NOON
    )
    add_account(name="Sydlager AB", domain="sydlager.se", country="SE", by=SYSTEM, at=MONDAY_NOON)

    find_duplicates(ACCOUNT, at=LATER)

    (pair,) = DuplicatePair.objects.all()
    assert (pair.one_id, pair.other_id) == (one.pk, other.pk)
    assert pair.signs == ["same_name_same_country", "sister_domain"]


def test_a_search_asked_for_is_run_by_the_queue(company):
    from isthmus.core.queue import run_due

    one, other = (person(full_name="Anna Lind", email=f"{box}@firm.example") for box in ("anna", "al"))

    look_for_duplicates(of="people", by=SYSTEM, at=LATER)
    run_due()

    assert DuplicatePair.objects.get().one_id == min(one.pk, other.pk)


def test_a_manager_tells_apart_only_whom_she_reaches(company, sam):
    one, other = (person(full_name="Anna Lind", email=f"{box}@firm.example") for box in ("anna", "al"))

    with pytest.raises(NotFound):
        tell_people_apart(one_id=one.pk, other_id=other.pk, by=actor_for(sam), at=LATER)

    assert Person.objects.count() == 2
    assert not DuplicatePair.objects.exists()


@pytest.mark.parametrize(
    ("domain", "label"),
    [("acme.com", "acme"), ("mail.acme.co.uk", "acme"), ("www.acme.de", "acme"), ("acme", ""), ("x.io", "")],
)
def test_the_part_of_a_domain_that_its_owner_chose(domain, label):
    assert signs.domain_label(domain) == label

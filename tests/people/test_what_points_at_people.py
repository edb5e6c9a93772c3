"""Every column that holds a person's or an account's number has a decision: it moves with a merge, or not."""

import re

from django.apps import apps
from django.db import models

from isthmus.people.merging.pointers import all_pointers
from isthmus.people.models import Account, Person

# Columns named so hold numbers of people, accounts or subjects though no key says so.
NAMED = re.compile(
    r"(^|_)(person|people|account|party|subject|contact|kept|lost|loser|winner|one|other)(_id|_account)?$"
)
# Named so, and something else.
OTHERWISE = {("metrics", "subject")}


def columns() -> set[tuple[str, str]]:
    found = set()
    for model in apps.get_models():
        if not model.__module__.startswith("isthmus."):
            continue
        for field in model._meta.concrete_fields:
            points = field.is_relation and field.related_model in (Person, Account)
            number = isinstance(field, (models.IntegerField, models.ForeignKey))
            small = isinstance(field, models.SmallIntegerField | models.PositiveSmallIntegerField)  # a kind
            if points or (number and not small and NAMED.search(field.name)):
                found.add((model._meta.label, field.name))
    return found


def declared() -> set[tuple[str, str]]:
    return {(one.model, one.field) for one in all_pointers()}


def test_no_column_that_points_at_people_or_accounts_is_without_a_decision():
    assert sorted(columns() - declared()) == [], "declare it with moves(...) or stays(...)"


def test_no_decision_is_about_a_column_that_is_gone():
    assert sorted(declared() - columns()) == []


def test_what_stays_says_why():
    assert [one.place for one in all_pointers() if not one.moves and len(one.why) < 20] == []


def test_what_others_follow_is_declared_before_them():
    seen: set[tuple[int, str]] = set()
    for one in all_pointers():
        for name in one.follows:
            followed = apps.get_model(one.model)._meta.get_field(name).related_model._meta.label
            assert (one.party, followed) in seen, f"{one.place} follows {followed}, which comes later"
        seen.add((one.party, one.model))

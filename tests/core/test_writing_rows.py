"""Many rows at once are stored as they are, by whichever way the database takes them quickest."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from isthmus.core.rows import insert_new, insert_values
from isthmus.core.statistics import FIRST, Renewal
from isthmus.people.models import Identifier, Person

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
AT = datetime(2026, 3, 2, 9, 30, 15, 250_000, tzinfo=UTC)
# What a stream of rows has signs of its own for, and what sorts or measures oddly.
TEXTS = ["", "a\tb", "a\nb\r\n", "\\N", "\\.", "back\\slash", "“Ö”", "\U0001f600", "'quoted'", "NULL"]


def people(count: int) -> list[Person]:
    return [
        Person(
            subject=number + 1,
            full_name=TEXTS[number % len(TEXTS)],
            custom={"said": TEXTS[number % len(TEXTS)], "n": number} if number % 3 else {},
            created_at=AT.astimezone(timezone(timedelta(hours=2))),
            updated_at=AT + timedelta(microseconds=number),
        )
        for number in range(count)
    ]


@pytest.mark.parametrize("count", [3, 200])
def test_few_rows_and_many_come_back_as_they_were_given(count: int) -> None:
    given = people(count)

    insert_new(given)

    stored = {person.pk: person for person in Person.objects.all()}
    assert len(stored) == count
    for person in given:
        found = stored[person.pk]
        for name in ("subject", "full_name", "custom", "created_at", "updated_at", "owner_id", "erased_at"):
            assert getattr(found, name) == getattr(person, name), name


@pytest.mark.parametrize("count", [3, 200])
def test_rows_that_break_a_rule_are_refused_together(count: int) -> None:
    (person,) = people(1)
    insert_new([person])
    rows: list[Any] = [("email", f"{number}@x.example", person.pk, AT) for number in range(count)]

    with pytest.raises(IntegrityError), transaction.atomic():
        insert_values(Identifier, ["kind", "value", "person", "seen_at"], [*rows, rows[0]])

    assert not Identifier.objects.exists()
    insert_values(Identifier, ["kind", "value", "person", "seen_at"], rows)
    assert Identifier.objects.count() == count


def test_the_planner_learns_of_rows_that_came_in_and_not_of_each_few(company: object) -> None:
    def known() -> float:
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'people_person'")
            return float(cursor.fetchone()[0])

    insert_new(people(200))
    renewal = Renewal(["people"])
    if connection.vendor == "postgresql":
        before = known()
        renewal.after(FIRST - 1)
        assert known() == before != 200
        renewal.after(1)
        assert known() == 200
    else:
        renewal.after(FIRST)
    assert Person.objects.count() == 200

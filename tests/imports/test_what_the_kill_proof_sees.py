"""The proof of killed imports can fail: each thing that may go wrong, done by hand, is told by its checks."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from isthmus.core.actors import Actor
from isthmus.imports.undoing import undo_import
from isthmus.ledger.models import InboxFact
from isthmus.people.models import Identifier, Person
from isthmus.people.models.search import SearchToken
from prove import audit
from prove.import_rows import RECIPE, Expected, after_import, after_undo, edit_some, told_once, write_rows

Brought = tuple[Expected, int]


@pytest.fixture
def brought(bring_in: Callable[..., Any], tmp_path: Any) -> Brought:
    """A file as the proof writes it, in; the number of its run."""
    expected = write_rows(tmp_path / "proof.csv", 1001)
    report = bring_in(RECIPE, head="", people=tmp_path / "proof.csv")
    assert after_import(expected) + told_once() + audit.batches() == []
    return expected, report.run_id


def take_away(person: Person) -> None:
    """As if the row had never come: the tables alone would look whole."""
    with connection.cursor() as cursor:
        for table in ("people_identityevent", "people_identifier"):
            cursor.execute(f"DELETE FROM {table} WHERE person_id = %s", [person.pk])
        cursor.execute("DELETE FROM people_searchtoken WHERE party_id = %s", [person.pk])
        cursor.execute("DELETE FROM people_person WHERE id = %s", [person.pk])


def holder(number: int) -> Person:
    return Person.objects.get(identifiers__kind="external", identifiers__value=f"proof:p{number}")


@pytest.mark.django_db
def test_a_row_that_was_lost_is_seen(brought: Brought) -> None:
    take_away(holder(7))

    said = after_import(brought[0])

    assert "1 rows are lost, the first is 7." in said
    assert any(sentence.startswith("There are ") for sentence in said)
    assert told_once() == ["The coming of 1 people is told though gone."]


@pytest.mark.django_db
def test_a_row_that_came_in_twice_is_seen(brought: Brought) -> None:
    again = holder(7)
    again.pk, again.subject = None, 10**9
    again._state.adding = True
    again.save()

    said = after_import(brought[0])

    assert any(sentence.startswith("There are ") for sentence in said)
    assert "1 people cannot be found." in said
    assert told_once() == ["The coming of 1 people is not told."]


@pytest.mark.django_db
def test_an_identifier_with_somebody_else_is_seen(brought: Brought) -> None:
    Identifier.objects.filter(kind="email", person=holder(8)).update(person=holder(9))

    assert "1 rows are not with their address, the first is 8." in after_import(brought[0])


@pytest.mark.django_db
def test_words_that_are_missing_or_of_somebody_gone_are_seen(brought: Brought) -> None:
    SearchToken.objects.filter(party_id=holder(3).pk).delete()
    assert after_import(brought[0]) == ["1 people cannot be found."]

    SearchToken.objects.create(party=1, party_id=10**9, token="ghost")
    assert "1 people are gone and can be found." in after_import(brought[0])


@pytest.mark.django_db
def test_a_fact_that_was_lost_or_stands_twice_is_seen(brought: Brought) -> None:
    fact = InboxFact.objects.filter(kind="person.created").first()
    assert fact is not None
    InboxFact.objects.filter(pk=fact.pk).delete()
    assert told_once() == ["The coming of 1 people is not told."]
    assert any("differ between audit and ledger" in sentence for sentence in audit.batches())

    for fact.id in (b"a" * 16, b"b" * 16):
        fact.pk = None
        fact.save(force_insert=True)
    assert told_once() == ["The coming of 1 people is told twice."]
    assert any("differ between audit and ledger" in sentence for sentence in audit.batches())


@pytest.mark.django_db
def test_an_undo_that_left_somebody_or_took_an_edited_person_is_seen(brought: Brought, notebook: Any) -> None:
    expected, run_id = brought
    edited = edit_some(expected)
    undo_import(run_id, Actor(kind="import", unlimited=True), notebook)
    assert after_undo(expected, edited) == []

    kept = holder(edited[0])
    again = Person.objects.get(pk=kept.pk)
    again.pk, again.subject, again.title = None, 10**9, ""
    again._state.adding = True
    again.save()
    assert "Those who are left are not those edited since." in after_undo(expected, edited)

    again.delete()
    take_away(kept)
    assert "Those who are left are not those edited since." in after_undo(expected, edited)

"""Every column and folder that may hold a person's data belongs to a store, or says why it holds none."""

import pytest

from isthmus.core import personal_stores
from isthmus.core.personal_words import Words


def test_every_text_column_belongs_to_a_store_of_personal_data_or_is_declared_impersonal():
    assert personal_stores.undeclared_columns() == [], (
        "Say in the room's personal.py how these are exported and erased, or why they tell of nobody."
    )


def test_no_store_speaks_of_a_column_that_is_not_there():
    assert personal_stores.unknown_columns() == []


def test_every_store_can_export_and_erase():
    for store in personal_stores.stores():
        assert callable(store.handler.export), store.name
        assert callable(store.handler.erase), store.name
        assert str(store.sentence), store.name


def test_files_outside_the_declared_folders_are_found():
    paths = ["imports/3/bad-rows.csv", "cache/metrics/x.sql", "uploads/people.xlsx", "important.txt"]

    assert personal_stores.undeclared_files(paths) == ["uploads/people.xlsx", "important.txt"]


def test_a_word_counts_where_it_stands_whole_in_any_case():
    words = Words(["pat@example.com", "Bo"])  # Shorter than three letters is too common to go by.

    assert words.stand_in("Write to PAT@example.com, please.")
    assert not words.stand_in("spat@example.community")
    assert not words.stand_in("Bo called")
    assert words.taken_out({"to": ["Ask pat@example.com!", 3], "pat@example.com": 1}) == {
        "to": ["Ask […]!", 3],
        "[…]": 1,
    }


@pytest.mark.parametrize("written", ["+46 70 123 45 67", "070-123 45 67", "(070) 1234567", "0046701234567"])
def test_a_telephone_number_counts_however_it_is_written(written):
    words = Words(["+46701234567"], phones=["+46701234567"])

    assert words.stand_in(f"Call {written} today")
    assert not words.stand_in(f"Order {written}89 came")

"""Programs have one row each, made and judged when they are first seen."""

from datetime import timedelta

import pytest

from isthmus.collect.agents import known, known_agents
from isthmus.collect.models import Agent
from isthmus.ledger.machines import machine_agents
from tests.cast import MONDAY_NOON
from tests.collect.agents.test_judge_by_rules import CHROME, SAFARI

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
CURL = "curl/8.14.1"


def test_each_program_gets_a_row_and_the_ledger_hears_which_are_machines():
    numbers = known_agents({CHROME, SAFARI, CURL}, MONDAY_NOON)

    assert set(numbers) == {CHROME, SAFARI, CURL}
    assert machine_agents() == {numbers[CURL]}
    row = Agent.objects.get(pk=numbers[CURL])
    assert (row.text, row.machine, row.reason, row.judged) == (CURL, True, "library:curl", None)


def test_a_program_that_is_seen_again_keeps_its_row():
    first = known_agents({CHROME, CURL}, MONDAY_NOON)

    again = known_agents({CHROME, CURL, SAFARI}, MONDAY_NOON)

    assert {text: again[text] for text in first} == first
    assert Agent.objects.count() == 3


def test_what_is_remembered_is_forgotten_when_its_rows_are_gone(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        known_agents({CHROME}, MONDAY_NOON)
    assert known._remembered
    Agent.objects.all().delete()

    numbers = known_agents({CHROME}, MONDAY_NOON)

    assert Agent.objects.get().pk == numbers[CHROME]


def test_nothing_is_asked_of_rows_that_are_remembered(
    django_capture_on_commit_callbacks, django_assert_num_queries
):
    with django_capture_on_commit_callbacks(execute=True):
        numbers = known_agents({CHROME, CURL}, MONDAY_NOON)

    with django_assert_num_queries(1):
        assert known_agents({CHROME, CURL}, MONDAY_NOON) == numbers


def test_a_text_is_cut_where_its_column_ends_and_freed_of_what_no_database_keeps():
    numbers = known_agents({"Mozilla\x00" + "a" * 600}, MONDAY_NOON)

    assert Agent.objects.get().text == "Mozilla" + "a" * 493
    assert list(numbers.values()) == [Agent.objects.get().pk]


def test_when_a_program_was_last_seen_is_known_to_the_day():
    known_agents({CHROME}, MONDAY_NOON)
    known_agents({CHROME}, MONDAY_NOON + timedelta(hours=1))
    assert Agent.objects.get().seen_at == MONDAY_NOON

    known_agents({CHROME}, MONDAY_NOON + timedelta(days=2))
    assert Agent.objects.get().seen_at == MONDAY_NOON + timedelta(days=2)


def test_thousands_of_programs_are_known_at_once():
    texts = {f"Mozilla/5.0 Browser/{number}" for number in range(1200)}

    assert len(set(known_agents(texts, MONDAY_NOON).values())) == 1200

"""A rehearsal counts what an import would do and keeps nothing."""

import pytest
from django.apps import apps

from isthmus.imports.models import ImportRun
from tests.imports.test_import_deals import ITEMS, LEADS, RECIPE, WON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def rows_of_everything() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in apps.get_models()}


def test_a_rehearsal_counts_as_the_import_will_and_keeps_nothing(bring_in, pipeline):
    wrong = WON + "8,c8,,2026-03-09,,\n1,c1,9,2026-03-10,,\n"
    recipe = RECIPE.replace('on = "customer" }', 'on = "customer", take = "first" }')
    recipe = recipe.replace('{ id = "lead" } }', '{ id = "lead" }, take = "first" }')
    before = rows_of_everything()

    rehearsed = bring_in(recipe, dry=True, leads=LEADS, wins=wrong, items=ITEMS)
    after = rows_of_everything()
    done = bring_in(recipe, leads=LEADS, wins=wrong, items=ITEMS)

    assert after == before
    assert rehearsed.counts == done.counts
    assert rehearsed.counts["deal (wins)"]["refused"] == 1
    assert rehearsed.counts["deal (wins)"]["matched"] == 1


def test_a_rehearsal_after_the_import_finds_everything_known(bring_in, pipeline):
    bring_in(RECIPE, leads=LEADS, wins=WON, items=ITEMS)

    rehearsed = bring_in(RECIPE, dry=True, leads=LEADS, wins=WON, items=ITEMS)

    assert all(count["new"] == 0 for count in rehearsed.counts.values())
    assert [count["matched"] for count in rehearsed.counts.values()] == [3, 3, 3]


def test_a_rehearsal_leaves_no_files_and_no_run(bring_in, pipeline, settings):
    bring_in(RECIPE, dry=True, leads=LEADS, wins=WON, items=ITEMS)

    assert not ImportRun.objects.exists()
    assert [path for path in settings.ISTHMUS_HOME.rglob("*") if path.is_file()] == []


def test_what_an_act_would_refuse_is_refused_in_the_rehearsal_too(bring_in):
    recipe = '[[rows]]\nwhat = "lead"\nkey = "id"\nfields = { captured_at = "on", returned_at = "back" }'

    rehearsed = bring_in(recipe, dry=True, leads="id,on,back\n1,2026-03-01,2026-03-02\n")

    assert rehearsed.counts["lead (rows)"]["partial"] == 1

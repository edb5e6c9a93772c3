"""Sources and kept properties: added, changed, switched off and on, removed, each with its fact."""

from datetime import timedelta

import pytest

from isthmus.collect.commands import (
    add_source,
    declare_property,
    edit_source,
    remove_source,
    rotate_source_key,
    switch_source_off,
    switch_source_on,
    undeclare_property,
)
from isthmus.collect.commands.sources import PropertyDeclared, SourceOff, SourceOn
from isthmus.collect.models import DeclaredProperty, Source
from isthmus.core.actors import SYSTEM
from isthmus.core.commands import run, undo
from isthmus.core.refusals import InvalidInput, NotFound, NotPermitted
from isthmus.ledger.models import InboxFact
from isthmus.workspace.actors import actor_for
from tests.cast import MONDAY_NOON

pytestmark = pytest.mark.both_databases
BY = {"by": SYSTEM, "at": MONDAY_NOON}


@pytest.fixture
def site(db):
    return add_source(name="Site", kind="site", **BY)


def kinds():
    return list(InboxFact.objects.order_by("seq").values_list("kind", flat=True))


def test_a_source_gets_a_key_of_its_own(db):
    site = add_source(
        name=" Site ", kind="site", origins=["WWW.example.com", "https://www.example.com/"], **BY
    )
    shop = add_source(name="Shop", kind="server", alarm_hours=6, **BY)

    assert (site.name, site.origins, site.is_on) == ("Site", ["https://www.example.com"], True)
    assert shop.alarm_hours == 6
    assert len({site.write_key, shop.write_key}) == 2
    assert kinds() == ["source.added", "source.added"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", "x" * 101),
        ("origins", ["not a site"]),
        ("origins", ["https://a.example/path"]),
        ("origins", [f"a{number}.example" for number in range(51)]),
        ("alarm_hours", 0),
        ("alarm_hours", 9999),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(site, field, value):
    with pytest.raises(InvalidInput) as refusal:
        edit_source(source_id=site.pk, **{field: value}, **BY)

    assert list(refusal.value.errors) == [field]


def test_a_source_is_changed_and_emptied(site):
    edit_source(source_id=site.pk, name="Blog", origins=["http://localhost:3000"], alarm_hours=5, **BY)
    site.refresh_from_db()
    assert (site.name, site.origins, site.alarm_hours) == ("Blog", ["http://localhost:3000"], 5)

    edit_source(source_id=site.pk, clear=["origins", "alarm_hours"], **BY)
    site.refresh_from_db()
    assert (site.origins, site.alarm_hours) == ([], None)


def test_a_rotated_key_leaves_the_former_one_a_day(site):
    rotated = rotate_source_key(source_id=site.pk, **BY)

    assert rotated.write_key != site.write_key
    assert (rotated.former_key, rotated.former_until) == (site.write_key, MONDAY_NOON + timedelta(days=1))


def test_a_source_is_switched_off_once_and_on_again_also_by_undo(site):
    done = run("switch_source_off", {"source_id": site.pk}, **BY)
    with pytest.raises(SourceOff):
        switch_source_off(source_id=site.pk, **BY)
    undo(done.batch, **BY)
    with pytest.raises(SourceOn):
        switch_source_on(source_id=site.pk, **BY)

    assert Source.objects.get().is_on
    assert kinds() == ["source.added", "source.switched_off", "source.switched_on"]


def test_a_removed_source_is_there_for_its_facts_alone(site):
    rotate_source_key(source_id=site.pk, **BY)
    remove_source(source_id=site.pk, **BY)

    assert not Source.objects.get().is_on
    for act in (remove_source, rotate_source_key, switch_source_off, edit_source):
        with pytest.raises(NotFound):
            act(source_id=site.pk, **BY)


def test_a_property_is_kept_once_and_no_longer(db):
    everywhere = declare_property(name="plan", **BY)
    declare_property(name="plan", event="Signed Up", **BY)
    with pytest.raises(PropertyDeclared):
        declare_property(name=" plan ", **BY)
    for wrong in ({"name": ""}, {"name": "x" * 101}, {"name": "x", "event": "x" * 201}):
        with pytest.raises(InvalidInput):
            declare_property(**wrong, **BY)

    done = run("undeclare_property", {"property_id": everywhere.pk}, **BY)
    with pytest.raises(NotFound):
        undeclare_property(property_id=everywhere.pk, **BY)

    assert [row.event for row in DeclaredProperty.objects.all()] == ["Signed Up"]
    undo(done.batch, **BY)
    assert DeclaredProperty.objects.filter(event="", name="plan").exists()


def test_sellers_do_not_change_sources(site, rita):
    with pytest.raises(NotPermitted):
        remove_source(source_id=site.pk, by=actor_for(rita), at=MONDAY_NOON)

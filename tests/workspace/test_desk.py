"""Stars and what was seen lately: one's own, capped, cleared of what may no longer be seen."""

from datetime import timedelta

import pytest

from isthmus.core import commands
from isthmus.core.actors import SYSTEM
from isthmus.core.refusals import InvalidInput, NotFound
from isthmus.core.runs import CommandRun
from isthmus.people.commands import add_person
from isthmus.people.erasing import erase_person
from isthmus.people.models import Person
from isthmus.workspace import desk
from isthmus.workspace.actors import actor_for
from isthmus.workspace.commands import add_favourite, forget_record, mark_seen, remove_favourite
from isthmus.workspace.commands.desk import NobodysFavourites, NotStarred, StarredAlready, TooManyStars
from isthmus.workspace.models import Favourite, SeenRecord
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def people(admin):
    return [
        add_person(full_name=f"Person {n}", email=f"p{n}@x.example", by=SYSTEM, at=MONDAY_NOON)
        for n in range(4)
    ]


def star(by, person):
    return add_favourite(kind="person", record_id=person.pk, by=by, at=MONDAY_NOON)


def test_a_star_is_given_once_and_taken_back(admin, people):
    actor = actor_for(admin)
    star(actor, people[0])
    with pytest.raises(StarredAlready):
        star(actor, people[0])

    commands.undo(str(CommandRun.objects.get(command="add_favourite").batch), by=actor, at=MONDAY_NOON)

    assert not desk.is_starred(admin.pk, "person", people[0].pk)
    with pytest.raises(NotStarred):
        remove_favourite(kind="person", record_id=people[0].pk, by=actor, at=MONDAY_NOON)


def test_stars_are_ones_own(admin, ada, people):
    star(actor_for(admin), people[0])

    assert desk.starred(ada.pk, actor_for(ada)) == []
    assert [row for _kind, row in desk.starred(admin.pk, actor_for(admin))] == [people[0]]


def test_only_a_user_stars_and_only_what_is_a_record(admin, people):
    with pytest.raises(NobodysFavourites):
        star(SYSTEM, people[0])
    with pytest.raises(InvalidInput, match="kind must be one of"):
        add_favourite(kind="shoe", record_id=1, by=actor_for(admin), at=MONDAY_NOON)


def test_a_record_out_of_reach_is_not_starred(rita, people):
    with pytest.raises(NotFound):
        star(actor_for(rita), people[0])


def test_too_many_stars_are_refused_and_dead_ones_make_room(admin, people, monkeypatch):
    monkeypatch.setattr(desk, "STARRED", 2)
    actor = actor_for(admin)
    star(actor, people[0])
    star(actor, people[1])
    with pytest.raises(TooManyStars, match="You have 2 stars"):
        star(actor, people[2])

    Person.objects.filter(pk=people[0].pk).update(erased_at=MONDAY_NOON)
    star(actor, people[2])

    assert set(Favourite.objects.values_list("record_id", flat=True)) == {people[1].pk, people[2].pk}


def test_only_the_latest_are_remembered_as_seen(admin, people, monkeypatch):
    monkeypatch.setattr(desk, "SEEN", 3)
    actor = actor_for(admin)
    for minute, person in enumerate([*people, people[1]]):
        at = MONDAY_NOON + timedelta(minutes=minute)
        mark_seen(user=admin, by=actor, kind="person", record_id=person.pk, at=at)

    assert [row.pk for _kind, row in desk.seen_lately(admin.pk, actor)] == [
        people[1].pk, people[3].pk, people[2].pk,
    ]  # fmt: skip
    assert SeenRecord.objects.count() == 3


def test_a_record_is_forgotten_everywhere(admin, people):
    actor = actor_for(admin)
    star(actor, people[0])
    mark_seen(user=admin, by=actor, kind="person", record_id=people[0].pk, at=MONDAY_NOON)

    assert forget_record("person", people[0].pk) == 2
    assert (Favourite.objects.count(), SeenRecord.objects.count()) == (0, 0)


def test_an_erased_person_is_on_nobodys_desk(admin, people):
    actor = actor_for(admin)
    star(actor, people[0])
    star(actor, people[1])

    erase_person(person_id=people[0].pk, reason="request", by=actor, at=MONDAY_NOON)

    assert list(Favourite.objects.values_list("record_id", flat=True)) == [people[1].pk]

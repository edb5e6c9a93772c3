"""A wrong join of a visitor is parted: recorded, at once on the timeline, and undone by joining again."""

from datetime import timedelta

import pytest

from isthmus import ledger
from isthmus.core.actors import SYSTEM
from isthmus.core.refusals import NotFound
from isthmus.ledger.models import InboxFact
from isthmus.ledger.timeline import facts_for_subjects
from isthmus.ledger.visitors import visitor_subjects
from isthmus.people.commands import add_person
from isthmus.people.joined_visitors import VisitorElsewhere, join_visitor, joined_visitors, part_visitor
from isthmus.people.models import IdentityEvent
from isthmus.people.visitors import VisitorSighting, identify_visitors
from isthmus.workspace.actors import actor_for
from tests.cast import MONDAY_NOON
from tests.ledger.collected import page

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
LATER = MONDAY_NOON + timedelta(hours=1)


@pytest.fixture
def pat(company):
    return add_person(full_name="Pat Prospect", email="pat@buyer.example", by=SYSTEM, at=MONDAY_NOON)


@pytest.fixture
def browser(pat):
    """The browser `b-1`, which said that it is Pat's, with a visit."""
    (visitor,) = visitor_subjects(["a:b-1"]).values()
    page(visitor, MONDAY_NOON, "/pricing")
    identify_visitors([VisitorSighting(visitor, "a:b-1", MONDAY_NOON, email="pat@buyer.example")], by=SYSTEM)
    return visitor


def visits_of(person):
    return [fact.path for fact in facts_for_subjects([person.subject], kinds=["page.viewed"])]


def test_the_visitors_of_a_person_are_told_with_their_id_and_what_they_did(pat, browser):
    (found,) = joined_visitors([pat])

    assert (found.subject, found.kind, found.value) == (browser, "anonymous_id", "b-1")
    assert (found.facts, found.first_at, found.by_user) == (1, MONDAY_NOON, None)


def test_a_parted_visitor_is_a_stranger_again_and_it_is_recorded(pat, browser):
    part_visitor(person_id=pat.pk, visitor_id=browser, by=SYSTEM, at=LATER)

    assert visits_of(pat) == []
    assert joined_visitors([pat]) == []
    event = IdentityEvent.objects.latest("pk")
    assert (event.act, event.kind, event.value) == ("parted", "anonymous_id", "b-1")
    assert InboxFact.objects.filter(kind="person.visitor_parted", subject=pat.subject).count() == 1


def test_joined_again_the_visits_are_the_persons_again(pat, browser):
    part_visitor(person_id=pat.pk, visitor_id=browser, by=SYSTEM, at=LATER)

    join_visitor(person_id=pat.pk, visitor_id=browser, by=SYSTEM, at=LATER)

    assert visits_of(pat) == ["/pricing"]
    assert InboxFact.objects.filter(kind="person.visitor_joined").count() == 1


def test_a_visitor_that_another_visitor_led_to_the_person_is_parted_alone(pat, browser):
    (day,) = visitor_subjects(["d:0123"]).values()
    ledger.join_visitors([(day, browser)], by=SYSTEM, at=MONDAY_NOON)
    page(day, MONDAY_NOON, "/home")
    assert len(joined_visitors([pat])) == 2

    part_visitor(person_id=pat.pk, visitor_id=day, by=SYSTEM, at=LATER)

    assert visits_of(pat) == ["/pricing"]


def test_what_is_not_joined_cannot_be_parted_nor_what_is_joined_joined(pat, browser):
    olga = add_person(full_name="Olga", email="olga@buyer.example", by=SYSTEM, at=MONDAY_NOON)

    with pytest.raises(VisitorElsewhere, match="not joined"):
        part_visitor(person_id=olga.pk, visitor_id=browser, by=SYSTEM, at=LATER)
    with pytest.raises(VisitorElsewhere, match="already"):
        join_visitor(person_id=pat.pk, visitor_id=browser, by=SYSTEM, at=LATER)
    with pytest.raises(VisitorElsewhere, match="somebody else"):
        join_visitor(person_id=olga.pk, visitor_id=browser, by=SYSTEM, at=LATER)
    with pytest.raises(NotFound, match="no such visitor"):
        join_visitor(person_id=pat.pk, visitor_id=pat.subject, by=SYSTEM, at=LATER)


def test_who_does_not_reach_the_person_parts_nothing(pat, browser, sam):
    with pytest.raises(NotFound):
        part_visitor(person_id=pat.pk, visitor_id=browser, by=actor_for(sam), at=LATER)

"""How often somebody is contacted in how many days is the company's to say."""

import pytest

from isthmus.core.commands import run, undo
from isthmus.core.refusals import InvalidInput, NotPermitted
from isthmus.ledger.models import InboxFact
from isthmus.people.models import ContactLimit
from isthmus.workspace.actors import actor_for
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


def _limit() -> tuple[int, int]:
    return ContactLimit.current().most, ContactLimit.current().days


def test_the_limit_is_set_recorded_and_undone(admin):
    by = actor_for(admin)

    done = run("set_contact_limit", {"most": 2, "days": 14}, by=by, at=MONDAY_NOON)

    assert _limit() == (2, 14)
    assert InboxFact.objects.filter(kind="contact_limit.set").count() == 1
    undo(done.batch, by=by, at=MONDAY_NOON)
    assert _limit() == (4, 7)


@pytest.mark.parametrize("given", [{"most": 0, "days": 7}, {"most": 4, "days": 91}])
def test_a_limit_that_makes_no_sense_is_refused(admin, given):
    with pytest.raises(InvalidInput, match="Give a number from 1 to"):
        run("set_contact_limit", given, by=actor_for(admin), at=MONDAY_NOON)


def test_a_seller_does_not_set_it(rita):
    with pytest.raises(NotPermitted):
        run("set_contact_limit", {"most": 50, "days": 1}, by=actor_for(rita), at=MONDAY_NOON)

"""Teams and territories stand in the order of their tree."""

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.workspace.commands import add_team
from isthmus.workspace.models import Team
from isthmus.workspace.trees import branches
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_a_team_stands_under_its_parent_and_beside_others_by_name(company):
    def add(name, parent=None):
        return add_team(name=name, parent_id=parent and parent.pk, by=SYSTEM, at=MONDAY_NOON)

    south, north = add("South"), add("North")
    coast = add("Coast", south)
    add("Alps", south)
    add("Harbour", coast)

    found = branches(Team)

    assert [one.indented.replace("\u2003", "-") for one in found] == [
        "North",
        "South",
        "-Alps",
        "-Coast",
        "--Harbour",
    ]
    assert found[-1].path[:2] == (south.pk, coast.pk)
    assert found[0].path == (north.pk,)

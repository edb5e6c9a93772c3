"""A small tree of territories with sellers in it."""

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.workspace.commands import add_territory
from isthmus.workspace.models import User
from tests.cast import MONDAY_NOON
from tests.web.conftest import ledger_folder

__all__ = ["ledger_folder"]

ACT = {"by": SYSTEM, "at": MONDAY_NOON}


@pytest.fixture
def tree(company):
    """DACH with Germany, in it Bavaria; and the Nordics beside it. By name."""
    dach = add_territory(name="DACH", **ACT)
    germany = add_territory(name="Germany", parent_id=dach.pk, countries=["DE"], **ACT)
    bavaria = add_territory(name="Bavaria", parent_id=germany.pk, **ACT)
    nordics = add_territory(name="Nordics", countries=["SE", "DK"], **ACT)
    return {one.name: one.pk for one in (dach, germany, bavaria, nordics)}


@pytest.fixture
def bea(tree, inbound):
    """Bea, who sells in Bavaria."""
    return User.objects.create_user(
        "bea@example.com", name="Bea Bauer", role="seller", team=inbound, territory_id=tree["Bavaria"]
    )


@pytest.fixture
def gus(tree, inbound):
    """Gus, who sells in all of Germany."""
    return User.objects.create_user(
        "gus@example.com", name="Gus Grau", role="seller", team=inbound, territory_id=tree["Germany"]
    )

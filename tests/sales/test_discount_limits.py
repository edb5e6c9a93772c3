"""How much discount somebody gives alone: their own limit, their team's, their role's, everybody's."""

from decimal import Decimal

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.core.commands import run, undo
from isthmus.core.refusals import InvalidInput
from isthmus.sales.commands import set_discount_limit
from isthmus.sales.models import DiscountLimit
from isthmus.sales.quoting.rules import Limit, free_discount
from isthmus.sales.quoting.tables import Policy
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import Team
from tests.cast import MONDAY_NOON

RITA, EAST, REGION = 7, 3, 1
LIMITS = {
    "everybody": Limit("", "", Decimal("0.02")),
    "role": Limit("seller", "", Decimal("0.1")),
    "region": Limit("", "", Decimal("0.12"), team_id=REGION),
    "team": Limit("", "", Decimal("0.15"), team_id=EAST),
    "own": Limit("", "", Decimal("0.2"), seller_id=RITA),
    "role on service": Limit("seller", "Service", Decimal("0.05")),
    "own on service": Limit("", "Service", Decimal("0.3"), seller_id=RITA),
    "a colleague's": Limit("", "", Decimal("0.9"), seller_id=8),
    "another team's": Limit("", "Service", Decimal("0.8"), team_id=4),
}


@pytest.mark.core
def test_the_closest_limit_holds():
    def free(family, *names):
        limits = [LIMITS[name] for name in ("a colleague's", "another team's", *names)]
        teams = (EAST, REGION)
        return str(free_discount(limits, role="seller", family=family, seller_id=RITA, teams=teams))

    assert free("Machines") == "1"
    assert free("Machines", "everybody") == "0.02"
    assert free("Machines", "everybody", "role") == "0.1"
    assert free("Machines", "role", "region") == "0.12"
    assert free("Machines", "region", "team", "role") == "0.15"
    assert free("Machines", "own", "team", "role") == "0.2"
    assert free("Service", "own", "team", "role on service") == "0.05"
    assert free("Service", "role on service", "own on service") == "0.3"


@pytest.mark.both_databases
@pytest.mark.django_db
def test_a_person_and_a_team_have_limits_of_their_own_and_undo_takes_them_back(company, rita, olga):
    # `olga` is in another team.
    given = {"limit": Decimal("0.1"), "by": SYSTEM, "at": MONDAY_NOON}
    set_discount_limit(role="seller", **given)
    own = run("set_discount_limit", {"seller_id": rita.pk, "limit": "0.25"}, by=SYSTEM, at=MONDAY_NOON)
    set_discount_limit(**{**given, "team_id": olga.team_id, "limit": Decimal("0.15")})

    assert Policy(actor_for(rita)).limit_on("") == Decimal("0.25")
    assert Policy(actor_for(olga)).limit_on("Machines") == Decimal("0.15")

    undo(own.batch, by=SYSTEM, at=MONDAY_NOON)
    assert Policy(actor_for(rita)).limit_on("") == Decimal("0.1")
    with pytest.raises(InvalidInput, match="one person, one team"):
        set_discount_limit(role="seller", seller_id=rita.pk, **given)
    with pytest.raises(InvalidInput, match="not there any more"):
        set_discount_limit(team_id=Team.objects.order_by("-pk")[0].pk + 1, **given)
    assert DiscountLimit.objects.count() == 2

"""A seller with scope "own" finds nothing of others, whichever way she looks, and changes nothing of theirs.

The tables are in `tests/own_scope`. Whoever adds a route, a command or a line to the command line is told by
these tests to add it there.
"""

import json

import pytest
from click.testing import CliRunner

from isthmus.cli.main import COMMANDS, load
from isthmus.core.actors import SYSTEM
from isthmus.core.commands import registry
from isthmus.core.runs import CommandRun
from isthmus.sales.models import Activity
from isthmus.workspace.commands import create_api_key
from tests.cast import MONDAY_NOON
from tests.own_scope.acts import ACTS
from tests.own_scope.lines import LINES, Runs
from tests.own_scope.routes import ROUTES
from tests.own_scope.walking import body_of, every_route, everything, leaks_in, open_page
from tests.own_scope.ways import Acts, ByRegistry, Closed, NoRecords, Reads
from tests.own_scope.world import World, give_all_rights_with_scope_own, make_common, make_olgas, make_ritas


@pytest.fixture
def world(rita, olga, admin) -> World:
    give_all_rights_with_scope_own(rita)
    make_common()
    own = make_ritas(rita)
    theirs = make_olgas(olga, own["sally"])
    theirs["batch"] = str(CommandRun.objects.filter(command="accept_lead").latest("at").batch)
    theirs["stage"] = theirs["deal"].pipeline.stages.get(name="Offer").pk
    theirs["activities"] = list(Activity.objects.filter(deal__owner=olga).values_list("pk", flat=True))
    return World(rita, olga, own, theirs)


@pytest.fixture
def ritas_page(client, rita):
    client.force_login(rita)
    return client


@pytest.fixture
def ritas_program(rita, world):
    from django.test import Client

    issued = create_api_key(user_id=rita.pk, label="Rita's", by=SYSTEM, at=MONDAY_NOON)
    return Client(headers={"Authorization": f"Bearer {issued.token}"})


def test_every_route_is_in_the_table_and_the_table_names_no_other():
    routes = set(every_route())

    assert sorted(routes - ROUTES.keys()) == [], "add these to tests/own_scope/routes.py"
    assert sorted(ROUTES.keys() - routes) == [], "these are gone"


def test_every_command_is_in_the_table_and_the_table_names_no_other():
    assert sorted(registry().keys() - ACTS.keys()) == [], "add these to tests/own_scope/acts.py"


def test_every_line_of_the_command_line_is_in_the_table():
    assert sorted(COMMANDS.keys() - LINES.keys()) == [], "add these to tests/own_scope/lines.py"


def test_a_route_without_records_says_why():
    assert [
        route for route, way in ROUTES.items() if isinstance(way, NoRecords) and len(way.reason) < 20
    ] == []


@pytest.mark.parametrize("route", [route for route, way in ROUTES.items() if isinstance(way, Reads)])
def test_a_seller_reads_nothing_of_others(route, world, ritas_page, ritas_program):
    way = ROUTES[route]
    reader = ritas_program if route.startswith("api/") else ritas_page
    shown = ""

    for address in way.open(world):
        status, text = open_page(reader, address)
        assert leaks_in(text) == [], address
        assert status < 500, address
        shown += text

    assert way.shows in shown
    for address in way.hidden(world):
        status, text = open_page(reader, address)
        assert (status, leaks_in(text)) == (404, []), address


@pytest.mark.parametrize("route", [route for route, way in ROUTES.items() if isinstance(way, Acts)])
def test_a_seller_changes_nothing_of_others_by_a_page(route, world, ritas_page, ritas_program):
    actor = ritas_program if route.startswith("api/") else ritas_page
    before = everything()

    for address, form in ROUTES[route].tried(world):
        if route.startswith("api/"):
            answers = [actor.post(address, json.dumps(form), content_type="application/json")]
        else:
            answers = [actor.get(address), actor.post(address, form)]
        for response in answers:
            assert response.status_code in (403, 404, 405, 409), (address, response.status_code)
            assert leaks_in(body_of(response)) == [], address
        assert everything() == before, address


@pytest.mark.parametrize("route", [route for route, way in ROUTES.items() if isinstance(way, Closed)])
def test_a_page_of_settings_is_closed_to_a_seller(route, world, ritas_page):
    before = everything()

    for address in ROUTES[route].addresses:
        for response in (ritas_page.get(address), ritas_page.post(address, {"name": "x"})):
            assert response.status_code in (403, 405), (address, response.status_code)
            assert leaks_in(body_of(response)) == [], address

    assert everything() == before


@pytest.mark.parametrize("name", [name for name, tries in ACTS.items() if not isinstance(tries, str)])
def test_a_seller_does_nothing_to_the_records_of_others(name, world, ritas_program):
    before = everything()
    entry = registry()[name]

    for arguments in ACTS[name](world):
        response = ritas_program.post(
            f"/api/v1/commands/{name}", json.dumps(arguments), content_type="application/json"
        )
        assert response.status_code in (403, 404, 409), (arguments, response.content)
        assert leaks_in(body_of(response)) == [], arguments
        assert everything() == before, arguments
        if entry.bulk is not None:
            response = ritas_program.post(
                f"/api/v1/commands/{name}/bulk",
                json.dumps({"rows": [arguments]}),
                content_type="application/json",
            )
            refused = response.status_code in (403, 404, 409) or response.json()["done"] == 0
            assert refused, (arguments, response.content)
            assert leaks_in(body_of(response)) == [], arguments
            assert everything() == before, arguments


@pytest.mark.parametrize("line", [line for line, way in LINES.items() if isinstance(way, Runs)])
def test_the_command_line_as_a_seller_shows_nothing_of_others(line, world):
    shown = ""

    for arguments in LINES[line].tried(world):
        done = CliRunner().invoke(load(line), arguments)
        text = done.output + str(done.exception or "")
        assert leaks_in(text) == [], arguments
        shown += text

    assert LINES[line].shows in shown


def test_figures_are_the_same_whether_or_not_others_have_records(rita, olga, admin):
    from django.test import Client

    from isthmus.metrics.catalogue import catalogue

    give_all_rights_with_scope_own(rita)
    make_common()
    own = make_ritas(rita)
    issued = create_api_key(user_id=rita.pk, label="Rita's", by=SYSTEM, at=MONDAY_NOON)
    program = Client(headers={"Authorization": f"Bearer {issued.token}"})
    paths = [f"/api/v1/metrics/{name}" for name in catalogue()]
    paths += [f"{path}/rows" for path in paths] + [f"{path}?by=channel" for path in paths]

    alone = {path: program.get(path).content for path in paths}
    make_olgas(olga, own["sally"])
    beside_others = {path: program.get(path).content for path in paths}

    assert beside_others == alone
    assert json.loads(alone["/api/v1/metrics/leads"])["total"]["value"] == 3


def test_a_seller_may_do_to_her_own_what_she_may_not_do_to_others(world, ritas_program):
    response = ritas_program.post(
        "/api/v1/commands/return_lead",
        json.dumps({"lead_id": world.own["waiting"].pk, "reason": "no_budget"}),
        content_type="application/json",
    )

    assert response.status_code == 200
    assert any(isinstance(way, ByRegistry) for way in ROUTES.values())

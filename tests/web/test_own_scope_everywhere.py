"""A seller with scope "own" finds nothing of others, whichever way she looks, and changes nothing of theirs.

The tables are in `tests/own_scope`. Whoever adds a route, a command or a line to the command line is told by
these tests to add it there.
"""

import json
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client

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


def test_an_id_with_the_digits_of_a_secret_is_no_leak_but_the_secret_is():
    by_lot = (
        "01a20f35-cbc4-71af-9786-05f827341796 01a20f35cbc471af978605f827341796 2026-03-02T12:00:00.734100Z"
    )

    assert leaks_in(by_lot) == []
    assert leaks_in(f"{by_lot} 7341.55") == ["7341"]
    assert leaks_in('{"amount": 7341550000}') == ["7341"]


def routes_that(way: type) -> list[str]:
    return [route for route, one in ROUTES.items() if isinstance(one, way)]


def test_a_seller_reads_nothing_of_others(world, ritas_page, ritas_program):
    problems: list[str] = []

    for route in routes_that(Reads):
        way, shown = ROUTES[route], ""
        reader = ritas_program if route.startswith("api/") else ritas_page
        for address in way.open(world):
            status, text = open_page(reader, address)
            problems += [f"{address} shows {needle}" for needle in leaks_in(text)]
            problems += [f"{address} answers {status}"] if status >= 500 else []
            shown += text
        problems += [] if way.shows in shown else [f"{route} does not show {way.shows}, so it proves nothing"]
        for address in way.hidden(world):
            status, text = open_page(reader, address)
            problems += [f"{address} shows {needle}" for needle in leaks_in(text)]
            problems += [f"{address} answers {status}, not 404"] if status != 404 else []

    assert problems == [], "\n".join(problems)


def test_a_seller_changes_nothing_of_others_by_a_page(world, ritas_page, ritas_program):
    problems: list[str] = []
    before = everything()

    for route in routes_that(Acts):
        for address, form in ROUTES[route].tried(world):
            for response in tried(ritas_program if route.startswith("api/") else ritas_page, address, form):
                problems += [f"{address} shows {needle}" for needle in leaks_in(body_of(response))]
                if response.status_code not in (403, 404, 405, 409):
                    problems.append(f"{address} answers {response.status_code}")
            problems += [f"{address} changed something"] if everything() != before else []

    assert problems == [], "\n".join(problems)


def test_a_page_of_settings_is_closed_to_a_seller(world, ritas_page):
    problems: list[str] = []
    before = everything()

    for route in routes_that(Closed):
        for address in ROUTES[route].addresses:
            for response in tried(ritas_page, address, {"name": "x"}):
                problems += [f"{address} shows {needle}" for needle in leaks_in(body_of(response))]
                if response.status_code not in (403, 405):
                    problems.append(f"{address} answers {response.status_code}")

    assert problems == [], "\n".join(problems)
    assert everything() == before


def tried(client: Client, address: str, form: dict[str, str]) -> list[Any]:
    """The answers to opening an address and to sending a form there."""
    if address.startswith("/api/"):
        return [client.post(address, json.dumps(form), content_type="application/json")]
    return [client.get(address), client.post(address, form)]


def test_a_seller_does_nothing_to_the_records_of_others(world, ritas_program):
    problems: list[str] = []
    before = everything()

    for name, tries in ACTS.items():
        for arguments in tries(world) if not isinstance(tries, str) else ():
            bodies = {name: arguments}
            if registry()[name].bulk is not None:
                bodies[f"{name}/bulk"] = {"rows": [arguments]}
            for path, body in bodies.items():
                (response,) = tried(ritas_program, f"/api/v1/commands/{path}", body)
                answer = response.json()
                refused = response.status_code in (403, 404, 409) or answer.get("done") == 0
                problems += [] if refused else [f"{path} {body} is not refused: {answer}"]
                problems += [f"{path} {body} shows {needle}" for needle in leaks_in(body_of(response))]
                after = everything()
                problems += [f"{path} {body} changed something"] if after != before else []
                before = after

    assert problems == [], "\n".join(problems)


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
    from isthmus.metrics.catalogue import catalogue

    give_all_rights_with_scope_own(rita)
    make_common()
    own = make_ritas(rita)
    issued = create_api_key(user_id=rita.pk, label="Rita's", by=SYSTEM, at=MONDAY_NOON)
    program = Client(headers={"Authorization": f"Bearer {issued.token}"})
    paths = [f"/api/v1/metrics/{name}" for name in catalogue()]
    paths += [f"{path}/rows" for path in paths] + [f"{path}?by=channel" for path in paths]

    alone = {path: program.get(path) for path in paths}
    make_olgas(olga, own["sally"])
    beside = {path: program.get(path) for path in paths}

    # Whether a figure can be known at all is a fact about the company's records: only that may differ.
    answered = [path for path in paths if alone[path].status_code == beside[path].status_code]
    assert {path: beside[path].content for path in answered} == {
        path: alone[path].content for path in answered
    }
    assert {alone[path].status_code for path in paths if path not in answered} <= {409}
    assert alone["/api/v1/metrics/leads"].json()["total"]["value"] == 3
    # What media and strangers did is the whole company's: to a part of it those figures are refused.
    assert sum(alone[path].status_code == 200 for path in answered) > len(paths) / 3


def test_a_seller_may_do_to_her_own_what_she_may_not_do_to_others(world, ritas_program):
    response = ritas_program.post(
        "/api/v1/commands/return_lead",
        json.dumps({"lead_id": world.own["waiting"].pk, "reason": "no_budget"}),
        content_type="application/json",
    )

    assert response.status_code == 200
    assert any(isinstance(way, ByRegistry) for way in ROUTES.values())

"""Programs that tell of visitors from a company's servers: each call is a fact, once, of the right person."""

import pytest

from tests.conformance.conftest import start

pytestmark = [pytest.mark.conformance, pytest.mark.processes]

PROGRAMS = {
    "segment-analytics-python": "segment_python.py",
    "rudder-sdk-python": "rudder_python.py",
    "segment-analytics-node": "segment_node.cjs",
    "rudder-sdk-node": "rudder_node.cjs",
}
# What each of them sends, by kind and name. `Sent Twice` is sent twice.
SENT = [
    ("event.tracked", "Order Completed"),
    ("event.tracked", "Sent Twice"),
    ("event.tracked", "Tour Started"),
    ("event.tracked", "Trial Started"),
    ("page.viewed", "Home"),
    ("page.viewed", "Pricing"),
    ("visitor.aliased", None),
    ("visitor.grouped", None),
    ("visitor.identified", None),
]


@pytest.fixture(scope="module")
def arrived(served):
    keys = served.add_sources(**dict.fromkeys(PROGRAMS, "server"))
    running = {name: start(program, served.url, keys[name], name) for name, program in PROGRAMS.items()}
    said = {name: (one.communicate(timeout=90)[0], one.returncode) for name, one in running.items()}
    assert {name: code for name, (_, code) in said.items()} == dict.fromkeys(PROGRAMS, 0), said
    return served.arrived(**dict.fromkeys(PROGRAMS, len(SENT)))


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_call_is_in_the_ledger_once(arrived, name):
    found = sorted(((fact["kind"], fact["event"]) for fact in arrived.facts[name]), key=str)

    assert found == sorted(SENT, key=str)
    assert arrived.quarantined == []


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_call_is_the_right_persons_also_what_came_before_their_name(arrived, name):
    assert {fact["subject"] for fact in arrived.facts[name]} == {arrived.people[f"{name}@buyers.example"]}


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_order_brings_its_amount_and_a_page_how_its_visitor_came(arrived, name):
    told = {fact["event"]: fact for fact in arrived.facts[name]}

    assert (told["Order Completed"]["amount"], told["Order Completed"]["currency"]) == (12_500_000, "EUR")
    assert (told["Pricing"]["host"], told["Pricing"]["path"]) == ("shop.example", "/pricing")
    assert (told["Pricing"]["utm_source"], told["Pricing"]["utm_medium"]) == ("google", "cpc")
    assert {fact["actor_kind"] for fact in arrived.facts[name]} == {"system"}

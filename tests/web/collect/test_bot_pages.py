"""Bots in Settings: the programs seen lately with their events, and deciding otherwise than the rules."""

from datetime import timedelta

import pytest

from isthmus.collect.agents import known_agents
from isthmus.collect.commands import judge_agent
from isthmus.collect.models import Agent
from isthmus.core import clock
from isthmus.core.actors import SYSTEM
from isthmus.core.queue.models import Job
from isthmus.ledger.machines import machine_agents
from tests.cast import MONDAY_NOON
from tests.collect.received import page, receive, sealed, website

pytestmark = pytest.mark.django_db(transaction=True)
HTMX = {"HX-Request": "true"}
GOOGLE = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/18.5 Mobile/15E148 Safari/604.1"
)
WGET = "Wget/1.25.0"


@pytest.fixture
def office(client, ledger_folder, company, admin):
    client.force_login(admin)
    return client


@pytest.fixture
def seen(office) -> dict[str, Agent]:
    """Googlebot read three pages yesterday, a telephone one; wget was here half a year ago."""
    site, now = website(), clock.now()
    for path in ("/", "/prices", "/contact"):
        receive(
            site, page(f"https://shop.example{path}", who="bot"), agent=GOOGLE, at=now - timedelta(days=1)
        )
    receive(site, page("https://shop.example/"), agent=SAFARI, at=now)
    receive(site, page("https://shop.example/"), agent=WGET, at=now - timedelta(days=180))
    sealed()
    return {row.text: row for row in Agent.objects.all()}


def _read(office, path: str) -> str:
    return office.get(path).content.decode()


def test_programs_stand_by_how_much_they_sent_lately(office, seen):
    text = _read(office, "/settings/bots/")

    assert text.index("Googlebot") < text.index("Safari on iPhone")
    assert "Crawler" in text
    assert "Nothing that a machine would say" in text
    assert "Wget" not in text


def test_machines_and_people_can_be_looked_at_apart(office, seen):
    machines, people = (_read(office, f"/settings/bots/?which={which}") for which in ("machines", "people"))

    assert "Googlebot" in machines
    assert "Safari on iPhone" not in machines
    assert "Safari on iPhone" in people
    assert "Googlebot" not in people


def test_a_search_finds_programs_that_sent_nothing_lately(office, seen):
    text = _read(office, "/settings/bots/?q=wget")

    assert WGET in text
    assert "none lately" in text
    assert "Googlebot" not in text


def test_deciding_is_told_with_its_undo_and_comes_back_to_what_was_asked_for(office, seen):
    number = seen[SAFARI].pk

    answer = office.post(f"/settings/bots/{number}/?which=people", {"as": "machine"}, headers=HTMX)

    assert answer["HX-Redirect"] == "/settings/bots/?which=people"
    assert number in machine_agents()
    text = _read(office, "/settings/bots/?which=decided")
    assert "Safari on iPhone is a machine from now on" in text
    assert "Decided by hand; the rules say person" in text


def test_the_facts_of_a_program_count_as_decided_at_once(office, seen):
    assert len(sealed("kind", "machine")) == 4

    office.post(f"/settings/bots/{seen[GOOGLE].pk}/", {"as": "person"})

    assert len(sealed("kind", "machine")) == 1


def test_a_decision_is_left_to_the_rules_again(office, seen):
    judge_agent(agent_id=seen[GOOGLE].pk, machine=False, by=SYSTEM, at=MONDAY_NOON)

    office.post(f"/settings/bots/{seen[GOOGLE].pk}/", {"as": "rules"})

    assert Agent.objects.get(pk=seen[GOOGLE].pk).judged is None


def test_what_is_no_answer_decides_nothing(office, seen):
    answer = office.post(f"/settings/bots/{seen[GOOGLE].pk}/", {"as": "ghost"})

    assert answer.status_code == 404
    assert Agent.objects.get(pk=seen[GOOGLE].pk).judged is None


def test_all_are_judged_anew_by_a_job(office):
    known_agents({WGET}, clock.now())

    office.post("/settings/bots/anew/", headers=HTMX)

    assert Job.objects.filter(name="collect.rejudge_agents").exists()


def test_before_anything_was_seen_the_page_says_so(office):
    assert "No program was seen yet" in _read(office, "/settings/bots/")


def test_a_seller_opens_no_bots(client, ledger_folder, company, rita):
    client.force_login(rita)

    assert client.get("/settings/bots/").status_code == 403

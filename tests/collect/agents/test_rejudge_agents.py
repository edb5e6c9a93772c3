"""New rules judge all programs again; what a person decided stands."""

import pytest

from isthmus.collect.agents import known_agents
from isthmus.collect.agents.rejudging import rejudge
from isthmus.collect.commands import judge_agent, rejudge_agents
from isthmus.collect.models import Agent
from isthmus.core.actors import SYSTEM
from isthmus.core.queue.running import run_due
from isthmus.ledger.machines import judge_agents, machine_agents
from isthmus.simulate import site
from isthmus.simulate.website import add_agents
from tests.cast import MONDAY_NOON
from tests.collect.agents.test_judge_by_rules import CHROME

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
BY = {"by": SYSTEM, "at": MONDAY_NOON}
CURL, WGET = "curl/8.14.1", "Wget/1.25.0"


def judged_by_older_rules(text: str, *, machine: bool) -> int:
    number = known_agents({text}, MONDAY_NOON)[text]
    Agent.objects.filter(pk=number).update(machine=machine, reason="older:rule" if machine else "")
    judge_agents({number: machine})
    return number


def test_programs_that_the_rules_see_otherwise_now_are_told_anew():
    curl = judged_by_older_rules(CURL, machine=False)
    chrome = judged_by_older_rules(CHROME, machine=True)

    assert rejudge() == 2

    assert machine_agents() == {curl}
    assert Agent.objects.get(pk=curl).reason == "library:curl"
    assert Agent.objects.get(pk=chrome).reason == ""


def test_what_a_person_decided_stands():
    curl = judged_by_older_rules(CURL, machine=False)
    judge_agent(agent_id=curl, machine=False, **BY)

    rejudge()

    row = Agent.objects.get(pk=curl)
    assert (row.machine, row.is_machine) == (True, False)
    assert machine_agents() == frozenset()


def test_judging_again_changes_nothing_where_the_rules_say_the_same():
    known_agents({CURL, WGET, CHROME}, MONDAY_NOON)

    assert rejudge() == 0


def test_it_can_be_stopped_between_chunks():
    judged_by_older_rules(CURL, machine=False)

    def stop() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        rejudge(between=stop)


def test_the_command_leaves_it_to_a_job():
    curl = judged_by_older_rules(CURL, machine=False)

    assert rejudge_agents(**BY) == {"programs": 1}
    run_due()

    assert Agent.objects.get(pk=curl).machine


def test_the_sample_companys_machines_are_those_that_the_rules_find():
    numbers = add_agents(at=MONDAY_NOON)

    machines = {
        number for number, (_text, _share, machine) in zip(numbers, site.AGENTS, strict=True) if machine
    }
    assert machine_agents() == machines

"""What a person decides of a program goes before the rules, and can be undone."""

import pytest

from isthmus.collect.agents import known_agents
from isthmus.collect.commands import judge_agent
from isthmus.core.actors import SYSTEM
from isthmus.core.commands import run, undo
from isthmus.core.refusals import NotFound, NotPermitted
from isthmus.ledger.machines import machine_agents
from isthmus.ledger.models import InboxFact, MachineVerdict
from isthmus.workspace.actors import actor_for
from tests.cast import MONDAY_NOON
from tests.collect.agents.test_judge_by_rules import CHROME

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
BY = {"by": SYSTEM, "at": MONDAY_NOON}
CURL = "curl/8.14.1"


@pytest.fixture
def chrome() -> int:
    return known_agents({CHROME}, MONDAY_NOON)[CHROME]


@pytest.fixture
def curl() -> int:
    return known_agents({CURL}, MONDAY_NOON)[CURL]


def test_a_person_may_say_that_a_browser_is_a_machine(chrome):
    row = judge_agent(agent_id=chrome, machine=True, **BY)

    assert (row.is_machine, row.machine, row.judged_at) == (True, False, MONDAY_NOON)
    assert machine_agents() == {chrome}
    assert InboxFact.objects.get().kind == "agent.judged"


def test_a_person_may_say_that_a_program_is_a_persons(curl):
    judge_agent(agent_id=curl, machine=False, **BY)

    assert machine_agents() == frozenset()


def test_a_program_may_be_left_to_the_rules_again(curl):
    judge_agent(agent_id=curl, machine=False, **BY)

    row = judge_agent(agent_id=curl, machine=None, **BY)

    assert (row.judged, row.judged_at, row.is_machine) == (None, None, True)
    assert machine_agents() == {curl}


def test_a_decision_that_the_rules_made_already_tells_readers_nothing_new(curl):
    told = MachineVerdict.objects.count()

    judge_agent(agent_id=curl, machine=True, **BY)

    assert MachineVerdict.objects.count() == told


def test_a_decision_can_be_undone(curl):
    judge_agent(agent_id=curl, machine=False, **BY)
    done = run("judge_agent", {"agent_id": curl, "machine": True}, **BY)

    undo(done.batch, **BY)

    assert machine_agents() == frozenset()


def test_a_program_that_is_not_there_is_refused(db):
    with pytest.raises(NotFound):
        judge_agent(agent_id=1, machine=True, **BY)


def test_a_seller_judges_no_program(chrome, rita):
    with pytest.raises(NotPermitted):
        judge_agent(agent_id=chrome, machine=True, by=actor_for(rita), at=MONDAY_NOON)

"""A skill, a scorecard, a call of Rita's with a deal, and people of each role."""

from types import SimpleNamespace

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.leads.commands import capture_lead
from isthmus.sales.commands import add_learning_item, add_scorecard, add_skill, log_activity, open_deal
from isthmus.workspace.actors import actor_for

LEVELS = [
    {"name": "Learning", "text": "Recites features"},
    {"name": "Able", "text": "Asks before answering"},
    {"name": "Strong", "text": "Finds the need behind it"},
]


@pytest.fixture
def world(pipeline, rita, sam, olga):
    at = now()
    skill = add_skill(name="Discovery", levels=LEVELS, by=SYSTEM, at=at)
    questions = [{"text": "Asked why now?", "skill_id": skill.pk}, {"text": "Agreed the next step?"}]
    scorecard = add_scorecard(name="First call", kind="call", questions=questions, by=SYSTEM, at=at)
    lead = capture_lead(full_name="Pat Prospect", email="pat@example.com", owner_id=rita.pk,
                        team_id=rita.team_id, by=SYSTEM, at=at)  # fmt: skip
    deal = open_deal(name="Line 2", lead_id=lead.pk, by=actor_for(rita), at=at)
    call = log_activity(
        kind="call", deal_id=deal.pk, text="They paused", objection="price", by=actor_for(rita), at=at
    )  # type: ignore[arg-type]
    item = add_learning_item(title="Holding the price", text="Ask why", objection="price", by=SYSTEM, at=at)  # type: ignore[arg-type]
    return SimpleNamespace(skill=skill, scorecard=scorecard, deal=deal, call=call, item=item, lead=lead)


@pytest.fixture
def opened(client):
    """Opens a page as somebody: its status and text."""

    def open_as(user, address):
        client.force_login(user)
        answer = client.get(address)
        return answer.status_code, answer.content.decode()

    return open_as

"""What the sample company cannot know once columns are emptied is refused with counts, by any name."""

from collections.abc import Callable
from typing import Any

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.core.window import Window
from isthmus.leads.models import Lead
from isthmus.ledger.models import InboxFact
from isthmus.ledger.reading import snapshot
from isthmus.ledger.schema import NAMES
from isthmus.ledger.streaming import as_facts, seal_stream
from isthmus.metrics.queries import ask
from isthmus.metrics.question import Question
from isthmus.metrics.refusals import CannotBeKnown
from isthmus.sales.models import Deal
from isthmus.workspace.models import Company, FieldDefinition
from tests.simulate.conftest import LAST_DAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def sample(load: Callable[..., None]) -> None:
    """A small sample company."""
    load(500)


def _asked(metric: str, by: str) -> Any:
    window = Window.named("all", LAST_DAY, Company.current().zone)
    return ask(Question(metric=metric, window=window, by=(by,), actor=SYSTEM))


def _nobody_owns_lost_deals() -> None:
    InboxFact.objects.filter(kind="deal.lost").update(owner=None)


def _nothing_cost_anything() -> None:
    """Every report is stated anew, without a cost."""
    with snapshot() as facts:
        sql = f"SELECT {', '.join(NAMES)} FROM facts WHERE kind = 'media.delivered'"
        found = facts.execute(sql).fetchall()
    stated = dict(zip(NAMES, zip(*found, strict=True), strict=True))
    rows = len(found)
    anew = {
        "id": [number.to_bytes(16, "big") for number in range(1, rows + 1)],
        "revision": [9] * rows,
        "amount": [None] * rows,
        "amount_base": [None] * rows,
    }
    seal_stream([as_facts({**stated, **anew}, rows)])


def _only_won_leads_say_what_they_wished() -> None:
    FieldDefinition.objects.filter(model="lead", key="need").update(key="wish")
    won = set(Deal.objects.filter(state="won").values_list("lead_id", flat=True))
    for lead in Lead.objects.all():
        lead.custom = {"wish": lead.custom.get("need") or "New line"} if lead.pk in won else {}
        lead.save(update_fields=["custom"])


@pytest.mark.parametrize(
    ("metric", "by", "by_when_empty", "empty"),
    [
        ("win_rate", "owner", "owner", _nobody_owns_lost_deals),
        ("cost_per_lead", "channel", "channel", _nothing_cost_anything),
        ("conversion", "lead.custom_need", "lead.custom_wish", _only_won_leads_say_what_they_wished),
    ],
)
def test_an_emptied_column_turns_an_answer_into_a_refusal_with_counts(
    sample: None, metric: str, by: str, by_when_empty: str, empty: Callable[[], None]
) -> None:
    assert _asked(metric, by).rows

    empty()

    with pytest.raises(CannotBeKnown, match=r"\d"):
        _asked(metric, by_when_empty)

"""Rules read as sentences, and those to begin with are ones that can be switched on."""

from typing import Any

import pytest

from isthmus.automation.sentences import written
from isthmus.automation.spec import checked_spec
from isthmus.automation.starters import starters
from tests.automation.conftest import act, only_if, spec

pytestmark = pytest.mark.django_db


def test_a_rule_reads_as_a_sentence(pipeline: Any, rita: Any) -> None:
    given = checked_spec(
        spec(
            "deal.stage_changed",
            then=[
                {"kind": "wait", "pause": {"amount": 1, "unit": "business_days"}},
                act("tell_colleague", user_id={"field": "deal.owner"}, text={"text": "Plan {deal.name}"}),
                act("edit_deal", owner_id={"value": rita.pk}),
            ],
            **{"if": only_if(
                ("deal.stage", "in", [str(pipeline.stages.get(name="Proposal").pk)]),
                ("deal.amount", "gt", "20000"),
            )},
            once="record",
        )
    )  # fmt: skip

    assert written(given).whole == (
        "When a deal moves to another stage and its stage is Proposal · New business and its value is over "
        "20,000 EUR, then after 1 business day, tell the owner of the deal: “Plan {deal.name}”; "
        "then change a deal (owner: Rita Reyes) (once for each record)."
    )


def test_by_the_clock_too(company: Any) -> None:
    given = checked_spec(
        {
            "when": {"every": {"time": "08:00", "days": ["mon", "fri"]}, "record": "deal"},
            "if": only_if(
                ("deal.stage_since", "older_than", 30), ("person.country", "is", "SE"), match="any"
            ),
            "steps": [act("lose_deal", reason={"value": "no_decision"})],
        }
    )

    assert written(given).whole == (
        "Every Monday and Friday at 08:00, for each deal, if its entry into its stage was more than "
        "30 days ago or its person: country is “SE”, then lost (reason: No decision)."
    )


@pytest.mark.parametrize("starter", starters(), ids=lambda one: one.key)
def test_every_rule_to_begin_with_can_be_switched_on(starter: Any, company: Any) -> None:
    checked = checked_spec(starter.spec)

    assert written(checked).whole.endswith(".")
    assert str(starter.good_for)

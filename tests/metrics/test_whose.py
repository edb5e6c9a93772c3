"""Whose figure lies within bounds: each one's own figure, by a second computation and by its rows."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isthmus import ledger
from isthmus.core.actors import SYSTEM, Actor, Scope
from isthmus.core.clock import to_us
from isthmus.core.refusals import InvalidInput, NotPermitted
from isthmus.core.window import Window
from isthmus.ledger import Fact
from isthmus.ledger import state as ledger_state
from isthmus.ledger.reading import snapshot
from isthmus.metrics import scope
from isthmus.metrics.asking import Asker
from isthmus.metrics.catalogue import catalogue
from isthmus.metrics.dimensions import Attributes
from isthmus.metrics.parties import Parties
from isthmus.metrics.plan import plan_for
from isthmus.metrics.question import Question
from tests.metrics.by_hand import answer_by_hand
from tests.metrics.table import BERLIN, EVER, FactDict, TableView, fact
from tests.metrics.test_second_computation import WINDOWS, ledgers

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
COLUMNS = {"person": "subject", "account": "account_id", "lead": "lead_id", "deal": "deal_id"}
STRANGER = 99


def whose(
    facts: list[FactDict],
    metric: str,
    party: Any,
    window: Window = EVER,
    *,
    actor: Actor = SYSTEM,
    **bounds: Any,
) -> Parties:
    """The answer over these facts."""
    asker = Asker(TableView(facts), BERLIN, Attributes)
    question = Question(metric=metric, window=window, actor=actor)
    return asker.whose(question, party, bounds.get("least"), bounds.get("most"))


@pytest.mark.parametrize("name", [name for name, one in catalogue().items() if one.parties])
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    data=st.data(),
    facts=ledgers(),
    window=st.sampled_from(WINDOWS),
    bounds=st.sampled_from([(1, None), (None, 0), (0, None), (2, 3), (-5, 1), (None, -1), (1, 1)]),
)
def test_they_are_those_whose_figure_by_hand_lies_there(
    name: str, data: st.DataObject, facts: list[FactDict], window: Window, bounds: tuple[Any, Any]
) -> None:
    party = data.draw(st.sampled_from(catalogue()[name].parties), label="party")
    least, most = bounds
    facts = [{**one, "subject": one.get("lead_id"), "account_id": one.get("lead_id")} for one in facts]
    column = COLUMNS[party]

    found = whose(facts, name, party, window, least=least, most=most)

    span = (to_us(window.start), to_us(window.end))
    anchor = catalogue()[name].anchor
    figures, _total = answer_by_hand(name, facts, span, BERLIN.zone, by=(column,), anchor=anchor)
    for number in {one.get(column) for one in facts} - {None} | {STRANGER}:
        figure = figures[(number,)].value if (number,) in figures else 0
        meant = (least is None or figure >= least) and (most is None or figure <= most)
        assert (number in found) is meant, (number, figure)


@pytest.fixture
def paid() -> list[FactDict]:
    """Of each order number: an account that paid as many euros, and its own person, lead and deal."""
    return [
        fact(
            "order.paid",
            NOON + timedelta(days=number),
            amount_base=number * 10**6,
            **dict.fromkeys(("subject", "account_id", "lead_id", "deal_id", "order_id"), number),
        )
        for number in (1, 2, 3)
    ]


def those(found: Parties) -> list[int]:
    return [number for number in (1, 2, 3, STRANGER) if number in found]


def test_they_are_the_same_as_the_rows_behind_the_figure_say(paid: list[FactDict]) -> None:
    asker = Asker(TableView(paid), BERLIN, Attributes)
    question = Question(metric="revenue", window=EVER, actor=SYSTEM)

    rows = asker.rows(question, None, 50).rows
    found = asker.whose(question, "person", Decimal("1.5"), None)

    assert sorted(row.subject for row in rows if row.worth >= Decimal("1.5")) == those(found) == [2, 3]


def test_who_has_no_fact_has_none(paid: list[FactDict]) -> None:
    assert those(whose(paid, "revenue", "account", most=0)) == [STRANGER]
    assert those(whose(paid, "revenue", "account", most=2)) == [1, 2, STRANGER]
    assert those(whose(paid, "wins", "person", least=1)) == []
    assert those(whose(paid, "wins", "person", most=0)) == [1, 2, 3, STRANGER]


def test_only_what_lies_in_the_window_counts(paid: list[FactDict]) -> None:
    window = Window(NOON, NOON + timedelta(days=2))

    assert those(whose(paid, "revenue", "lead", window, least=1)) == [1]
    assert those(whose(paid, "revenue", "lead", window, most=0)) == [2, 3, STRANGER]


def test_a_seller_learns_of_her_own_orders_alone(
    paid: list[FactDict], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scope, "_reaches", {"order_id": lambda _actor: [2]})
    rita = Actor(kind="user", id=1, grants=dict.fromkeys(("metrics.view", "orders.view"), Scope.OWN))

    assert those(whose(paid, "revenue", "person", least=1, actor=rita)) == [2]
    assert those(whose(paid, "revenue", "person", most=0, actor=rita)) == [1, 3, STRANGER]


def test_who_may_not_see_the_metric_learns_nothing(paid: list[FactDict]) -> None:
    blind = Actor(kind="user", id=2, grants={"metrics.view": Scope.ALL, "deals.view": Scope.ALL})

    with pytest.raises(NotPermitted, match=r"orders\.view"):
        whose(paid, "revenue", "person", least=1, actor=blind)
    allowed = [name for name in ("revenue", "wins", "leads") if scope.may_count(blind, catalogue()[name])]
    assert allowed == ["wins"]


def test_a_metric_that_says_nothing_of_one_person_is_refused(paid: list[FactDict]) -> None:
    with pytest.raises(InvalidInput, match="Win rate is not counted for one person"):
        whose(paid, "win_rate", "person", least=1)


@pytest.mark.both_databases
def test_what_is_kept_hangs_on_facts_of_the_metric_alone(company: Any) -> None:
    """Others come in all day: a list filtered by revenue does not count it anew for each of them."""
    ledger_state.forget()

    def state() -> Any:
        with snapshot() as view:
            asker = Asker(view, BERLIN, Attributes)
            question = Question(metric="revenue", window=EVER, actor=SYSTEM)
            return asker.lookups.state(plan_for(question, BERLIN.zone, Attributes))

    def record(kind: str, key: str, **more: Any) -> None:
        ledger.record(Fact(kind=kind, at=NOON, natural_key=key, **more), by=SYSTEM)

    record("order.paid", "payment:1:1", amount_base=5)
    paid = state()
    record("person.changed", "other")
    assert state() == paid
    record("order.paid", "payment:1:1", amount_base=7)
    revised = state()
    record("order.refunded", "payment:2:1", amount_base=-7)

    assert len({paid, revised, state()}) == 3

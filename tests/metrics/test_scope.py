"""Nobody counts, splits or opens more than their grants reach."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from isthmus.core.actors import Actor, Scope
from isthmus.core.refusals import NotPermitted
from isthmus.metrics import scope
from isthmus.metrics.asking import Asker
from isthmus.metrics.dimensions import Attributes
from isthmus.metrics.question import Question
from tests.metrics.table import BERLIN, EVER, FactDict, TableView, asked, fact

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SEEING = ("metrics.view", "leads.view", "deals.view", "orders.view")

RITA = Actor(kind="user", id=1, grants=dict.fromkeys(SEEING, Scope.OWN))
MIA = Actor(kind="user", id=2, grants=dict.fromkeys((*SEEING, "media.view"), Scope.ALL))


@pytest.fixture(autouse=True)
def rita_sees_one_of_each(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Rita's are lead 1, deal 1 and order 1."""
    monkeypatch.setattr(
        scope, "_reaches", dict.fromkeys(("lead_id", "deal_id", "order_id"), lambda _actor: [1])
    )
    yield


@pytest.fixture
def facts() -> list[FactDict]:
    made = []
    for number in (1, 2, 3):
        about: dict[str, Any] = {"lead_id": number, "subject": number, "owner": number, "channel": "fair"}
        made += [
            fact("lead.captured", NOON, **about),
            fact("lead.qualified", NOON, **about),
            fact("lead.handed_over", NOON, **about),
            fact("lead.contacted", NOON, actor_kind="user", **about),
            fact("lead.accepted" if number < 3 else "lead.returned", NOON, **about),
            fact("deal.opened", NOON, deal_id=number, **about),
            fact("deal.won" if number < 3 else "deal.lost", NOON, deal_id=number, **about),
            fact("order.paid", NOON, deal_id=number, order_id=number, amount_base=number * 10**6, **about),
        ]
    return made


@pytest.mark.parametrize(
    "metric, hers, everybodys",
    [
        ("leads", 1, 3),
        ("mqls", 1, 3),
        ("accepted_leads", 1, 2),
        ("deals_opened", 1, 3),
        ("wins", 1, 2),
        ("revenue", 1, 6),
        ("revenue_per_lead", 1, 2),
        ("conversion", 1, 2 / 3),
        ("win_rate", 1, 2 / 3),
        ("return_rate", 0, 1 / 3),
    ],
)
def test_a_seller_counts_her_own_rows_alone(
    facts: list[FactDict], metric: str, hers: float, everybodys: float
) -> None:
    assert asked(facts, metric, actor=RITA).total.value == pytest.approx(hers)
    assert asked(facts, metric, actor=MIA).total.value == pytest.approx(everybodys)


@pytest.mark.parametrize(
    "metric", ["leads", "response_time", "wins", "sales_cycle", "days_to_close", "revenue"]
)
def test_a_figure_opens_to_her_own_rows_alone(facts: list[FactDict], metric: str) -> None:
    asker = Asker(TableView(facts), BERLIN, Attributes)

    page = asker.rows(Question(metric=metric, window=EVER, actor=RITA), None, 50)

    assert [row.lead_id for row in page.rows] == [1]


def test_a_filter_on_others_finds_nothing_and_splits_show_nobody_else(facts: list[FactDict]) -> None:
    assert asked(facts, "wins", actor=RITA, where={"owner": 2}).total.value == 0
    assert [row.keys for row in asked(facts, "wins", actor=RITA, by=("owner",)).rows] == [(1,)]


def test_comparing_colleagues_by_name_is_a_grant_of_its_own(facts: list[FactDict]) -> None:
    boss = Actor(kind="user", id=3, grants={**MIA.grants, "metrics.leaderboard": Scope.ALL})

    with pytest.raises(NotPermitted, match="compare people by name"):
        asked(facts, "wins", actor=MIA, by=("owner",))
    with pytest.raises(NotPermitted, match="compare people by name"):
        asked(facts, "wins", actor=MIA, where={"owner": 2})
    assert len(asked(facts, "wins", actor=boss, by=("owner",)).rows) == 2


def test_media_figures_need_the_grant_for_the_whole_company() -> None:
    media = [fact("media.delivered", NOON, quantity=5, amount_base=10**6)]
    own = Actor(kind="user", id=4, grants={"metrics.view": Scope.ALL, "media.view": Scope.OWN})

    assert asked(media, "impressions", actor=MIA).total.value == 5
    with pytest.raises(NotPermitted, match=r"media\.view"):
        asked(media, "impressions", actor=RITA)
    with pytest.raises(NotPermitted, match="records of the whole company"):
        asked(media, "media_spend", actor=own)


def test_without_a_grant_nothing_is_counted(facts: list[FactDict]) -> None:
    nobody = Actor(kind="user", id=5)
    blind = Actor(kind="user", id=6, grants={"metrics.view": Scope.ALL})

    with pytest.raises(NotPermitted, match="may not read metrics"):
        asked(facts, "leads", actor=nobody)
    with pytest.raises(NotPermitted, match=r"leads\.view"):
        asked(facts, "leads", actor=blind)


def test_a_family_that_no_room_bounds_is_closed_to_partial_grants(
    facts: list[FactDict], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scope, "_reaches", {})

    with pytest.raises(NotPermitted):
        asked(facts, "leads", actor=RITA)


def test_an_answer_kept_for_one_is_not_given_to_another(facts: list[FactDict]) -> None:
    view = TableView(facts)

    assert asked(view, "leads", actor=MIA).total.value == 3
    assert asked(view, "leads", actor=RITA).total.value == 1

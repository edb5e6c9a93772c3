"""Splits, names, trees, order, pages and the two anchors, as a reader meets them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.core.refusals import InvalidInput
from isthmus.core.window import Window
from isthmus.metrics import texts
from isthmus.metrics.asking import Asker
from isthmus.metrics.dimensions import Attributes
from isthmus.metrics.plan import plan_for
from isthmus.metrics.question import Condition, Question
from isthmus.workspace.models import Team, Territory, User
from tests.metrics.table import BERLIN, EVER, FactDict, TableView, asked, fact

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def europe() -> dict[str, int]:
    """Europe, with Germany and France in it, and Berlin in Germany."""
    top = Territory.objects.create(name="Europe")
    germany = Territory.objects.create(name="Germany", parent=top)
    france = Territory.objects.create(name="France", parent=top)
    berlin = Territory.objects.create(name="Berlin", parent=germany)
    return {one.name: one.pk for one in (top, germany, france, berlin)}


def leads_in(*territories: int | None) -> list[FactDict]:
    return [
        fact("lead.captured", NOON, lead_id=n, subject=n, territory=territory)
        for n, territory in enumerate(territories)
    ]


def test_a_territory_includes_those_below_it_and_the_total_counts_each_row_once(
    europe: dict[str, int],
) -> None:
    facts = leads_in(europe["Berlin"], europe["Berlin"], europe["Germany"], europe["France"], None)

    answer = asked(facts, "leads", by=("territory",))

    assert {row.labels[0]: row.value for row in answer.rows} == {
        "Europe": 4,
        "Germany": 3,
        "Berlin": 2,
        "France": 1,
        "Not stated": 1,
    }
    assert answer.total.value == 5
    assert any("groups overlap" in note for note in answer.notes)


def test_a_filter_on_a_territory_takes_those_below_it_by_name_or_number(europe: dict[str, int]) -> None:
    facts = leads_in(europe["Berlin"], europe["Germany"], europe["France"], None)

    assert asked(facts, "leads", where={"territory": "germany"}).total.value == 2
    assert asked(facts, "leads", where=[("territory", "!=", europe["Germany"])]).total.value == 2


def test_a_team_includes_those_below_it() -> None:
    sales = Team.objects.create(name="Sales")
    inbound = Team.objects.create(name="Inbound", parent=sales)
    facts = [fact("deal.opened", NOON, deal_id=n, team=inbound.pk) for n in range(2)]

    rows = asked(facts, "deals_opened", by=("team",)).rows

    assert {row.labels[0]: row.value for row in rows} == {"Sales": 2, "Inbound": 2}


def test_owners_are_named_and_found_by_name_and_address() -> None:
    rita = User.objects.create_user("rita@example.com", name="Rita Reyes", role="seller")
    facts = [fact("deal.won", NOON, deal_id=1, owner=rita.pk), fact("deal.won", NOON, deal_id=2, owner=None)]

    rows = asked(facts, "wins", by=("owner",)).rows

    assert [row.labels for row in rows] == [("Rita Reyes",), ("Not stated",)]
    assert asked(facts, "wins", where={"owner": "rita@example.com"}).total.value == 1
    assert asked(facts, "wins", where={"owner": "rita reyes"}).total.value == 1
    with pytest.raises(InvalidInput, match="No owner is called Ritta"):
        asked(facts, "wins", where={"owner": "Ritta"})


def test_attributes_split_and_filter_by_their_types() -> None:
    custom = "custom_seats DOUBLE, custom_vip BOOLEAN, custom_since DATE"
    ddl = f"id BIGINT, subject BIGINT, country VARCHAR, {custom}"
    people = [
        (1, 1, "DE", 5.0, True, date(2026, 1, 1)),
        (2, 2, "DE", 50.0, False, date(2026, 2, 1)),
        (3, 3, "FR", None, None, None),
    ]
    view = TableView(leads_in(None, None, None, None), {"mirror_people": (ddl, people)})

    def counted(*conditions: tuple[str, str, object]) -> object:
        return asked(view, "leads", where=list(conditions)).total.value

    rows = asked(view, "leads", by=("country",)).rows
    assert {row.keys[0]: row.value for row in rows} == {"DE": 2, "FR": 1, None: 1}
    assert counted(("seats", ">=", "50")) == 1
    assert counted(("seats", "<", 50.5)) == 2
    assert counted(("person.custom_vip", "=", "yes")) == 1
    assert counted(("since", ">", "2026-01-15")) == 1
    assert counted(("person.custom_seats", "empty", ())) == 2
    assert counted(("country", "!=", "DE")) == 2
    assert [row.keys for row in asked(view, "leads", by=("vip",)).rows] == [(None,), (False,), (True,)]


def test_wins_are_dated_by_themselves_or_by_the_capture_of_their_lead() -> None:
    facts = [
        fact("lead.captured", NOON, lead_id=1, subject=1),
        fact("deal.won", NOON + timedelta(days=60), lead_id=1, deal_id=1),
    ]
    march = Window.parse("2026-03-01", "2026-04-01", BERLIN.zone)

    assert asked(facts, "wins", march).total.value == 0
    assert asked(facts, "wins", march, anchor="lead").total.value == 1
    assert asked(facts, "wins", by=("month", "first_contact_month")).rows[0].keys == ("2026-05", "2026-03")


def test_a_reopened_deal_is_no_longer_won_until_it_is_decided_again() -> None:
    facts = [fact("deal.won", NOON, deal_id=1), fact("deal.reopened", NOON, deal_id=1)]
    assert asked(facts, "wins").total.value == 0

    facts.append(fact("deal.lost", NOON + timedelta(days=1), deal_id=1))
    assert asked(facts, "win_rate").total.value == 0


def test_sums_of_money_are_exact_beyond_what_a_float_or_a_bigint_holds() -> None:
    facts = [fact("order.paid", NOON, lead_id=n, subject=n, amount_base=9 * 10**18 + n) for n in range(5)]

    assert asked(facts, "revenue").total.value == Decimal("45000000000000.00001")


def test_no_rows_are_nought_for_a_count_and_nothing_for_a_rate_or_a_median() -> None:
    assert asked([], "wins").total.value == 0
    assert asked([], "revenue").total.value == 0
    assert asked([], "win_rate").total.value is None
    assert asked([], "response_time").total.value is None
    assert asked([], "wins", by=("channel",)).rows == []


def test_groups_come_in_a_stated_order_and_the_limit_leaves_the_total_whole() -> None:
    names = ["a", "b", "b", "c", "c", "c"]
    facts = [fact("lead.captured", NOON, lead_id=n, subject=n, channel=name) for n, name in enumerate(names)]

    def order(order: str | None, limit: int | None = None) -> list[object]:
        return [row.keys[0] for row in asked(facts, "leads", by=("channel",), order=order, limit=limit).rows]

    assert order(None) == ["c", "b", "a"]
    assert order("value") == ["a", "b", "c"]
    assert order("-channel") == ["c", "b", "a"]
    assert order(None, 1) == ["c"]
    answer = asked(facts, "leads", by=("channel",), limit=1)
    assert (answer.total.value, answer.groups) == (6, 3)


def test_every_row_behind_a_figure_is_reached_page_by_page_once() -> None:
    same_instant = [fact("lead.captured", NOON, lead_id=n, subject=n, channel="fair") for n in range(7)]
    others = [fact("lead.captured", NOON - timedelta(days=n), lead_id=100 + n, subject=n) for n in range(4)]
    asker = Asker(TableView(same_instant + others), BERLIN, Attributes)
    question = Question(metric="leads", window=EVER, actor=SYSTEM)

    seen, after = [], None
    while True:
        page = asker.rows(question, after, 3)
        seen += [row.lead_id for row in page.rows]
        after = page.next
        if after is None:
            break

    assert sorted(map(int, map(str, seen))) == [0, 1, 2, 3, 4, 5, 6, 100, 101, 102, 103]
    fair = Question(metric="leads", window=EVER, actor=SYSTEM, where=[Condition("channel", "in", ("fair",))])
    assert len(asker.rows(fair, None, 50).rows) == 7
    with pytest.raises(InvalidInput, match="Start from the first page"):
        asker.rows(question, "nonsense", 3)


def test_the_text_of_a_query_is_kept_on_disk_by_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = leads_in(None)
    asked(facts, "leads", by=("utm_source",), where={"locale": "de"})

    monkeypatch.setattr(texts, "_texts", {})
    monkeypatch.setattr(texts, "_compiled", lambda *_shape: pytest.fail("compiled again"))

    assert asked(facts, "leads", by=("utm_source",), where={"locale": "fr"}).total.value == 0


def test_windows_share_the_text_of_a_query_unless_it_counts_by_days_that_their_clocks_shift() -> None:
    winter, year = (
        Window.parse("2026-01-05", "2026-02-05", BERLIN.zone),
        Window.parse("2026-01-01", "2027-01-01", BERLIN.zone),
    )

    def text(window: Window, metric: str, *by: str, where: tuple[Condition, ...] = ()) -> str:
        question = Question(metric=metric, window=window, actor=SYSTEM, by=by, where=where)
        return texts.sql_of(plan_for(question, BERLIN.zone, Attributes).shape())

    assert text(winter, "win_rate", "channel") == text(year, "win_rate", "channel")
    assert text(winter, "sales_cycle") == text(year, "sales_cycle")
    assert text(winter, "wins", "day") != text(year, "wins", "day")
    march = (Condition("month", "in", ("2026-03",)),)
    assert text(winter, "wins", where=march) != text(year, "wins", where=march)


def test_young_days_are_split_at_local_midnight_when_the_clocks_change() -> None:
    times = [(28, 22, 59), (28, 23, 0), (29, 21, 59), (29, 22, 0)]
    facts = [
        fact("lead.captured", datetime(2026, 3, day, hour, minute, tzinfo=UTC), lead_id=n, subject=n)
        for n, (day, hour, minute) in enumerate(times)
    ]

    rows = asked(facts, "leads", by=("day",)).rows

    assert [(row.keys[0], row.value) for row in rows] == [
        ("2026-03-28", 1),
        ("2026-03-29", 2),
        ("2026-03-30", 1),
    ]

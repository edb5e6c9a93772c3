"""What cannot be known is refused with its counts; what can be known, however small, is not."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from isthmus.core.refusals import InvalidInput
from isthmus.core.window import Window
from isthmus.metrics.refusals import CannotBeKnown
from tests.metrics.table import BERLIN, FactDict, TableView, asked, fact

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def days(count: int) -> Iterator[datetime]:
    return (MORNING + timedelta(days=number) for number in range(count))


def decided(won: int, lost: int, *, owner_of_won: Any = 7, owner_of_lost: Any = 7) -> list[FactDict]:
    """Deals won and lost, each with the owner of its side."""
    wins = [fact("deal.won", at, deal_id=n, owner=owner_of_won) for n, at in enumerate(days(won))]
    losses = [fact("deal.lost", at, deal_id=1000 + n, owner=owner_of_lost) for n, at in enumerate(days(lost))]
    return [*wins, *losses]


def cohort(leads: int, won: int, *, owner_of_won: Any = 7) -> list[FactDict]:
    """Leads, the first of which are won by deals with an owner; nobody owns the rest."""
    facts = [fact("lead.captured", at, lead_id=n, subject=n) for n, at in enumerate(days(leads))]
    for number in range(won):
        at = MORNING + timedelta(days=number, hours=5)
        facts.append(fact("deal.opened", at, deal_id=number, lead_id=number, owner=owner_of_won))
        facts.append(fact("deal.won", at, deal_id=number, lead_id=number, owner=owner_of_won))
    return facts


def test_win_rate_by_an_owner_whom_lost_deals_lack_is_refused_with_counts() -> None:
    facts = decided(won=40, lost=30, owner_of_lost=None)

    with pytest.raises(CannotBeKnown, match=r"40 of 40 \(won\) but on 0 of 30 \(lost\)"):
        asked(facts, "win_rate", by=("owner",))


def test_conversion_by_owner_is_refused_when_only_won_leads_have_one() -> None:
    with pytest.raises(
        CannotBeKnown, match=r"Conversion by Owner .* 12 of 12 \(won\) but on 0 of 88 \(not won\)"
    ):
        asked(cohort(leads=100, won=12), "conversion", by=("owner",))


def test_a_filter_on_such_a_dimension_is_refused_like_a_split() -> None:
    with pytest.raises(CannotBeKnown, match="0 of 88"):
        asked(cohort(leads=100, won=12), "conversion", where={"owner": 7})


@pytest.mark.parametrize(
    "prefix, table, link", [("lead", "mirror_leads", "id"), ("person", "mirror_people", "subject")]
)
def test_the_rule_does_not_look_at_the_name_of_the_column(prefix: str, table: str, link: str) -> None:
    rows = [(n, "someone" if n < 12 else None) for n in range(100)]
    mirrors = {table: (f"{link} BIGINT, custom_closer_code VARCHAR", rows)}

    with pytest.raises(CannotBeKnown, match="12 of 12"):
        asked(TableView(cohort(100, 12), mirrors), "conversion", by=(f"{prefix}.custom_closer_code",))
    with pytest.raises(CannotBeKnown, match="12 of 12"):
        asked(TableView(cohort(100, 12), mirrors), "conversion", where={"closer_code": "someone"})


def test_an_attribute_of_deals_cannot_split_leads_that_have_none() -> None:
    mirrors = {"mirror_deals": ("id BIGINT, custom_desk VARCHAR", [(n, "north") for n in range(12)])}

    with pytest.raises(CannotBeKnown, match="0 of 88"):
        asked(TableView(cohort(100, 12), mirrors), "conversion", by=("deal.custom_desk",))


def test_empty_text_states_nothing() -> None:
    facts = decided(won=40, lost=30)
    for one in facts:
        one["channel"] = "social" if one["kind"] == "deal.won" else ""

    with pytest.raises(CannotBeKnown, match="0 of 30"):
        asked(facts, "win_rate", by=("channel",))


def test_a_reason_that_only_lost_deals_state_cannot_split_the_win_rate() -> None:
    rows = [(1000 + n, "price") for n in range(30)]
    view = TableView(decided(40, 30), {"mirror_deals": ("id BIGINT, lost_reason VARCHAR", rows)})

    with pytest.raises(CannotBeKnown, match=r"0 of 40 \(won\) but on 30 of 30 \(lost\)"):
        asked(view, "win_rate", by=("deal.lost_reason",))


def test_revenue_per_lead_by_an_owner_whom_only_payers_have_is_refused() -> None:
    facts = cohort(leads=100, won=12)
    for number in range(12):
        at = MORNING + timedelta(days=40)
        facts.append(
            fact("order.paid", at, deal_id=number, lead_id=number, subject=number, amount_base=10**8)
        )

    with pytest.raises(CannotBeKnown, match=r"12 of 12 \(paying\)"):
        asked(facts, "revenue_per_lead", by=("owner",))


def test_counts_and_sums_by_such_a_dimension_are_answered() -> None:
    answer = asked(cohort(leads=100, won=12), "wins", by=("owner",))

    assert [(row.keys, row.value) for row in answer.rows] == [((7,), 12)]


def test_three_of_three_won_is_answered_while_others_are_lost() -> None:
    facts = decided(won=20, lost=30)
    facts += [fact("deal.won", at, deal_id=5000 + n, owner=8) for n, at in enumerate(days(3))]

    answer = asked(facts, "win_rate", by=("owner",))

    eight = next(row for row in answer.rows if row.keys == (8,))
    assert (eight.value, eight.n) == (1.0, 3)
    assert asked(facts, "win_rate", where={"owner": 8}).total.value == 1.0


def test_a_week_with_wins_alone_is_judged_by_the_whole_ledger() -> None:
    week = Window.parse("2026-03-02", "2026-03-09", BERLIN.zone)
    later = [fact("deal.lost", MORNING + timedelta(days=90), deal_id=9000 + n) for n in range(30)]
    owned = [{**one, "owner": 7} for one in later]

    assert asked(decided(5, 0) + owned, "win_rate", week, by=("owner",)).rows[0].value == 1.0
    with pytest.raises(CannotBeKnown, match="0 of 30"):
        asked(decided(5, 0) + later, "win_rate", week, by=("owner",))


def test_a_few_rows_without_an_owner_by_accident_refuse_nothing() -> None:
    facts = [*decided(won=10, lost=0), *decided(won=0, lost=1, owner_of_lost=None)]

    assert asked(facts, "win_rate", by=("owner",)).total.n == 11


def test_a_dimension_that_both_outcomes_state_rarely_is_answered() -> None:
    facts = decided(won=100, lost=100)
    for number, one in enumerate(facts):
        one["channel"] = "fair" if number % 20 == 0 else None

    assert {row.keys for row in asked(facts, "win_rate", by=("channel",)).rows} == {("fair",), (None,)}


def test_uneven_statement_is_answered_and_said() -> None:
    facts = decided(won=40, lost=40)
    for one in facts[40:64]:
        one["owner"] = None

    answer = asked(facts, "win_rate", by=("owner",))

    assert any("40 of 40 (won) but on 16 of 40 (lost)" in note for note in answer.notes)


def test_a_rate_of_which_one_outcome_was_never_recorded_is_refused() -> None:
    with pytest.raises(CannotBeKnown, match="all 25 are won and not one lost was ever recorded"):
        asked(decided(won=25, lost=0), "win_rate")
    with pytest.raises(CannotBeKnown, match="all 25 are lost and not one won"):
        asked(decided(won=0, lost=25), "win_rate")


def test_a_good_month_is_no_missing_outcome() -> None:
    month = Window.parse("2026-03-01", "2026-04-01", BERLIN.zone)
    facts = [*decided(won=25, lost=0), fact("deal.lost", MORNING + timedelta(days=60), deal_id=777)]

    assert asked(facts, "win_rate", month).total.value == 1.0


def test_few_wins_and_no_loss_are_shown_with_a_wide_interval() -> None:
    total = asked(decided(won=3, lost=0), "win_rate").total

    assert total.value == 1.0
    assert total.low is not None and total.low < 0.5


def test_conversion_without_any_outcome_ever_is_unknown_and_not_nought() -> None:
    with pytest.raises(CannotBeKnown, match=r"of 8 leads none has an outcome.*deal\.won"):
        asked(cohort(leads=8, won=0), "conversion")
    assert (
        asked([*cohort(8, 0), fact("deal.lost", MORNING, deal_id=1, lead_id=1)], "conversion").total.value
        == 0
    )


def test_revenue_per_lead_without_any_payment_ever_is_unknown() -> None:
    with pytest.raises(CannotBeKnown, match=r"order\.paid"):
        asked(cohort(leads=30, won=3), "revenue_per_lead")


def test_a_cost_without_cost_is_refused_with_counts() -> None:
    media = [fact("media.delivered", at, campaign_id=1, quantity=100) for at in days(9)]

    with pytest.raises(CannotBeKnown, match="none of the 9 campaign days states what it cost"):
        asked(media, "media_spend")
    with pytest.raises(CannotBeKnown, match="none of the 9 campaign days"):
        asked([*media, *cohort(5, 0)], "cost_per_lead")
    with pytest.raises(CannotBeKnown, match="there are 5 leads, and no media spend"):
        asked(cohort(5, 0), "cost_per_lead")
    with pytest.raises(CannotBeKnown, match="0 campaign days"):
        asked(cohort(5, 0), "media_spend")


def test_no_spend_in_a_window_is_nought_when_spend_is_recorded_elsewhere() -> None:
    later = Window.parse("2026-05-01", "2026-06-01", BERLIN.zone)

    assert asked([fact("media.delivered", MORNING, amount_base=5)], "media_spend", later).total.value == 0


def test_a_gap_in_the_cost_is_said_and_a_wide_one_refused() -> None:
    def media(known: int, missing: int) -> list[FactDict]:
        costs = [2_000_000] * known + [None] * missing
        return [
            fact("media.delivered", at, amount_base=cost)
            for at, cost in zip(days(len(costs)), costs, strict=True)
        ]

    assert any("2 of 40 campaign days" in note for note in asked(media(38, 2), "media_spend").notes)
    assert asked([*media(38, 2), *cohort(2, 0)], "cost_per_lead").total.value == 38
    with pytest.raises(CannotBeKnown, match="cost of 10 of 40 campaign days is missing"):
        asked([*media(30, 10), *cohort(2, 0)], "cost_per_lead")


def test_cost_per_lead_by_a_dimension_that_spend_lacks_is_refused() -> None:
    media = [fact("media.delivered", at, amount_base=10**6) for at in days(30)]
    leads = [{**one, "owner": 7} for one in cohort(30, 0)]

    with pytest.raises(CannotBeKnown, match="Cost per lead by Owner"):
        asked([*media, *leads], "cost_per_lead", by=("owner",))


def test_unknown_names_are_refused_with_what_may_be_meant() -> None:
    with pytest.raises(InvalidInput, match="Did you mean win_rate"):
        asked([], "winrate")
    with pytest.raises(InvalidInput, match=r"Did you mean channel\?"):
        asked([], "leads", by=("chanel",))
    with pytest.raises(InvalidInput, match="a month like 2026-01"):
        asked([], "leads", where={"month": "March"})
    with pytest.raises(InvalidInput, match="dated by the capture of the lead alone"):
        asked([], "conversion", anchor="event")
    with pytest.raises(InvalidInput, match="belongs to no lead"):
        asked([], "impressions", by=("first_contact_month",))
    with pytest.raises(InvalidInput, match="Order by one of"):
        asked(cohort(2, 0), "leads", by=("channel",), order="size")

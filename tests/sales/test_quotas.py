"""Quotas: set by month, quarter and year, split to the cent, taken back, and as they stood on a day."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.core import commands
from isthmus.core.actors import SYSTEM
from isthmus.core.refusals import InvalidInput, NotFound, NotPermitted
from isthmus.ledger.models import InboxFact
from isthmus.sales.commands import restore_quotas, set_quota, set_quotas, split_quota
from isthmus.sales.commands.quotas import NothingToSplit
from isthmus.sales.models import Quota
from isthmus.sales.targets.periods import Period
from isthmus.sales.targets.setting import QuotaSetSince
from isthmus.sales.targets.splitting import smallest_unit, split_in_units
from isthmus.sales.targets.standing import Held, quota_history, quotas, sums
from isthmus.workspace.actors import actor_for
from tests.cast import MONDAY_NOON

both = [pytest.mark.django_db, pytest.mark.both_databases]
Q1 = Period.parse("2026-Q1")
DAY = timedelta(days=1)


def of(held, period="2026-Q1", **more):
    return sums(quotas(SYSTEM, Period.parse(period).months, **more)).get(held)


def by_month(held):
    return [amount / 1_000_000 for _month, amount in sorted(quotas(SYSTEM, Q1.months)[held].items())]


class TestPeriods:
    @pytest.mark.parametrize(
        "text, first, after",
        [
            ("2026-11", date(2026, 11, 1), date(2026, 12, 1)),
            ("2026-q4", date(2026, 10, 1), date(2027, 1, 1)),
            ("2026", date(2026, 1, 1), date(2027, 1, 1)),
        ],
    )
    def test_are_read_as_people_write_them(self, text, first, after):
        period = Period.parse(text)

        assert (period.first, period.after_last) == (first, after)
        assert Period.parse(str(period)) == period

    @pytest.mark.parametrize("text", ["", "2026-13", "2026-Q5", "soon", "26", "2026-00", "2026-Qx"])
    def test_that_are_none_are_refused(self, text):
        with pytest.raises(InvalidInput, match="like 2026-11"):
            Period.parse(text)

    def test_the_one_before_a_first_quarter_is_last_years_fourth(self):
        assert str(Q1.moved(-1)) == "2025-Q4"
        assert str(Period.containing("quarter", date(2026, 2, 28))) == "2026-Q1"


class TestSplitting:
    @given(
        total=st.integers(0, 10**15),
        weights=st.lists(st.integers(0, 1000), min_size=1, max_size=12),
        unit=st.sampled_from([1, 10_000, 1_000_000]),
    )
    def test_parts_add_up_and_are_whole_units_but_for_what_the_total_has_below_one(
        self, total, weights, unit
    ):
        parts = split_in_units(total, weights, unit)

        assert sum(parts) == total
        assert sum(part % unit for part in parts) == total % unit
        assert all(part >= 0 for part in parts)

    def test_goes_by_the_smallest_coin(self):
        assert (smallest_unit("EUR"), smallest_unit("JPY"), smallest_unit("")) == (
            10_000,
            1_000_000,
            1_000_000,
        )
        assert split_in_units(100_000_000, [1, 1, 1], 10_000) == [33_340_000, 33_330_000, 33_330_000]


class TestSetting:
    pytestmark = both

    def test_a_quarter_is_spread_over_its_months_to_the_cent(self, rita):
        set_quota(seller_id=rita.pk, period="2026-Q1", amount=Decimal(100), by=SYSTEM, at=MONDAY_NOON)

        assert by_month(Held("seller", rita.pk)) == [33.34, 33.33, 33.33]
        facts = InboxFact.objects.filter(kind="quota.set")
        assert sum(fact.amount_base for fact in facts) == 100_000_000
        assert {(fact.owner, fact.team) for fact in facts} == {(rita.pk, rita.team_id)}

    def test_a_new_amount_keeps_the_proportions_and_the_old_one_in_the_history(self, rita):
        for month, amount in (("01", 10), ("02", 10), ("03", 20)):
            set_quota(
                seller_id=rita.pk, period=f"2026-{month}", amount=Decimal(amount), by=SYSTEM, at=MONDAY_NOON
            )
        set_quota(
            seller_id=rita.pk,
            period="2026-Q1",
            amount=Decimal(80),
            by=SYSTEM,
            at=MONDAY_NOON + DAY,
            note="More",
        )

        held = Held("seller", rita.pk)
        assert by_month(held) == [20, 20, 40]
        assert of(held, as_of=MONDAY_NOON) == 40_000_000
        assert Quota.objects.count() == 6
        assert quota_history(SYSTEM, held, Q1)[0].note == "More"

    def test_a_quota_of_wins_is_whole_wins(self, rita):
        set_quota(
            seller_id=rita.pk, period="2026-Q1", amount=Decimal(10), metric="wins", by=SYSTEM, at=MONDAY_NOON
        )

        amounts = sorted(Quota.objects.values_list("amount", flat=True))
        assert amounts == [3_000_000, 3_000_000, 4_000_000]
        assert sum(fact.quantity for fact in InboxFact.objects.filter(kind="quota.set")) == 10
        assert of(Held("seller", rita.pk)) is None

    def test_no_amount_takes_the_quota_away(self, rita):
        set_quota(seller_id=rita.pk, period="2026-Q1", amount=Decimal(90), by=SYSTEM, at=MONDAY_NOON)
        set_quota(seller_id=rita.pk, period="2026-02", by=SYSTEM, at=MONDAY_NOON)

        assert of(Held("seller", rita.pk)) == 60_000_000

    def test_undo_puts_back_what_stood_before(self, rita):
        set_quota(seller_id=rita.pk, period="2026-Q1", amount=Decimal(90), by=SYSTEM, at=MONDAY_NOON)
        changed = commands.run(
            "set_quota",
            {"seller_id": rita.pk, "period": "2026-Q1", "amount": "120"},
            by=SYSTEM,
            at=MONDAY_NOON,
        )
        commands.undo(changed.batch, by=SYSTEM, at=MONDAY_NOON)

        assert of(Held("seller", rita.pk)) == 90_000_000

    def test_undo_of_the_first_one_leaves_none(self, rita):
        made = set_quota(seller_id=rita.pk, period="2026-Q1", amount=Decimal(90), by=SYSTEM, at=MONDAY_NOON)
        restore_quotas(batch=made[0].batch, by=SYSTEM, at=MONDAY_NOON)

        assert of(Held("seller", rita.pk)) is None

    def test_undo_is_refused_where_somebody_set_one_since(self, rita):
        made = set_quota(seller_id=rita.pk, period="2026-Q1", amount=Decimal(90), by=SYSTEM, at=MONDAY_NOON)
        set_quota(seller_id=rita.pk, period="2026-02", amount=Decimal(1), by=SYSTEM, at=MONDAY_NOON)

        with pytest.raises(QuotaSetSince, match="all stay"):
            restore_quotas(batch=made[0].batch, by=SYSTEM, at=MONDAY_NOON)

    def test_many_at_once_are_as_one_by_one_and_a_bad_one_stops_no_other(self, rita, olga):
        rows = [
            {"seller_id": rita.pk, "period": "2026-Q1", "amount": 100_000_000, "at": MONDAY_NOON},
            {"seller_id": rita.pk, "period": "2026-02", "amount": 5_000_000, "at": MONDAY_NOON},
            {"seller_id": rita.pk, "period": "2026-Q1", "amount": 200_000_000, "at": MONDAY_NOON},
            {"seller_id": olga.pk, "period": "2026-Q9", "amount": 1, "at": MONDAY_NOON},
        ]
        *_done, refused = set_quotas(rows=rows, by=SYSTEM)
        for row in rows[:3]:
            given = {**row, "seller_id": None, "team_id": rita.team_id, "by": SYSTEM}
            set_quota(**{**given, "amount": Decimal(row["amount"]) / 1_000_000})

        assert isinstance(refused, InvalidInput)
        assert by_month(Held("seller", rita.pk)) == by_month(Held("team", rita.team_id))

    def test_who_is_named_must_be_one(self, rita):
        with pytest.raises(InvalidInput, match="one seller, one team or one territory"):
            set_quota(period="2026", amount=Decimal(1), by=SYSTEM, at=MONDAY_NOON)

    def test_below_zero_is_refused(self, rita):
        with pytest.raises(InvalidInput, match="below zero"):
            set_quota(seller_id=rita.pk, period="2026", amount=Decimal(-1), by=SYSTEM, at=MONDAY_NOON)


class TestSplit:
    pytestmark = both

    def test_a_teams_quota_goes_to_its_sellers_month_by_month(self, rita, sam, inbound):
        sal = type(rita).objects.create_user("sal@x.example", name="Sal", role="seller", team=inbound)
        set_quota(team_id=inbound.pk, period="2026-Q1", amount=Decimal(100), by=SYSTEM, at=MONDAY_NOON)
        split_quota(
            team_id=inbound.pk,
            period="2026-Q1",
            across="sellers",
            weights={str(rita.pk): Decimal(2), str(sal.pk): Decimal(1)},
            by=SYSTEM,
            at=MONDAY_NOON,
        )

        ours, theirs = of(Held("seller", rita.pk)), of(Held("seller", sal.pk))
        assert ours + theirs == 100_000_000
        assert abs(ours - 2 * theirs) <= 90_000
        assert of(Held("team", inbound.pk)) == 100_000_000

    def test_months_by_weights_and_again(self, rita):
        set_quota(seller_id=rita.pk, period="2026-Q1", amount=Decimal(100), by=SYSTEM, at=MONDAY_NOON)
        for weights in ({"2026-01": 1, "2026-02": 1, "2026-03": 2}, {"2026-03": 1}):
            split_quota(
                seller_id=rita.pk,
                period="2026-Q1",
                across="months",
                weights={name: Decimal(weight) for name, weight in weights.items()},
                by=SYSTEM,
                at=MONDAY_NOON,
            )

        assert by_month(Held("seller", rita.pk)) == [0, 0, 100]

    def test_nothing_is_not_split(self, rita, inbound):
        with pytest.raises(NothingToSplit, match="Set it first"):
            split_quota(seller_id=rita.pk, period="2026", across="months", by=SYSTEM, at=MONDAY_NOON)

    def test_a_weight_for_somebody_who_is_not_there_is_refused(self, rita, inbound):
        set_quota(team_id=inbound.pk, period="2026-Q1", amount=Decimal(100), by=SYSTEM, at=MONDAY_NOON)

        with pytest.raises(InvalidInput, match="no part"):
            split_quota(
                team_id=inbound.pk,
                period="2026-Q1",
                across="sellers",
                weights={"999999": Decimal(1)},
                by=SYSTEM,
                at=MONDAY_NOON,
            )


class TestRights:
    pytestmark = both

    def test_a_manager_sets_those_of_their_team_and_of_nobody_else(self, sam, rita, olga, inbound):
        by = actor_for(sam)
        set_quota(seller_id=rita.pk, period="2026-Q1", amount=Decimal(90), by=by, at=MONDAY_NOON)
        set_quota(team_id=inbound.pk, period="2026-Q1", amount=Decimal(90), by=by, at=MONDAY_NOON)

        with pytest.raises(NotFound, match="does not set"):
            set_quota(seller_id=olga.pk, period="2026-Q1", amount=Decimal(90), by=by, at=MONDAY_NOON)

    def test_a_seller_sees_their_own_and_sets_none(self, rita, olga):
        for seller in (rita, olga):
            set_quota(seller_id=seller.pk, period="2026-Q1", amount=Decimal(90), by=SYSTEM, at=MONDAY_NOON)

        assert set(quotas(actor_for(rita), Q1.months)) == {Held("seller", rita.pk)}
        with pytest.raises(NotPermitted):
            set_quota(
                seller_id=rita.pk, period="2026-Q1", amount=Decimal(1), by=actor_for(rita), at=MONDAY_NOON
            )

    def test_a_seller_who_changes_teams_is_seen_by_the_new_manager(self, rita, sam, olga, elsewhere):
        set_quota(seller_id=olga.pk, period="2026-Q1", amount=Decimal(90), by=SYSTEM, at=MONDAY_NOON)
        assert not quotas(actor_for(sam), Q1.months)
        olga.team = rita.team
        olga.save()

        assert set(quotas(actor_for(sam), Q1.months)) == {Held("seller", olga.pk)}

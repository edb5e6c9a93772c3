"""What is told of coaching in figures: objections, the ramp of new sellers, before and after."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.leads.commands import capture_lead
from isthmus.people.models import Person
from isthmus.sales.commands import (
    log_activities,
    lose_deals,
    open_deals,
    win_deals,
    write_coaching_note,
)
from isthmus.sales.models import Deal
from isthmus.sales.skills.effect import examined
from isthmus.sales.skills.objections import Lost, lost_on
from isthmus.sales.skills.ramp import ramp
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def today(ledger_folder, pipeline):
    return now()


def sellers(team, count, joined):
    return [
        User.objects.create_user(
            f"s{n}@example.com", name=f"Seller {n}", role="seller", team=team, joined_at=at
        )
        for n, at in zip(range(count), joined, strict=False)
    ]


def decided(owner, at, won, lost):
    """Deals of somebody decided at a time, won and lost; those of them."""
    rows = [{"name": "x", "owner_id": owner.pk, "at": at - DAY} for _ in range(won + lost)]
    deals = open_deals(rows=rows, by=SYSTEM)
    win_deals(rows=[{"deal_id": one.pk, "at": at} for one in deals[:won]], by=SYSTEM)
    lose_deals(rows=[{"deal_id": one.pk, "reason": "price", "at": at} for one in deals[won:]], by=SYSTEM)
    return deals


class TestObjections:
    def raised(self, owner, at, won, lost, objection="price"):
        person = Person.objects.first() or capture_lead(email="pat@example.com", by=SYSTEM, at=at).person
        deals = decided(owner, at, won, lost)
        rows = [
            {"kind": "call", "deal_id": one.pk, "person_id": person.pk, "objection": objection}
            for one in deals
        ]
        done = log_activities(rows=[{**row, "owner_id": owner.pk, "at": at - DAY} for row in rows], by=SYSTEM)
        assert all(one.pk for one in done)
        silent = {"kind": "note", "person_id": person.pk, "owner_id": owner.pk, "at": at}
        log_activities(rows=[{**silent, "deal_id": one.pk} for one in deals], by=SYSTEM)

    def test_are_counted_against_the_team_and_told_only_where_they_differ(
        self, pipeline, rita, inbound, olga
    ):
        at = now()
        colleague = sellers(inbound, 1, [at])[0]
        self.raised(rita, at - DAY, 2, 18)
        self.raised(colleague, at - DAY, 20, 10)
        self.raised(olga, at - DAY, 0, 9)
        self.raised(rita, at - DAY, 1, 1, "timing")

        found = lost_on(rita, now=at)
        assert found == [
            Lost("price", 18, 20, 10, 30, "more"),
            Lost("timing", 1, 2, 0, 0, "few"),
        ]
        assert [one.verdict for one in lost_on(colleague, now=at)] == ["fewer"]

    def test_of_long_ago_count_no_more(self, pipeline, rita):
        self.raised(rita, now() - 400 * DAY, 2, 8)

        assert lost_on(rita, now=now()) == []


class TestRamp:
    def test_says_what_is_usual_of_five_starters_and_where_the_new_one_stands(
        self, today, inbound, sam, olga
    ):
        decided(olga, today - 900 * DAY, 1, 0)
        joined = [today - (800 - 20 * n) * DAY for n in range(5)] + [today - 70 * DAY]
        users = sellers(inbound, 6, joined)
        for n, (user, at) in enumerate(zip(users, joined, strict=True)):
            decided(user, at + 10 * DAY, n + 1, 0)
            decided(user, at + 45 * DAY, 2 * (n + 1), 0)

        found = ramp(actor_for(sam), now=today, metric="wins")
        assert [one.user.name for one in found.new] == ["Seller 5"]
        (new,) = found.new
        assert [amount / 1_000_000 for amount in new.months] == [6, 12]
        curve = found.curves[new.user.pk]
        assert [(one.month, one.middle / 1_000_000, one.starters) for one in curve[:2]] == [
            (1, 3, 5),
            (2, 6, 5),
        ]
        assert len(curve) == 12

    def test_of_too_few_starters_tells_nothing_and_who_was_there_before_is_none(self, today, inbound, sam):
        users = sellers(inbound, 3, [today - 400 * DAY, today - 390 * DAY, today - 100 * DAY])
        for user in users:
            decided(user, max(user.joined_at, today - 400 * DAY) + 5 * DAY, 2, 0)

        found = ramp(actor_for(sam), now=today, metric="wins")
        assert (found.starters, list(found.curve)) == (0, [])
        assert [one.user.name for one in found.new] == ["Seller 2"]


class TestEffect:
    @pytest.fixture
    def company_(self, today, inbound, sam):
        """Four sellers before and after a day; the first was coached on it."""
        began = today - 100 * DAY
        users = sellers(inbound, 4, [today - 500 * DAY] * 4)
        for user in users:
            decided(user, began - 20 * DAY, 8, 12)
            decided(user, began + 20 * DAY, 18 if user == users[0] else 8, 2 if user == users[0] else 12)
        by = actor_for(sam)
        write_coaching_note(seller_id=users[0].pk, text="x", kind="session", by=by, at=began)
        return SimpleNamespace(users=users, began=began, by=by, now=today)

    def test_is_the_change_of_the_coached_less_that_of_the_others(self, company_):
        found = examined(company_.by, now=company_.now)

        assert (found.begun, found.waiting, found.self_chosen) == (1, 0, 0)
        assert found.effect.value == pytest.approx(0.5)
        assert (found.effect.coached, found.effect.others) == (1, 3)
        assert found.effect.low < 0.5 < found.effect.high

    def test_is_not_told_before_the_days_are_over_nor_of_sellers_out_of_reach(self, company_, olga):
        found = examined(company_.by, now=company_.now, days=180)
        assert (found.effect, found.waiting) == (None, 1)
        assert examined(actor_for(olga), now=company_.now).begun == 0

    def test_leaves_out_as_comparison_who_was_coached_in_the_same_time(self, company_):
        other = company_.users[1]
        write_coaching_note(
            seller_id=other.pk, text="x", kind="session", by=company_.by, at=company_.began + 30 * DAY
        )

        assert examined(company_.by, now=company_.now).effect is None

    @pytest.mark.parametrize("outcome", ["sales_cycle", "response_time", "discount"])
    def test_of_what_was_never_recorded_is_not_told(self, company_, outcome):
        found = examined(company_.by, now=company_.now, outcome=outcome)

        assert outcome == "sales_cycle" or found.effect is None
        assert Deal.objects.exists()

"""How far one is: attained from the catalogue, needed in working days, usual by earlier periods."""

from datetime import UTC, date, datetime
from decimal import Decimal
from unittest import mock

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.metrics.question import Cut
from isthmus.metrics.refusals import CannotBeKnown
from isthmus.people.commands import add_person
from isthmus.sales.commands import commit_forecast, open_deal, pay_order, place_order, set_quota
from isthmus.sales.targets import attained
from isthmus.sales.targets.periods import Period
from isthmus.sales.targets.progress import quota_card, targets
from isthmus.sales.targets.standing import Held
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import Company
from isthmus.workspace.working_days import Calendar
from tests.cast import MONDAY_NOON

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 16, 10, 0, tzinfo=UTC)  # a Wednesday; 12 weekdays are left with it
Q4 = Period.parse("2026-Q4")


@pytest.fixture
def payments(rita, pipeline):
    """Rita is paid 40, 50 and 60 at the ends of three quarters, 200 early in each, and 300 in this one."""
    pat = add_person(full_name="Pat", email="pat@x.example", by=actor_for(rita), at=MONDAY_NOON)
    deal = open_deal(person_id=pat.pk, amount=Decimal(300), by=actor_for(rita), at=MONDAY_NOON)
    ends = [(date(2026, 3, 30), 40), (date(2026, 6, 29), 50), (date(2026, 9, 29), 60)]
    early = [
        (date(2026, 1, 7), 200),
        (date(2026, 4, 7), 200),
        (date(2026, 7, 7), 200),
        (date(2026, 10, 7), 300),
    ]
    for number, (day, amount) in enumerate([*ends, *early]):
        at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        order = place_order(
            number=f"P-{number}", deal_id=deal.pk, lines=[{"amount": Decimal(amount)}], by=SYSTEM, at=at
        )
        pay_order(order_id=order.pk, by=SYSTEM, at=at)


def test_needed_and_usual_stand_side_by_side(rita, payments):
    set_quota(seller_id=rita.pk, period="2026-Q4", amount=Decimal(345), by=SYSTEM, at=MONDAY_NOON)
    commit_forecast(period="2026-Q4", amount=Decimal(350), by=actor_for(rita), at=MONDAY_NOON)

    card = quota_card(actor_for(rita), NOW)

    assert card is not None
    line = card.lines[0]
    assert (line.quota, line.attained) == (345_000_000, 300_000_000)
    assert (line.pace.needed, line.pace.days) == (45_000_000, 12)
    assert (line.pace.usual.low, line.pace.usual.middle, line.pace.usual.high) == (45e6, 50e6, 55e6)
    assert line.pace.verdict == "easy"
    assert line.promise.commitment.amount == 350_000_000


def recorded_since(day):
    """Let the catalogue know payments from a day on, and refuse what reaches behind it."""
    asked = attained.ask_many

    def answer(questions):
        sentence = "Payments are recorded from that day only."
        known = [question.window.start.date() >= day for question in questions]
        answers = iter(asked([one for one, is_known in zip(questions, known, strict=True) if is_known]))
        cut = Cut(since=day, reason=sentence)
        return [next(answers) if is_known else CannotBeKnown(sentence, cut=cut) for is_known in known]

    return mock.patch("isthmus.sales.targets.attained.ask_many", answer)


def test_periods_before_records_begin_tell_nothing_of_what_is_usual_and_hide_nothing(rita, payments):
    set_quota(seller_id=rita.pk, period="2026-Q4", amount=Decimal(345), by=SYSTEM, at=MONDAY_NOON)

    with recorded_since(date(2026, 3, 30)):
        card = quota_card(actor_for(rita), NOW)

    assert card is not None
    assert card.refusal is None
    line = card.lines[0]
    assert (line.attained, line.pace.needed) == (300_000_000, 45_000_000)
    assert line.pace.usual is None  # two whole periods are known, and three are the fewest
    assert quota_card(actor_for(rita), NOW).lines[0].pace.usual is not None


def test_a_period_in_which_records_begin_is_refused(rita, payments):
    set_quota(seller_id=rita.pk, period="2026-Q4", amount=Decimal(345), by=SYSTEM, at=MONDAY_NOON)

    with recorded_since(date(2026, 10, 15)):
        card = quota_card(actor_for(rita), NOW)

    assert card is not None
    assert str(card.refusal) == "Payments are recorded from that day only."
    assert card.lines[0].pace is None


def test_a_team_has_what_its_sellers_brought(rita, inbound, payments):
    set_quota(team_id=inbound.pk, period="2026-Q4", amount=Decimal(500), by=SYSTEM, at=MONDAY_NOON)

    line = targets(SYSTEM, Q4, now=NOW).of(Held("team", inbound.pk))

    assert line is not None
    assert (line.quota, line.attained) == (500_000_000, 300_000_000)


def test_who_has_no_quota_has_no_card_and_no_pace(rita, payments):
    assert quota_card(actor_for(rita), NOW) is None
    line = targets(SYSTEM, Q4, now=NOW).of(Held("seller", rita.pk))
    assert line is not None
    assert line.pace is None


def test_each_sees_whom_their_grant_reaches(rita, sam, olga, mia, payments):
    for seller in (rita, olga):
        set_quota(seller_id=seller.pk, period="2026-Q4", amount=Decimal(9), by=SYSTEM, at=MONDAY_NOON)

    def names(user):
        return {line.name for line in targets(actor_for(user), Q4, now=NOW).lines}

    assert names(rita) == {"Rita Reyes"}
    assert names(sam) == {"Inbound", "Rita Reyes"}
    assert names(mia) == set()


def test_holidays_of_the_country_are_no_working_days(company):
    Company.objects.update(holidays_country="DE")

    days = Calendar().days(date(2026, 12, 21), date(2026, 12, 28))

    assert date(2026, 12, 24) in days
    assert date(2026, 12, 25) not in days

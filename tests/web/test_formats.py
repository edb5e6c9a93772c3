"""Figures and times are written one way everywhere."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from isthmus.core.money import Money
from isthmus.web import formats

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("38.4", "€38.40"),
        ("38", "€38"),
        ("872000.49", "€872,000"),
        ("-1200", "-€1,200"),
        ("0", "€0"),
        ("9999.99", "€9,999.99"),
    ],
)
def test_small_amounts_show_their_cents_and_large_ones_do_not(amount, written):
    assert formats.money(Money(Decimal(amount), "EUR")) == written


def test_a_currency_without_cents_shows_none():
    assert formats.money(Money(Decimal("1500"), "JPY")) == "¥1,500"


def test_micros_beside_a_currency_are_an_amount():
    assert formats.money(38_400_000, "EUR") == "€38.40"


@pytest.mark.parametrize(
    ("micros", "currency", "written"),
    [
        (12_345_600_000, "EUR", "€12,345.60"),
        (9_007_199_254_740_993_010_000, "EUR", "€9,007,199,254,740,993.01"),
        (1_500_000_000, "JPY", "¥1,500"),
        (1_234_500, "KWD", "KWD 1.234"),
        (-5_000, "EUR", "-€0.00"),
    ],
)
def test_documents_carry_every_coin_of_their_currency(micros, currency, written):
    assert formats.exact_money(micros, currency).replace("\xa0", " ") == written


def test_the_price_of_one_goes_beyond_the_coin_where_it_has_more():
    assert formats.unit_price(12_500, "EUR") == "€0.0125"
    assert formats.unit_price(12_000_000, "EUR") == "€12.00"
    assert formats.unit_price(12_000_000, "JPY") == "¥12"


@pytest.mark.parametrize(
    ("amount", "written"), [("1146000", "€1.15 M"), ("872000", "€872,000"), ("-2500000", "-€2.50 M")]
)
def test_headings_shorten_millions(amount, written):
    assert formats.short_money(Money(Decimal(amount), "EUR")) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [(1284, "1,284"), (2.94, "2.9"), (0.126, "0.13"), (None, "–"), (Decimal("4"), "4"), (1234.5, "1,234")],
)
def test_numbers_mark_their_thousands(value, written):
    assert formats.number(value) == written


@pytest.mark.parametrize(
    ("share", "written"),
    [(0.38, "38%"), (0.0134, "1.3%"), (0, "0%"), (1, "100%"), (None, "–"), (0.0999, "10%")],
)
def test_small_shares_show_one_digit(share, written):
    assert formats.percent(share) == written


@pytest.mark.parametrize(
    ("apart", "written"), [(0.11, "11 points"), (-0.01, "1.0 points"), (0.004, "0.4 points")]
)
def test_the_distance_of_two_shares_is_in_points(apart, written):
    assert formats.points(apart) == written


@pytest.mark.parametrize(
    ("value", "written"), [(0.68, "41 min"), (2.9, "2.9 h"), (146.4, "6.1 days"), (None, "–")]
)
def test_lengths_choose_their_unit(value, written):
    assert formats.hours(value) == written


@pytest.mark.parametrize(
    ("back", "written"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=12), "12 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(days=1, hours=2), "1 day ago"),
        (-timedelta(days=3), "in 3 days"),
    ],
)
def test_a_moment_says_how_long_ago_it_was(back, written):
    assert formats.ago(NOON - back, NOON) == written


def test_times_are_written_in_the_companys_zone():
    with timezone.override(ZoneInfo("America/Sao_Paulo")):
        assert formats.moment(datetime(2025, 3, 2, 1, tzinfo=UTC)) == "1 Mar 2025, 22:00"


def test_a_currency_in_letters_stands_apart_from_its_figures():
    assert formats.money(Money(Decimal("50981"), "SEK")) == "SEK\u00a050,981"
    assert formats.money(Money(Decimal("-12.50"), "SEK")) == "-SEK\u00a012.50"


def test_a_day_as_a_heading_begins_with_the_day():
    assert formats.long_day(date(2026, 9, 9)) == "Wednesday, 9 September 2026"

"""What stands in a cell, read as what the field needs."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from isthmus.imports.recipe.model import Format
from isthmus.imports.values import BadValue, reader_of, text_of

pytestmark = pytest.mark.core

PLAIN = Format()
GERMAN = Format(decimal=",", thousands=".")
BERLIN = ZoneInfo("Europe/Berlin")


def read(
    kind: str, value: object, file: Format = PLAIN, pattern: str = "", scale: Decimal | None = None
) -> object:
    return reader_of(kind, file, pattern, BERLIN, scale)(value)


@pytest.mark.parametrize(
    ("value", "file", "micros"),
    [
        ("53.99", PLAIN, 53_990_000),
        ("1 234.5", PLAIN, 1_234_500_000),
        ("1.234,56", GERMAN, 1_234_560_000),
        ("-7", PLAIN, -7_000_000),
        (58.9, PLAIN, 58_900_000),
        (Decimal("0.1"), PLAIN, 100_000),
        ("0.1234565", PLAIN, 123_456),
    ],
)
def test_an_amount_is_exact_micros(value, file, micros):
    assert read("amount", value, file) == micros


@pytest.mark.parametrize("value", ["", "12,50", "1.2.3", "NaN", "inf", "twelve", "1_000", "0x10"])
def test_what_is_no_number_is_refused_rather_than_guessed(value):
    with pytest.raises(BadValue, match="is not a number"):
        read("amount", value)


def test_a_point_is_no_decimal_mark_where_the_comma_is():
    with pytest.raises(BadValue):
        read("amount", "12.50", Format(decimal=","))


def test_an_amount_beyond_what_can_be_stored_is_refused():
    with pytest.raises(BadValue, match="too large"):
        read("amount", "9" * 30)


def test_scaling_makes_whole_units_of_cents():
    assert read("amount", "1250", scale=Decimal("0.01")) == 12_500_000


def test_a_whole_number_has_no_fraction():
    assert read("whole", "12.0") == 12
    with pytest.raises(BadValue, match="is not a whole number"):
        read("whole", "12.5")


@pytest.mark.parametrize(
    ("value", "pattern", "instant"),
    [
        ("2026-01-31", "", datetime(2026, 1, 30, 23, 0, tzinfo=UTC)),
        ("2026-07-31 14:05:09", "", datetime(2026, 7, 31, 12, 5, 9, tzinfo=UTC)),
        ("2026-07-31T14:05:09+00:00", "", datetime(2026, 7, 31, 14, 5, 9, tzinfo=UTC)),
        ("2026-07-31T14:05:09Z", "", datetime(2026, 7, 31, 14, 5, 9, tzinfo=UTC)),
        ("31/01/2026 08:00", "%d/%m/%Y %H:%M", datetime(2026, 1, 31, 7, 0, tzinfo=UTC)),
        ("1769846400", "seconds", datetime(2026, 1, 31, 8, 0, tzinfo=UTC)),
        ("1769846400000", "milliseconds", datetime(2026, 1, 31, 8, 0, tzinfo=UTC)),
        (date(2026, 1, 31), "", datetime(2026, 1, 30, 23, 0, tzinfo=UTC)),
    ],
)
def test_a_time_without_a_zone_is_in_the_zone_of_the_file(value, pattern, instant):
    assert read("moment", value, pattern=pattern) == instant


def test_several_patterns_are_tried_in_order():
    file = Format(dates=("%d.%m.%Y", "iso"))

    assert read("day", "31.01.2026", file) == date(2026, 1, 31)
    assert read("day", "2026-01-31", file) == date(2026, 1, 31)


def test_a_date_that_is_none_says_how_it_should_be_written():
    with pytest.raises(BadValue, match=r"“31/01/2026” is not a date or time written as 2026-01-31"):
        read("moment", "31/01/2026")


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (True, "true"), (3.0, "3"), (53.99, "53.99"), ("x", "x"), (date(2026, 1, 31), "2026-01-31")],
)
def test_typed_cells_read_as_they_would_stand_in_a_text_file(value, text):
    assert text_of(value) == text

"""Quantities, days and countries as documents carry them, in full and in the reader's language."""

from datetime import date
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils.translation import get_language


def quantity(value: Decimal) -> str:
    """How many, with as many decimals as there are: `3`, `2.5`."""
    return format_decimal(value, format="#,##0.####", locale=_locale())


def share(value: Decimal) -> str:
    """A rate or a discount, to the last digit: `19%`, `8.25%`."""
    return format_decimal(value * 100, format="#,##0.####", locale=_locale()) + "%"


def whole_day(on: date) -> str:
    """A day with its year: `9 September 2026`."""
    locale = _locale()
    if locale.language == "en":  # of no country: the product writes the day before the month
        return f"{on.day} {locale.months['format']['wide'][on.month]} {on.year}"
    return format_date(on, "long", locale=locale)


def country(code: str) -> str:
    """A country's name: `Germany` of DE."""
    return str(_locale().territories.get(code, code))


def _locale() -> Locale:
    return _parsed(get_language() or "en")


@lru_cache(64)
def _parsed(language: str) -> Locale:
    return Locale.parse(language, sep="-")

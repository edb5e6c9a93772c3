"""Amounts, days and countries as documents carry them: every coin, every year, in the reader's language."""

from datetime import date
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date
from babel.numbers import NumberPattern, format_decimal, parse_pattern
from django.utils.translation import get_language

from isthmus.core.money import MICROS, from_micros
from isthmus.sales.quoting.rules import coin
from isthmus.web import formats


def exact(micros: int, currency: str) -> str:
    """An amount to its currency's smallest coin, however large it is: `€12,345.60`."""
    places = _places(currency)
    return _written(micros, currency, places, places)


def unit_price(micros: int, currency: str) -> str:
    """The price of one: to the smallest coin, and further where it has more: `€0.0125`."""
    return _written(micros, currency, _places(currency), 6)


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


def _written(micros: int, currency: str, least: int, most: int) -> str:
    pattern = _pattern(str(_locale()), least, most)
    amount = from_micros(micros)
    return formats.spaced(pattern.apply(amount, _locale(), currency=currency, currency_digits=False))


@lru_cache(64)
def _pattern(locale: str, least: int, most: int) -> NumberPattern:
    standard = Locale.parse(locale).currency_formats["standard"]
    pattern = parse_pattern(standard.pattern)
    # Not the places that Babel knows: CLDR leaves out coins that are still in the books.
    pattern.frac_prec = (least, most)
    return pattern


def _places(currency: str) -> int:
    return len(str(MICROS // coin(currency))) - 1


def _locale() -> Locale:
    return _parsed(get_language() or "en")


@lru_cache(64)
def _parsed(language: str) -> Locale:
    return Locale.parse(language, sep="-")

"""How figures and times are written, in the reader's language and the company's zone."""

import re
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import NumberPattern, format_currency, format_decimal, parse_pattern
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from isthmus.core.money import MICROS, Money
from isthmus.sales.quoting.rules import coin

NOTHING = "–"
_SMALLEST_MILLION = 1_000_000


def money(value: Money | int | None, currency: str | None = None) -> str:
    """An amount with its currency, without cents when it is large: `€872,000`, `€38.40`.

    Takes `Money`, or integer micros beside their currency.
    """
    if value is None:
        return NOTHING
    sum_ = value if isinstance(value, Money) else Money.from_micros(int(value), currency or "XXX")
    whole = sum_.amount == sum_.amount.to_integral_value() or abs(sum_.amount) >= 10_000
    amount = sum_.amount.quantize(Decimal(1), ROUND_HALF_UP) if whole else sum_.amount
    pattern = "¤#,##0" if whole else None
    return spaced(_currency(amount, sum_.currency, pattern, _locale()))


def exact_money(value: Money | int | None, currency: str | None = None) -> str:
    """An amount to its currency's smallest coin, as documents say it, however large: `€12,345.60`."""
    if value is None:
        return NOTHING
    sum_ = value if isinstance(value, Money) else Money.from_micros(int(value), currency or "XXX")
    places = _places(sum_.currency)
    return _exactly(sum_, places, places)


def unit_price(value: int | None, currency: str) -> str:
    """What one unit costs: to the smallest coin, and further where it has more: `€0.0125`."""
    if value is None:
        return NOTHING
    return _exactly(Money.from_micros(value, currency), _places(currency), 6)


def _exactly(sum_: Money, least: int, most: int) -> str:
    pattern = _exact_pattern(str(_locale()), least, most)
    return spaced(pattern.apply(sum_.amount, _locale(), currency=sum_.currency, currency_digits=False))


@lru_cache(64)
def _exact_pattern(locale: str, least: int, most: int) -> NumberPattern:
    standard = Locale.parse(locale).currency_formats["standard"]
    pattern = parse_pattern(standard.pattern)
    # Not the places that Babel knows: CLDR leaves out coins that are still in the books.
    pattern.frac_prec = (least, most)
    return pattern


def _places(currency: str) -> int:
    return len(str(MICROS // coin(currency))) - 1


def short_money(value: Money | int | None, currency: str | None = None) -> str:
    """An amount for headings and marks: `€1.15 M`, `€872,000`."""
    if value is None:
        return NOTHING
    sum_ = value if isinstance(value, Money) else Money.from_micros(int(value), currency or "XXX")
    if abs(sum_.amount) < _SMALLEST_MILLION:
        return money(sum_)
    millions = (sum_.amount / 1_000_000).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return _("%(millions)s M") % {
        "millions": spaced(format_currency(millions, sum_.currency, locale=_locale(), currency_digits=False))
    }


def spaced(amount: str) -> str:
    """An amount whose currency has no sign of its own: written in letters, it stands apart from figures."""
    return re.sub(r"(?<=[^\W\d_])(?=\d)", "\u00a0", amount)


def number(value: float | Decimal | int | None, digits: int | None = None) -> str:
    """A count or a quantity with its thousands marked: `1,284`, `2.9`."""
    if value is None:
        return NOTHING
    if digits is None:
        size = abs(float(value))
        digits = 0 if size == int(size) or size >= 100 else (1 if size >= 1 else 2)
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    # Plus nothing: minus nothing equals it, and would be written for it.
    return _decimal(value + 0, pattern, _locale())


def short_number(value: float | Decimal | int | None) -> str:
    """A count for headings and marks: `4.86 M`, `61,400`."""
    if value is None or abs(float(value)) < _SMALLEST_MILLION:
        return number(value)
    return _("%(millions)s M") % {"millions": number(float(value) / _SMALLEST_MILLION, 2)}


def percent(share: float | Decimal | None, digits: int | None = None) -> str:
    """A share of 0 to 1 as a percentage, with one digit where it is small: `38%`, `1.3%`."""
    if share is None:
        return NOTHING
    value = float(share)
    if digits is None:
        digits = 1 if 0 < abs(value) < 0.0995 else 0
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(value * 100, format=pattern, locale=_locale()) + "%"


def exact_number(value: float | Decimal | int | None) -> str:
    """A quantity with all its digits and no more: `2`, `1.25`."""
    return NOTHING if value is None else _decimal(Decimal(value), "#,##0.####", _locale())


def rate(share: float | Decimal | None) -> str:
    """A share as it was agreed, with all its digits and no more: `19%`, `7.7%`, `12.25%`."""
    if share is None:
        return NOTHING
    return _decimal(Decimal(share) * 100, "#,##0.####", _locale()) + "%"


def points(difference: float) -> str:
    """The distance between two shares, in percentage points: `11 points`."""
    size = abs(difference) * 100
    count = number(size, 0 if size >= 10 else 1)
    return ngettext("%(count)s point", "%(count)s points", 1 if count == "1" else 2) % {"count": count}


def seconds(value: float | None) -> str:
    """A length of time given in seconds: `8 s`, `4 min 10 s`, `2.9 h`."""
    if value is None:
        return NOTHING
    whole = round(abs(value))
    if whole >= 3600:
        return hours(value / 3600)
    minutes, rest = divmod(whole, 60)
    if not minutes:
        return _("%(count)s s") % {"count": number(rest)}
    if not rest:
        return _("%(count)s min") % {"count": number(minutes)}
    return _("%(minutes)s min %(seconds)s s") % {"minutes": number(minutes), "seconds": number(rest)}


def hours(value: float | None) -> str:
    """A length of time given in hours: `41 min`, `2.9 h`, `6.1 days`."""
    if value is None:
        return NOTHING
    if abs(value) < 1:
        return _("%(count)s min") % {"count": number(value * 60, 0)}
    if abs(value) < 48:
        return _("%(count)s h") % {"count": number(value, 1)}
    return days(value / 24)


def days(value: float | None) -> str:
    """A length of time given in days: `9.4 days`."""
    if value is None:
        return NOTHING
    count = number(value, 0 if abs(value) >= 100 or value == int(value) else 1)
    return ngettext("%(count)s day", "%(count)s days", 1 if count == "1" else 2) % {"count": count}


def day(value: datetime | date | None) -> str:
    """A day; its year only where it is not this one: `11 Sep`, `3 Feb 2025`."""
    if value is None:
        return NOTHING
    return _day(_local(value).date() if isinstance(value, datetime) else value)


def _day(on: date) -> str:
    skeleton = "dMMM" if on.year == timezone.localdate().year else "yMMMd"
    return _in_order(on, skeleton, _locale())


def long_day(value: datetime | date) -> str:
    """A day as a heading: `Wednesday, 9 September 2026`."""
    on = _local(value).date() if isinstance(value, datetime) else value
    if _locale().language == "en":  # of no country: the product writes the day before the month
        return format_date(on, "EEEE, d MMMM y", locale=_locale())
    return format_date(on, "full", locale=_locale())


def clock_time(value: datetime | None) -> str:
    """The hour and minute in the company's zone: `14:09`."""
    return NOTHING if value is None else _clock(_local(value))


def moment(value: datetime | None) -> str:
    """Day and time in the company's zone: `11 Sep, 14:09`."""
    return NOTHING if value is None else day_and_moment(value)[1]


def day_and_moment(value: datetime) -> tuple[str, str]:
    """Both `day` and `moment` of it, for little more than one of them."""
    local = _local(value)
    on = _day(local.date())
    return on, f"{on}, {_clock(local)}"


def ago(value: datetime | None, now: datetime | None = None) -> str:
    """How long since, or until: `12 min ago`, `in 3 days`; a day once it is two weeks away."""
    if value is None:
        return NOTHING
    apart = (now or timezone.now()) - value
    if abs(apart) >= timedelta(days=14):
        return day(value)
    if abs(apart) < timedelta(minutes=1):
        return _("just now")
    length = _rough_length(abs(apart))
    return (
        _("%(length)s ago") % {"length": length}
        if apart > timedelta()
        else _("in %(length)s") % {"length": length}
    )


def _rough_length(length: timedelta) -> str:
    minutes = int(length.total_seconds() // 60)
    if minutes < 60:
        return _("%(count)s min") % {"count": minutes}
    if minutes < 24 * 60:
        return _("%(count)s h") % {"count": minutes // 60}
    count = minutes // (24 * 60)
    return ngettext("%(count)s day", "%(count)s days", count) % {"count": count}


def _local(value: datetime) -> datetime:
    return timezone.localtime(value)


def _clock(local: datetime) -> str:
    return f"{local.hour:02}:{local.minute:02}"


# A list writes the same few days and small figures over and over, and Babel takes its time for each.
_WRITTEN = 4096


@lru_cache(_WRITTEN)
def _in_order(on: date, skeleton: str, locale: Locale) -> str:
    # English of no country would write the month first; the product writes the day first in English.
    if locale.language == "en":
        written = f"{on.day} {locale.months['format']['abbreviated'][on.month]}"
        return f"{written} {on.year}" if "y" in skeleton else written
    return format_skeleton(skeleton, on, locale=locale)


@lru_cache(_WRITTEN)
def _decimal(value: float | Decimal | int, pattern: str, locale: Locale) -> str:
    return format_decimal(value, format=_pattern(pattern), locale=locale)


@lru_cache(_WRITTEN)
def _currency(amount: Decimal, currency: str, pattern: str | None, locale: Locale) -> str:
    written = _pattern(pattern) if pattern else None
    return format_currency(amount, currency, written, locale, currency_digits=pattern is None)


@cache
def _pattern(text: str) -> NumberPattern:
    # Half of the time that a figure takes is the reading of its pattern.
    return parse_pattern(text)


def _locale() -> Locale:
    return _parsed(get_language() or "en")


@cache
def _parsed(language: str) -> Locale:
    return Locale.parse(language, sep="-")


__all__ = [
    "MICROS",
    "NOTHING",
    "ago",
    "clock_time",
    "day",
    "day_and_moment",
    "days",
    "exact_money",
    "exact_number",
    "hours",
    "long_day",
    "moment",
    "money",
    "number",
    "percent",
    "points",
    "rate",
    "short_money",
    "short_number",
    "spaced",
    "unit_price",
]

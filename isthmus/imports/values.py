"""Turning what stands in a cell into a value of a kind. Pure; a cell that cannot be raises BadValue."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from isthmus.core.money import to_micros
from isthmus.core.refusals import Refusal
from isthmus.imports.recipe.model import Format
from isthmus.imports.source.numerals import currency_in, without_currency

Reader = Callable[[Any], Any]
# Plain digits with at most one decimal point, once the file's own marks are taken away.
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_ISO = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?)?")
_MICROS_LIMIT = 2**63


class BadValue(Refusal):
    """A cell is not what its field needs."""


def text_of(value: Any) -> str:
    """A cell as text, as it would stand in a text file."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


def reader_of(kind: str, file: Format, format_: str, zone: ZoneInfo, scale: Decimal | None) -> Reader:
    """The function that reads a field of this kind from a cell that is not empty."""
    patterns = (format_,) if format_ else file.dates
    if kind == "moment":
        return lambda value: read_moment(value, patterns, zone)
    if kind == "day":
        return lambda value: read_moment(value, patterns, zone).astimezone(zone).date()
    if kind == "amount":
        return lambda value: _micros(_scaled(read_number(value, file), scale), value)
    if kind == "whole":
        return lambda value: _whole(_scaled(read_number(value, file), scale), value)
    if kind == "words":
        return lambda value: [word.strip() for word in text_of(value).split(",") if word.strip()]
    if kind == "currency":
        return lambda value: currency_in(text_of(value)) or text_of(value).strip().upper()
    if kind == "country":
        return read_country
    if kind == "code":
        return lambda value: text_of(value).strip().upper()
    if format_:
        return lambda value: read_moment(value, patterns, zone).astimezone(zone).date().isoformat()
    if scale is not None:
        return lambda value: _plain(_scaled(read_number(value, file), scale))
    return lambda value: text_of(value).strip()


def read_country(value: Any) -> str:
    """The code of a country from its code or its name."""
    text = text_of(value).strip()
    if re.fullmatch(r"[A-Za-z]{2}", text):
        return text.upper()
    code = country_codes().get(text.casefold())
    if code is None:
        raise BadValue(
            _("“%(value)s” is no country that is known here. Write its code of two letters, such as DE.")
            % {"value": _short(value)}
        )
    return code


@cache
def country_codes() -> dict[str, str]:
    """Codes of countries by their names in the languages of most exports, in small letters."""
    from babel import Locale

    codes = {"usa": "US", "u.s.a.": "US", "u.s.": "US", "united states of america": "US", "uk": "GB",
             "great britain": "GB", "england": "GB", "holland": "NL", "the netherlands": "NL"}  # fmt: skip
    for language in ("en", "de", "fr", "es", "it", "nl", "pt", "sv", "da", "nb", "fi", "pl"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("EU", "UN", "EZ", "ZZ"):
                codes.setdefault(name.casefold(), code)
    return codes


def read_number(value: Any, file: Format) -> Decimal:
    """An exact number from a cell, by the file's decimal and thousands marks."""
    if isinstance(value, Decimal):
        number = value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        number = Decimal(repr(value))
    else:
        plain = re.sub(r"[\s\u00a0\u202f]", "", without_currency(text_of(value))).replace("’", "'")
        if file.thousands:
            plain = plain.replace(file.thousands, "")
        if file.decimal != ".":
            # A point that is no decimal mark would silently make 1.234 of a thousand.
            plain = "?" if "." in plain else plain.replace(file.decimal, ".")
        if not _NUMBER.fullmatch(plain):
            raise BadValue(_("“%(value)s” is not a number.") % {"value": _short(value)})
        number = Decimal(plain)
    if not number.is_finite():
        raise BadValue(_("“%(value)s” is not a number.") % {"value": _short(value)})
    return number


def read_moment(value: Any, patterns: tuple[str, ...], zone: ZoneInfo) -> datetime:
    """An instant in UTC. A day alone is its midnight, a time without a zone is in the file's zone."""
    if isinstance(value, datetime):
        found: datetime | None = value
    elif isinstance(value, date):
        found = datetime.combine(value, time())
    else:
        found = _parsed(text_of(value).strip(), patterns)
    if found is None:
        raise BadValue(_not_a_time(value, patterns))
    if found.tzinfo is None:
        found = found.replace(tzinfo=zone)
    try:
        return found.astimezone(UTC)
    except OverflowError:
        raise BadValue(_not_a_time(value, patterns)) from None


def _parsed(text: str, patterns: tuple[str, ...]) -> datetime | None:
    if not patterns:
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            return None
    for pattern in patterns:
        try:
            if pattern in ("seconds", "milliseconds"):
                return datetime.fromtimestamp(float(text) / (1 if pattern == "seconds" else 1000), UTC)
            return datetime.fromisoformat(text) if pattern == "iso" else datetime.strptime(text, pattern)  # noqa: DTZ007
        except (ValueError, OverflowError, OSError):
            continue
    # Workbooks hold times, not texts; they are staged in this form, which can mean only one thing.
    if _ISO.fullmatch(text) and not any(pattern.startswith("%Y-%d") for pattern in patterns):
        return _parsed(text, ())
    return None


def _not_a_time(value: Any, patterns: tuple[str, ...]) -> str:
    examples = list(dict.fromkeys(_example(pattern) for pattern in patterns))
    wanted = (
        f"{', '.join(examples[:-1])} {_('or')} {examples[-1]}" if len(examples) > 1 else "".join(examples)
    )
    return _("“%(value)s” is not a date or time written as %(pattern)s.") % {
        "value": _short(value),
        "pattern": wanted or "2026-01-31 or 2026-01-31 14:05",
    }


def _example(pattern: str) -> str:
    """A time written by a pattern: what people know a form by."""
    words = {"iso": "2026-01-31 14:05", "seconds": "1769868300", "milliseconds": "1769868300000"}
    return words.get(pattern) or datetime(2026, 1, 31, 14, 5, tzinfo=UTC).strftime(pattern)


def _scaled(number: Decimal, scale: Decimal | None) -> Decimal:
    return number if scale is None else number * scale


def _micros(number: Decimal, value: Any) -> int:
    try:
        micros = to_micros(number)
    except (ValueError, InvalidOperation):
        micros = _MICROS_LIMIT
    if abs(micros) >= _MICROS_LIMIT:
        raise BadValue(_("“%(value)s” is too large for an amount.") % {"value": _short(value)})
    return micros


def _whole(number: Decimal, value: Any) -> int:
    if number != number.to_integral_value():
        raise BadValue(_("“%(value)s” is not a whole number.") % {"value": _short(value)})
    return int(number)


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")


def _short(value: Any) -> str:
    return text_of(value)[:60]

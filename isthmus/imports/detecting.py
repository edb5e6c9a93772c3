"""What the texts of a column are, judged over all of them at once; a sentence where two answers fit. Pure."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from isthmus.imports.source.dates import DateShape, date_shape
from isthmus.imports.source.numerals import Numeral, numeral

ENOUGH = 0.9  # of the filled cells, for a column to be of a kind
NOTHING = frozenset({"-", "--", "n/a", "null", "#n/a", "(null)", "(empty)", "\\n"})
MAX_DISTINCT = 1_000
_EMAIL = re.compile(r"(mailto:)?[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]{2,}", re.IGNORECASE)
_URL = re.compile(r"(https?://\S+\.\S+|www\.\S+\.\S+|([a-z0-9][a-z0-9-]*\.)+[a-z]{2,}(/\S*)?)", re.IGNORECASE)
_PHONE = re.compile(r"[+(]?\d[\d\s()./\u00a0-]{5,24}((ext\.?|x)\s?\d+)?", re.IGNORECASE)
_FLAGS = frozenset([
    "yes", "no", "y", "n", "true", "false", "on", "off", "ja", "nein", "wahr", "falsch", "oui", "non",
    "vrai", "faux", "sí", "si", "verdadero", "falso", "sim", "não", "nao", "verdadeiro", "x", "0", "1",
])  # fmt: skip
_PAIRS = ({"0", "1"}, {"y", "n"}, {"x"})  # short words that are flags only when nothing else stands there


@dataclass(frozen=True)
class Detected:
    """What a column is, and how its values are written where that matters."""

    kind: str
    formats: tuple[str, ...] = ()  # of days and times, the commonest first
    decimal: str = ""
    thousands: str = ""
    currency: str = ""
    currencies: tuple[str, ...] = ()
    is_ambiguous: bool = False  # of days: which number is the month; of numbers: which mark is the decimal
    doubts: tuple[str, ...] = ()
    date_mark: str = field(default="", repr=False)


def detect(values: Sequence[str]) -> Detected:
    """The kind of a column by its filled cells."""
    if not values:
        return Detected("empty")
    for judge in (_plain_kind, _dates, _numbers, _phones):
        found = judge(values)
        if found is not None:
            return found
    return Detected("text")


def agree(columns: Sequence[Detected]) -> list[Detected]:
    """Columns of one file beside each other: what one leaves open, another may decide."""
    decimals = Counter(one.decimal for one in columns if one.decimal and not one.is_ambiguous)
    decimal = decimals.most_common(1)[0][0] if decimals else ""
    orders = {
        one.date_mark: one.formats[0][:2]
        for one in columns
        if one.formats and one.date_mark and not one.is_ambiguous
    }
    return [_agreed(one, decimal, orders) for one in columns]


def _agreed(one: Detected, decimal: str, orders: dict[str, str]) -> Detected:
    if one.kind in ("number", "money") and one.is_ambiguous and decimal:
        thousands = {",": ".", ".": ","}[decimal]
        if one.decimal != decimal:
            one = replace(one, decimal=decimal, thousands=thousands)
        return replace(one, is_ambiguous=False, doubts=one.doubts[1:])
    if one.kind in ("day", "time") and one.is_ambiguous:
        if one.date_mark in orders:
            formats = tuple(_ordered(pattern, orders[one.date_mark]) for pattern in one.formats)
            return replace(one, formats=formats, is_ambiguous=False, doubts=one.doubts[1:])
        if decimal == "," and one.formats[0].startswith("%m"):
            return replace(one, formats=tuple(_ordered(pattern, "%d") for pattern in one.formats))
    return one


def _ordered(pattern: str, first: str) -> str:
    if pattern[:2] == first or pattern[:2] not in ("%d", "%m"):
        return pattern
    return pattern.translate(str.maketrans("dm", "md"))


def _plain_kind(values: Sequence[str]) -> Detected | None:
    words = {value.lower() for value in values[:MAX_DISTINCT]}
    if words <= _FLAGS and len(words) <= 4:
        short = {word for word in words if len(word) == 1}
        if words in _PAIRS or not short or (len(words) > 1 and not words <= {"0", "1"}):
            return Detected("flag")
    for kind, matches in (("email", _EMAIL.fullmatch), ("url", _URL.fullmatch)):
        if (share := _share(values, matches)) >= ENOUGH:
            return Detected(kind, doubts=_exceptions(values, matches, share, kind))
    return None


def _phones(values: Sequence[str]) -> Detected | None:
    if (share := _share(values, _is_phone)) < ENOUGH:
        return None
    return Detected("phone", doubts=_exceptions(values, _is_phone, share, "phone"))


def _is_phone(value: str) -> bool:
    # Digits alone are a number of a phone only when there are many of them.
    least = 9 if value.isdigit() else 6
    return _PHONE.fullmatch(value) is not None and sum(letter.isdigit() for letter in value) >= least


def _share(values: Sequence[str], matches: Callable[[str], object]) -> float:
    return sum(1 for value in values if matches(value)) / len(values)


def _exceptions(
    values: Sequence[str], matches: Callable[[str], object], share: float, kind: str
) -> tuple[str, ...]:
    if share == 1:
        return ()
    wrong = [value for value in values if not matches(value)]
    words = {
        "email": _("e-mail address"),
        "url": _("web address"),
        "phone": _("phone number"),
        "day": _("date"),
        "number": _("number"),
    }
    return (
        _("%(count)s of %(all)s looked at are no %(kind)s, such as “%(value)s”.")
        % {"count": len(wrong), "all": len(values), "kind": words[kind], "value": wrong[0][:60]},
    )


def _dates(values: Sequence[str]) -> Detected | None:
    shapes = [date_shape(value) for value in values]
    known: list[DateShape] = [shape for shape in shapes if shape]
    share = len(known) / len(values)
    if share < ENOUGH * 0.85:  # Dates are what people mistype most; the exceptions are told.
        return None
    patterns = Counter(shape.pattern for shape in known)
    numeric = [shape for shape in known if shape.first]
    doubts = _exceptions(values, date_shape, share, "day")
    has_time = sum(1 for shape in known if shape.has_time) * 2 >= len(known)
    formats = tuple(pattern for pattern, _count in patterns.most_common(6))
    kind = "time" if has_time else "day"
    if not numeric:
        return Detected(kind, formats, doubts=doubts)
    mark = numeric[0].mark
    day_first = sum(1 for shape in numeric if shape.first > 12)
    month_first = sum(1 for shape in numeric if shape.second > 12)
    if day_first and month_first:
        order = "%d" if day_first >= month_first else "%m"
        odd = next(s for s in numeric if (s.second if order == "%d" else s.first) > 12)
        doubts = (
            _("Days and months stand in both orders; “%(value)s” is the other way round than most.")
            % {"value": odd.text},
            *doubts,
        )
    else:
        order = "%m" if month_first or (not day_first and mark != ".") else "%d"
    formats = tuple(_ordered(pattern, order) for pattern in formats)
    is_ambiguous = not day_first and not month_first and mark != "."
    if is_ambiguous:
        doubts = (
            _("No value shows whether the day or the month comes first: “%(value)s” may be either.")
            % {"value": numeric[0].text},
            *doubts,
        )
    return Detected(kind, formats, is_ambiguous=is_ambiguous, doubts=doubts, date_mark=mark)


def _numbers(values: Sequence[str]) -> Detected | None:
    found = [numeral(value) for value in values]
    known: list[Numeral] = [one for one in found if one]
    share = len(known) / len(values)
    if share < ENOUGH:
        return None
    if sum(1 for one in known if one.is_padded) * 10 >= len(known):
        return None  # 00123 is a number's text, not a number: a key, a postcode, a phone.
    decimals = Counter(one.decimal for one in known if one.decimal)
    groups = Counter(one.thousands for one in known if one.thousands)
    unclear = [one for one in known if one.unclear]
    doubts: tuple[str, ...] = _exceptions(values, numeral, share, "number")
    decimal = decimals.most_common(1)[0][0] if decimals else ""
    thousands = groups.most_common(1)[0][0] if groups else ""
    is_ambiguous = bool(unclear) and not decimal and not thousands
    if not decimal and thousands in (",", "."):
        decimal = "." if thousands == "," else ","
    elif is_ambiguous:
        thousands, decimal = unclear[0].unclear, "," if unclear[0].unclear == "." else "."
        doubts = (
            _("“%(value)s” may be over a thousand or a broken number; it is taken for over a thousand.")
            % {"value": unclear[0].text},
            *doubts,
        )
    elif unclear and not thousands and decimal != unclear[0].unclear:
        thousands = unclear[0].unclear
    if decimal == thousands:
        thousands = ""
    codes = [code for code, _count in Counter(one.currency for one in known if one.currency).most_common()]
    if len(codes) > 1:
        several = _("The amounts are in several currencies: %(codes)s.") % {"codes": ", ".join(codes)}
        doubts = (*doubts, several)
    return Detected(
        "money" if codes else "number",
        decimal=decimal,
        thousands=thousands,
        currency=codes[0] if len(codes) == 1 else "",
        currencies=tuple(codes),
        is_ambiguous=is_ambiguous,
        doubts=doubts,
    )

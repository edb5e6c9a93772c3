"""How a number is written in a text: its marks and its currency. Pure."""

import re
from dataclasses import dataclass

SYMBOLS = {
    "€": "EUR", "US$": "USD", "R$": "BRL", "A$": "AUD", "C$": "CAD", "$": "USD", "£": "GBP", "¥": "JPY",
    "₹": "INR", "zł": "PLN", "₺": "TRY", "₩": "KRW", "₽": "RUB", "Kč": "CZK", "Fr.": "CHF",
}  # fmt: skip
CODES = frozenset([
    "EUR", "USD", "GBP", "CHF", "JPY", "CNY", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "BGN",
    "TRY", "BRL", "MXN", "ARS", "CLP", "COP", "PEN", "CAD", "AUD", "NZD", "INR", "SGD", "HKD", "KRW",
    "ZAR", "AED", "SAR", "ILS", "THB", "IDR", "MYR", "PHP", "VND", "UAH", "RUB", "KWD", "EGP", "MAD",
    "NGN", "KES", "ISK",
])  # fmt: skip
_SYMBOLS = "|".join(sorted((re.escape(one) for one in SYMBOLS), key=len, reverse=True))
_MONEY = rf"(?:{_SYMBOLS}|[A-Z]{{3}})"
_NUMERAL = re.compile(
    rf"(?P<sign>[+-]?)\s?(?P<before>{_MONEY}?)\s?(?P<sign2>-?)(?P<body>\d[\d.,'’\s\u00a0\u202f]*|[.,]\d+)"
    rf"\s?(?P<after>{_MONEY}?)"
)
_BLANKS = re.compile(r"(?<=\d)[\s\u00a0\u202f](?=\d{3}(?!\d))")


@dataclass(frozen=True)
class Numeral:
    """The marks of one number. `unclear`: the one mark in it, where that may be of either kind."""

    text: str
    decimal: str = ""
    thousands: str = ""
    unclear: str = ""
    currency: str = ""
    is_padded: bool = False  # begins with a zero, as keys and postcodes do


def numeral(text: str) -> Numeral | None:
    """The marks of a text that is one number, with or without a currency; otherwise None."""
    match = _NUMERAL.fullmatch(text.strip())
    if match is None or len(text) > 40:
        return None
    currency = currency_of(match["before"]) or currency_of(match["after"])
    if (match["before"] or match["after"]) and not currency:
        return None
    body, blanks = _BLANKS.subn("", match["body"].strip())
    if re.search(r"\s", body):
        return None
    if not re.sub(r"[.,'’]", "", body).isdigit():
        return None
    thousands = " " if blanks else ""
    if re.search("['’]", body):
        if not re.fullmatch(r"\d{1,3}(['’]\d{3})+([.,]\d+)?", body):
            return None
        body, thousands = re.sub("['’]", "", body), "'"
    marks = [letter for letter in body if letter in ".,"]
    is_padded = len(body) > 1 and body[0] == "0" and body[1].isdigit()
    if not marks:
        return Numeral(text, thousands=thousands, currency=currency, is_padded=is_padded)
    last = marks[-1]
    if len(set(marks)) == 2:
        other = "." if last == "," else ","
        whole, _mark, _rest = body.rpartition(last)
        if marks.count(last) > 1 or not re.fullmatch(rf"\d{{1,3}}({re.escape(other)}\d{{3}})+", whole):
            return None
        return Numeral(text, last, other, currency=currency)
    if len(marks) > 1:
        if not re.fullmatch(rf"\d{{1,3}}({re.escape(last)}\d{{3}})+", body):
            return None
        return Numeral(text, thousands=last, currency=currency)
    whole, _mark, rest = body.partition(last)
    if len(rest) == 3 and 1 <= len(whole) <= 3 and whole != "0" and not thousands:
        return Numeral(text, unclear=last, currency=currency, is_padded=is_padded)
    return Numeral(text, decimal=last, thousands=thousands, currency=currency, is_padded=is_padded)


def currency_of(word: str) -> str:
    """The code of a currency's sign or code; empty for what is none."""
    return SYMBOLS.get(word) or (word if word in CODES else "")


def without_currency(text: str) -> str:
    """The number of an amount, without the sign or code of its currency."""
    match = _NUMERAL.fullmatch(text.strip())
    if match is None or not (currency_of(match["before"]) or currency_of(match["after"])):
        return text
    return match["sign"] + match["sign2"] + match["body"]


def currency_in(text: str) -> str:
    """The currency of an amount like “€ 1.200” or “1,200 USD”, or of a code alone; empty if there is none."""
    match = _NUMERAL.fullmatch(text.strip())
    if match is None:
        return currency_of(text.strip())
    return currency_of(match["before"]) or currency_of(match["after"])

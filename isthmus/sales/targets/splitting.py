"""Splitting a target by weights, exact to the smallest unit of what it is counted in. Pure."""

from collections.abc import Sequence
from decimal import Decimal

from isthmus.core.money import MICROS, split_micros

_FINE = 10**9  # weights are compared to nine places


def smallest_unit(currency: str) -> int:
    """The micros of a currency's smallest unit (a cent: 10,000); of what is counted, without one, of one."""
    if not currency:
        return MICROS
    from babel.numbers import get_currency_precision

    digits: int = get_currency_precision(currency)
    return int(MICROS // 10 ** min(digits, 6))


def split_in_units(total: int, weights: Sequence[Decimal | int], unit: int) -> list[int]:
    """Parts by weights, each a whole number of units, that add up to the total exactly.

    What the total holds below a unit goes to the first part that has any weight. Weights are not negative;
    when all are zero the parts are as equal as they can be.
    """
    whole, rest = divmod(total, unit)
    parts = [
        part * unit for part in split_micros(whole, [int(Decimal(weight) * _FINE) for weight in weights])
    ]
    if rest:
        at = next((place for place, weight in enumerate(weights) if weight), 0)
        parts[at] += rest
    return parts

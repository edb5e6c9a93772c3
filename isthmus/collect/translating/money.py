"""The amount of an event: `revenue`, else `total`, in its currency (USD where none is named)."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from isthmus.collect.translating.wire import Properties
from isthmus.core.money import to_micros

_LARGEST = 9_000_000_000_000  # whole units: its micros must fit into 64 bits


class AmountError(ValueError):
    """An amount or currency that cannot be read."""


def amount_of(properties: Properties) -> tuple[int | None, str | None]:
    """Integer micros and the currency's code; none of both where no amount is named. Raises AmountError."""
    said = properties.revenue if properties.revenue not in (None, "") else properties.total
    if said in (None, ""):
        return None, None
    currency = properties.currency if properties.currency not in (None, "") else "USD"
    if not isinstance(currency, str) or not re.fullmatch("[A-Za-z]{3}", currency):
        raise AmountError(str(currency)[:100])
    return _micros(said), currency.upper()


def _micros(said: Any) -> int:
    if isinstance(said, bool) or not isinstance(said, int | float | str):
        raise AmountError(str(said)[:100])
    try:
        exact = Decimal(str(said).strip().replace(",", "") if isinstance(said, str) else str(said))
        if not exact.is_finite() or abs(exact) > _LARGEST:
            raise AmountError(str(said)[:100])
        return to_micros(exact)
    except (InvalidOperation, ValueError):
        raise AmountError(str(said)[:100]) from None

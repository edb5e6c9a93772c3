"""How much of a sum hangs on few."""

from collections.abc import Sequence
from typing import NamedTuple


class Concentration(NamedTuple):
    """The largest one's and the ten largest ones' shares of what all that paid paid, and their number."""

    one: float
    ten: float
    payers: int


def concentration(amounts: Sequence[float]) -> Concentration | None:
    """Of amounts above zero; None where there are none."""
    paid = sorted((amount for amount in amounts if amount > 0), reverse=True)
    if not paid:
        return None
    return Concentration(paid[0] / sum(paid), sum(paid[:10]) / sum(paid), len(paid))

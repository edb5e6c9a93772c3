"""Money at the edges; whole micros of a currency inside."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

MICROS = 1_000_000


@dataclass(frozen=True, order=False)
class Money:
    """An exact amount in one currency. Sums of two currencies are refused by ValueError."""

    amount: Decimal
    currency: str

    @classmethod
    def from_micros(cls, micros: int, currency: str) -> "Money":
        """The amount that integer micros stand for."""
        return cls(Decimal(micros) / MICROS, currency)

    @property
    def micros(self) -> int:
        """Integer micros, half a micro rounded to the even one."""
        return to_micros(self.amount)

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be added without a rate.")
        return Money(self.amount + other.amount, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)


def to_micros(amount: Decimal | int | str) -> int:
    """Integer micros of an amount written in whole units. Raises ValueError for NaN or infinity."""
    try:
        exact = Decimal(amount)
    except InvalidOperation as error:
        raise ValueError(f"{amount!r} is not an amount.") from error
    if not exact.is_finite():
        raise ValueError(f"{amount!r} is not an amount.")
    return int((exact * MICROS).to_integral_value(ROUND_HALF_EVEN))


def from_micros(micros: int) -> Decimal:
    """The exact amount in whole units that integer micros stand for."""
    return Decimal(micros) / MICROS


def split_micros(total: int, weights: list[int]) -> list[int]:
    """Split a total by weights so that the parts add up to it exactly (largest remainder, first wins ties).

    Weights are not negative; when all are zero the parts are as equal as they can be.
    """
    if not weights:
        raise ValueError("There is nothing to split the amount over.")
    if not any(weights):
        weights = [1] * len(weights)
    whole = sum(weights)
    sign, size = (-1, -total) if total < 0 else (1, total)
    parts = [size * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(size * weights[i] % whole), i))
    for index in by_remainder[: size - sum(parts)]:
        parts[index] += 1
    return [sign * part for part in parts]

"""What a plan says, for one seller in one period. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple


@dataclass(frozen=True)
class Rules:
    """A plan's rules. Rates and `times` are plain factors: 0.08 is eight per cent.

    `accelerators`: from which share of the quota on the rate is taken how many times, rising. `products` and
    `families` have rates of their own; a product's goes before its family's. `cap`: micros in a period.
    """

    rate: Decimal = Decimal(0)
    accelerators: tuple[tuple[Decimal, Decimal], ...] = ()
    products: Mapping[int, Decimal] = field(default_factory=dict)
    families: Mapping[str, Decimal] = field(default_factory=dict)
    cap: int | None = None
    clawback: bool = True

    def rate_for(self, product: int | None, family: str) -> Decimal:
        """The rate of what was sold."""
        if product is not None and product in self.products:
            return self.products[product]
        return self.families.get(family, self.rate)

    @property
    def highest(self) -> Decimal:
        """No part of a payment earns more than this."""
        rates = max([self.rate, *self.products.values(), *self.families.values()])
        return rates * max([Decimal(1), *(times for _from, times in self.accelerators)])


NOTHING = Rules()


@dataclass(frozen=True)
class Terms:
    """The rules that hold for one seller from `first` until before `after_last`, and their quota there.

    `planned` is false where the seller has no plan: nothing is earned, but what was may be taken back.
    """

    first: date
    after_last: date
    rules: Rules = NOTHING
    quota: int | None = None
    planned: bool = True


class Piece(NamedTuple):
    """A part of a payment that earns one rate, `times` for what the quota's tier makes of it."""

    amount: int
    rate: Decimal
    times: Decimal


def pieces(terms: Terms, before: int, amount: int, rate: Decimal) -> list[Piece]:
    """How an amount above zero falls into the tiers of attainment, where `before` was attained already.

    Only the part above a tier's beginning earns that tier. Without a quota there are no tiers.
    """
    if not terms.quota:
        return [Piece(amount, rate, Decimal(1))]
    starts = [(int(share * terms.quota), times) for share, times in terms.rules.accelerators]
    bands: list[tuple[int | None, Decimal]] = [(None, Decimal(1)), *starts]
    found = []
    low, high = before, before + amount
    for at, (start, times) in enumerate(bands):
        end = bands[at + 1][0] if at + 1 < len(bands) else None
        begins = low if start is None else max(low, start)
        ends = high if end is None else min(high, end)
        if ends > begins:
            found.append(Piece(ends - begins, rate, times))
    return found


def worth(parts: list[Piece], unit: int) -> int:
    """What the parts earn together, rounded once, half up, to whole units (micros of the smallest coin)."""
    exact = sum((Decimal(part.amount) * part.rate * part.times for part in parts), Decimal(0))
    return int((exact / unit).to_integral_value(ROUND_HALF_UP)) * unit

"""How large a sample company is."""

from dataclasses import dataclass

DAYS = 910  # of history: two and a half years
HORIZON = 31  # days after it, whose outcome only the truth knows
LEAST_LEADS = 1_500


@dataclass(frozen=True)
class Size:
    """Enquiries, visits for each of the smallest size's, and in how many countries media is told apart."""

    leads: int
    busy: float
    countries: int


SIZES = {
    "small": Size(LEAST_LEADS, 0.8, 3),
    "medium": Size(8_000, 1.25, 8),
    "large": Size(20_000, 7.0, 8),
}

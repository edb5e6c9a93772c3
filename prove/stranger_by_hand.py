"""The figures of such an export by plain Python over its files: nothing of Isthmus is used."""

import csv
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import median

from prove.stranger_set import FILES

_DATES = ("create_date", "engage_date", "close_date")
Rates = dict[str, tuple[int, int]]


@dataclass(frozen=True)
class ByHand:
    """Won and decided by whom and what; days; money by quarter; what is open on a day, and how old."""

    sellers: Rates
    managers: Rates
    products: Rates
    regions: Rates
    won_days: float
    lost_days: float
    revenue: dict[str, Decimal]
    open: int
    open_value: Decimal
    ages: list[int]
    undated: int

    @property
    def decided(self) -> int:
        """All that were won or lost."""
        return sum(n for _won, n in self.sellers.values())

    @property
    def won(self) -> int:
        """All that were won."""
        return sum(won for won, _n in self.sellers.values())


def last_day_of(folder: Path) -> date:
    """The last day that the opportunities name."""
    days = [row[name] for row in _read(folder / FILES[3]) for name in _DATES if row.get(name)]
    return max(date.fromisoformat(day) for day in days)


def spelled_in(folder: Path) -> dict[str, str]:
    """Products of the opportunities that the list of products spells otherwise: {"GTXPro": "GTX Pro"}."""
    listed = {row["product"] for row in _read(folder / FILES[1])}
    plain = {"".join(name.split()).lower(): name for name in listed}
    named = {row["product"] for row in _read(folder / FILES[3])} - listed
    return {name: plain["".join(name.split()).lower()] for name in named}


def figures_of(folder: Path, last_day: date) -> ByHand:
    """The figures of the four files in a folder; ages are of the end of `last_day`."""
    _accounts, products, teams, pipeline = (_read(folder / name) for name in FILES)
    manager = {row["sales_agent"]: row["manager"] for row in teams}
    region = {row["sales_agent"]: row["regional_office"] for row in teams}
    spelled = spelled_in(folder)
    costs = {row["product"]: Decimal(row["sales_price"]) for row in products}
    decided = [row for row in pipeline if row["deal_stage"] in ("Won", "Lost")]
    still = [row for row in pipeline if row["deal_stage"] not in ("Won", "Lost")]
    begun = [(row, _began(row)) for row in still]
    revenue: dict[str, Decimal] = defaultdict(Decimal)
    for row in decided:
        if row["deal_stage"] == "Won":
            closed = date.fromisoformat(row["close_date"])
            revenue[f"{closed.year}-Q{(closed.month + 2) // 3}"] += Decimal(row["close_value"])

    def rates(of: Callable[[dict[str, str]], str]) -> Rates:
        found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for row in decided:
            found[of(row)][0] += row["deal_stage"] == "Won"
            found[of(row)][1] += 1
        return {name: (won, n) for name, (won, n) in found.items()}

    return ByHand(
        sellers=rates(lambda row: row["sales_agent"]),
        managers=rates(lambda row: manager[row["sales_agent"]]),
        products=rates(lambda row: spelled.get(row["product"], row["product"])),
        regions=rates(lambda row: region[row["sales_agent"]]),
        won_days=median(_days(row) for row in decided if row["deal_stage"] == "Won"),
        lost_days=median(_days(row) for row in decided if row["deal_stage"] == "Lost"),
        revenue=dict(revenue),
        open=len(still),
        open_value=sum((costs[spelled.get(row["product"], row["product"])] for row in still), Decimal()),
        ages=sorted((last_day - date.fromisoformat(day)).days for _row, day in begun if day),
        undated=sum(not day for _row, day in begun),
    )


def _days(row: dict[str, str]) -> int:
    return (date.fromisoformat(row["close_date"]) - date.fromisoformat(_began(row))).days


def _began(row: dict[str, str]) -> str:
    """The day on which it was created, or engaged where that is not told."""
    return row.get("create_date") or row["engage_date"]


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))

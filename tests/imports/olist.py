"""The real funnel, where it is at hand, and what is known of it, computed here without the product."""

import csv
import os
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RECIPE = ROOT / "examples" / "recipes" / "olist.toml"
FILES = (
    "olist_marketing_qualified_leads_dataset.csv",
    "olist_closed_deals_dataset.csv",
    "order_items_closed_deal_sellers.csv",
)


def files() -> list[Path]:
    """The three files, in the folder that ISTHMUS_DATA names; skips the test when they are not there."""
    folder = Path(os.environ.get("ISTHMUS_DATA") or ROOT.parent / "shared" / "data") / "olist"
    found = [folder / name for name in FILES]
    missing = [path.name for path in found if not path.is_file()]
    if missing:
        pytest.skip(f"the Olist data is not here ({missing[0]} is missing in {folder}); see {RECIPE.name}")
    return found


@dataclass
class Group:
    """What is known of some leads."""

    leads: int = 0
    won: int = 0
    revenue: Decimal = Decimal(0)

    @property
    def conversion(self) -> float:
        return self.won / self.leads

    @property
    def revenue_per_lead(self) -> Decimal:
        return self.revenue / self.leads


@dataclass(frozen=True)
class Known:
    """The funnel read with the csv module alone."""

    leads: list[dict[str, str]]
    won: dict[str, dict[str, str]]  # by mql_id
    revenue: dict[str, Decimal]  # by mql_id
    orders: dict[str, set[str]]  # order numbers by mql_id

    def by(self, column: str, letters: int | None = None) -> dict[str, Group]:
        """Leads, wins and revenue by the (beginning of the) value of a column of the leads."""
        groups: dict[str, Group] = defaultdict(Group)
        for lead in self.leads:
            group = groups[lead[column][:letters]]
            group.leads += 1
            group.won += lead["mql_id"] in self.won
            group.revenue += self.revenue.get(lead["mql_id"], Decimal(0))
        return dict(groups)

    @property
    def days_to_close(self) -> list[int]:
        """Calendar days from first contact to win, where the win is not before it, in order."""
        contacts = {lead["mql_id"]: lead["first_contact_date"] for lead in self.leads}
        days = [
            (
                datetime.fromisoformat(deal["won_date"]).date()
                - datetime.fromisoformat(contacts[lead]).date()
            ).days
            for lead, deal in self.won.items()
        ]
        return sorted(one for one in days if one >= 0)


@cache
def known() -> Known:
    """The data's own answers."""
    leads, deals, items = (_read(path) for path in files())
    won = {deal["mql_id"]: deal for deal in deals}
    lead_of = {deal["seller_id"]: deal["mql_id"] for deal in deals}
    revenue: dict[str, Decimal] = defaultdict(Decimal)
    orders: dict[str, set[str]] = defaultdict(set)
    for item in items:
        lead = lead_of[item["seller_id"]]
        revenue[lead] += Decimal(item["price"])
        orders[lead].add(f"olist:{item['order_id']}/{item['seller_id']}")
    return Known(leads, won, dict(revenue), dict(orders))


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))

"""A CRM export of a stranger's shape, made up: accounts, products, sales teams, every opportunity that was.

With signal sellers, products and sectors win more or less than others; without, all have one chance.
"""

import csv
import math
import random
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

FIRST, LAST = date(2016, 10, 3), date(2017, 12, 31)
SECTORS = ("retail", "medical", "software", "telecom", "finance", "marketing", "services", "energy")
OFFICES = ("North", "Coast", "Hills")
PRODUCTS = (
    ("Keel Basic", "Keel", 550), ("Keel Pro", "Keel", 4821), ("Keel Plus Pro", "Keel", 5482),
    ("Mast Special", "Mast", 55), ("Mast Advanced", "Mast", 3393), ("Anchor 500", "Anchor", 26768),
    ("Keel Plus Basic", "Keel", 1096),
)  # fmt: skip
OTHERWISE = {"Keel Pro": "KeelPro"}  # how the pipeline spells a product
BASE_LOGIT = 0.53  # 63 of 100
FILES = ("accounts.csv", "products.csv", "sales_teams.csv", "sales_pipeline.csv")
_HEADS = {
    "accounts.csv": "account,sector,year_established,revenue,employees,office_location,subsidiary_of",
    "products.csv": "product,series,sales_price",
    "sales_teams.csv": "sales_agent,manager,regional_office",
    "sales_pipeline.csv": (
        "opportunity_id,sales_agent,product,account,deal_stage,create_date,engage_date,close_date,close_value"
    ),
}


def write_set(folder: Path, *, rows: int = 8800, seed: int = 5, signal: bool = True) -> list[Path]:
    """Write the four files, the same for the same arguments."""
    luck = random.Random(seed)
    accounts = _accounts(luck)
    sellers = [f"Seller {chr(65 + number // 26)}{chr(65 + number % 26)}" for number in range(35)]
    managers = [f"Manager {name}" for name in ("Abel", "Berg", "Cruz", "Dahl", "Eyre", "Fox")]
    teams = [(seller, managers[at % 6], OFFICES[at % 6 // 2]) for at, seller in enumerate(sellers)]
    effects = {one: luck.gauss(0, 0.8) for one in [*sellers, *(row[0] for row in PRODUCTS), *SECTORS]}
    sector_of = {row[0]: row[1] for row in accounts}
    lines = []
    for number in range(rows):
        seller, product, account = luck.choice(sellers), luck.choice(PRODUCTS), luck.choice(accounts)[0]
        lift = effects[seller] + effects[product[0]] + effects[sector_of[account]] if signal else 0.0
        lines.append(_opportunity(luck, number, seller, product, account, lift))
    tables: dict[str, Iterable[Sequence[object]]] = {
        "accounts.csv": accounts,
        "products.csv": PRODUCTS,
        "sales_teams.csv": teams,
        "sales_pipeline.csv": lines,
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(_HEADS[name].split(","))
            writer.writerows(table)
    return [folder / name for name in FILES]


def _accounts(luck: random.Random) -> list[tuple[str, ...]]:
    names = [f"{a}{b} {c}" for a in ("Ka", "Lo", "Mi", "Nu") for b in ("ron", "vex", "dar") for c in _ENDS]
    found: list[tuple[str, ...]] = []
    for at, name in enumerate(names[:80]):
        parent = names[at - at % 10] if at % 10 in (3, 7) else ""
        found.append(
            (
                name,
                SECTORS[at % len(SECTORS)],
                str(1979 + at % 30),
                f"{luck.uniform(4, 9000):.2f}",
                str(luck.randint(9, 34000)),
                luck.choice(("Harbourland", "Quayland", "Pierland")),
                parent,
            )
        )
    return found


_ENDS = ("Group", "Works", "Labs", "Trade", "Lines", "Foods", "Media")


def _opportunity(
    luck: random.Random, number: int, seller: str, product: tuple[str, str, int], account: str, lift: float
) -> tuple[str, ...]:
    name = OTHERWISE.get(product[0], product[0])
    key = f"{number:06d}K"
    created = FIRST + timedelta(days=luck.randrange((LAST - FIRST).days))
    engaged = created + timedelta(days=luck.randrange(15))
    if engaged > LAST or luck.random() < 0.03:
        # Some have never been touched, and of half of those not even the day of their coming is known.
        day = created.isoformat() if luck.random() < 0.5 else ""
        return (key, seller, name, account if luck.random() < 0.3 else "", "Prospecting", day, "", "", "")
    is_won = luck.random() < 1 / (1 + math.exp(-(BASE_LOGIT + lift)))
    days = 1 + int(luck.gammavariate(2.0, 24.0 if is_won else 18.0))
    closed = engaged + timedelta(days=days)
    told = (key, seller, name)
    dates = (created.isoformat(), engaged.isoformat())
    if closed > LAST:
        return (*told, account if luck.random() < 0.6 else "", "Engaging", *dates, "", "")
    if not is_won:
        return (*told, account, "Lost", *dates, closed.isoformat(), "0")
    value = f"{product[2] * luck.uniform(0.7, 1.3):.2f}"
    return (*told, account, "Won", *dates, closed.isoformat(), value)

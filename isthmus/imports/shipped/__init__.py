"""Recipes for the standard exports of other CRMs, that every face can offer."""

from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Shipped:
    """A recipe of ours: its short name, what to call it, its text."""

    name: str
    title: str
    text: str

    @property
    def is_system(self) -> bool:
        """Whether it is a system's export by its name, not a shape that any may have."""
        return self.name not in _SHAPES


_SHAPES = ("expenses", "opportunities")
_TITLES = {
    "expenses": "Expenses: day, kind, amount, who",
    "hubspot": "HubSpot",
    "opportunities": "Accounts, products, teams and opportunities of any CRM",
    "pipedrive": "Pipedrive",
    "salesforce": "Salesforce",
}


def shipped_recipes() -> tuple[Shipped, ...]:
    """All of them, in the order of their names."""
    return tuple(
        Shipped(name, title, (_HERE / f"{name}.toml").read_text("utf-8")) for name, title in _TITLES.items()
    )


def shipped_recipe(name: str) -> Shipped | None:
    """The recipe of that short name."""
    return next((one for one in shipped_recipes() if one.name == name.lower()), None)

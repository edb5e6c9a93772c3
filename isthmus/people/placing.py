"""Where new people and accounts belong: a room above may have rules, else the territory of their country."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from isthmus.people.models import Account


@dataclass(frozen=True)
class Placed:
    """A territory, and who has it where rules say so."""

    territory_id: int | None
    owner_id: int | None = None
    team_id: int | None = None


class Placing(Protocol):
    """Rules that are at work. One instance serves one batch."""

    def place(self, accounts: Sequence[Account], *, owners: bool) -> list[Placed]:
        """Where each account lies, stored or only described; with `owners` also whose turn it is."""
        ...


def _no_rules(at: datetime) -> Placing | None:
    return None


# Set by the room that has rules: those at work, for a batch of that time; None while none are.
rules: Callable[[datetime], Placing | None] = _no_rules


def place_new(accounts: Sequence[Account]) -> None:
    """Put new accounts that are not stored yet where the rules say. An owner who was named stays."""
    placing = rules(accounts[0].created_at) if accounts else None
    if placing is None:
        return
    without = [one for one in accounts if one.owner_id is None]
    having = [one for one in accounts if one.owner_id is not None]
    for listed, owners in ((without, True), (having, False)):
        for account, placed in zip(listed, placing.place(listed, owners=owners), strict=True):
            account.territory_id = placed.territory_id
            if placed.owner_id is not None:
                account.owner_id, account.team_id = placed.owner_id, placed.team_id


def described(country: str, city: str, fields: dict[str, object]) -> Account:
    """What somebody brought of their company, as an account that is never stored."""
    known = {name: value for name, value in fields.items() if name in _TOLD and value not in (None, "")}
    custom = fields.get("custom") or {}
    return Account(**{"country": country, "city": city, **known, "custom": custom})


_TOLD = ("country", "city", "industry", "size", "region", "postcode", "revenue")

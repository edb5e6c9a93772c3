"""Making what rows refer to and may make: sellers who cannot sign in, campaigns, products."""

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from isthmus.core.actors import Actor
from isthmus.core.refusals import Refusal
from isthmus.imports.mapping import Reference
from isthmus.marketing.commands import CampaignExists, add_campaigns
from isthmus.sales.commands.catalogue import ProductExists, add_products
from isthmus.workspace.commands import add_team, add_territory
from isthmus.workspace.commands.users import UserExists, add_users

Missing = Mapping[str, Reference]


def _create_users(missing: Missing, namespace: str, by: Actor, at: datetime) -> None:
    # They are here so that what they did has an owner. Who works here still is invited as anybody is.
    rows = [
        {
            "external_id": word,
            "name": one.extras.get("name") or word.partition(":")[2] or word.partition("@")[0],
            "email": one.extras.get("email") or (word if "@" in word else made_up_address(word, namespace)),
            "role": one.extras.get("role") or "seller",
            "is_active": False,
            "at": at,
        }
        for word, one in missing.items()
    ]
    _raise_unless(UserExists, add_users(rows=rows, by=by))


def _create_campaigns(missing: Missing, namespace: str, by: Actor, at: datetime) -> None:
    rows = [
        {
            "name": one.extras.get("name") or word.partition(":")[2] or word,
            "channel": one.extras["channel"],
            "external_id": word if word.startswith(f"{namespace}:") else None,
            "at": at,
        }
        for word, one in missing.items()
    ]
    _raise_unless(CampaignExists, add_campaigns(rows=rows, by=by))


def _create_products(missing: Missing, namespace: str, by: Actor, at: datetime) -> None:
    rows = [
        {
            "sku": word,
            "name": one.extras.get("name") or word.partition(":")[2] or word,
            "family": one.extras.get("family") or "",
            "at": at,
        }
        for word, one in missing.items()
    ]
    _raise_unless(ProductExists, add_products(rows=rows, by=by))


def _create_teams(missing: Missing, namespace: str, by: Actor, at: datetime) -> None:
    for word in missing:
        add_team(name=word, by=by, at=at)


def _create_territories(missing: Missing, namespace: str, by: Actor, at: datetime) -> None:
    for word in missing:
        add_territory(name=word, by=by, at=at)


def made_up_address(word: str, namespace: str) -> str:
    """An address that can reach nobody, for users of whom none is known."""
    plain = re.sub(r"[^a-z0-9]+", "-", word.partition(":")[2].lower()).strip("-")
    if not plain or len(plain) > 60:
        plain = hashlib.sha256(word.encode()).hexdigest()[:32]
    return f"{plain}@{namespace.replace('_', '-')}.invalid"


def _raise_unless(known: type[Refusal], outcomes: list[Any]) -> None:
    """What cannot be made although the recipe says so stops the import: every row after it would fail too."""
    for outcome in outcomes:
        if isinstance(outcome, Refusal) and not isinstance(outcome, known):
            raise outcome


CREATORS: Mapping[str, Callable[[Missing, str, Actor, datetime], None]] = {
    "user": _create_users,
    "team": _create_teams,
    "territory": _create_territories,
    "campaign": _create_campaigns,
    "product": _create_products,
}

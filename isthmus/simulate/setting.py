"""Setting the sample company up: teams, users, markets, products, campaigns, fields, rates."""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from isthmus.core.actors import SYSTEM
from isthmus.marketing.commands import add_campaigns
from isthmus.sales.commands import add_pipeline, add_products
from isthmus.sales.models import Product, Stage
from isthmus.simulate import catalogue as c
from isthmus.simulate.sizes import DAYS
from isthmus.simulate.sources import SOURCES
from isthmus.workspace import commands as workspace
from isthmus.workspace.models import Team, Territory, User


@dataclass(frozen=True)
class Setting:
    """The rows that stories refer to, in the order of the catalogue; None where a source has no campaign."""

    users: list[User]
    products: list[Product]
    stages: list[Stage]
    campaigns: list[Any]
    territories: dict[str, int]


def set_up(*, seed: int, start: datetime) -> Setting:
    """Make everything that is there before the first lead comes."""
    by, at = SYSTEM, start
    workspace.update_company(
        name=c.COMPANY,
        base_currency=c.BASE_CURRENCY,
        time_zone=c.TIME_ZONE,
        holidays_country="SE",
        is_sample=True,
        by=by,
        at=at,
    )
    _fields(at)
    workspace.set_rates(rows=_rates(seed, start.date(), at), by=by)
    territories = _territories(at)
    users = _users(territories, at)
    pipeline = add_pipeline(
        name="New business",
        stages=[
            {"name": name, "probability": Decimal(str(chance)), "stale_days": days}
            for name, chance, days in c.STAGES
        ],
        by=by,
        at=at,
    )
    products = [{"sku": one.sku, "name": one.name, "family": one.family, "at": at} for one in c.PRODUCTS]
    campaigns = [
        {
            "name": one.campaign,
            "channel": one.channel,
            "started_on": start.date() + timedelta(days=int(one.from_day * DAYS)),
            "ended_on": start.date() + timedelta(days=int(one.to_day * DAYS)) if one.to_day < 1 else None,
            "at": at,
        }
        for one in SOURCES
        if one.campaign
    ]
    added = iter(add_campaigns(rows=campaigns, by=by))
    return Setting(
        users=users,
        products=add_products(rows=products, by=by),
        stages=list(pipeline.stages.order_by("position")),
        campaigns=[next(added) if one.campaign else None for one in SOURCES],
        territories=territories,
    )


def _fields(at: datetime) -> None:
    by = SYSTEM
    workspace.add_field(
        model="account", key="lines", label="Filling lines", type="number", kind="analytic", by=by, at=at
    )
    workspace.add_field(
        model="lead",
        key="need",
        label="Need",
        type="choice",
        kind="analytic",
        options=["Audit ahead", "Too much water", "Failed batch", "New line"],
        by=by,
        at=at,
    )
    workspace.add_field(
        model="person", key="nickname", label="Goes by", type="text", kind="identifying", by=by, at=at
    )
    workspace.add_field(
        model="deal",
        key="discount",
        label="Discount in percent",
        type="number",
        kind="analytic",
        by=by,
        at=at,
    )
    workspace.add_field(
        model="deal",
        key="objection",
        label="Main objection",
        type="choice",
        kind="analytic",
        options=[name for name, _ in c.OBJECTIONS],
        by=by,
        at=at,
    )
    workspace.add_field(
        model="deal", key="tender", label="Public tender", type="flag", kind="analytic", by=by, at=at
    )


def _territories(at: datetime) -> dict[str, int]:
    made: dict[str, int] = {}
    for name, (parent, countries) in c.TERRITORIES.items():
        row: Territory = workspace.add_territory(
            name=name, parent_id=made.get(parent or ""), countries=list(countries), by=SYSTEM, at=at
        )
        made[name] = row.pk
    return made


def _users(territories: dict[str, int], at: datetime) -> list[User]:
    teams: dict[str, int] = {}
    for name, parent in c.TEAMS.items():
        team: Team = workspace.add_team(name=name, parent_id=teams.get(parent or ""), by=SYSTEM, at=at)
        teams[name] = team.pk
    rows = [
        {
            "email": one.email,
            "name": one.name,
            "role": one.role,
            "team_id": teams.get(one.team or ""),
            "territory_id": territories.get(one.territory or ""),
            "at": at + timedelta(days=int(one.joins * DAYS)),
        }
        for one in c.STAFF
    ]
    return workspace.add_users(rows=rows, by=SYSTEM)


def _rates(seed: int, first: date, at: datetime) -> list[dict[str, Any]]:
    chance = random.Random(seed + 2)
    rates: list[dict[str, Any]] = []
    for currency, level in (("SEK", 0.088), ("CHF", 1.05)):
        for month in range(0, DAYS + 31, 30):
            level *= 1 + chance.gauss(0, 0.006)
            rates.append(
                {
                    "currency": currency,
                    "on": first + timedelta(days=month),
                    "base_per_unit": Decimal(str(round(level, 6))),
                    "at": at,
                }
            )
    return rates

"""The pages that are read, each address chosen at random: nobody asks the same question all day."""

import random
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlencode

from bench.clients import Address
from bench.world import SELLERS, Size

METRICS = ("leads", "response_time", "win_rate", "revenue", "revenue_per_lead", "impressions")
BY = {"impressions": ("channel", "campaign")}
DIMENSIONS = ("channel", "owner", "product", "landing_page")


def addresses(size: Size) -> Mapping[str, Address]:
    """What each client reads in turn."""
    return {
        "people": lambda choice: f"/people/?{urlencode({'owner': choice.randint(1, SELLERS)})}",
        "people filtered": lambda choice: f"/people/?{urlencode(_filtered(choice, size))}",
        "people by figure": lambda choice: f"/people/?{urlencode(_by_figure(choice))}",
        "leads": lambda choice: f"/leads/?{urlencode({'channel': _channel(choice), 'sort': '-captured_at'})}",
        "board": lambda choice: f"/deals/board/?{urlencode(window(choice, size))}",
        "board of all": lambda choice: "/deals/board/",
        "board of 10,000": lambda choice: "/deals/board/?pipeline=2",
        "my day": lambda choice: f"/day/?of={choice.randint(1, SELLERS)}",
        "my day, all of it": lambda choice: f"/day/?all&of={choice.randint(1, SELLERS)}",
        "busy account": lambda choice: "/accounts/1/",
        "board of one": lambda choice: f"/deals/board/?{urlencode({'owner': choice.randint(1, SELLERS)})}",
        "search": lambda choice: f"/search/results/?{urlencode({'q': _words(choice, size)})}",
        "person": lambda choice: f"/people/{choice.randint(1, size.people)}/",
        **{f"metric {name}": _metric(name, size) for name in METRICS},
        "overview": lambda choice: f"/?{urlencode(window(choice, size))}",
        "overview again": lambda choice: "/",
    }


def window(choice: random.Random, size: Size, days: int = 90) -> dict[str, str]:
    """Ninety days that end on some day of the last year."""
    until = size.end.date() - timedelta(days=choice.randint(1, 365))
    return {"since": (until - timedelta(days=days)).isoformat(), "until": until.isoformat()}


def dimension(metric: str, choice: random.Random) -> str:
    """What the metric is split by this time."""
    return choice.choice(BY.get(metric, DIMENSIONS))


def _metric(name: str, size: Size) -> Address:
    def address(choice: random.Random) -> str:
        asked = {"by": dimension(name, choice), **window(choice, size, days=365)}
        return f"/explore/{name}/figures.json?{urlencode(asked)}"

    return address


def _filtered(choice: random.Random, size: Size) -> dict[str, str]:
    """Three filters and a custom field."""
    return {
        "owner": str(choice.randint(1, SELLERS)),
        "country": choice.choice(("DE", "FR", "SE", "NL")),
        "updated_from": (size.end.date() - timedelta(days=choice.randint(1, 365))).isoformat(),
        "custom_plan": choice.choice(("Free", "Team", "Company", "Group")),
    }


def _by_figure(choice: random.Random) -> dict[str, str]:
    """Whoever paid so much within a year, and a custom field."""
    return {
        "revenue_least": choice.choice(("1", "1000", "5000")),
        "revenue_within": "365",
        "custom_plan": choice.choice(("Free", "Team", "Company", "Group")),
    }


def _channel(choice: random.Random) -> str:
    return choice.choice(("paid_search", "organic_search", "paid_social", "email", "direct", "referral"))


def _words(choice: random.Random, size: Size) -> str:
    first, last = (
        choice.choice(("Anna", "Carla", "Elsa", "Hugo", "Maja")),
        choice.choice(("Lind", "Sand", "Wik")),
    )
    number = choice.randint(1, size.people)
    return choice.choice((f"{first} {last}", f"company{number // 5}", f"0{30_00000000 + number}", first[:3]))

"""The sample company's rules of territories: some at work, and a draft about large customers."""

from datetime import datetime, timedelta
from typing import Any

from isthmus.simulate import catalogue as c
from isthmus.territories.commands import switch_on_territory_rules, write_territory_rules
from isthmus.workspace.actors import actor_for
from isthmus.workspace.commands import edit_territory
from isthmus.workspace.models import Territory, User

ZONES = {"Nordics": "Europe/Stockholm", "DACH": "Europe/Berlin", "Benelux": "Europe/Amsterdam"}


def add_places(*, until: datetime) -> None:
    """Written last, so that the history before lies where it lay: rules place only what comes in."""
    at = until - timedelta(minutes=1)
    by = actor_for(User.objects.filter(role="admin", is_active=True).order_by("pk")[0])
    numbers = dict(Territory.objects.values_list("name", "pk"))
    for name, zone in ZONES.items():
        edit_territory(territory_id=numbers[name], time_zone=zone, by=by, at=at)
    rules = [
        _of_countries(numbers[name], countries)
        for name, (_above, countries) in c.TERRITORIES.items()
        if countries
    ]
    spec = {"rules": rules, "fallback_id": numbers["Europe"]}
    write_territory_rules(spec=spec, by=by, at=at)
    switch_on_territory_rules(by=by, at=at)
    large = {"match": "all", "each": [{"field": "account.size", "op": "ge", "value": 1000}]}
    first = {"if": large, "territory_id": numbers["Europe"], "owner": {"how": "turn"}}
    write_territory_rules(spec={**spec, "rules": [first, *rules]}, by=by, at=at)


def _of_countries(territory_id: int, countries: tuple[str, ...]) -> dict[str, Any]:
    each = [{"field": "account.country", "op": "is", "value": country} for country in countries]
    return {"if": {"match": "any", "each": each}, "territory_id": territory_id, "owner": {"how": "turn"}}

"""What sellers offer to those who bought before: open deals, some forgotten, some about to close.

They end after the history, and nothing is paid for them in it: the known truth is of the enquiries alone.
"""

import random
from datetime import datetime, timedelta
from typing import Any

from isthmus.core.actors import SYSTEM
from isthmus.core.money import MICROS
from isthmus.core.refusals import Refusal
from isthmus.sales.commands import log_activities, move_deals
from isthmus.sales.commands.deals import open_deals
from isthmus.sales.models import Deal
from isthmus.simulate.setting import Setting
from isthmus.simulate.times import working
from isthmus.simulate.workdays import told_contact
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User

EACH = 9  # deals of one seller
_QUIET = 8  # days before the end in which nobody does anything about them
_TIMES = (2, 3, 2, 4, 1)  # halves of what they paid before


def open_further(setting: Setting, *, seed: int, until: datetime) -> None:
    """Open them, move them along, and note a call or two on each, as their sellers did it."""
    chance = random.Random(seed + 31)
    # As they stand now: some have left since the company was set up.
    for shift, user in enumerate(User.objects.filter(role="seller", is_active=True).order_by("pk")):
        before = Deal.objects.filter(owner=user, state="won", closed_at__lt=until - timedelta(days=40))
        customers = list(before.select_related("account", "person").order_by("-closed_at", "pk")[:EACH])
        rows = [_row(setting, old, place, until, chance) for place, old in enumerate(customers)]
        deals = _done(open_deals(rows=rows, by=SYSTEM))
        by = actor_for(user)
        _done(move_deals(rows=_moves(setting, deals, until, shift), by=by))
        calls = [
            {"deal_id": deal.pk, "at": working(deal.opened_at + timedelta(days=2)), **told_contact(deal.pk)}
            for deal in deals
        ]
        _done(log_activities(rows=calls, by=by))


def _row(setting: Setting, old: Deal, place: int, until: datetime, chance: random.Random) -> dict[str, Any]:
    product = setting.products[chance.randrange(len(setting.products) - 1)]
    opened = working(until - timedelta(days=18 + 5 * place + chance.uniform(0, 4)))
    whole = (old.amount or 2_000 * MICROS) // MICROS
    closes = until.date() + timedelta(days=(2, 24, -5, 1, 40, -1, 12)[place % 7])
    return {
        "name": f"{product.name} for {old.account or old.person}",
        "person_id": old.person_id,
        "account_id": old.account_id,
        "amount": max(whole * _TIMES[place % len(_TIMES)] // 2, 1) * MICROS,
        "currency": old.currency,
        "product_id": product.pk,
        "owner_id": old.owner_id,
        "expected_close_on": closes,
        "channel": old.channel,
        "campaign_id": old.campaign_id,
        "at": opened,
    }


def _moves(setting: Setting, deals: list[Deal], until: datetime, shift: int) -> list[dict[str, Any]]:
    """How far each has come: not beyond what was quiet since."""
    rows = []
    for place, deal in enumerate(deals):
        days = (until - deal.opened_at).days - _QUIET
        for step in range(1, 1 + (place + shift) % 4):
            at = working(deal.opened_at + timedelta(days=days * step / 5))
            rows.append({"deal_id": deal.pk, "stage_id": setting.stages[step].pk, "at": at})
    return rows


def _done(outcomes: list[Any]) -> list[Any]:
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refusal)]
    if refused:
        raise refused[0]
    return outcomes

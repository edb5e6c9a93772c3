"""What the sample company's sellers and teams are to bring, and what sellers committed to."""

import random
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from isthmus.core.actors import SYSTEM
from isthmus.money.commands import add_commission_plan, assign_commission_plan, lock_commission
from isthmus.sales.commands import adjust_commitment, commit_forecast, set_quotas
from isthmus.sales.targets.periods import Period
from isthmus.simulate import catalogue as c
from isthmus.simulate.setting import Setting
from isthmus.simulate.sizes import DAYS
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import Company, Team, User

# What a seller of a territory is to bring in a quarter, in thousands, when the company begins.
QUARTER = {"Nordics": 26, "DACH": 36, "Benelux": 44}
GROWTH = 0.02
COMMITTED = 2  # so many quarters back sellers' commitments are kept
_THOUSAND = 1_000_000_000


def set_targets(setting: Setting, *, seed: int, start: datetime, leads: int, until: datetime) -> None:
    """Quotas of every seller and team for each quarter, ten days before it begins; then commitments.

    They are in proportion to how many enquiries come, so that every size of company has such as are fair.
    """
    zone = Company.current().zone
    last = Period.containing("quarter", until.astimezone(zone).date())
    first = Period.containing("quarter", start.astimezone(zone).date())
    scale = leads / 1500
    rows: list[dict[str, Any]] = []
    period, place = first, 0
    while period <= last:
        rows += _rows(setting, period, place, scale, start)
        period, place = period.moved(1), place + 1
    set_quotas(rows=rows, by=SYSTEM)
    amounts = {(row["seller_id"], row["period"]): row["amount"] for row in rows if "seller_id" in row}
    chance = random.Random(seed + 11)
    for back in range(COMMITTED, -1, -1):
        _commit(setting, last.moved(-back), amounts, chance, until)


def _rows(
    setting: Setting, period: Period, place: int, scale: float, start: datetime
) -> Iterator[dict[str, Any]]:
    """One quarter: each seller who is there, then each team with what its sellers have, a little less."""
    at = max(start, datetime.combine(period.first, datetime.min.time(), start.tzinfo) - timedelta(days=10))
    above = dict(Team.objects.values_list("pk", "parent_id"))
    of_team: dict[int, int] = {}
    for user, staff in zip(setting.users, c.STAFF, strict=True):
        share = _presence(staff, period, start.date())
        if staff.role != "seller" or share <= 0:
            continue
        thousands = round(QUARTER[staff.territory or ""] * scale * (1 + GROWTH) ** place * share)
        yield {"seller_id": user.pk, "period": str(period), "amount": thousands * _THOUSAND, "at": at}
        team = user.team_id
        while team is not None:
            of_team[team] = of_team.get(team, 0) + thousands
            team = above.get(team)
    for number, thousands in of_team.items():
        amount = round(thousands * 0.92) * _THOUSAND
        yield {"team_id": number, "period": str(period), "amount": amount, "at": at}


def _presence(staff: Any, period: Period, start: date) -> float:
    """The part of a quarter that somebody is there; half of it while they are new."""
    joined = start + timedelta(days=int(staff.joins * DAYS))
    left = start + timedelta(days=int(staff.leaves * DAYS)) if staff.leaves is not None else date.max
    if joined >= period.after_last or left <= period.first + timedelta(days=45):
        return 0.0
    return 0.5 if staff.joins and joined > period.first - timedelta(days=60) else 1.0


def _commit(
    setting: Setting,
    period: Period,
    amounts: Mapping[tuple[int, str], int],
    chance: random.Random,
    until: datetime,
) -> None:
    """Each seller's commitment two weeks into the quarter; the manager puts a figure beside every third."""
    at = datetime.combine(period.first, datetime.min.time(), until.tzinfo) + timedelta(days=14, hours=9)
    manager = actor_for(next(user for user in setting.users if user.role == "manager"))
    sellers: list[User] = [user for user in setting.users if (user.pk, str(period)) in amounts]
    for place, user in enumerate(sellers):
        amount = Decimal(round(amounts[user.pk, str(period)] / _THOUSAND * chance.uniform(0.8, 1.15))) * 1000
        if at >= until:
            continue
        commit_forecast(seller_id=user.pk, period=str(period), amount=amount, by=SYSTEM, at=at)
        if place % 3 == 0:
            adjust_commitment(
                seller_id=user.pk,
                period=str(period),
                amount=Decimal(round(amount * Decimal("0.9") / 1000)) * 1000,
                note="One of the large ones may slip",
                by=manager,
                at=at + timedelta(hours=2),
            )


def set_commission(setting: Setting, *, start: datetime, until: datetime) -> None:
    """One plan by the quarter for every seller, begun a year ago; what is over is locked but the last one."""
    zone = Company.current().zone
    running = Period.containing("quarter", until.astimezone(zone).date())
    first = max(running.moved(-4), Period.containing("quarter", start.astimezone(zone).date()))
    start = max(start, first.window(zone).start)
    plan = add_commission_plan(
        name="Standard",
        period_kind="quarter",
        rate=Decimal("0.06"),
        accelerators=[
            {"attainment": Decimal(1), "times": Decimal("1.5")},
            {"attainment": Decimal("1.5"), "times": Decimal(2)},
        ],
        cap=Decimal(20_000),
        valid_from=first.first,
        by=SYSTEM,
        at=start,
    )
    for user in setting.users:
        if user.role == "seller":
            assign_commission_plan(
                seller_id=user.pk, plan_id=plan.pk, from_on=first.first, by=SYSTEM, at=start
            )
    period = first
    while period < running.moved(-1):
        lock_commission(period=str(period), by=SYSTEM, at=period.window(zone).end + timedelta(days=8))
        period = period.moved(1)

"""Statements: what each seller earned in a period, line by line, open or locked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from isthmus.core.actors import Actor, Scope
from isthmus.money.commission.reading import Plans, line_of, walked
from isthmus.money.commission.terms import Terms
from isthmus.money.commission.walking import Line
from isthmus.money.models import CommissionLine, CommissionLock
from isthmus.sales.targets.periods import Period
from isthmus.workspace.models import Company, User


@dataclass(frozen=True)
class Statement:
    """One seller's commission in one period. Amounts are micros of `currency`.

    `lock` is empty while the period is open: its figures still move with what is paid and given back.
    """

    seller: User
    period: Period
    terms: Terms
    lines: Sequence[Line]
    currency: str
    lock: CommissionLock | None = None

    @property
    def total(self) -> int:
        """What is paid out: earned less what was taken back."""
        return sum(line.commission for line in self.lines)

    @property
    def earned(self) -> int:
        """What payments earned."""
        return sum(line.commission for line in self.lines if line.commission > 0)

    @property
    def taken_back(self) -> int:
        """What refunds, splits and corrections took away, below zero."""
        return sum(line.commission for line in self.lines if line.commission < 0)

    @property
    def credited(self) -> int:
        """The money that counts, net of refunds."""
        return sum(line.credited for line in self.lines)


def statements(actor: Actor, *, now: datetime, period: Period | None = None) -> list[Statement]:
    """The statements of the period in which each seller's `period` begins, of sellers whom the actor may see.

    Without a period, each seller's running one.
    """
    lines, plans = walked(now)
    company = Company.current()
    day = period.first if period is not None else now.astimezone(company.zone).date()
    found = []
    for seller in visible_sellers(actor, plans):
        found.append(_statement(seller, plans.period_of(seller.pk, day), lines, plans, company))
    return found


def statement(actor: Actor, seller_id: int, period: Period, *, now: datetime) -> Statement | None:
    """One seller's statement; None for a seller whom the actor may not see or who never had a plan."""
    lines, plans = walked(now)
    company = Company.current()
    seller = next((one for one in visible_sellers(actor, plans) if one.pk == seller_id), None)
    if seller is None:
        return None
    return _statement(seller, plans.period_of(seller.pk, period.first), lines, plans, company)


def visible_sellers(actor: Actor, plans: Plans) -> list[User]:
    """Those with a plan, past or present, whose commission the actor may see, by name."""
    scope = actor.scope("commission.view")
    if scope is None:
        return []
    sellers = User.objects.filter(pk__in=plans.sellers).order_by("name")
    if scope is Scope.ALL:
        return list(sellers)
    return [
        one
        for one in sellers
        if one.pk == actor.id or (scope is Scope.TEAM and one.team_id in actor.team_ids)
    ]


def _statement(
    seller: User, period: Period, lines: Sequence[Line], plans: Plans, company: Company
) -> Statement:
    lock = CommissionLock.objects.filter(owner=seller, first=period.first).first()
    if lock is not None:
        rows = CommissionLine.objects.filter(lock=lock).select_related("lock").order_by("at", "pk")
        lines = [line_of(row) for row in rows]
    own = [line for line in lines if line.seller == seller.pk and line.first == period.first]
    terms = plans.terms(seller.pk, period.first)
    return Statement(seller, period, terms, own, company.base_currency, lock)

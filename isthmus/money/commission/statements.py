"""Statements: what each seller earned in a period, line by line, open or locked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from isthmus.core.actors import Actor, Scope
from isthmus.money.commission.keeping import Lines, open_lines
from isthmus.money.commission.reading import Plans, line_of
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
    lines, plans = open_lines(now)
    company = Company.current()
    day = period.first if period is not None else now.astimezone(company.zone).date()
    wanted = [(seller, plans.period_of(seller.pk, day)) for seller in visible_sellers(actor, plans)]
    return _statements(wanted, lines, plans, company)


def statement(actor: Actor, seller_id: int, period: Period, *, now: datetime) -> Statement | None:
    """One seller's statement; None for a seller whom the actor may not see or who never had a plan."""
    lines, plans = open_lines(now)
    seller = next((one for one in visible_sellers(actor, plans) if one.pk == seller_id), None)
    if seller is None:
        return None
    wanted = [(seller, plans.period_of(seller.pk, period.first))]
    (found,) = _statements(wanted, lines, plans, Company.current())
    return found


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


def _statements(
    wanted: Sequence[tuple[User, Period]], lines: Lines, plans: Plans, company: Company
) -> list[Statement]:
    """The statements of sellers' periods: what is locked from its rows, the open ones from the walk."""
    sellers = [seller.pk for seller, _period in wanted]
    starts = {period.first for _seller, period in wanted}
    locks = {
        (lock.owner_id, lock.first): lock
        for lock in CommissionLock.objects.filter(owner__in=sellers, first__in=starts)
    }
    kept: dict[int, list[Line]] = {}
    rows = CommissionLine.objects.filter(lock__in=[lock.pk for lock in locks.values()])
    for row in rows.select_related("lock").order_by("at", "pk"):
        kept.setdefault(row.lock_id, []).append(line_of(row))
    found = []
    for seller, period in wanted:
        lock = locks.get((seller.pk, period.first))
        own = kept.get(lock.pk, []) if lock is not None else lines.get((seller.pk, period.first), ())
        terms = plans.terms(seller.pk, period.first)
        found.append(Statement(seller, period, terms, own, company.base_currency, lock))
    return found

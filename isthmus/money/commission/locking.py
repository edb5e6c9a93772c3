"""Locking a period: the lines of its statements become rows and facts, and stay."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.commands import current_batch
from isthmus.core.refusals import Refusal
from isthmus.ledger.facts import Fact
from isthmus.money.commission.reading import Plans, locks, walked
from isthmus.money.commission.walking import Line
from isthmus.money.models import CommissionLine, CommissionLock
from isthmus.sales.targets.periods import Period
from isthmus.workspace.models import Company, User

_DAY, _MICRO = timedelta(days=1), timedelta(microseconds=1)


class PeriodStillRuns(Refusal):
    """A period is locked when it is over."""


class EarlierPeriodOpen(Refusal):
    """Periods are locked in their order."""


class NothingToLock(Refusal):
    """Nobody has an open statement there."""


def lock_period(period: Period, *, by: Actor, at: datetime) -> list[CommissionLock]:
    """Keep every open statement whose period ends with this one. Raises the refusals above."""
    company = Company.current()
    if period.window(company.zone).end > at:
        raise PeriodStillRuns(_("%(period)s is not over. Lock it afterwards.") % {"period": period})
    # What is dated within the period, and what was learned since: one walk until now.
    lines, plans = walked(at)
    wanted = _open_statements(plans, period)
    if not wanted:
        raise NothingToLock(_("Nobody has an open statement in %(period)s.") % {"period": period})
    made = []
    for seller, own in wanted:
        its = [line for line in lines if line.seller == seller.pk and line.first == own.first]
        made.append(_lock(seller, own, its, company.base_currency, by=by, at=at))
    return made


def _open_statements(plans: Plans, period: Period) -> list[tuple[User, Period]]:
    """Sellers whose own period ends with this one and is open; refused where an earlier one is."""
    known = locks()
    sellers = User.objects.in_bulk(plans.sellers)
    found = []
    for number in plans.sellers:
        own = plans.period_of(number, period.after_last - _DAY)
        begins = plans.begins(number)
        if begins is None or own.after_last != period.after_last or own.after_last <= begins:
            continue
        locked = known.get(number, [])
        if any(first == own.first for first, _after in locked):
            continue
        expected = locked[-1][1] if locked else plans.period_of(number, begins).first
        if own.first > expected:
            raise EarlierPeriodOpen(
                _("%(seller)s has an open statement from %(day)s. Lock the earlier periods first.")
                % {"seller": sellers[number].name, "day": expected.isoformat()}
            )
        found.append((sellers[number], own))
    return found


def _lock(
    seller: User, own: Period, lines: Sequence[Line], currency: str, *, by: Actor, at: datetime
) -> CommissionLock:
    lock = CommissionLock.objects.create(
        owner=seller,
        team_id=seller.team_id,
        territory_id=seller.territory_id,
        first=own.first,
        after_last=own.after_last,
        total=sum(line.commission for line in lines),
        currency=currency,
        locked_by_id=by.id,
        locked_at=at,
        batch=current_batch() or "",
    )
    rows = [_row(lock, line) for line in lines]
    CommissionLine.objects.bulk_create(rows)
    window = own.window(Company.current().zone)
    told = [row for row in rows if row.commission]
    facts = [_fact(row, max(min(row.at, window.end - _MICRO), window.start)) for row in told]
    closing = Fact(
        kind="commission.locked",
        at=at,
        owner=seller.pk,
        team=seller.team_id,
        territory=seller.territory_id,
        amount=lock.total,
        amount_base=lock.total,
        currency=currency,
        props={"period": str(own), "lines": len(rows)},
    )
    ledger.record([*facts, closing], by=by)
    return lock


def _row(lock: CommissionLock, line: Line) -> CommissionLine:
    order = line.place[0].removeprefix("order:")
    return CommissionLine(
        lock=lock,
        owner_id=line.seller,
        team_id=lock.team_id,
        territory_id=lock.territory_id,
        key=line.key,
        kind=line.kind,
        at=line.at,
        on=line.on,
        place=line.place[0],
        line=line.place[1],
        order_id=int(order) if order.isdigit() else None,
        deal_id=line.deal,
        product_id=line.product,
        credited=line.credited,
        commission=line.commission,
        share=line.share,
        parts=[[part.amount, str(part.rate), str(part.times)] for part in line.parts],
        capped=line.capped,
    )


def _fact(row: CommissionLine, at: datetime) -> Fact:
    """What a line pays or takes back, dated within its period: so that periods add up to statements."""
    return Fact(
        kind="commission.earned" if row.commission > 0 else "commission.clawed_back",
        at=at,
        owner=row.owner_id,
        team=row.team_id,
        territory=row.territory_id,
        deal_id=row.deal_id,
        order_id=row.order_id,
        product_id=row.product_id,
        amount=row.commission,
        amount_base=row.commission,
        currency=row.lock.currency,
        natural_key=f"commission:{row.pk}",
        props={"line": row.kind},
    )

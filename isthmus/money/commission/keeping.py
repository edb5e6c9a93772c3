"""The walk through all payments, kept in memory: what comes in is walked on from where it ended.

What was walked depends on the payments until then (their number and the sum of their times of receipt tell
whether one came late, was restated or taken away) and on plans, quotas, splits and locks. Where any of those
changed, all is walked anew. A page so costs a look at two columns of payments, and the payments since.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Count, Max

from isthmus.core.clock import to_us
from isthmus.ledger.reading import snapshot
from isthmus.money.commission.reading import (
    Plans,
    line_of,
    locks,
    money_of,
    money_since,
    splits_until,
    weight_until,
)
from isthmus.money.commission.walking import Line, Money, Split, Walk
from isthmus.money.models import CommissionLine, CommissionLock, CreditSplit, PlanAssignment, PlanVersion
from isthmus.sales.models import Product, Quota
from isthmus.sales.targets.splitting import smallest_unit
from isthmus.workspace.models import Company

_START = -(1 << 62)
Lines = Mapping[tuple[int, date], Sequence[Line]]  # by seller and the first day of their period


@dataclass
class _Walked:
    """A walk with all that it stands on. `last_us`: the last event that was walked."""

    state: tuple[Any, ...]
    plans: Plans
    walk: Walk
    weight: tuple[int, int] = (0, 0)
    last_us: int = _START
    shown: int = 0  # so many lines are in `lines`
    lines: dict[tuple[int, date], list[Line]] = field(default_factory=dict)

    def go_on(self, events: Sequence[Money | Split]) -> bool:
        """Walk through later events; false where they tell of what had been gone: then all must be anew."""
        if not self.walk.on(events):
            return False
        for line in self.walk.lines[self.shown :]:
            self.lines.setdefault((line.seller, line.first), []).append(line)
        self.shown = len(self.walk.lines)
        self.last_us = max([self.last_us, *(to_us(event.at) for event in events)])
        return True


_lock = threading.Lock()
_kept: _Walked | None = None


def open_lines(end: datetime) -> tuple[Lines, Plans]:
    """The lines of all open periods before an instant, from the ledger as it stands, and the plans."""
    global _kept
    with _lock, snapshot() as ledger:
        state = _state(end)
        walked = _kept if _kept is not None and _kept.state == state else None
        if walked is not None and not _stands(walked, ledger, end):
            walked = None
        if walked is None:
            walked = _anew(state, ledger, end)
        # Inside a transaction nothing is kept: what it has seen may be rolled back.
        if not connection.in_atomic_block:
            _kept = walked
        return {key: list(lines) for key, lines in walked.lines.items()}, walked.plans


def forget(**_signal: Any) -> None:
    """Forget the walk: the database was migrated or emptied."""
    global _kept
    with _lock:
        _kept = None


def _stands(walked: _Walked, ledger: Any, end: datetime) -> bool:
    """Whether the walk still says what the ledger says; what came since is walked on."""
    if walked.last_us >= to_us(end) or weight_until(ledger, walked.last_us) != walked.weight:
        return False
    if connection.in_atomic_block:  # The kept walk is not touched by what may be rolled back.
        return False
    if not walked.go_on(money_of(money_since(ledger, walked.last_us, end))):
        return False
    walked.weight = weight_until(ledger, walked.last_us)
    return True


def _anew(state: tuple[Any, ...], ledger: Any, end: datetime) -> _Walked:
    company = Company.current()
    plans = Plans(end.astimezone(company.zone).date())
    kept: Iterable[Line] = ()
    if plans.sellers:
        kept = [line_of(row) for row in CommissionLine.objects.select_related("lock").order_by("pk")]
    walk = Walk(plans.terms, smallest_unit(company.base_currency), locks(), kept)
    walked = _Walked(state, plans, walk)
    if not plans.sellers:
        return walked
    events: list[Money | Split] = [*money_of(money_since(ledger, _START, end)), *splits_until(end)]
    walk.begin(events)
    walked.go_on(events)
    walked.weight = weight_until(ledger, walked.last_us)
    return walked


def _state(end: datetime) -> tuple[Any, ...]:
    """All beside payments that a walk depends on: few and small rows, or the last of those only added."""
    company = Company.current()
    assigned = PlanAssignment.objects.order_by("pk").values_list(
        "pk", "owner_id", "plan_id", "from_on", "plan__period"
    )
    versions = PlanVersion.objects.filter(withdrawn_at=None).order_by("pk").values_list("pk", "batch")
    quota = Quota.objects.order_by("-pk").values_list("pk", "batch").first()
    locked = CommissionLock.objects.aggregate(count=Count("pk"), last=Max("pk"))
    last_lock = CommissionLock.objects.order_by("-pk").values_list("batch").first()
    splits = CreditSplit.objects.filter(set_at__lt=end).order_by("-pk").values_list("pk", "set_at", "shares")
    families = Product.objects.exclude(family="").order_by("pk").values_list("pk", "family")
    return (
        (company.time_zone, company.base_currency, end.astimezone(company.zone).year),
        tuple(assigned),
        tuple(versions),
        quota,
        (locked["count"], locked["last"], last_lock),
        tuple((pk, at, str(shares)) for pk, at, shares in splits[:1]),
        tuple(families),
    )

"""Locking a period's commission, and opening it again."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.refusals import NotFound, Refusal
from isthmus.ledger.facts import Fact
from isthmus.money.commission.locking import lock_period
from isthmus.money.models import CommissionLine, CommissionLock
from isthmus.sales.targets.periods import Period


class LaterPeriodLocked(Refusal):
    """Only the last locked period can be opened again: later ones stand on it."""


@command(
    permission="commission.edit",
    label=gettext_lazy("Lock commission"),
    trade="money",
    undo="reopen_commission",
)
def lock_commission(*, period: str, by: Actor, at: datetime) -> list[CommissionLock]:
    """Keep the statements of a period that is over: what is learned later comes into the open period."""
    return lock_period(Period.parse(period), by=by, at=at)


@command(permission="commission.edit", label=gettext_lazy("Open commission again"), trade="money")
def reopen_commission(*, batch: str, by: Actor, at: datetime) -> list[CommissionLock]:
    """Open statements again that were locked by mistake, before anything later is locked."""
    found = list(CommissionLock.objects.visible_to(by, "commission.edit").filter(batch=batch))
    if not found:
        raise NotFound(_("That act locked nothing, or it is open again already."))
    for lock in found:
        if CommissionLock.objects.filter(owner_id=lock.owner_id, first__gt=lock.first).exists():
            raise LaterPeriodLocked(_("A later period is locked already. Open that one first."))
    facts = []
    for lock in found:
        for row in CommissionLine.objects.filter(lock=lock):
            if row.commission:
                reason = "commission opened again"
                ledger.retract(natural_key=f"commission:{row.pk}", by=by, at=at, reason=reason)
        facts.append(
            Fact(
                kind="commission.reopened",
                at=at,
                owner=lock.owner_id,
                team=lock.team_id,
                amount=lock.total,
                amount_base=lock.total,
                currency=lock.currency,
                props={"first": lock.first.isoformat()},
            )
        )
    CommissionLine.objects.filter(lock__in=found).delete()
    CommissionLock.objects.filter(pk__in=[lock.pk for lock in found]).delete()
    ledger.record(facts, by=by)
    return found

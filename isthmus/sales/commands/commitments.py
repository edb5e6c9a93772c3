"""What sellers promise to win in a period, and what their managers put beside it."""

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor, Scope
from isthmus.core.commands import command, current_batch
from isthmus.core.money import to_micros
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.ledger.facts import Fact
from isthmus.sales.models import Commitment
from isthmus.sales.targets.periods import Period
from isthmus.workspace.models import Company, User


class PromisedSince(Refusal):
    """A newer commitment or adjustment stands."""


@command(
    permission="forecast.commit",
    label=gettext_lazy("Commit to a forecast"),
    trade="sales",
    undo="restore_commitment",
)
def commit_forecast(
    *,
    period: str,
    by: Actor,
    at: datetime,
    amount: Decimal | None = None,
    seller_id: int | None = None,
    note: str = "",
) -> Commitment:
    """Promise the value of the deals that will be won in a period, as the seller; none takes it back."""
    seller = _seller(seller_id if seller_id is not None else by.id, by, "forecast.commit")
    return _write("commitment", seller, period, amount, note, by=by, at=at)


@command(
    permission="forecast.adjust",
    label=gettext_lazy("Adjust a commitment"),
    trade="sales",
    undo="restore_commitment",
)
def adjust_commitment(
    *,
    seller_id: int,
    period: str,
    by: Actor,
    at: datetime,
    amount: Decimal | None = None,
    note: str = "",
) -> Commitment:
    """Say what a seller will win in a period instead, and why. The seller's own figure stays beside it."""
    if amount is not None and not note.strip():
        raise InvalidInput({"note": _("Say why: the seller reads it beside their own figure.")})
    return _write("adjustment", _seller(seller_id, by, "forecast.adjust"), period, amount, note, by=by, at=at)


@command(
    permission="quotas.view",
    label=gettext_lazy("Put a commitment back"),
    trade="sales",
    undo="restore_commitment",
)
def restore_commitment(*, batch: str, by: Actor, at: datetime) -> Commitment:
    """Set a commitment or an adjustment to what it was before; refused where a newer one stands."""
    row = Commitment.objects.visible_to(by).filter(batch=batch).first()
    if row is None:
        raise NotFound(_("That act made no commitment that your role reaches."))
    needed = "forecast.commit" if row.kind == "commitment" else "forecast.adjust"
    seller = _seller(row.owner_id, by, needed)
    same = Commitment.objects.filter(owner_id=row.owner_id, period=row.period, kind=row.kind)
    if same.filter(pk__gt=row.pk).exists():
        raise PromisedSince(_("A newer figure stands, so this one stays as it is. Set it by hand."))
    earlier = same.filter(pk__lt=row.pk).order_by("-pk").first()
    amount = Decimal(earlier.amount) / 1_000_000 if earlier and earlier.amount is not None else None
    return _write(row.kind, seller, row.period, amount, earlier.note if earlier else "", by=by, at=at)


def _write(
    kind: str, seller: User, period: str, amount: Decimal | None, note: str, *, by: Actor, at: datetime
) -> Commitment:
    if amount is not None and amount < 0:
        raise InvalidInput({"amount": _("A commitment cannot be below zero.")})
    micros = to_micros(amount) if amount is not None else None
    row = Commitment.objects.create(
        owner=seller,
        team_id=seller.team_id,
        territory_id=seller.territory_id,
        kind=kind,
        period=str(Period.parse(period)),
        amount=micros,
        note=note.strip()[:300],
        made_by_id=by.id,
        made_at=at,
        batch=current_batch() or "",
    )
    # The note may name a customer: it stays out of the ledger.
    ledger.record(
        Fact(
            kind="forecast.committed" if kind == "commitment" else "forecast.adjusted",
            at=at,
            owner=seller.pk,
            team=seller.team_id,
            territory=seller.territory_id,
            amount=micros,
            amount_base=micros,
            currency=Company.current().base_currency,
            props={"period": row.period},
        ),
        by=by,
    )
    return row


def _seller(number: int | None, by: Actor, permission: str) -> User:
    """A seller for whom the actor may speak. Raises NotFound."""
    seller = User.objects.filter(pk=number).first() if number is not None else None
    scope = by.scope(permission)
    reached = seller is not None and (
        scope is Scope.ALL
        or (scope is not None and seller.pk == by.id and permission == "forecast.commit")
        or (scope is Scope.TEAM and seller.team_id in by.team_ids and seller.pk != by.id)
    )
    if seller is None or not reached:
        raise NotFound(_("There is no such seller, or your role does not speak for them."))
    return seller

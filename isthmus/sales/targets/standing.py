"""Quotas and commitments as they stand, or stood on a day: of many rows about one thing the newest."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from isthmus.core.actors import Actor
from isthmus.sales.models import Commitment, Quota
from isthmus.sales.targets.periods import Period


class Held(NamedTuple):
    """Whose quota it is: the kind of its holder and their number."""

    holder: str
    number: int


@dataclass(frozen=True)
class Promise:
    """What a seller committed to for a period and what their manager put beside it; either may be missing."""

    commitment: Commitment | None = None
    adjustment: Commitment | None = None


def quotas(
    actor: Actor,
    months: Iterable[date],
    *,
    metric: str = "revenue",
    product_id: int | None = None,
    as_of: datetime | None = None,
) -> dict[Held, dict[date, int]]:
    """The quotas that the actor may see, by holder and month, in millionths. Those taken away are not there.

    `as_of`: as they stood then.
    """
    rows = Quota.objects.visible_to(actor).filter(
        month__in=list(months), metric=metric, product_id=product_id
    )
    if as_of is not None:
        rows = rows.filter(set_at__lte=as_of)
    found: dict[Held, dict[date, int]] = {}
    fields = ("holder", "owner_id", "team_id", "territory_id", "month", "amount")
    for holder, owner, team, territory, month, amount in rows.order_by("pk").values_list(*fields):
        number = {"seller": owner, "team": team, "territory": territory}[holder]
        of_holder = found.setdefault(Held(holder, number), {})
        of_holder.pop(month, None)
        if amount is not None:
            of_holder[month] = amount
    return {held: amounts for held, amounts in found.items() if amounts}


def sums(found: Mapping[Held, Mapping[date, int]]) -> dict[Held, int]:
    """Each holder's quota for all the months together."""
    return {held: sum(amounts.values()) for held, amounts in found.items()}


def quota_history(
    actor: Actor, held: Held, period: Period, *, metric: str = "revenue", product_id: int | None = None
) -> Sequence[Quota]:
    """Every row that was ever set for a holder in a period, the newest first."""
    rows = Quota.objects.visible_to(actor).filter(
        holder=held.holder, month__in=period.months, metric=metric, product_id=product_id
    )
    rows = rows.filter(
        **{{"seller": "owner", "team": "team", "territory": "territory"}[held.holder]: held.number}
    )
    return list(rows.select_related("set_by").order_by("-pk"))


def promises(actor: Actor, period: Period, *, as_of: datetime | None = None) -> dict[int, Promise]:
    """What the sellers whom the actor may see committed to for a period, by seller."""
    rows = Commitment.objects.visible_to(actor).filter(period=str(period))
    if as_of is not None:
        rows = rows.filter(made_at__lte=as_of)
    newest: dict[tuple[int, str], Commitment] = {}
    for row in rows.select_related("made_by").order_by("pk"):
        newest[row.owner_id, row.kind] = row
    standing = {key: row for key, row in newest.items() if row.amount is not None}
    return {
        seller: Promise(standing.get((seller, "commitment")), standing.get((seller, "adjustment")))
        for seller in {seller for seller, _kind in standing}
    }


def promise_history(actor: Actor, seller_id: int, period: Period) -> Sequence[Any]:
    """Every commitment and adjustment for a seller's period, the newest first."""
    rows = Commitment.objects.visible_to(actor).filter(period=str(period), owner_id=seller_id)
    return list(rows.select_related("made_by").order_by("-pk"))

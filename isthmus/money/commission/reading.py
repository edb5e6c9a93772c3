"""What the walk is given: money from the ledger, splits, plans and quotas, and what is locked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from isthmus.core.actors import SYSTEM
from isthmus.core.clock import from_us, to_us
from isthmus.ledger.reading import snapshot
from isthmus.money.commission.terms import NOTHING, Piece, Rules, Terms
from isthmus.money.commission.walking import Line, Money, Split, Walk
from isthmus.money.models import CommissionLine, CommissionLock, CreditSplit, PlanAssignment, PlanVersion
from isthmus.sales.models import Product
from isthmus.sales.targets.periods import Kind, Period
from isthmus.sales.targets.splitting import smallest_unit
from isthmus.sales.targets.standing import quotas
from isthmus.workspace.models import Company

_OF_MONEY = "FROM facts WHERE kind IN ('order.paid', 'order.refunded') AND amount_base IS NOT NULL"
_PAYMENTS = f"""
SELECT natural_key, occurred_us, order_id, deal_id, product_id, owner, amount_base, hex(id)
{_OF_MONEY} AND occurred_us > ? AND occurred_us < ?
ORDER BY occurred_us, natural_key, id
"""
_WEIGHT = f"SELECT count(*), coalesce(sum(received_us), 0) {_OF_MONEY} AND occurred_us <= ?"
_EVER = -(1 << 62)


def money_until(end: datetime) -> list[Money]:
    """Every payment and refund before an instant, in the reporting currency; those without a rate are not."""
    with snapshot() as ledger:
        return money_of(money_since(ledger, _EVER, end))


def money_since(ledger: Any, after_us: int, end: datetime) -> list[tuple[Any, ...]]:
    """The payments and refunds after an instant and before another, as the ledger has them."""
    found: list[tuple[Any, ...]] = ledger.execute(_PAYMENTS, [after_us, to_us(end)]).fetchall()
    return found


def weight_until(ledger: Any, last_us: int) -> tuple[int, int]:
    """How many payments there are until an instant, and the sum of their times of receipt.

    Each that comes late, is restated or retracted changes one of the two.
    """
    count, received = ledger.execute(_WEIGHT, [last_us]).fetchone()
    return int(count), int(received)


def money_of(rows: Iterable[tuple[Any, ...]]) -> list[Money]:
    """The ledger's payments as the walk takes them."""
    zone = Company.current().zone
    families = dict(Product.objects.values_list("pk", "family"))
    found = []
    for key, occurred_us, order, deal, product, owner, amount, fact in rows:
        key = key or f"fact:{fact}"
        at = from_us(occurred_us)
        # “payment:12:3” is the third line's part of payment 12.
        place = (f"order:{order}", key.rpartition(":")[2]) if order is not None else (key, "")
        family = families.get(product, "")
        found.append(Money(key, at, at.astimezone(zone).date(), place, amount, owner, deal, product, family))
    return found


def splits_until(end: datetime) -> list[Split]:
    """Every split of a deal before an instant. A split among nobody leaves the owner's credit as it was."""
    zone = Company.current().zone
    return [
        Split(
            f"split:{row.pk}",
            row.set_at,
            row.set_at.astimezone(zone).date(),
            row.deal_id,
            {int(seller): Decimal(share) for seller, share in row.shares.items()},
        )
        for row in CreditSplit.objects.filter(set_at__lt=end).order_by("pk")
        if row.shares
    ]


@dataclass(frozen=True)
class _Version:
    valid_from: date
    rules: Rules


class Plans:
    """Who has which plan when, what it says, and their quotas. Read once for a walk."""

    def __init__(self, until: date) -> None:
        self._assigned: dict[int, list[Any]] = {}
        for row in PlanAssignment.objects.select_related("plan").order_by("from_on", "pk"):
            self._assigned.setdefault(row.owner_id, []).append(row)
        self._versions: dict[int, list[_Version]] = {}
        for version in PlanVersion.objects.filter(withdrawn_at=None).order_by("valid_from", "pk"):
            its = self._versions.setdefault(version.plan_id, [])
            its.append(_Version(version.valid_from, rules_from(version.rules)))
        self._quotas = self._all_quotas(until)
        self._known: dict[tuple[int, date], Terms] = {}

    @property
    def sellers(self) -> Sequence[int]:
        """Everybody who ever had a plan."""
        return sorted(self._assigned)

    def terms(self, seller: int, on: date) -> Terms:
        """What holds for a seller on a day; without a plan nothing is earned, in periods of the last one."""
        month = on.replace(day=1)
        if (seller, month) not in self._known:
            self._known[seller, month] = self._terms(seller, month)
        return self._known[seller, month]

    def period_of(self, seller: int, on: date) -> Period:
        """The period of a seller's statement in which a day lies."""
        return Period.containing(self._kind(seller, on), on)

    def begins(self, seller: int) -> date | None:
        """The first day on which a seller had a plan."""
        return next((row.from_on for row in self._assigned.get(seller, ()) if row.plan_id), None)

    def quota_of(self, seller: int, period: Period) -> int | None:
        """A seller's quota of revenue in a period; None where there is none."""
        amounts = self._quotas.get(seller, {})
        return sum(amounts.get(one, 0) for one in period.months) or None

    def _terms(self, seller: int, month: date) -> Terms:
        row = self._row(seller, month)
        period = Period.containing(self._kind(seller, month), month)
        if row is None or row.plan_id is None:
            return Terms(period.first, period.after_last, NOTHING, None, planned=False)
        versions = [one for one in self._versions.get(row.plan_id, ()) if one.valid_from <= period.first]
        rules = versions[-1].rules if versions else NOTHING
        return Terms(period.first, period.after_last, rules, self.quota_of(seller, period))

    def _row(self, seller: int, on: date) -> Any:
        rows = [row for row in self._assigned.get(seller, ()) if row.from_on <= on]
        return rows[-1] if rows else None

    def _kind(self, seller: int, on: date) -> Kind:
        row = self._row(seller, on)
        if row is not None and row.plan_id is None:
            earlier = [one for one in self._assigned[seller] if one.plan_id and one.from_on <= row.from_on]
            row = earlier[-1] if earlier else None
        kind: Kind = row.plan.period if row is not None else "quarter"
        return kind

    def _all_quotas(self, until: date) -> Mapping[int, Mapping[date, int]]:
        starts = [row.from_on for rows in self._assigned.values() for row in rows]
        if not starts:
            return {}
        month, months = min(starts).replace(month=1, day=1), []
        while month < until.replace(month=12, day=31):
            months.append(month)
            month = Period(month, "month").after_last
        found = quotas(SYSTEM, months)
        return {held.number: amounts for held, amounts in found.items() if held.holder == "seller"}


def rules_from(kept: Mapping[str, Any]) -> Rules:
    """A version's rules as the walk takes them."""
    return Rules(
        rate=Decimal(kept["rate"]),
        accelerators=tuple((Decimal(start), Decimal(times)) for start, times in kept["accelerators"]),
        products={int(number): Decimal(rate) for number, rate in kept["products"].items()},
        families={name: Decimal(rate) for name, rate in kept["families"].items()},
        cap=kept["cap"],
        clawback=kept["clawback"],
    )


def rules_kept(rules: Rules) -> dict[str, Any]:
    """The same as a row keeps it."""
    return {
        "rate": str(rules.rate),
        "accelerators": [[str(start), str(times)] for start, times in rules.accelerators],
        "products": {str(number): str(rate) for number, rate in rules.products.items()},
        "families": {name: str(rate) for name, rate in rules.families.items()},
        "cap": rules.cap,
        "clawback": rules.clawback,
    }


def locks() -> dict[int, list[tuple[date, date]]]:
    """Each seller's locked periods, rising."""
    found: dict[int, list[tuple[date, date]]] = {}
    rows = CommissionLock.objects.order_by("first").values_list("owner_id", "first", "after_last")
    for seller, first, after_last in rows:
        found.setdefault(seller, []).append((first, after_last))
    return found


def line_of(row: CommissionLine) -> Line:
    """A locked line as the walk knows it."""
    assert row.owner_id is not None
    return Line(
        row.owner_id, row.lock.first, row.lock.after_last, row.key, row.kind, row.at, row.on,
        (row.place, row.line), row.deal_id, row.product_id, row.credited, row.commission, row.share,
        tuple(Piece(amount, Decimal(rate), Decimal(times)) for amount, rate, times in row.parts), row.capped,
    )  # fmt: skip


def walked(end: datetime) -> tuple[list[Line], Plans]:
    """The lines of all open periods before an instant, from the ledger as it stands, and the plans."""
    company = Company.current()
    plans = Plans(end.astimezone(company.zone).date())
    if not plans.sellers:
        return [], plans
    kept = [line_of(row) for row in CommissionLine.objects.select_related("lock").order_by("pk")]
    walk = Walk(plans.terms, smallest_unit(company.base_currency), locks(), kept)
    return walk.through([*money_until(end), *splits_until(end)]), plans

"""Writing quotas: rows are added for each month, and each is a fact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from isthmus import ledger
from isthmus.core.actors import Actor, Scope
from isthmus.core.commands import current_batch
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.ledger.facts import Fact
from isthmus.sales.models import Product, Quota
from isthmus.sales.targets.periods import Period
from isthmus.sales.targets.splitting import smallest_unit, split_in_units
from isthmus.sales.targets.standing import Held
from isthmus.workspace.models import Company, Team, Territory, User

# What a quota can be of. Others of the catalogue are counted in ways that no share of can be set.
METRICS = ("revenue", "bookings", "wins")
COUNTS = ("wins",)
Key = tuple[Held, str, int | None, date]
_MODELS: Mapping[str, Any] = {"seller": User, "team": Team, "territory": Territory}


class QuotaSetSince(Refusal):
    """Somebody set the same quota after the act that would be taken back."""


@dataclass(frozen=True)
class Entry:
    """One amount for one month, about to be set."""

    key: Key
    amount: int | None
    note: str = ""
    at: datetime | None = None


class Setting:
    """What setting quotas needs to know, read once for a batch of them."""

    def __init__(self, by: Actor, at: datetime) -> None:
        self.by, self.at = by, at
        self.company = Company.current()
        self._holders: dict[Held, Any] = {}
        self._products: dict[int, bool] = {}

    def holder(self, row: Mapping[str, Any]) -> Held:
        """Whose quota a row is about. Raises InvalidInput, NotFound."""
        named = [kind for kind in _MODELS if row.get(f"{kind}_id") is not None]
        if len(named) != 1:
            raise InvalidInput({"seller_id": _("Name one seller, one team or one territory.")})
        held = Held(named[0], row[f"{named[0]}_id"])
        self._reachable(held)
        return held

    def keys(self, row: Mapping[str, Any], held: Held) -> list[Key]:
        """The months that a row's period has, for its metric and product. Raises InvalidInput, NotFound."""
        metric = row.get("metric") or "revenue"
        if metric not in METRICS:
            raise InvalidInput({"metric": _("A quota is of revenue, bookings or wins.")})
        product = row.get("product_id")
        if product is not None and not self._has_product(product):
            raise NotFound(_("There is no such product."))
        return [(held, metric, product, month) for month in Period.parse(row["period"]).months]

    def unit(self, metric: str) -> int:
        """In which steps a quota of the metric is split."""
        return smallest_unit("" if metric in COUNTS else self.company.base_currency)

    def spread(
        self, keys: Sequence[Key], amount: int | None, note: str = "", at: datetime | None = None
    ) -> list[Entry]:
        """A period's amount over its months: in the proportion that they had, evenly where they had none."""
        if amount is None:
            return [Entry(key, None, note, at) for key in keys]
        had = standing_amounts(keys) if len(keys) > 1 else {}
        parts = split_in_units(amount, [had.get(key) or 0 for key in keys], self.unit(keys[0][1]))
        return [Entry(key, part, note, at) for key, part in zip(keys, parts, strict=True)]

    def write(self, entries: Sequence[Entry]) -> list[Quota]:
        """Add the rows and record their facts; all in the caller's transaction."""
        if not entries:
            return []
        revisions = _revisions([entry.key for entry in entries])
        rows = []
        for entry in entries:
            held, metric, product, month = entry.key
            revisions[entry.key] = revision = revisions.get(entry.key, 0) + 1
            owner, team, territory = self._credit(held)
            rows.append(
                Quota(
                    holder=held.holder,
                    owner_id=owner,
                    team_id=team,
                    territory_id=territory,
                    metric=metric,
                    product_id=product,
                    month=month,
                    amount=entry.amount,
                    revision=revision,
                    note=entry.note[:300],
                    set_by_id=self.by.id,
                    set_at=entry.at or self.at,
                    batch=current_batch() or "",
                )
            )
        Quota.objects.bulk_create(rows)
        ledger.record([self._fact(row) for row in rows], by=self.by)
        return rows

    def _fact(self, row: Quota) -> Fact:
        """What holds for a month is dated by its first day; when it was set is when it was received."""
        counted = row.metric in COUNTS
        return Fact(
            kind="quota.set",
            at=Period(row.month, "month").window(self.company.zone).start,
            owner=row.owner_id,
            team=row.team_id,
            territory=row.territory_id,
            product_id=row.product_id,
            amount=None if counted else row.amount,
            amount_base=None if counted else row.amount,
            currency=None if counted else self.company.base_currency,
            quantity=(row.amount or 0) // smallest_unit("") if counted else None,
            natural_key=":".join(
                [
                    "quota",
                    row.holder,
                    str(row.holder_id),
                    row.metric,
                    str(row.product_id or 0),
                    f"{row.month:%Y-%m}",
                ]
            ),
            revision=row.revision,
            props={"metric": row.metric, "holder": row.holder},
        )

    def _credit(self, held: Held) -> tuple[int | None, int | None, int | None]:
        if held.holder == "seller":
            seller = self._holders[held]
            return seller.pk, seller.team_id, seller.territory_id
        return (None, held.number, None) if held.holder == "team" else (None, None, held.number)

    def _reachable(self, held: Held) -> Any:
        if held not in self._holders:
            self._holders[held] = _MODELS[held.holder].objects.filter(pk=held.number).first()
        row = self._holders[held]
        if not reached(self.by, "quotas.edit", held, row):
            raise NotFound(
                _("There is no such seller, team or territory, or your role does not set its quotas.")
            )
        return row

    def _has_product(self, number: int) -> bool:
        if number not in self._products:
            self._products[number] = Product.objects.filter(pk=number).exists()
        return self._products[number]


def reached(by: Actor, permission: str, held: Held, row: Any) -> bool:
    """Whether a permission reaches a holder; `row` is the seller, team or territory, or None."""
    scope = by.scope(permission)
    if row is None or scope is None:
        return False
    team = {"seller": getattr(row, "team_id", None), "team": held.number}.get(held.holder)
    own = held.holder == "seller" and held.number == by.id
    return scope is Scope.ALL or own or (scope is Scope.TEAM and team in by.team_ids)


def standing_amounts(keys: Sequence[Key]) -> dict[Key, int | None]:
    """What stands for each of these keys now, whoever asks: for proportions and for undo."""
    return {key: row.amount for key, row in standing_rows(keys).items()}


def standing_rows(keys: Sequence[Key]) -> dict[Key, Quota]:
    """The newest row of each of these keys."""
    wanted = set(keys)
    rows = Quota.objects.filter(
        month__in={key[3] for key in keys}, metric__in={key[1] for key in keys}
    ).order_by("pk")
    return {key: row for row in rows if (key := key_of(row)) in wanted}


def key_of(row: Quota) -> Key:
    """What a row is about."""
    return Held(row.holder, row.holder_id), row.metric, row.product_id, row.month


def _revisions(keys: Sequence[Key]) -> dict[Key, int]:
    names = ("holder", "owner", "team", "territory", "metric", "product", "month")
    rows = Quota.objects.filter(month__in={key[3] for key in keys})
    found: dict[Key, int] = {}
    for holder, owner, team, territory, metric, product, month, count in (
        rows.order_by().values_list(*names).annotate(count=Count("pk"))
    ):
        number = {"seller": owner, "team": team, "territory": territory}[holder]
        key = (Held(holder, number), metric, product, month)
        # A seller's rows stand apart by the teams that they were in.
        found[key] = found.get(key, 0) + count
    return found

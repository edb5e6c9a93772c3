"""Setting quotas, splitting them, and putting them back to what they were."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.actors import Actor
from isthmus.core.commands import bulk_call, command, only
from isthmus.core.money import to_micros
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.sales.changing import Row
from isthmus.sales.models import Quota
from isthmus.sales.targets.setting import (
    Entry,
    QuotaSetSince,
    Setting,
    key_of,
    standing_amounts,
    standing_rows,
)
from isthmus.sales.targets.splitting import split_in_units
from isthmus.sales.targets.standing import Held
from isthmus.workspace.models import Team, Territory, User

Across = Literal["months", "sellers", "teams", "territories"]


class NothingToSplit(Refusal):
    """There is no quota to split, or nobody to split it over."""


def set_quotas(*, rows: Sequence[Row], by: Actor) -> list[Any]:
    """Bulk form of `set_quota`; amounts are integer micros. The value of a row is its months' rows."""

    def act(chunk: Sequence[Row]) -> list[Any]:
        setting = Setting(by, chunk[0]["at"])
        outcomes: list[Any] = [None] * len(chunk)
        waiting: dict[int, list[Entry]] = {}

        def write() -> None:
            written = iter(setting.write([entry for made in waiting.values() for entry in made]))
            for at, made in waiting.items():
                outcomes[at] = [next(written) for _entry in made]
            waiting.clear()

        taken: set[Any] = set()
        for at, row in enumerate(chunk):
            try:
                keys = setting.keys(row, setting.holder(row))
                if taken.intersection(keys):  # A second amount for a month goes by what the first one left.
                    write()
                    taken.clear()
                waiting[at] = setting.spread(keys, _amount(row), row.get("note") or "", row["at"])
                taken.update(keys)
            except Refusal as refusal:
                outcomes[at] = refusal
        write()
        return outcomes

    return bulk_call("set_quota", "quotas.edit", rows, by, act)


@command(
    permission="quotas.edit",
    label=gettext_lazy("Set a quota"),
    trade="sales",
    undo="restore_quotas",
    bulk=set_quotas,
)
def set_quota(
    *,
    period: str,
    by: Actor,
    at: datetime,
    amount: Decimal | None = None,
    seller_id: int | None = None,
    team_id: int | None = None,
    territory_id: int | None = None,
    metric: str = "revenue",
    product_id: int | None = None,
    note: str = "",
) -> list[Quota]:
    """Say what a seller, team or territory is to bring in a month, quarter or year; no amount takes it away.

    A longer period is spread over its months in the proportion that they had, evenly where they had none.
    """
    row = {key: value for key, value in locals().items() if key != "by"}
    row["amount"] = to_micros(amount) if amount is not None else None
    made: list[Quota] = only(set_quotas(rows=[row], by=by))
    return made


@command(permission="quotas.edit", label=gettext_lazy("Split a quota"), trade="sales", undo="restore_quotas")
def split_quota(
    *,
    period: str,
    across: Across,
    by: Actor,
    at: datetime,
    weights: dict[str, Decimal] | None = None,
    seller_id: int | None = None,
    team_id: int | None = None,
    territory_id: int | None = None,
    metric: str = "revenue",
    product_id: int | None = None,
) -> list[Quota]:
    """Split a quota over its months, or over the sellers, teams or territories below it, exact to the cent.

    Weights are by month (2026-11) or by number; without them the parts are equal. Splitting again replaces
    the earlier parts; what they were stays in the history.
    """
    row = {"seller_id": seller_id, "team_id": team_id, "territory_id": territory_id}
    row |= {"metric": metric, "product_id": product_id, "period": period}  # type: ignore[dict-item]
    setting = Setting(by, at)
    held = setting.holder(row)
    keys = setting.keys(row, held)
    had = standing_amounts(keys)
    total = sum(had.get(key) or 0 for key in keys)
    if not total:
        raise NothingToSplit(_("There is no quota to split in this period. Set it first."))
    if across == "months":
        shares = _weights([f"{key[3]:%Y-%m}" for key in keys], weights)
        parts = split_in_units(total, shares, setting.unit(keys[0][1]))
        return setting.write([Entry(key, part) for key, part in zip(keys, parts, strict=True)])
    below = _below(held, across)
    shares = _weights([str(one.number) for one in below], weights)
    entries: list[Entry] = []
    # Month by month, so that each month's parts add up to what the whole has in it.
    for key in keys:
        parts = split_in_units(had.get(key) or 0, shares, setting.unit(key[1]))
        for one, part in zip(below, parts, strict=True):
            setting.holder({f"{one.holder}_id": one.number})
            entries.append(Entry((one, *key[1:]), part))
    return setting.write(entries)


@command(
    permission="quotas.edit", label=gettext_lazy("Put quotas back"), trade="sales", undo="restore_quotas"
)
def restore_quotas(*, batch: str, by: Actor, at: datetime) -> list[Quota]:
    """Set the quotas of an act to what they were before it; refused where somebody set one since."""
    rows = list(Quota.objects.visible_to(by, "quotas.edit").filter(batch=batch).order_by("pk"))
    if not rows:
        raise NotFound(_("That act set no quota that your role reaches."))
    keys = [key_of(row) for row in rows]
    standing = standing_rows(keys)
    if any(standing[key].batch != batch for key in keys):
        raise QuotaSetSince(_("Somebody set one of these quotas since, so all stay. Set them by hand."))
    before: dict[Any, int | None] = {}
    earlier = Quota.objects.filter(month__in={key[3] for key in keys}, pk__lt=rows[0].pk).order_by("pk")
    for row in earlier:
        before[key_of(row)] = row.amount
    setting = Setting(by, at)
    for row in rows:
        setting.holder({f"{row.holder}_id": row.holder_id})
    return setting.write([Entry(key, before.get(key)) for key in dict.fromkeys(keys)])


def _amount(row: Row) -> int | None:
    amount: int | None = row.get("amount")
    if amount is not None and amount < 0:
        raise InvalidInput({"amount": _("A quota cannot be below zero.")})
    return amount


def _weights(names: Sequence[str], given: dict[str, Decimal] | None) -> list[Decimal]:
    """Each name's weight; equal ones where none are given. Raises InvalidInput for unknown names."""
    given = given or {}
    unknown = sorted(set(given) - set(names))
    if unknown:
        raise InvalidInput(
            {"weights": _("%(name)s has no part in this split.") % {"name": ", ".join(unknown)}}
        )
    if any(weight < 0 for weight in given.values()) or (given and not any(given.values())):
        raise InvalidInput({"weights": _("Weights are zero or more, and one at least is more.")})
    return [given.get(name, Decimal(0)) if given else Decimal(1) for name in names]


def _below(held: Held, across: Across) -> list[Held]:
    """Those a quota is split over, by name."""
    found: list[Held] = []
    if across == "sellers":
        column = {"team": "team_id", "territory": "territory_id"}.get(held.holder)
        rows = User.objects.filter(is_active=True, role="seller")
        found = [Held("seller", one.pk) for one in rows.filter(**{column: held.number})] if column else []
    elif across == "teams" and held.holder == "team":
        found = [Held("team", one.pk) for one in Team.objects.filter(parent_id=held.number).order_by("name")]
    elif across == "territories" and held.holder == "territory":
        rows = Territory.objects.filter(parent_id=held.number).order_by("name")
        found = [Held("territory", one.pk) for one in rows]
    if not found:
        raise NothingToSplit(_("There is nobody below to split this quota over."))
    return found

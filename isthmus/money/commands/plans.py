"""Commission plans: what they say from when, who has which, and among whom a deal is split."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.clock import to_us
from isthmus.core.commands import command, current_batch
from isthmus.core.money import to_micros
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.ledger.facts import Fact
from isthmus.money.commission.reading import rules_kept
from isthmus.money.commission.terms import Rules
from isthmus.money.models import CommissionLock, CommissionPlan, CreditSplit, PlanAssignment, PlanVersion
from isthmus.sales.credit import deal_credit
from isthmus.sales.models import Deal, Product
from isthmus.sales.targets.periods import Period
from isthmus.workspace.models import User


class PlanExists(Refusal):
    """There is a plan of this name."""


class PeriodLocked(Refusal):
    """What a locked period paid stays: a plan changes from an open one on."""


class Accelerator(TypedDict):
    """From which attainment on (1 is the quota) the rate is taken how many times."""

    attainment: Decimal
    times: Decimal


class ProductRate(TypedDict):
    """A product's own rate."""

    product_id: int
    rate: Decimal


class FamilyRate(TypedDict):
    """A family's own rate."""

    family: str
    rate: Decimal


class Share(TypedDict):
    """One seller's share of a deal."""

    seller_id: int
    share: Decimal


@command(
    permission="commission.edit",
    label=gettext_lazy("Add a commission plan"),
    trade="money",
    undo="withdraw_plan_version",
)
def add_commission_plan(
    *,
    name: str,
    period_kind: Literal["month", "quarter", "year"],
    rate: Decimal,
    valid_from: date,
    by: Actor,
    at: datetime,
    accelerators: list[Accelerator] | None = None,
    product_rates: list[ProductRate] | None = None,
    family_rates: list[FamilyRate] | None = None,
    cap: Decimal | None = None,
    clawback: bool = True,
) -> CommissionPlan:
    """Make a way of paying sellers: a rate on what their customers paid, with tiers, own rates and a cap."""
    if CommissionPlan.objects.filter(name__iexact=name.strip()).exists():
        raise PlanExists(_("There is a plan called %(name)s already.") % {"name": name.strip()})
    if not name.strip():
        raise InvalidInput({"name": _("Give the plan a name.")})
    plan = CommissionPlan.objects.create(name=name.strip()[:80], period=period_kind)
    rules = rules_of(rate, accelerators, product_rates, family_rates, cap, clawback)
    _version(plan, valid_from, rules, "commission_plan.added", by=by, at=at)
    return plan


@command(
    permission="commission.edit",
    label=gettext_lazy("Change a commission plan"),
    trade="money",
    undo="withdraw_plan_version",
)
def change_commission_plan(
    *,
    plan_id: int,
    rate: Decimal,
    valid_from: date,
    by: Actor,
    at: datetime,
    accelerators: list[Accelerator] | None = None,
    product_rates: list[ProductRate] | None = None,
    family_rates: list[FamilyRate] | None = None,
    cap: Decimal | None = None,
    clawback: bool = True,
) -> CommissionPlan:
    """Say what a plan pays from a day on, all of it; earlier days keep what held then."""
    plan = _plan(plan_id)
    rules = rules_of(rate, accelerators, product_rates, family_rates, cap, clawback)
    _version(plan, valid_from, rules, "commission_plan.changed", by=by, at=at)
    return plan


@command(permission="commission.edit", label=gettext_lazy("Take back a plan's version"), trade="money")
def withdraw_plan_version(*, batch: str, by: Actor, at: datetime) -> CommissionPlan:
    """Let a version of a plan not count, as if it had not been set."""
    version = PlanVersion.objects.select_related("plan").filter(batch=batch, withdrawn_at=None).first()
    if version is None:
        raise NotFound(_("That act set no plan, or it was taken back."))
    _need_open(version.plan, version.valid_from)
    version.withdrawn_at = at
    version.save(update_fields=["withdrawn_at"])
    _tell("commission_plan.withdrawn", version.plan, version.valid_from, by, at)
    return version.plan


@command(
    permission="commission.edit",
    label=gettext_lazy("Give a seller a commission plan"),
    trade="money",
    undo="assign_commission_plan",
    undo_arguments=lambda row, _arguments: {
        "seller_id": row.owner_id,
        "plan_id": row.replaced_id,
        "from_on": row.from_on,
    },
)
def assign_commission_plan(
    *, seller_id: int, from_on: date, by: Actor, at: datetime, plan_id: int | None = None
) -> PlanAssignment:
    """Pay a seller by a plan from the first day of one of its periods on; without a plan, no longer."""
    seller = User.objects.filter(pk=seller_id).first()
    if seller is None:
        raise NotFound(_("There is no such seller."))
    plan = _plan(plan_id) if plan_id is not None else None
    rows = PlanAssignment.objects.filter(owner=seller, from_on__lte=from_on).select_related("plan")
    before = rows.order_by("from_on", "pk").last()
    for kind in {one.period for one in (plan, before.plan if before else None) if one is not None}:
        if Period.containing(kind, from_on).first != from_on:  # type: ignore[arg-type]
            raise InvalidInput(
                {"from_on": _("A plan begins on the first day of a %(kind)s.") % {"kind": kind}}
            )
    if CommissionLock.objects.filter(owner=seller, after_last__gt=from_on).exists():
        raise PeriodLocked(_("A period after that day is locked. Begin with the open one."))
    row = PlanAssignment.objects.create(
        owner=seller,
        team_id=seller.team_id,
        territory_id=seller.territory_id,
        plan=plan,
        from_on=from_on,
        set_by_id=by.id,
        set_at=at,
    )
    row.replaced_id = before.plan_id if before else None
    ledger.record(
        Fact(
            kind="commission_plan.assigned",
            at=at,
            owner=seller.pk,
            team=seller.team_id,
            props={"plan_id": plan_id, "from": from_on.isoformat()},
        ),
        by=by,
    )
    return row


@command(
    permission="commission.split",
    label=gettext_lazy("Split a deal's credit"),
    trade="money",
    undo="split_credit",
    undo_arguments=lambda row, _arguments: {
        "deal_id": row.deal_id,
        "shares": [{"seller_id": int(one), "share": share} for one, share in row.before.items()],
    },
)
def split_credit(*, deal_id: int, shares: list[Share], by: Actor, at: datetime) -> CreditSplit:
    """Credit a deal's money to several sellers by shares that add up to 1, what was paid before too."""
    found = Deal.objects.visible_to(by, "commission.split").select_related("person", "account")
    deal = found.filter(pk=deal_id).first()
    if deal is None:
        raise NotFound(_("There is no such deal, or your role does not split it."))
    given = {str(one["seller_id"]): Decimal(one["share"]) for one in shares}
    if len(given) != len(shares) or any(share <= 0 for share in given.values()):
        raise InvalidInput({"shares": _("Name each seller once, with a share above zero.")})
    if sum(given.values()) != 1:
        raise InvalidInput(
            {"shares": _("The shares add up to %(sum)s, not to 1.") % {"sum": sum(given.values())}}
        )
    if User.objects.filter(pk__in=given).count() != len(given):
        raise NotFound(_("There is no such seller."))
    before = CreditSplit.objects.filter(deal=deal).order_by("pk").last()
    row = CreditSplit.objects.create(
        deal=deal, shares={one: str(share) for one, share in given.items()}, set_by_id=by.id, set_at=at
    )
    row.before = before.shares if before else {str(deal.owner_id): "1"} if deal.owner_id else {}
    ledger.record(
        Fact(
            kind="deal.credit_split",
            at=at,
            props={"shares": row.shares, "split_at_us": to_us(at)},
            **deal_credit(deal),
        ),
        by=by,
    )
    return row


def rules_of(
    rate: Decimal,
    accelerators: list[Accelerator] | None,
    product_rates: list[ProductRate] | None,
    family_rates: list[FamilyRate] | None,
    cap: Decimal | None,
    clawback: bool,
) -> Rules:
    """The rules that these arguments say. Raises InvalidInput, NotFound."""
    tiers = tuple((Decimal(one["attainment"]), Decimal(one["times"])) for one in accelerators or ())
    products = {one["product_id"]: Decimal(one["rate"]) for one in product_rates or ()}
    families = {one["family"]: Decimal(one["rate"]) for one in family_rates or ()}
    rates: Mapping[str, Any] = {
        "rate": [rate],
        "product_rates": products.values(),
        "family_rates": families.values(),
    }
    for argument, its in rates.items():
        if any(not 0 <= one <= 1 for one in its):
            raise InvalidInput({argument: _("A rate lies from 0 to 1: eight per cent is 0.08.")})
    starts = [start for start, _times in tiers]
    if starts != sorted(set(starts)) or any(start <= 0 or times < 0 for start, times in tiers):
        raise InvalidInput({"accelerators": _("Tiers begin above 0 and rise, each once.")})
    if cap is not None and cap < 0:
        raise InvalidInput({"cap": _("A cap cannot be below zero.")})
    if Product.objects.filter(pk__in=products).count() != len(products):
        raise NotFound(_("There is no such product."))
    return Rules(rate, tiers, products, families, to_micros(cap) if cap is not None else None, clawback)


def _version(
    plan: CommissionPlan, valid_from: date, rules: Rules, kind: str, *, by: Actor, at: datetime
) -> None:
    if Period.containing(plan.period, valid_from).first != valid_from:  # type: ignore[arg-type]
        raise InvalidInput(
            {
                "valid_from": _("It holds from the first day of a %(kind)s on.")
                % {"kind": plan.get_period_display()}
            }
        )
    _need_open(plan, valid_from)
    PlanVersion.objects.create(
        plan=plan,
        valid_from=valid_from,
        rules=rules_kept(rules),
        set_by_id=by.id,
        set_at=at,
        batch=current_batch() or "",
    )
    _tell(kind, plan, valid_from, by, at)


def _tell(kind: str, plan: CommissionPlan, valid_from: date, by: Actor, at: datetime) -> None:
    ledger.record(Fact(kind=kind, at=at, props={"plan_id": plan.pk, "from": valid_from.isoformat()}), by=by)


def _need_open(plan: CommissionPlan, valid_from: date) -> None:
    sellers = PlanAssignment.objects.filter(plan=plan).values("owner")
    if CommissionLock.objects.filter(owner__in=sellers, after_last__gt=valid_from).exists():
        raise PeriodLocked(_("A period after that day is locked with this plan. Begin with the open one."))


def _plan(number: int) -> CommissionPlan:
    plan = CommissionPlan.objects.filter(pk=number).first()
    if plan is None:
        raise NotFound(_("There is no such commission plan."))
    return plan

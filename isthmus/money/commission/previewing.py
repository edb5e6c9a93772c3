"""What a plan would have paid on money that was paid already, beside what holds now pays on it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from isthmus.money.commission.reading import Plans, money_until, splits_until
from isthmus.money.commission.terms import Rules, Terms
from isthmus.money.commission.walking import Money, Split, Walk
from isthmus.money.models import PlanAssignment
from isthmus.sales.targets.periods import Kind, Period
from isthmus.sales.targets.splitting import smallest_unit
from isthmus.workspace.models import Company, User


@dataclass(frozen=True)
class Preview:
    """Two payouts of one quarter by seller, in micros: by the plan, and by what holds."""

    quarter: Period
    would: Mapping[int, int]
    holds: Mapping[int, int]
    credited: int
    currency: str


def preview(rules: Rules, kind: Kind, sellers: Collection[int], *, now: datetime) -> Preview:
    """What a plan's rules would have paid these sellers on the last whole quarter's money.

    Both sides are counted as if nothing were locked, so that they can be compared: refunds known today count
    on the day on which the money went back.
    """
    company = Company.current()
    quarter = Period.containing("quarter", now.astimezone(company.zone).date()).moved(-1)
    plans = Plans(quarter.after_last)
    begins = Period.containing(kind, quarter.first).first

    def terms(seller: int, on: date) -> Terms:
        if seller not in sellers or on < begins:
            return plans.terms(seller, on)
        period = Period.containing(kind, on)
        return Terms(period.first, period.after_last, rules, plans.quota_of(seller, period))

    end = quarter.window(company.zone).end
    events: list[Money | Split] = [*money_until(end), *splits_until(end)]
    unit = smallest_unit(company.base_currency)

    def paid(by: Callable[[int, date], Terms]) -> tuple[dict[int, int], int]:
        found, credited = dict.fromkeys(sellers, 0), 0
        for line in Walk(by, unit).through(events):
            if line.seller in found and quarter.holds(line.on):
                found[line.seller] += line.commission
                credited += line.credited
        return found, credited

    would, credited = paid(terms)
    holds, _credited = paid(plans.terms)
    return Preview(quarter, would, holds, credited, company.base_currency)


def sellers_of(plan_id: int | None, on: date) -> list[int]:
    """Who has a plan on a day; for a new plan who has any, or every seller where nobody has."""
    last: dict[int, int | None] = {}
    for owner, plan in (
        PlanAssignment.objects.filter(from_on__lte=on)
        .order_by("from_on", "pk")
        .values_list("owner_id", "plan_id")
    ):
        last[owner] = plan
    having = [owner for owner, plan in last.items() if plan is not None and plan_id in (None, plan)]
    if having or plan_id is not None:
        return having
    return list(User.objects.filter(is_active=True, role="seller").values_list("pk", flat=True))

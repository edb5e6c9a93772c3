"""How far holders of quotas are in a period, what they need, and what is usual in as many working days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from isthmus.analysis.pace import Pace, pace
from isthmus.core.actors import Actor, Scope
from isthmus.core.refusals import Refusal
from isthmus.core.window import Window
from isthmus.sales.models import Holder
from isthmus.sales.targets.attained import Brought, brought
from isthmus.sales.targets.periods import Kind, Period
from isthmus.sales.targets.setting import COUNTS
from isthmus.sales.targets.standing import Held, Promise, promises, quotas
from isthmus.workspace.models import Company, Team, Territory, User
from isthmus.workspace.working_days import Calendar

# So many earlier periods tell what is usual.
PAST: Mapping[Kind, int] = {"month": 12, "quarter": 8, "year": 3}


@dataclass(frozen=True)
class Progress:
    """One holder in one period. Amounts are in millionths; `quota` is None where none was set.

    `months` are the quota's parts. `pace` is None without a quota.
    """

    held: Held
    name: str
    quota: int | None
    attained: int
    months: Mapping[date, int]
    pace: Pace | None
    promise: Promise = field(default_factory=Promise)
    above: int | None = None
    role: str = ""

    @property
    def share(self) -> float | None:
        """How much of the quota is there; None without one, or of none."""
        return self.attained / self.quota if self.quota else None


@dataclass(frozen=True)
class Targets:
    """Everybody's progress in a period, and why nothing is known of what was attained, if so."""

    period: Period
    metric: str
    currency: str
    lines: Sequence[Progress]
    today: date
    refusal: Refusal | None = None

    def of(self, held: Held) -> Progress | None:
        """One holder's progress."""
        return next((line for line in self.lines if line.held == held), None)


def targets(
    actor: Actor,
    period: Period,
    *,
    now: datetime,
    metric: str = "revenue",
    product_id: int | None = None,
    as_of: datetime | None = None,
    only: Held | None = None,
) -> Targets:
    """Everybody whom the actor's right to see quotas reaches: with a quota, or selling now.

    `as_of`: quotas and commitments as they stood then.
    """
    company = Company.current()
    today = now.astimezone(company.zone).date()
    found = quotas(actor, period.months, metric=metric, product_id=product_id, as_of=as_of)
    people = {held: one for held, one in _holders(actor, set(found)).items() if only in (None, held)}
    past = [period.moved(-back) for back in range(1, PAST[period.kind] + 1)]
    days = Window.days(past[-1].first, period.after_last, company.zone)
    came = brought(people, days, metric=metric, product_id=product_id, needed_from=period.first)
    promised = promises(actor, period, as_of=as_of)
    calendar = Calendar()
    lines = [
        _progress(held, one, found.get(held, {}), came, period, past, today, calendar, promised)
        for held, one in people.items()
    ]
    currency = "" if metric in COUNTS else company.base_currency
    return Targets(period, metric, currency, lines, today, came.refusal)


def quota_card(
    actor: Actor, now: datetime, kind: Kind = "quarter", *, seller_id: int | None = None
) -> Targets | None:
    """A seller's quota in the period that runs: what was won, what is needed, what is usual.

    The actor's own unless `seller_id` names another. None for who has no quota in it, and where the actor
    may not see it. Its one line is the seller's.
    """
    seller = seller_id or actor.id
    if seller is None or not actor.allows("quotas.view"):
        return None
    period = Period.containing(kind, now.astimezone(Company.current().zone).date())
    held = Held(Holder.SELLER, seller)
    found = targets(actor, period, now=now, only=held)
    return found if found.lines and found.lines[0].quota is not None else None


@dataclass(frozen=True)
class _One:
    """A holder as a row of the tree."""

    name: str
    above: int | None
    territory: int | None
    role: str = ""
    joined: date | None = None


def _holders(actor: Actor, having: set[Held]) -> dict[Held, _One]:
    """Teams, territories and sellers that the actor's grant reaches, with a quota or selling now."""
    found: dict[Held, _One] = {}
    reach = actor.scope("quotas.view")
    if reach is None:
        return found
    everybody = reach is Scope.ALL
    teams = Team.objects.order_by("name")
    for team in teams if everybody else teams.filter(pk__in=actor.team_ids if reach is Scope.TEAM else []):
        found[Held("team", team.pk)] = _One(team.name, team.parent_id, None)
    for land in Territory.objects.order_by("name") if everybody else ():
        if Held("territory", land.pk) in having:
            found[Held("territory", land.pk)] = _One(land.name, land.parent_id, land.pk)
    for user in User.objects.order_by("name"):
        held = Held("seller", user.pk)
        reached = everybody or user.pk == actor.id or (reach is Scope.TEAM and user.team_id in actor.team_ids)
        if reached and (held in having or (user.role == "seller" and user.is_active)):
            found[held] = _One(user.name, user.team_id, user.territory_id, user.role, user.joined_at.date())
    return found


def _progress(
    held: Held,
    one: _One,
    months: Mapping[date, int],
    came: Brought,
    period: Period,
    past: Sequence[Period],
    today: date,
    calendar: Calendar,
    promised: Mapping[int, Promise],
) -> Progress:
    quota = sum(months.values()) if months else None
    attained = came.within(held, period.first, period.after_last)
    promise = promised.get(held.number, Promise()) if held.holder == "seller" else Promise()
    its = None
    if quota is not None and came.refusal is None:
        working = calendar.days(period.first, period.after_last, one.territory)
        left = sum(day >= today for day in working)
        its = pace(
            target=quota,
            attained=attained,
            days_left=left,
            days_in_all=len(working),
            past=_last_days(held, one, came, past, left, today, calendar) if left else (),
        )
    return Progress(held, one.name, quota, attained, months, its, promise, one.above, one.role)


def _last_days(
    held: Held,
    one: _One,
    came: Brought,
    past: Sequence[Period],
    count: int,
    today: date,
    calendar: Calendar,
) -> list[float]:
    """What each ended period brought in its last so many working days, since the holder brought at all."""
    since, known_from = came.since(held), came.known_from or date.min
    sums: list[float] = []
    for period in past:
        if since is None or period.after_last > today or period.first < since.replace(day=1):
            continue
        if period.first < known_from:
            continue
        working = calendar.days(period.first, period.after_last, one.territory)
        start = working[-count] if count < len(working) else period.first
        sums.append(float(came.within(held, start, period.after_last)))
    return sums

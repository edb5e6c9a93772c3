"""How new sellers come up to speed, beside those who started earlier: from the catalogue's figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from isthmus.analysis.ramping import RampMonth, ramp_curve
from isthmus.core.actors import SYSTEM, Actor
from isthmus.core.refusals import Refusal
from isthmus.core.window import Window
from isthmus.metrics.queries import Question, ask
from isthmus.sales.skills.reach import coached_by
from isthmus.sales.targets.attained import brought
from isthmus.sales.targets.standing import Held
from isthmus.workspace.models import Company, User

LOOKED_BACK = timedelta(days=365 * 6)
MONTH, MONTHS = timedelta(days=30), 12
NEW = timedelta(days=365)
# Whose start lies so close to the first day of the records may have been here long before it.
THERE_BEFORE = timedelta(days=30)


@dataclass(frozen=True)
class Starter:
    """One seller who started here: what they brought in each whole month since, in millionths."""

    user: Any
    began: date
    months: Sequence[float]


@dataclass(frozen=True)
class Ramp:
    """The new ones, and the curve of all who started before; `refusal`: why nothing is known."""

    new: Sequence[Starter] = ()
    curve: Sequence[RampMonth] = ()
    starters: int = 0  # earlier ones, of whom the curve is made as far as it goes
    currency: str = ""
    metric: str = "revenue"
    refusal: Refusal | None = None
    curves: Mapping[int, Sequence[RampMonth]] = field(
        default_factory=dict
    )  # by new seller: those before them


def ramp(actor: Actor, *, now: datetime, metric: str = "revenue", only: int | None = None) -> Ramp:
    """Sellers who started within the last year and whom the actor may see, beside all who started before.

    A month is 30 days from the start; only whole ones count. Of earlier starters only the curve is shown,
    so everybody's count, whoever asks.
    """
    company = Company.current()
    today = now.astimezone(company.zone).date()
    sellers = {user.pk: user for user in User.objects.filter(role="seller")}
    helds = [Held("seller", number) for number in sellers]
    try:
        first = _records_begin(metric, Window.days(today - LOOKED_BACK, today, company.zone))
    except Refusal as refusal:
        return Ramp(metric=metric, refusal=refusal)
    came = brought(helds, Window.days(first, today, company.zone), metric=metric)
    if came.refusal is not None:
        return Ramp(metric=metric, refusal=came.refusal)
    began_at = min((day for days in came.by_day.values() for day in days), default=today)
    records_begin = max(first, began_at)
    starters = [
        _starter(user, began, came.by_day.get(Held("seller", user.pk), {}), today)
        for user in sellers.values()
        if (began := _began(user, came.since(Held("seller", user.pk)), company))
        > records_begin + THERE_BEFORE
    ]
    reached = set(coached_by(actor).values_list("pk", flat=True))
    new = [
        one
        for one in starters
        if one.user.is_active
        and one.user.pk in reached
        and today - one.began <= NEW
        and only in (None, one.user.pk)
    ]
    curves = {
        one.user.pk: ramp_curve([other.months for other in starters if other.began < one.began])
        for one in new
    }
    earlier = [one.months for one in starters if one not in new]
    currency = company.base_currency if metric == "revenue" else ""
    return Ramp(new, ramp_curve(earlier), len(earlier), currency, metric, None, curves)


def _records_begin(metric: str, window: Window) -> date:
    """The day since which the figure is recorded: before it nothing is known of anybody."""
    answer = ask(Question(metric=metric, window=window, actor=SYSTEM))
    return answer.cut.since if answer.cut else window.start.date()


def _began(user: User, first_brought: date | None, company: Company) -> date:
    """The day on which somebody started: joined, or first brought something where that was earlier."""
    joined = user.joined_at.astimezone(company.zone).date()
    return min(joined, first_brought) if first_brought else joined


def _starter(user: User, began: date, by_day: Mapping[date, int], today: date) -> Starter:
    """Whole months since the start; of somebody who left, until they last brought anything."""
    end = today if user.is_active else max(by_day, default=began)
    whole = min((end - began) // MONTH, MONTHS)
    months = [0.0] * whole
    for day, amount in by_day.items():
        place = (day - began) // MONTH
        if 0 <= place < whole:
            months[place] += amount
    return Starter(user, began, months)

"""The forecast of a company's own deals, and how it would have fared at past period-starts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from isthmus.core.clock import to_us
from isthmus.core.window import Window
from isthmus.insight.deals import deals_through_time
from isthmus.ledger.reading import Snapshot
from isthmus.sales.models import Stage

if TYPE_CHECKING:
    from isthmus.analysis.backtesting import Tried
    from isthmus.analysis.forecasting import Forecast
    from isthmus.analysis.history import History

Length = Literal["month", "quarter", "year"]
_MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "year": 12}
_DAY_US = 86_400_000_000
MICROS = 1_000_000


@dataclass(frozen=True)
class Told:
    """Deals as arrays: `numbers` are the deals' own by their places; owners, teams and territories as now."""

    history: "History"
    numbers: Sequence[int]
    owners: Any
    teams: Any
    territories: Any

    def day(self, window: Window) -> tuple[float, float]:
        """A window in the history's days: days since 1970, UTC."""
        return to_us(window.start) / _DAY_US, to_us(window.end) / _DAY_US


def told_by(facts: Snapshot) -> Told:
    """Every deal that the ledger knows, amounts in whole units of the base currency."""
    import numpy as np

    from isthmus.analysis.history import LOST, OPEN, WON, History

    rows = deals_through_time(facts)
    numbers, places = np.unique(np.asarray(rows["deal_id"]), return_inverse=True)
    state = np.asarray(rows["state"])
    amount = np.ma.filled(np.ma.asarray(rows["amount_base"]).astype(float), np.nan) / MICROS
    history = History(
        deal=places,
        at=np.asarray(rows["occurred_us"]) / _DAY_US,
        opened=np.asarray(rows["opened_us"]) / _DAY_US,
        state=np.select([state == "won", state == "lost"], [WON, LOST], OPEN),
        stage=_numbers(rows["stage"]),
        since=np.asarray(rows["since_us"]) / _DAY_US,
        amount=amount,
        owner=_numbers(rows["owner"]),
    )
    last = np.zeros(len(numbers), dtype=int)
    last[places] = np.arange(len(places))
    now = {name: _numbers(rows[name])[last] for name in ("owner", "team", "territory")}
    return Told(history, [int(one) for one in numbers], now["owner"], now["team"], now["territory"])


def period_of(day: date, length: Length, zone: ZoneInfo) -> Window:
    """The month, quarter or year that a day lies in."""
    months = _MONTHS[length]
    month = (day.month - 1) // months * months + 1
    first = day.replace(month=month, day=1)
    return Window.days(first, _months_later(first, months), zone)


def periods_before(window: Window, length: Length, n: int, zone: ZoneInfo) -> list[Window]:
    """The `n` periods that end where a period begins, the oldest first."""
    found: list[Window] = []
    while len(found) < n:
        day = (found[-1] if found else window).start.astimezone(zone).date() - timedelta(days=1)
        found.append(period_of(day, length, zone))
    return found[::-1]


def forecast_for(
    told: Told, window: Window, *, now_us: int, counted: Any = None, seed: int = 0
) -> "Forecast":
    """What will be won from now to the window's end. What was won in it before is not in the figures."""
    from isthmus.analysis.forecasting import forecast

    start, end = told.day(window)
    at = max(start, now_us / _DAY_US)
    return forecast(told.history, at=at, days=max(end - at, 0.01), counted=counted, seed=seed)


def tried_on_the_past(
    told: Told,
    periods: Sequence[Window],
    *,
    seed: int = 0,
    after_each: Callable[[int], object] = lambda done: None,
) -> "list[Tried]":
    """How the forecast and the naive ones would have fared at the start of each period but the first."""
    from isthmus.analysis.backtesting import backtest

    chances = {stage.pk: float(stage.probability or 0) for stage in Stage.objects.filter(kind="open")}
    return backtest(
        told.history, [told.day(one) for one in periods], chances, seed=seed, after_each=after_each
    )


def _numbers(column: Any) -> Any:
    """Whole numbers, -1 where there is none."""
    import numpy as np

    return np.ma.filled(np.ma.asarray(column), -1).astype(int)


def _months_later(first: date, months: int) -> date:
    year, month = divmod(first.month - 1 + months, 12)
    return first.replace(year=first.year + year, month=month + 1)

"""Making forecasts: for the company, each team and each seller, with how they fared on past periods."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from isthmus.core.actors import SYSTEM
from isthmus.core.clock import to_us
from isthmus.core.refusals import Refusal
from isthmus.core.window import Window
from isthmus.insight.changes import changes_between
from isthmus.insight.deals import deals_as_of
from isthmus.insight.forecasting import Length, Told, period_of, periods_before, told_by, tried_on_the_past
from isthmus.insight.models import ForecastReport
from isthmus.ledger.reading import snapshot
from isthmus.metrics import queries as metrics
from isthmus.metrics.question import Question
from isthmus.sales.models import Stage
from isthmus.workspace.models import Company, Team
from isthmus.workspace.trees import branches

LENGTHS: Mapping[Length, int] = {"month": 12, "quarter": 8}  # how many past periods each is tried on
SINCE = timedelta(days=7)
_DAY_US = 86_400_000_000
_HISTORY = 180.0  # days of history that a period needs before it, to be tried


def make_reports(*, at: datetime, progress: Callable[[int, int], object] = lambda done, total: None) -> None:
    """Make and keep the forecasts of the month and the quarter that `at` lies in."""
    company = Company.current()
    with snapshot() as facts:
        told = told_by(facts)
        now, before = deals_as_of(facts, at), deals_as_of(facts, at - SINCE)
    total = sum(LENGTHS.values())
    done = 0
    for length, past in LENGTHS.items():
        window = period_of(at.astimezone(company.zone).date(), length, company.zone)
        tried = _tried(told, window, length, past, lambda n, done=done: progress(done + n, total))
        done += past
        progress(done, total)
        parties = []
        for party, counted in _parties(told, window, at, won_so_far(window, at)):
            own = {number for number, is_own in zip(told.numbers, counted, strict=True) if is_own}
            changes = changes_between(
                (one for one in before if one.deal_id in own), (one for one in now if one.deal_id in own)
            )
            parties.append({**party, "changes": changes.as_numbers()})
        ForecastReport.objects.create(
            length=length,
            period_start=window.start.astimezone(company.zone).date(),
            made_at=at,
            currency=company.base_currency,
            says={"parties": parties, "tried": [asdict(one) for one in tried]},
        )


def won_so_far(window: Window, at: datetime) -> Mapping[tuple[str, Any], float]:
    """What each party won from a period's start until now: the catalogue's figure, credited as it was won."""
    whole = Question(metric="won_value", window=Window(window.start, at), actor=SYSTEM)
    parties = {"company": (), "team": ("team",), "owner": ("owner",)}
    answers = metrics.ask_many([replace(whole, by=by) for by in parties.values()])
    found: dict[tuple[str, Any], float] = {}
    for of, answer in zip(parties, answers, strict=True):
        if isinstance(answer, Refusal):
            raise answer
        rows = answer.rows if of != "company" else [answer.total]
        found |= {(of, row.keys[0] if row.keys else None): float(row.value or 0) for row in rows}
    return found


def _tried(
    told: Told, window: Window, length: Length, past: int, after_each: Callable[..., object]
) -> list[Any]:
    """The last periods that had half a year of history before them."""
    zone = Company.current().zone
    first = float(told.history.opened.min()) if len(told.history.at) else float("inf")
    periods = periods_before(window, length, past + 1, zone)
    enough = [one for one in periods if to_us(one.start) / _DAY_US >= first + _HISTORY]
    return tried_on_the_past(told, enough, after_each=after_each) if len(enough) > 1 else []


def _parties(
    told: Told, window: Window, at: datetime, won: Mapping[tuple[str, Any], float]
) -> Iterator[tuple[dict[str, Any], Any]]:
    """Each party's figures, and which deals are its own as they are owned now."""
    import numpy as np

    from isthmus.analysis.winning import chances

    now = to_us(at) / _DAY_US
    days = max(told.day(window)[1] - now, 0.01)
    learned = chances(told.history.until(now), at=now, days=days)
    stages = {stage.pk: float(stage.probability or 0) for stage in Stage.objects.filter(kind="open")}
    whole = np.ones(len(told.numbers), dtype=bool)
    learning = {"learned_from": learned.learned_from, "wins": learned.wins}
    yield {**_party("company", None, told, window, now, whole, learned, stages, won), **learning}, whole
    teams = branches(Team)
    for team in teams:
        counted = np.isin(told.teams, [one.pk for one in teams if team.pk in one.path])
        if counted.any():
            yield _party("team", team.pk, told, window, now, counted, learned, stages, won), counted
    for owner in np.unique(told.owners[told.owners >= 0]):
        counted = told.owners == owner
        yield _party("owner", int(owner), told, window, now, counted, learned, stages, won), counted


def _party(
    of: str,
    number: int | None,
    told: Told,
    window: Window,
    now: float,
    counted: Any,
    learned: Any,
    stages: Mapping[int, float],
    won_by: Mapping[tuple[str, Any], float],
) -> dict[str, Any]:
    """One party's figures: what is won already, what comes yet, and what a naive reckoning says.

    All of it is the value of deals, won in the period: no money paid.
    """
    from isthmus.analysis.backtesting import weighted
    from isthmus.analysis.forecasting import forecast

    own = told.history.of(counted)
    days = max(told.day(window)[1] - now, 0.01)
    found = forecast(told.history, at=now, days=days, counted=counted, learned=learned, seed=number or 0)
    won = won_by.get((of, number), 0.0)
    open_rows = own.open_at(now)
    return {
        "of": of,
        "id": number,
        "won": won,
        "low": won + found.low,
        "middle": won + found.middle,
        "high": won + found.high,
        "from_open": found.from_open,
        "from_unborn": found.from_unborn,
        "open": len(open_rows),
        "open_value": float(sum(value for value in own.amount[open_rows] if value == value)),
        "weighted": won + weighted(own, now, stages),
    }

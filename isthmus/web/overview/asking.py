"""Everything the overview asks of the catalogue: as known now, and as it was when as young as now."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from isthmus.core.actors import Actor
from isthmus.core.refusals import Refusal
from isthmus.core.window import Window
from isthmus.metrics import queries
from isthmus.metrics.question import Answer, Condition, Cut, Question
from isthmus.metrics.refusals import CannotBeKnown
from isthmus.web.comparing import Before, period_before, year_before
from isthmus.web.filters import Filters

MEDIA = ("impressions", "engagements")
COHORT = ("leads", "mqls", "accepted_leads", "deals_opened", "wins")
# Dated by what happened: the window before is complete, and may be compared as it stands.
STEADY = ("return_rate", "response_time", "answered_in_time", "win_rate", "sales_cycle", "days_to_close")
# Dated by the lead's capture: the window before is looked at when it was as young.
MATURING = ("conversion", "revenue_per_lead")
BY_CHANNEL = ("return_rate", "win_rate")
LONGEST_BY_DAY = 400
Given = dict[str, Answer | Refusal]


@dataclass(frozen=True)
class Answers:
    """The answers by what they were asked for; a refusal stands where an answer could not be given."""

    given: Mapping[str, Answer | Refusal]
    filters: Filters
    before: Before | None
    year_before: Before | None
    now: datetime

    def get(self, name: str) -> Answer | None:
        """The answer, if there is one."""
        found = self.given.get(name)
        return found if isinstance(found, Answer) else None

    def cut(self, *names: str) -> Cut | None:
        """Why the answers of these names may not be compared: the first day that cuts one of them off."""
        return next((cut for name in names if (cut := _cut_of(self.given.get(name))) is not None), None)

    def steady(self, name: str) -> Answer | None:
        """The answer, if it may be compared: its outcomes are recorded for all its days."""
        found = self.get(name)
        return found if found is not None and found.cut is None else None

    def refusal(self, name: str) -> Refusal | None:
        """Why there is no answer, if it was refused."""
        found = self.given.get(name)
        return found if isinstance(found, Refusal) else None


@dataclass(frozen=True)
class _Asking:
    """Who asks, and what every question has in common."""

    actor: Actor
    filters: Filters

    def about(self, metric: str, window: Window | None = None, **parts: Any) -> Question:
        territory = self.filters.territory
        whole: dict[str, Any] = {
            "metric": metric,
            "window": window or self.filters.window,
            "actor": self.actor,
            "where": () if territory is None else (Condition("territory", "in", (territory,)),),
        }
        return Question(**(whole | parts))

    def cohort(self, metric: str, window: Window | None = None, **parts: Any) -> Question:
        """Of the leads captured in the window, by channel."""
        anchor = None if metric == "leads" else "lead"
        return self.about(metric, window, by=("channel",), anchor=anchor, **parts)


def ask_everything(actor: Actor, filters: Filters, now: datetime) -> Answers:
    """Ask all that the page shows. Questions that differ only in their window share one compiled query."""
    asking = _Asking(actor, filters)
    before, year = period_before(filters, now), year_before(filters, now)
    given = _told(_of_now(asking))
    if year is not None:
        given |= _told({"pace year": asking.about("revenue", year.window, by=(pace_unit(filters),))})
    if before is not None:
        given |= _told(_of_before(asking, before))
        given |= _told(_as_young(asking, before))
    given |= _told(_totals_still_open(asking, given, before))
    given |= _told_since(asking, given.get("pace now"))
    return Answers(given | _totals(given), filters, before, year, now)


def pace_unit(filters: Filters) -> str:
    """Revenue runs by the day, over long windows by the month."""
    return "month" if (filters.window.end - filters.window.start).days > LONGEST_BY_DAY else "day"


def _of_now(asking: _Asking) -> dict[str, Question]:
    asked = {f"flow {metric}": asking.about(metric, by=("channel",)) for metric in MEDIA}
    asked |= {f"flow {metric}": asking.cohort(metric) for metric in (*COHORT, "revenue")}
    alone = [metric for metric in ("wins", *STEADY, *MATURING) if metric not in BY_CHANNEL]
    asked |= {f"now {metric}": asking.about(metric) for metric in alone}
    asked |= {f"now {metric} by channel": asking.about(metric, by=("channel",)) for metric in BY_CHANNEL}
    return asked | {"pace now": asking.about("revenue", by=(pace_unit(asking.filters),))}


def _of_before(asking: _Asking, before: Before) -> dict[str, Question]:
    window = before.window
    alone = [metric for metric in ("wins", *STEADY) if metric not in BY_CHANNEL]
    asked = {f"before {metric}": asking.about(metric, window) for metric in alone}
    for metric in BY_CHANNEL:
        asked[f"before {metric} by channel"] = asking.about(metric, window, by=("channel",))
    return asked | {"pace before": asking.about("revenue", window, by=(pace_unit(asking.filters),))}


def _as_young(asking: _Asking, before: Before) -> dict[str, Question]:
    seen_at = before.seen_at
    asked = {f"cohort {metric}": asking.cohort(metric, before.window, as_of=seen_at) for metric in COHORT}
    for metric in MATURING:
        asked[f"before {metric}"] = asking.about(metric, before.window, as_of=seen_at)
    return asked


def _totals_still_open(asking: _Asking, given: Given, before: Before | None) -> dict[str, Question]:
    """A rate that channels cannot carry may still be known as a whole."""
    windows = {"now": asking.filters.window} | ({"before": before.window} if before is not None else {})
    return {
        f"{when} {metric}": asking.about(metric, window)
        for when, window in windows.items()
        for metric in BY_CHANNEL
        if isinstance(given[f"{when} {metric} by channel"], Refusal)
    }


def _told_since(asking: _Asking, pace: Answer | Refusal | None) -> Given:
    """Revenue by the day from where payments are recorded on, when the window reaches behind that."""
    cut, window = _cut_of(pace), asking.filters.window
    if cut is None or isinstance(pace, Answer):
        return {}
    since = Window.days(cut.since, cut.since, asking.filters.zone).start
    if since >= window.end:
        return {}
    unit = pace_unit(asking.filters)
    given = _told({"pace now": asking.about("revenue", Window(since, window.end), by=(unit,))})
    return {name: replace(found, cut=cut) for name, found in given.items() if isinstance(found, Answer)}


def _cut_of(found: Answer | Refusal | None) -> Cut | None:
    return found.cut if isinstance(found, Answer | CannotBeKnown) else None


def _totals(given: Given) -> Given:
    """The whole of what was asked by channel."""
    return {
        name.removesuffix(" by channel"): replace(answer, by=(), by_labels=(), rows=[])
        for name, answer in given.items()
        if name.endswith(" by channel") and isinstance(answer, Answer)
    }


def _told(asked: Mapping[str, Question]) -> Given:
    return dict(zip(asked, queries.ask_many(list(asked.values())), strict=True))

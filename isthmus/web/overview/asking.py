"""Everything the overview asks of the catalogue: as known now, and as it was when as young as now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from isthmus.core.actors import Actor
from isthmus.core.refusals import Refusal
from isthmus.metrics import queries
from isthmus.metrics.question import Answer, Condition, Question
from isthmus.web.comparing import Before, period_before, year_before
from isthmus.web.filters import Filters

MEDIA = ("impressions", "engagements")
COHORT = ("leads", "mqls", "accepted_leads", "deals_opened", "wins")
# Dated by what happened: the window before is complete, and may be compared as it stands.
STEADY = ("return_rate", "response_time", "win_rate", "sales_cycle", "days_to_close")
# Dated by the lead's capture: the window before is looked at when it was as young.
MATURING = ("conversion", "revenue_per_lead")
BY_CHANNEL = ("return_rate", "win_rate")
LONGEST_BY_DAY = 400


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

    def refusal(self, name: str) -> Refusal | None:
        """Why there is no answer, if it was refused."""
        found = self.given.get(name)
        return found if isinstance(found, Refusal) else None


def ask_everything(actor: Actor, filters: Filters, now: datetime) -> Answers:
    """Ask all that the page shows."""
    before, year = period_before(filters, now), year_before(filters, now)
    today = _questions_of_today(actor, filters, before, year)
    given: dict[str, Answer | Refusal] = dict(zip(today, queries.ask_many(list(today.values())), strict=True))
    if before is not None:
        earlier = _questions_of_before(actor, filters, before)
        given |= zip(earlier, queries.ask_many(list(earlier.values())), strict=True)
    return Answers(given, filters, before, year, now)


def pace_unit(filters: Filters) -> str:
    """Revenue runs by the day, over long windows by the month."""
    return "month" if (filters.window.end - filters.window.start).days > LONGEST_BY_DAY else "day"


def _questions_of_today(
    actor: Actor, filters: Filters, before: Before | None, year: Before | None
) -> dict[str, Question]:
    def ask(metric: str, **parts: Any) -> Question:
        where = () if filters.territory is None else (Condition("territory", "in", (filters.territory,)),)
        whole: dict[str, Any] = {"metric": metric, "window": filters.window, "actor": actor, "where": where}
        return Question(**(whole | parts))

    asked = {f"flow {metric}": ask(metric, by=("channel",)) for metric in MEDIA}
    for metric in (*COHORT, "revenue"):
        anchor = None if metric == "leads" else "lead"
        asked[f"flow {metric}"] = ask(metric, by=("channel",), anchor=anchor)
    for metric in ("wins", *STEADY, *MATURING):
        asked[f"now {metric}"] = ask(metric)
    for metric in BY_CHANNEL:
        asked[f"now {metric} by channel"] = ask(metric, by=("channel",))
    unit = pace_unit(filters)
    asked["pace now"] = ask("revenue", by=(unit,))
    if year is not None:
        asked["pace year"] = ask("revenue", by=(unit,), window=year.window)
    if before is not None:
        asked["pace before"] = ask("revenue", by=(unit,), window=before.window)
        for metric in ("wins", *STEADY):
            asked[f"before {metric}"] = ask(metric, window=before.window)
        for metric in BY_CHANNEL:
            asked[f"before {metric} by channel"] = ask(metric, by=("channel",), window=before.window)
    return asked


def _questions_of_before(actor: Actor, filters: Filters, before: Before) -> dict[str, Question]:
    where = () if filters.territory is None else (Condition("territory", "in", (filters.territory,)),)

    def ask(metric: str, anchor: Any = None) -> Question:
        return Question(
            metric=metric, window=before.window, actor=actor, where=where, anchor=anchor, as_of=before.seen_at
        )

    asked = {f"cohort {metric}": ask(metric, None if metric == "leads" else "lead") for metric in COHORT}
    return asked | {f"before {metric}": ask(metric) for metric in MATURING}

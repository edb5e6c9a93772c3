"""What coaching changed: the outcomes of the coached before and after, against who was not coached then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log
from typing import Any, Literal, NamedTuple

from isthmus.analysis.coaching import Change, Compared, Effect, Side, effect, mean_of, rate_of
from isthmus.core.actors import SYSTEM, Actor
from isthmus.core.refusals import Refusal
from isthmus.core.window import Window
from isthmus.metrics import queries as metrics
from isthmus.metrics.question import Question
from isthmus.sales.models import CoachingNote, CoachingPlan
from isthmus.sales.skills.reach import coached_by
from isthmus.workspace.models import User

DAYS = (60, 90, 180)
# How the rows of a metric become a side: shares, the logarithm of durations, sums over sums.
Kind = Literal["rate", "log", "ratio"]
OUTCOMES: Mapping[str, Kind] = {
    "win_rate": "rate",
    "sales_cycle": "log",
    "response_time": "log",
    "answered_in_time": "rate",
    "discount": "ratio",
}
_MOST_ROWS, _PAGE = 50_000, 1000


class Start(NamedTuple):
    """When the coaching of a seller began, and whether they chose it themself."""

    at: datetime
    own: bool


@dataclass(frozen=True)
class Examined:
    """The effect on one outcome; None where it cannot be told. `waiting`: coached, but too lately."""

    outcome: str
    days: int
    effect: Effect | None
    begun: int
    waiting: int
    self_chosen: int
    refusal: Refusal | None = None

    @property
    def is_relative(self) -> bool:
        """Whether the effect is a factor (of a duration) and no difference of shares."""
        return OUTCOMES[self.outcome] == "log"


def examined(
    actor: Actor, *, now: datetime, outcome: str = "win_rate", days: int = 90, skill_id: int | None = None
) -> Examined:
    """The effect of coaching (of one skill, or any) on those whom the actor coaches.

    Coaching begins with a conversation or a plan that no other went before for as long as is looked back.
    Of who was not coached only means are told, so all sellers count there.
    """
    length = timedelta(days=days)
    everybody = set(User.objects.filter(role="seller").values_list("pk", flat=True))
    given = _given(everybody, skill_id)
    any_given = _given(everybody, None) if skill_id is not None else given
    reached = set(coached_by(actor).filter(role="seller").values_list("pk", flat=True))
    begun = {
        number: start
        for number, starts in given.items()
        if number in reached and (start := _first_of_a_series(starts, length, now)) is not None
    }
    whole = {number: start for number, start in begun.items() if start.at + length <= now}
    said: dict[str, Any] = {
        "outcome": outcome,
        "days": days,
        "begun": len(begun),
        "waiting": len(begun) - len(whole),
        "self_chosen": sum(start.own for start in whole.values()),
    }
    if not whole:
        return Examined(**said, effect=None)
    window = Window(min(s.at for s in whole.values()) - length, max(s.at for s in whole.values()) + length)
    try:
        cases = _cases(outcome, window)
    except Refusal as refusal:
        return Examined(**said, effect=None, refusal=refusal)
    compared = [
        Compared(
            _change(outcome, cases.get(number, ()), start.at, length),
            {
                other: _change(outcome, cases.get(other, ()), start.at, length)
                for other in everybody - {number}
                if not any(abs(one.at - start.at) < length for one in any_given.get(other, ()))
            },
        )
        for number, start in whole.items()
    ]
    return Examined(**said, effect=effect(compared))


def _given(sellers: set[int], skill_id: int | None) -> dict[int, list[Start]]:
    """All coaching of each seller: conversations and plans, in order."""
    about: dict[str, Any] = {"owner__in": sellers}
    if skill_id is not None:
        about["skill"] = skill_id
    notes = CoachingNote.objects.filter(**about, kind="session", taken_back_at=None)
    plans = CoachingPlan.objects.filter(**about).exclude(state="dropped")
    found: dict[int, list[Start]] = {}
    for owner, author, at in [
        *notes.values_list("owner", "author", "at"),
        *plans.values_list("owner", "author", "at"),
    ]:
        found.setdefault(owner, []).append(Start(at, owner == author))
    return {owner: sorted(starts) for owner, starts in found.items()}


def _first_of_a_series(starts: Sequence[Start], length: timedelta, now: datetime) -> Start | None:
    """The latest start that no coaching went before within the length, whole ones before those that run."""
    firsts = [
        start
        for place, start in enumerate(starts)
        if start.at <= now and (not place or start.at - starts[place - 1].at >= length)
    ]
    whole = [start for start in firsts if start.at + length <= now]
    return (whole or firsts or [None])[-1]  # type: ignore[list-item]


class _Case(NamedTuple):
    """One row of a metric: when, what it is worth, and over what."""

    at: datetime
    worth: float
    base: float = 1.0


def _cases(outcome: str, window: Window) -> Mapping[int, Sequence[_Case]]:
    return _by_day(outcome, window) if OUTCOMES[outcome] == "ratio" else _by_row(outcome, window)


def _by_row(outcome: str, window: Window) -> Mapping[int, Sequence[_Case]]:
    """Every row by its seller; those without a worth have no outcome."""
    question = Question(metric=outcome, window=window, actor=SYSTEM)
    found: dict[int, list[_Case]] = {}
    after: str | None = None
    for _page in range(_MOST_ROWS // _PAGE):
        page = metrics.rows(question, after, _PAGE)
        for row in page.rows:
            if row.owner is not None and row.worth is not None:
                found.setdefault(row.owner, []).append(_Case(row.at, float(row.worth)))
        after = page.next
        if after is None:
            break
    return found


def _by_day(outcome: str, window: Window) -> Mapping[int, Sequence[_Case]]:
    """Each day's sum and what it is a share of, by seller."""
    answer = metrics.ask(Question(metric=outcome, window=window, actor=SYSTEM, by=("owner", "day")))
    found: dict[int, list[_Case]] = {}
    for row in answer.rows:
        number, day = row.keys
        if number is not None and row.denominator:
            at = datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=window.start.tzinfo)
            worth = float(row.numerator or 0)
            found.setdefault(number, []).append(_Case(at, worth, float(row.denominator)))
    return found


def _change(outcome: str, cases: Sequence[_Case], at: datetime, length: timedelta) -> Change:
    before = [case for case in cases if at - length <= case.at < at]
    after = [case for case in cases if at <= case.at < at + length]
    return Change(_side(outcome, before), _side(outcome, after))


def _side(outcome: str, cases: Sequence[_Case]) -> Side:
    kind = OUTCOMES[outcome]
    if kind == "rate":
        return rate_of(sum(case.worth > 0 for case in cases), len(cases))
    if kind == "log":  # One is added: a cycle of 0 days, an answer within the hour.
        return mean_of([log(1 + max(case.worth, 0.0)) for case in cases])
    return _ratio(cases)


def _ratio(cases: Sequence[_Case]) -> Side:
    """A sum over a sum, its variance linearised over the days."""
    n, base = len(cases), sum(case.base for case in cases)
    if n < 2 or not base:
        return Side(n, sum(case.worth for case in cases) / base if base else 0.0, 0.0)
    ratio = sum(case.worth for case in cases) / base
    spread = sum((case.worth - ratio * case.base) ** 2 for case in cases)
    return Side(n, ratio, spread / base**2 * n / (n - 1))

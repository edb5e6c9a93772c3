"""Outcomes recorded only since a day: no trend is told across it, and figures that reach behind it say so."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from isthmus.core.clock import from_us
from isthmus.core.window import Window
from isthmus.metrics.ages import Ages
from isthmus.metrics.keys import period_of
from isthmus.metrics.plan import Plan
from isthmus.metrics.question import Cut
from isthmus.metrics.refusals import CannotBeKnown

if TYPE_CHECKING:
    from isthmus.metrics.asking import Asker


def cut_of(asker: "Asker", plan: Plan) -> Cut | None:
    """The cut in the records of the metric's outcome, where the question's window reaches behind it.

    Judged on the whole ledger (`Ages.missing`), by all that happened up to now, whatever day the question is
    asked as of. None for a metric without a later outcome.
    """
    if not plan.metric.outcome:
        return None
    ages = asker.lookups.ages(replace(plan, question=replace(plan.question, as_of=None)))
    if ages is None or not ages.is_cut:
        return None
    since = from_us(ages.first_us).astimezone(plan.zone).date()
    first_day = Window.days(since, since + timedelta(days=1), plan.zone)
    if plan.question.window.start >= first_day.start:
        return None
    return Cut(since=since, reason=_reason(plan, ages, date_format(since, "j M Y")))


def refuse_across(plan: Plan, cut: Cut) -> None:
    """Refuse what would show missing records as nothing: days before the cut, and a trend across it.

    Leads are recorded on both sides, so cohorts of leads are counted as they stand; `said_of` tells of them.
    """
    if plan.anchor == "lead":
        return
    words = {"metric": plan.metric.label, "day": date_format(cut.since, "j M Y"), "reason": cut.reason}
    if plan.question.window.end.astimezone(plan.zone).date() <= cut.since:
        raise CannotBeKnown(
            _("%(metric)s before %(day)s cannot be known: %(reason)s. Ask for days from then on.") % words,
            cut=cut,
        )
    across = next((d for d in plan.by if d.kind == "time" and not d.of_capture), None)
    if across is not None:
        raise CannotBeKnown(
            _(
                "%(metric)s by %(dimension)s cannot be known across %(day)s: %(reason)s. Ask for days from "
                "then on, or date each row by the capture of its lead."
            )
            % {**words, "dimension": str(across.label).lower()},
            cut=cut,
        )


def said_of(plan: Plan, cut: Cut) -> str:
    """What is said beside a figure whose window reaches behind the cut."""
    if any(d.kind == "time" for d in plan.by):
        sentence = _(
            "No trend can be told across %(day)s: %(reason)s. Earlier cohorts look worse than they were."
        )
    elif plan.anchor == "lead":
        sentence = _("Earlier cohorts look worse than they were: %(reason)s.")
    else:
        sentence = _("Not all of it is in this figure: %(reason)s.")
    return sentence % {"day": date_format(cut.since, "j M Y"), "reason": cut.reason}


def is_before(cut: Cut, unit: str, key: str) -> bool:
    """Whether a day, week, month, quarter or year begins before the cut."""
    return key <= period_of(cut.since - timedelta(days=1), unit)


def _reason(plan: Plan, ages: Ages, day: str) -> str:
    words = {"day": day, "count": round(ages.missing)}
    wins = plan.metric.outcome == "deal.won"
    # The count is of the whole ledger: somebody who sees a part of it must not learn it.
    if plan.bounds.columns:
        sentence = (
            _("wins are recorded from %(day)s only, and judging by later leads others came before it")
            if wins
            else _("payments are recorded from %(day)s only, and judging by later leads others paid earlier")
        )
    elif wins:
        sentence = _(
            "wins are recorded from %(day)s only, and judging by later leads about %(count)s came before it"
        )
    else:
        # Leads that paid, rather than payments: a lead may pay many times.
        sentence = _(
            "payments are recorded from %(day)s only, and judging by later leads about %(count)s leads first "
            "paid before it"
        )
    return sentence % words

"""What answering a lead is worth: its chance and the usual deal, as the company's own past has it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from isthmus.core.actors import SYSTEM
from isthmus.core.window import Window
from isthmus.sales.models.day import LeadWorth

ENOUGH = 30  # cases; of fewer the share says nothing
RIPE = timedelta(days=90)  # Younger leads have not had the time to be won.
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Worth:
    """Value in micros of the base currency and chance; None where too few cases were seen."""

    value: int | None
    chance: float | None
    note: str


def measured_worth() -> Worth:
    """What was measured last; a note says from how many cases, or that there are too few."""
    row = LeadWorth.objects.first()
    if row is None or row.chance is None or row.value is None:
        return Worth(None, None, _("Not measured yet: too few leads were handed over and won."))
    if min(row.chance_cases, row.value_cases) < ENOUGH:
        return Worth(None, None, _("Not measured yet: too few leads were handed over and won."))
    return Worth(
        row.value,
        row.chance,
        _("Of %(leads)s leads handed over, %(share)s %% were won; half of %(deals)s won deals were larger.")
        % {"leads": row.chance_cases, "share": round(100 * row.chance), "deals": row.value_cases},
    )


def measure(now: datetime) -> None:
    """Ask the catalogue, and keep its answer."""
    from isthmus.core.refusals import Refusal
    from isthmus.metrics.queries import Question, ask_many

    handed = Question(metric="hand_over_win_rate", window=Window(now - RIPE - YEAR, now - RIPE), actor=SYSTEM)
    sizes = Question(metric="deal_size", window=Window(now - YEAR, now), actor=SYSTEM)
    chance, size = ask_many([handed, sizes])
    row = LeadWorth.objects.first() or LeadWorth()
    row.chance, row.chance_cases = None, 0
    row.value, row.value_cases = None, 0
    if not isinstance(chance, Refusal) and chance.total.value is not None:
        row.chance, row.chance_cases = float(chance.total.value), chance.total.n
    if not isinstance(size, Refusal) and size.total.value is not None:
        row.value, row.value_cases = round(float(size.total.value) * 1_000_000), size.total.n
    row.measured_at = now
    row.save()

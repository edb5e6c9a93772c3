"""Months and weeks that a window cuts: their figures are of a part of them."""

from datetime import timedelta

from django.utils.translation import gettext as _

from isthmus.metrics.dimensions import FIXED
from isthmus.metrics.keys import period_of
from isthmus.metrics.question import Answer
from isthmus.web.filters import Filters
from isthmus.web.naming import key_text


def cut_periods(answer: Answer, filters: Filters) -> list[str]:
    """A sentence where the first or the last period lies only partly in the window."""
    known = FIXED.get(answer.by[0]) if answer.by else None
    if known is None or known.kind != "time" or known.of_capture or known.column == "day" or not answer.rows:
        return []
    keys = sorted(str(row.keys[0]) for row in answer.rows if row.keys[0] is not None)
    first = filters.window.start.astimezone(filters.zone).date()
    after = filters.window.end.astimezone(filters.zone).date()
    cut = []
    if (
        keys
        and keys[0] == period_of(first, known.column)
        and period_of(first - timedelta(days=1), known.column) == keys[0]
    ):
        cut.append(keys[0])
    if keys and keys[-1] == period_of(after, known.column) and keys[-1] not in cut:
        cut.append(keys[-1])
    names = [key_text(answer.by[0], key, key) for key in cut]
    if not names:
        return []
    return [
        _("Only partly in the window, so not to be compared with the others: %(names)s.")
        % {"names": ", ".join(names)}
    ]

"""The sentence that answers a question about a metric, from its figures alone."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from isthmus.analysis.chance import equal_rates_chance
from isthmus.metrics.question import Answer, Row
from isthmus.web import figures, formats
from isthmus.web.naming import group_text

FEWEST_GROUPS = 2
FEW = 20  # cases; a group with fewer is drawn without colour and called nothing
NOISE = 0.05


def finding(answer: Answer, *, by_time: bool) -> str:
    """What the figures say: the total, what stands out, or that nothing does."""
    total = figures.write(answer.total.value, answer.unit, answer.currency)
    if answer.total.value is None:
        return _("No figure: nothing to count in these days")
    if not answer.by:
        return _total(answer, total)
    if by_time:
        return _over_time(answer, total)
    known = [row for row in answer.rows if row.value is not None]
    if len(answer.by) > 1 or len(known) < FEWEST_GROUPS:
        return _total(answer, total)
    if answer.interval:
        return _outstanding(answer, known, total)
    return _largest(answer, known, total)


def _total(answer: Answer, total: str) -> str:
    name = str(answer.label)
    between = figures.write_range(answer.total, answer.unit, answer.currency)
    if between:
        return _("%(name)s: %(total)s, in the range %(range)s") % {
            "name": name,
            "total": total,
            "range": between,
        }
    return _("%(name)s: %(total)s") % {"name": name, "total": total}


def _over_time(answer: Answer, total: str) -> str:
    known = [row for row in answer.rows if row.value is not None and not row.before_cut]
    rows = sorted(known, key=lambda row: str(row.keys[0]))
    if len(rows) < FEWEST_GROUPS:
        return _total(answer, total)
    first, last = rows[0], rows[-1]
    words = {
        "name": str(answer.label),
        "total": total,
        "old": figures.write(first.value, answer.unit, answer.currency),
        "new": figures.write(last.value, answer.unit, answer.currency),
        "first": group_text(answer, first),
        "last": group_text(answer, last),
    }
    if not answer.interval:
        return _("%(name)s: %(total)s in all, %(new)s in %(last)s") % words
    if figures.moved(last, first):
        return _("%(name)s went from %(old)s in %(first)s to %(new)s in %(last)s") % words
    return _("%(name)s: %(total)s in all, with no clear change from %(first)s to %(last)s") % words


def _outstanding(answer: Answer, rows: Sequence[Row], total: str) -> str:
    """The group that leaves the figure of all of them by most, among those with enough cases to say so."""
    whole = float(answer.total.value or 0)
    apart = [row for row in rows if row.n >= FEW and _leaves(row, whole)]
    if _is_noise(answer, rows):
        apart = []
    if not apart:
        return _("%(name)s: %(total)s in all; the differences are within noise") % {
            "name": str(answer.label),
            "total": total,
        }
    most = max(apart, key=lambda row: abs(float(row.value or 0) - whole))
    return _("%(group)s stands out: %(figure)s, against %(total)s in all") % {
        "group": group_text(answer, most),
        "figure": figures.write(most.value, answer.unit, answer.currency),
        "total": total,
    }


def _is_noise(answer: Answer, rows: Sequence[Row]) -> bool:
    """Whether one rate for all groups would differ as much: one range in twenty leaves by chance alone."""
    if answer.unit != "share":
        return False
    found = equal_rates_chance([(int(row.numerator or 0), row.n) for row in rows])
    return found is None or found.chance >= NOISE


def _leaves(row: Row, whole: float) -> bool:
    return (
        row.low is not None and row.high is not None and (float(row.low) > whole or float(row.high) < whole)
    )


def _largest(answer: Answer, rows: Sequence[Row], total: str) -> str:
    most = max(rows, key=lambda row: float(row.value or 0))
    whole = float(answer.total.value or 0)
    words = {
        "group": group_text(answer, most),
        "figure": figures.write(most.value, answer.unit, answer.currency),
        "total": total,
    }
    if answer.unit in ("count", "money") and whole > 0:
        words["share"] = formats.percent(float(most.value or 0) / whole)
        return _("%(group)s brings most: %(figure)s of %(total)s, %(share)s") % words
    return _("%(group)s has most: %(figure)s, against %(total)s in all") % words

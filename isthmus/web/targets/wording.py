"""Targets in words: “Needs €41 k in 12 working days; usual is €38 k”."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.core.money import MICROS, from_micros
from isthmus.sales.targets.periods import Period
from isthmus.sales.targets.progress import Progress
from isthmus.web import formats
from isthmus.web.naming import key_text

_THOUSANDS = 10_000


def amount(millionths: float | int | None, currency: str) -> str:
    """A sum of money in full, or a count where there is no currency."""
    if millionths is None:
        return formats.NOTHING
    if not currency:
        return formats.number(int(millionths) / MICROS)
    return formats.money(round(millionths), currency)


def short(millionths: float | int, currency: str) -> str:
    """The same as it is said: `€41 k`, `€1.15 M`."""
    units = Decimal(round(millionths)) / MICROS
    if not currency or abs(units) < _THOUSANDS:
        return amount(round(units) * MICROS, currency)
    if abs(units) >= 1_000_000:
        return formats.short_money(round(millionths), currency)
    return _("%(amount)s k") % {"amount": formats.money(round(units / 1000) * MICROS, currency)}


def period_text(period: Period) -> str:
    """A period as people read it: Nov 2026, Q4 2026, 2026."""
    return key_text(period.kind, str(period), str(period))


def pace_sentence(line: Progress, currency: str) -> str:
    """What is still needed, beside what is usual in as many working days; empty without a quota."""
    pace = line.pace
    if pace is None or line.quota is None:
        return ""
    if pace.verdict == "reached":
        over = line.attained - line.quota
        return (
            _("Reached, and %(amount)s over it") % {"amount": short(over, currency)} if over else _("Reached")
        )
    if pace.verdict == "over":
        return _("Ended %(amount)s short") % {"amount": short(pace.needed, currency)}
    days = ngettext("%(count)s working day", "%(count)s working days", pace.days) % {"count": pace.days}
    needs = _("Needs %(amount)s in %(days)s") % {"amount": short(pace.needed, currency), "days": days}
    if pace.usual is None:
        return _("%(needs)s; too few earlier periods to say what is usual") % {"needs": needs}
    return _("%(needs)s; usual is %(usual)s (%(low)s to %(high)s)") % {
        "needs": needs,
        "usual": short(pace.usual.middle, currency),
        "low": short(pace.usual.low, currency),
        "high": short(pace.usual.high, currency),
    }


def share_text(line: Progress) -> str:
    """How much of the quota is there: `75%`."""
    return formats.NOTHING if line.share is None else formats.percent(line.share)


def from_money(micros: int | None) -> str:
    """An amount as an input of a form holds it; empty for none."""
    return "" if micros is None else f"{from_micros(micros).normalize():,f}"

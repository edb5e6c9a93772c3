"""How the catalogue's figures are written: by their unit, with their range, beside what they were before."""

from decimal import Decimal

from django.utils.translation import gettext as _

from isthmus.core.money import Money
from isthmus.metrics.question import Answer, Row, Value
from isthmus.web import formats
from isthmus.web.pieces import Delta

# Of these, less is better; of all others, more is.
LESS_IS_BETTER = frozenset(
    {
        "return_rate",
        "lost_after_objection",
        "response_time",
        "sales_cycle",
        "days_to_close",
        "time_in_stage",
        "slipped_deals",
        "closes_put_off",
        "cost_per_lead",
        "cost_per_click",
        "cost_per_thousand",
        "bounce_rate",
        "direct_cost_per_sale",
        "cost_per_sale",
    }
)
NEITHER_IS_BETTER = frozenset(
    {
        "media_spend",
        "frequency",
        "bot_share",
        "commission",
        "objections",
        "expenses",
        "direct_selling_cost",
        "selling_cost",
    }
)


def write(value: Value, unit: str, currency: str | None) -> str:
    """A figure in full: `€872,000`, `38%`, `2.9 h`, `1,284`."""
    if value is None:
        return formats.NOTHING
    if unit == "share":
        return formats.percent(value)
    if unit == "hours":
        return formats.hours(float(value))
    if unit == "days":
        return formats.days(float(value))
    if unit == "seconds":
        return formats.seconds(float(value))
    if unit.startswith("money"):
        return formats.money(_money(value, currency))
    return formats.number(value)


def write_short(value: Value, unit: str, currency: str | None) -> str:
    """A figure for an axis or a heading, millions shortened."""
    if value is not None and unit.startswith("money"):
        return formats.short_money(_money(value, currency))
    return formats.short_number(value) if unit == "count" else write(value, unit, currency)


def write_axis(value: float, unit: str, currency: str | None) -> str:
    """A round figure beside an axis, as short as it can be: `€600 k`, `40%`."""
    if unit.startswith("money") and abs(value) >= 10_000:
        if abs(value) >= 1_000_000:
            return _("%(amount)s M") % {
                "amount": formats.money(_money(Decimal(str(value)) / 1_000_000, currency))
            }
        return _("%(amount)s k") % {"amount": formats.money(_money(Decimal(str(value)) / 1000, currency))}
    return write_short(Decimal(str(value)) if unit.startswith("money") else value, unit, currency)


def write_range(row: Row, unit: str, currency: str | None) -> str:
    """The range that holds the true figure 95 times in 100: `30% to 46%`; empty where there is none."""
    if row.low is None or row.high is None:
        return ""
    low, high = write(row.low, unit, currency), write(row.high, unit, currency)
    return low if low == high else _("%(low)s to %(high)s") % {"low": low, "high": high}


def moved(now: Row, before: Row) -> bool:
    """Whether a figure moved beyond noise: its 95 % range does not touch the one it had before."""
    if now.low is None or now.high is None or before.low is None or before.high is None:
        return False
    return now.low > before.high or now.high < before.low


def change(answer: Answer, before: Answer, *, judged: bool) -> Delta | None:
    """How far a figure is from the one before; coloured only when it is `judged` beyond noise."""
    now, then = answer.total.value, before.total.value
    if now is None or then is None:
        return None
    way = "up" if now > then else "down" if now < then else ""
    return Delta(
        distance(now, then, answer.unit, answer.currency),
        way if judged else "",
        tone(answer.metric, way, judged),
    )


def tone(metric: str, way: str, judged: bool) -> str:
    """Good or bad, or neither when nothing is certain or nothing is better."""
    if not judged or not way or metric in NEITHER_IS_BETTER:
        return ""
    return "good" if (way == "up") != (metric in LESS_IS_BETTER) else "bad"


def distance(now: Value, then: Value, unit: str, currency: str | None) -> str:
    """How far apart two figures are: in points for shares, in per cent for counts and money."""
    if now is None or then is None:
        return ""
    apart = abs(Decimal(now) - Decimal(then))
    if unit == "share":
        return formats.points(float(apart))
    if unit in ("seconds", "hours", "days"):
        return write(float(apart), unit, currency)
    if not then:
        return write(apart, unit, currency)
    return formats.percent(apart / abs(Decimal(then)))


def _money(value: Value, currency: str | None) -> Money:
    return Money(Decimal(str(value)), currency or "XXX")

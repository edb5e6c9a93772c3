"""How somebody came to where they are: two lines, where they meet, the money, and one sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.ledger.timeline import PastFact
from isthmus.web import formats
from isthmus.web.charts import strokes
from isthmus.web.charts.drawing import Drawing
from isthmus.web.charts.scales import Scale
from isthmus.web.timeline import sentences

# Decisions about a lead: marketing's work, but nothing that reached the person.
_INSIDE = frozenset({"lead.qualified", "lead.disqualified", "lead.recycled"})
_HEIGHT, _LEFT = 134, 76
_LANES = {"marketing": 26.0, "sales": 74.0, "money": 98.0}


@dataclass(frozen=True)
class Way:
    """The moments of one way, oldest first. `more` says that older ones are not shown."""

    marketing: Sequence[datetime]
    sales: Sequence[datetime]
    money: Sequence[datetime]
    crossed_at: datetime | None
    contacted_at: datetime | None
    touches: Sequence[datetime]  # those moments of marketing that the person lived through
    paid: dict[str, int]
    until: datetime
    more: bool = False

    @property
    def starts_at(self) -> datetime | None:
        """The first moment of all."""
        moments = [*self.marketing, *self.sales, *self.money]
        moments += [self.crossed_at] if self.crossed_at else []
        return min(moments, default=None)


def way_of(facts: Sequence[PastFact], until: datetime, more: bool = False) -> Way:
    """The way that facts (newest first) tell."""
    oldest_first = list(reversed(facts))
    crossings = [fact for fact in oldest_first if fact.kind == "lead.handed_over"]
    crossed_at = crossings[0].at if crossings else None
    contacts = [
        fact.at
        for fact in oldest_first
        if (
            fact.kind == "lead.contacted"
            or (fact.kind == "activity.logged" and fact.values.get("kind") != "note")
        )
        and crossed_at is not None
        and fact.at >= crossed_at
    ]
    paid: dict[str, int] = {}
    for fact in oldest_first:
        if fact.kind in ("order.paid", "order.refunded") and fact.currency:
            paid[fact.currency] = paid.get(fact.currency, 0) + (fact.amount or 0)
    by_trade: dict[str, list[datetime]] = {"marketing": [], "sales": [], "money": []}
    touches: list[datetime] = []
    for fact in oldest_first:
        if fact.kind == "file.attached":
            continue  # Nothing that reached the person.
        trade = sentences.trade_of(fact.kind)
        if fact.kind in ("lead.accepted", "lead.returned"):
            trade = "sales"
        if trade == "marketing" and fact.kind not in _INSIDE and fact.at not in touches[-1:]:
            touches.append(fact.at)
        if trade in by_trade and fact.at not in by_trade[trade][-1:]:
            by_trade[trade].append(fact.at)
    return Way(
        **by_trade,
        crossed_at=crossed_at,
        contacted_at=min(contacts, default=None),
        touches=touches,
        paid=paid,
        until=until,
        more=more,
    )


def finding(way: Way) -> str:
    """What the way says, in one sentence."""
    if way.starts_at is None:
        return _("Nothing has happened yet")
    parts = [_before(way)]
    if way.crossed_at is not None:
        parts.append(_after(way))
    sums = [formats.money(micros, currency) for currency, micros in way.paid.items() if micros > 0]
    if sums:
        parts.append(_("%(sum)s paid") % {"sum": ", ".join(sums)})
    return ", ".join(part for part in parts if part)


def _before(way: Way) -> str:
    touches = [at for at in way.touches if way.crossed_at is None or at <= way.crossed_at]
    if not touches:
        began = way.starts_at
        assert began is not None, "a way without a start has no sentence"
        return _("Came straight to sales on %(day)s") % {"day": formats.day(began)}
    counted = ngettext("%(count)s marketing touch", "%(count)s marketing touches", len(touches)) % {
        "count": len(touches)
    }
    end = way.crossed_at or way.until
    length = end - touches[0]
    if len(touches) == 1 or length < timedelta(hours=1):
        return counted
    return _("%(touches)s in %(length)s") % {"touches": counted, "length": _length(length)}


def _after(way: Way) -> str:
    assert way.crossed_at is not None
    if way.contacted_at is None:
        return _("handed over %(ago)s and not spoken with yet") % {
            "ago": formats.ago(way.crossed_at, way.until)
        }
    length = _length(way.contacted_at - way.crossed_at)
    return _("then a first contact %(length)s after hand-over") % {"length": length}


def _length(length: timedelta) -> str:
    hours = length.total_seconds() / 3600
    if hours < 48:
        return formats.hours(hours)
    days = round(hours / 24)
    if days < 21:
        return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
    if days < 120:
        return ngettext("%(count)s week", "%(count)s weeks", round(days / 7)) % {"count": round(days / 7)}
    months = round(days / 30.4)
    return ngettext("%(count)s month", "%(count)s months", months) % {"count": months}


def drawn(way: Way) -> Drawing | None:
    """The picture, for a wide and a narrow place; None when there is nothing to draw."""
    if way.starts_at is None:
        return None
    return Drawing(_picture(way, 800, "w"), _picture(way, 330, "n"))


def _picture(way: Way, width: float, name: str) -> str:
    assert way.starts_at is not None
    start, end = way.starts_at.timestamp(), max(way.until.timestamp(), way.starts_at.timestamp() + 3600)
    across = Scale(start, end, _LEFT, width - 8)
    label = _("%(marketing)s moments of marketing, %(sales)s of sales, %(money)s of money since %(day)s.") % {
        "marketing": len(way.marketing),
        "sales": len(way.sales),
        "money": len(way.money),
        "day": formats.day(way.starts_at),
    }
    parts = [_lanes(width), _line(way, across, width, name), _marks(way, across)]
    if way.crossed_at is not None:
        parts.append(_crossing(way.crossed_at, across(way.crossed_at.timestamp()), width))
    parts.append(strokes.text(_LEFT, 128, formats.day(way.starts_at)))
    parts.append(strokes.text(width - 8, 128, _("today"), "t-ink t-end"))
    return strokes.svg(width, _HEIGHT, parts, label=label)


def _lanes(width: float) -> str:
    words = {
        "marketing": (_("Marketing"), "t-marketing"),
        "sales": (_("Sales"), "t-sales"),
        "money": (_("Money"), "t-ink"),
    }
    return "".join(
        strokes.text(0, y + 4, words[trade][0], f"t-md {words[trade][1]}")
        + strokes.line(_LEFT, y, width - 8, y, "s-grid")
        for trade, y in _LANES.items()
    )


def _line(way: Way, across: Scale, width: float, name: str) -> str:
    """The line that starts warm, turns where the lead was handed over and ends cool."""
    marketing, sales = _LANES["marketing"], _LANES["sales"]
    end = width - 8
    if way.crossed_at is None:
        y = marketing if way.marketing else sales
        trade = "marketing" if way.marketing else "sales"
        return f'<path class="s-way" data-trade="{trade}" d="M{_LEFT} {y}H{end:.1f}"/>'
    x = across(way.crossed_at.timestamp())
    left, right = max(x - 28, _LEFT), min(x + 28, end)
    stops = "".join(
        f'<stop offset="{at}" class="stop-{trade}"/>'
        for at, trade in ((0, "marketing"), (0.5, "crossing"), (1, "sales"))
    )
    gradient = (
        f'<defs><linearGradient id="way-{name}" gradientUnits="userSpaceOnUse" '
        f'x1="{left:.1f}" x2="{right:.1f}" y1="0" y2="0">{stops}</linearGradient></defs>'
    )
    path = (
        f"M{_LEFT} {marketing}H{left:.1f}C{x:.1f} {marketing} {x:.1f} {sales} {right:.1f} {sales}H{end:.1f}"
    )
    return f'{gradient}<path d="{path}" fill="none" stroke="url(#way-{name})" stroke-width="2"/>'


def _marks(way: Way, across: Scale) -> str:
    drawn = "".join(
        strokes.dot(across(at.timestamp()), _LANES["marketing"], 4.5, "f-marketing s-edge")
        for at in way.marketing
    )
    drawn += "".join(
        strokes.rect(across(at.timestamp()) - 4, _LANES["sales"] - 4, 8, 8, "f-sales s-edge", ' rx="1"')
        for at in way.sales
    )
    for at in way.money:
        x, y = across(at.timestamp()), _LANES["money"]
        drawn += strokes.rect(x - 3.5, y - 3.5, 7, 7, "f-ink", f' transform="rotate(45 {x:.1f} {y:.1f})"')
    return drawn


def _crossing(at: datetime, x: float, width: float) -> str:
    words = _("handed over %(day)s") % {"day": formats.day(timezone.localtime(at))}
    # Near an edge the words would leave the picture.
    anchor, place = ("t-mid", x)
    if x < _LEFT + 60:
        anchor, place = "", max(x - 60, 0)
    elif x > width - 70:
        anchor, place = "t-end", width - 8
    return strokes.line(x, 12, x, 108, "s-crossing-line") + strokes.text(
        place, 8, words, f"t-crossing {anchor}".strip()
    )

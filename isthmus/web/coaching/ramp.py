"""How new sellers come up to speed, beside all who started before them."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus.analysis.ramping import FEWEST
from isthmus.core import clock
from isthmus.metrics.catalogue import catalogue
from isthmus.sales.skills.ramp import Ramp, Starter, ramp
from isthmus.web import formats
from isthmus.web.access import actor_of, needs
from isthmus.web.charts.drawing import Drawing
from isthmus.web.charts.lines import Line, Mark, line_chart
from isthmus.web.coaching.parts import leads_others, tabs
from isthmus.web.explore.definitions import definition_of
from isthmus.web.pieces import Cell, Choice, DataTable
from isthmus.web.targets.wording import short

METRICS = ("revenue", "wins")


@needs("coaching.view")
def ramp_page(request: HttpRequest) -> HttpResponse:
    """Each new seller's months since the start, beside the curve of earlier starters."""
    actor = actor_of(request)
    if not leads_others(actor):
        raise PermissionDenied
    metric = "wins" if request.GET.get("metric") == "wins" else "revenue"
    found = ramp(actor, now=clock.now(), metric=metric)
    here = reverse("coaching-ramp")
    context: dict[str, Any] = {
        "tabs": tabs(actor, "coaching-ramp"),
        "metrics": [
            Choice(str(catalogue()[name].label), f"{here}?metric={name}", name == metric) for name in METRICS
        ],
        "definition": definition_of(catalogue()[metric]),
        "refusal": found.refusal,
        "usual": usual(found),
        "usual_chart": _curve_chart(found) if found.curve else None,
        "new": [shown(found, one) for one in found.new],
    }
    return render(request, "coaching/ramp.html", context)


def usual(found: Ramp) -> str:
    """What earlier starters brought in their last told month, or that there are too few of them."""
    if len(found.curve) == 0:
        return _("%(count)s earlier starters: too few to say what is usual (it takes %(fewest)s)") % {
            "count": found.starters,
            "fewest": FEWEST,
        }
    last = found.curve[-1]
    return _(
        "In month %(month)s, %(count)s earlier starters brought %(middle)s (8 of 10: %(low)s to %(high)s)"
    ) % {
        "month": last.month,
        "count": last.starters,
        "middle": short(last.middle, found.currency),
        "low": short(last.low, found.currency),
        "high": short(last.high, found.currency),
    }


def shown(found: Ramp, one: Starter) -> dict[str, Any]:
    """One new seller: how they stand beside those who started before, and the picture."""
    curve = {month.month: month for month in found.curves.get(one.user.pk, ())}
    last = len(one.months)
    if not last:
        finding = _("Began %(day)s: no whole month yet") % {"day": formats.day(one.began)}
    elif last not in curve:
        finding = _("Month %(month)s: %(own)s; too few earlier starters to say what is usual") % {
            "month": last,
            "own": short(one.months[-1], found.currency),
        }
    else:
        usual_ = curve[last]
        words = {
            "month": last,
            "own": short(one.months[-1], found.currency),
            "middle": short(usual_.middle, found.currency),
        }
        if one.months[-1] < usual_.low:
            finding = (
                _("Month %(month)s: %(own)s, below 9 of 10 earlier starters (middle %(middle)s)") % words
            )
        elif one.months[-1] > usual_.high:
            finding = (
                _("Month %(month)s: %(own)s, above 9 of 10 earlier starters (middle %(middle)s)") % words
            )
        else:
            finding = _("Month %(month)s: %(own)s, within what is usual (middle %(middle)s)") % words
    return {
        "name": one.user.name,
        "page": reverse("coached", args=[one.user.pk]),
        "began": one.began,
        "finding": finding,
        "chart": _own_chart(found, one) if last else None,
        "note": _("Months since the start. Band and dashes: those who started before.")
        if curve
        else _("Months of 30 days since the start."),
    }


def _own_chart(found: Ramp, one: Starter) -> Drawing:
    curve = found.curves.get(one.user.pk, ())
    lines = [Line(one.user.name, [(at, own) for at, own in enumerate(one.months, 1)], dots=True)]
    if curve:
        lines.append(_usual_line(curve))
    rows = [
        [Cell(str(at), num=False), Cell(short(own, found.currency))] for at, own in enumerate(one.months, 1)
    ]
    table = DataTable([_("Month since the start"), one.user.name], rows)
    return line_chart(
        lines, _marks(max(len(one.months), len(curve))), _write(found), label=one.user.name, table=table
    )


def _curve_chart(found: Ramp) -> Drawing:
    columns = [
        _("Month since the start"),
        _("Lowest of ten"),
        _("Middle"),
        _("Highest of ten"),
        _("Starters"),
    ]
    rows = [
        [
            Cell(str(one.month), num=False),
            *(Cell(short(value, found.currency)) for value in (one.low, one.middle, one.high)),
            Cell(str(one.starters)),
        ]
        for one in found.curve
    ]
    line = _usual_line(found.curve, "main")
    return line_chart(
        [line], _marks(len(found.curve)), _write(found), label=usual(found), table=DataTable(columns, rows)
    )


def _usual_line(curve: Any, kind: str = "plan") -> Line:
    return Line(
        _("Earlier starters"),
        [(one.month, one.middle) for one in curve],
        kind=kind,
        low=[one.low for one in curve],
        high=[one.high for one in curve],
    )


def _marks(most: int) -> list[Mark]:
    return [Mark(month, str(month)) for month in range(1, most + 1)]


def _write(found: Ramp) -> Any:
    return lambda value: short(value, found.currency)

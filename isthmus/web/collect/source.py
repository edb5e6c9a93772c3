"""One source: what came day by day, what to put where, what of it could not be read."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from isthmus.collect.models import SourceCount
from isthmus.collect.queries import days_of, groups_for, sources_for, standings
from isthmus.core import clock
from isthmus.web import formats
from isthmus.web.access import actor_of, needs
from isthmus.web.charts.drawing import Drawing
from isthmus.web.charts.lines import Line, Mark, line_chart
from isthmus.web.collect.sources import HOME
from isthmus.web.collect.words import group_line, snippets, state_of, waiting_text
from isthmus.web.pieces import Cell, DataTable
from isthmus.web.settings.frame import show

DAYS, GROUPS = 28, 5


@needs("sources.edit")
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a source."""
    actor, now = actor_of(request), clock.now()
    row = get_object_or_404(sources_for(actor).select_related("made_by"), pk=pk)
    (standing,) = standings([row], now)
    first = now.date() - timedelta(days=DAYS - 1)
    counts = days_of(row, first)
    groups, onward = groups_for(actor, source_id=pk, size=GROUPS)
    context: dict[str, Any] = {
        "title": row.name,
        "one": row,
        "standing": standing,
        "state": state_of(standing),
        "waiting": waiting_text(standing.waiting),
        "chart": _drawn(counts, first, now.date()) if counts else None,
        "snippets": snippets(row, request),
        "former_counts": row.former_until is not None and row.former_until > now,
        "groups": [group_line(one) for one in groups],
        "more_groups": onward is not None,
    }
    return show(request, HOME, "collect/source.html", context)


def _drawn(counts: Sequence[SourceCount], first: date, last: date) -> Drawing:
    days = [first + timedelta(days=place) for place in range((last - first).days + 1)]
    by_day = {one.day: one for one in counts}
    came = [(place, by_day[on].acknowledged if on in by_day else 0) for place, on in enumerate(days)]
    bad = [(place, by_day[on].quarantined if on in by_day else 0) for place, on in enumerate(days)]
    lines = [Line(_("Came"), came, end_text=formats.short_number(came[-1][1]))]
    if any(count for _place, count in bad):
        lines.append(Line(_("Not readable"), bad, "faint", formats.short_number(bad[-1][1])))
    marks = [Mark(place, formats.day(on)) for place, on in enumerate(days) if place % 7 == 6]
    label = _("Events of each day, the last %(days)d days") % {"days": DAYS}
    return line_chart(lines, marks, formats.short_number, label=label, table=_table(counts, label))


def _table(counts: Sequence[SourceCount], label: str) -> DataTable:
    columns = [_("Day (UTC)"), _("Came"), _("Facts"), _("Repeated"), _("Not readable"), _("Sent again")]
    rows = [
        [
            Cell(formats.day(one.day)),
            *(
                Cell(formats.number(count))
                for count in (one.acknowledged, one.facts, one.duplicates, one.quarantined, one.replayed)
            ),
        ]
        for one in reversed(counts)
    ]
    return DataTable(columns, rows, label=label)

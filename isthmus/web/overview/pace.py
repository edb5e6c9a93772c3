"""How revenue is going: paid so far, against the same days before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from isthmus.core.window import Window
from isthmus.metrics.catalogue import find
from isthmus.metrics.question import Answer, Value
from isthmus.web import figures, formats
from isthmus.web.charts.drawing import Drawing
from isthmus.web.charts.lines import Line, Mark, line_chart
from isthmus.web.explore.definitions import definition_of
from isthmus.web.naming import key_text
from isthmus.web.overview.asking import Answers
from isthmus.web.pieces import Cell, DataTable, Delta, Stat

Total = tuple[date, Decimal]  # a day, and everything paid up to its end


@dataclass(frozen=True)
class Pace:
    """The section: its finding, its chart and the figures beside it."""

    finding: str
    chart: Drawing | None
    stats: Sequence[Stat]
    notes: Sequence[str]
    refusal: str = ""


def pace(answers: Answers, hrefs: dict[str, str]) -> Pace:
    """The section on revenue. `hrefs` opens each metric's rows."""
    stats = [
        stat
        for metric in ("wins", "win_rate", "sales_cycle", "revenue_per_lead")
        if (stat := _stat(metric, answers, hrefs)) is not None
    ]
    paid = answers.get("pace now")
    if paid is None:
        refusal = answers.refusal("pace now")
        return Pace(_("Revenue cannot be told"), None, stats, (), str(refusal or ""))
    stats.insert(0, _paid(paid, answers, hrefs))
    finding = _finding(paid, answers)
    notes = [*paid.notes, *not_compared(answers, "pace now", "pace before")]
    return Pace(finding, _chart(paid, answers, finding), stats, notes)


def _before(answers: Answers) -> Answer | None:
    """Revenue of the window before, where the two may be compared."""
    return answers.steady("pace before") if answers.steady("pace now") is not None else None


def not_compared(answers: Answers, *names: str) -> list[str]:
    """A sentence on why figures are not compared with those before, where their records begin too late."""
    cut = answers.cut(*names)
    if cut is None:
        return []
    if answers.before is None:
        return [_("Earlier days are not told: %(reason)s.") % {"reason": cut.reason}]
    return [
        _("Not compared with %(before)s: %(reason)s.") % {"before": answers.before.text, "reason": cut.reason}
    ]


def _finding(paid: Answer, answers: Answers) -> str:
    now, before = _whole(paid), _before(answers)
    if not now:
        return _("Nothing was paid in these days")
    amount = figures.write_short(now, "money", paid.currency)
    if before is None or answers.before is None:
        return _("%(amount)s was paid") % {"amount": amount}
    then = _whole(before)
    words = {"amount": amount, "before": answers.before.text}
    if then <= 0:
        return _("%(amount)s was paid; in %(before)s nothing was") % words
    words["share"] = formats.percent(abs(now / then - 1))
    if abs(now / then - 1) < Decimal("0.005"):
        return _("%(amount)s was paid, as much as in %(before)s") % words
    if now > then:
        return _("%(amount)s was paid, %(share)s more than in %(before)s") % words
    return _("%(amount)s was paid, %(share)s less than in %(before)s") % words


def _chart(paid: Answer, answers: Answers, finding: str) -> Drawing | None:
    window, zone = answers.filters.window, answers.filters.zone
    today = min(answers.now, window.end - timedelta(microseconds=1)).astimezone(zone).date()
    totals = running(paid)
    if not totals:
        return None
    first = max(_first_day(window, zone), totals[0][0] if answers.filters.name == "all" else date.min)
    first = first if paid.cut is None else max(first, paid.cut.since)
    lines = [_line(_("now"), "main", totals, first, today, paid)]
    for name, kind, earlier in (("before", "plan", answers.before), ("year", "faint", answers.year_before)):
        other = answers.steady(f"pace {name}")
        if other is None or earlier is None or not other.rows:
            continue
        start = _first_day(earlier.window, zone)
        last = (earlier.window.end - timedelta(microseconds=1)).astimezone(zone).date()
        lines.append(_line(earlier.short, kind, running(other), start, last, other))
    length = (_last_day(window, zone) - first).days if answers.filters.name != "all" else (today - first).days
    return line_chart(
        lines,
        _marks(first, max(length, 1)),
        lambda value: figures.write_axis(value, "money", paid.currency),
        label=finding,
        table=_table(paid),
    )


def running(answer: Answer) -> list[Total]:
    """Everything paid up to the end of each day or month, oldest first."""
    total, totals = Decimal(0), []
    for row in sorted(answer.rows, key=lambda row: str(row.keys[0])):
        if row.keys[0] is not None and row.value is not None:
            total += Decimal(row.value)
            totals.append((_end_of(str(row.keys[0])), total))
    return totals


def _line(name: str, kind: str, totals: Sequence[Total], first: date, last: date, answer: Answer) -> Line:
    """A step for each day that paid, level until the last day."""
    points = [(0.0, 0.0)]
    for on, total in totals:
        x = float((on - first).days + 1)
        points += [(max(x - 1, points[-1][0]), points[-1][1]), (x, float(total))]
    end = float((last - first).days + 1)
    if points[-1][0] < end:
        points.append((end, points[-1][1]))
    text = figures.write_short(totals[-1][1] if totals else Decimal(0), "money", answer.currency)
    return Line(name, points, kind, text)


def _marks(first: date, length: int) -> list[Mark]:
    parts = min(6, length)
    places = sorted({round(length * part / parts) for part in range(parts + 1)})
    # The right edge is the end of the last day, not the start of the one after it.
    return [Mark(at, formats.day(first + timedelta(days=min(at, length - 1)))) for at in places]


def _table(paid: Answer) -> DataTable:
    totals = dict(running(paid))
    unit = paid.by[0]

    def written(amount: Value) -> Cell:
        return Cell(figures.write(amount, paid.unit, paid.currency))

    rows = [
        [
            Cell(key_text(unit, row.keys[0], row.labels[0]), num=False),
            written(row.value),
            written(totals[_end_of(str(row.keys[0]))]),
        ]
        for row in paid.rows
        if row.keys[0] is not None
    ]
    return DataTable([str(paid.by_labels[0]), _("Paid"), _("So far")], rows, label=_("Paid, by time"))


def _paid(paid: Answer, answers: Answers, hrefs: dict[str, str]) -> Stat:
    before, now = _before(answers), _whole(paid)
    note, delta = "", None
    if before is not None and answers.before is not None and _whole(before):
        delta = Delta(
            figures.distance(now, _whole(before), "money", paid.currency),
            "up" if now > _whole(before) else "down",
        )
        note = _("%(amount)s in %(before)s") % {
            "amount": figures.write(_whole(before), "money", paid.currency),
            "before": answers.before.text,
        }
    metric = find("revenue")
    return Stat(
        _("Paid"),
        figures.write(now, paid.unit, paid.currency),
        hrefs["revenue"],
        note,
        delta,
        definition_of(metric, hrefs["revenue"]),
        size="large",
    )


def _stat(metric: str, answers: Answers, hrefs: dict[str, str]) -> Stat | None:
    answer, before = answers.get(f"now {metric}"), answers.steady(f"before {metric}")
    if answer is None:
        return None
    if answer.cut is not None:
        before = None
    row, unit, currency = answer.total, answer.unit, answer.currency
    note = figures.write_range(row, unit, currency)
    delta = None
    if before is not None:
        judged = figures.moved(row, before.total)
        delta = figures.change(answer, before, judged=judged) if judged or unit == "count" else None
        if note and not judged:
            note = _("%(range)s, no clear change") % {"range": note}
    if unit == "count" and delta is not None:
        delta = Delta(delta.text, "up" if (row.value or 0) > (before.total.value or 0) else "down")  # type: ignore[union-attr]
    return Stat(
        str(answer.label),
        figures.write(row.value, unit, currency),
        hrefs[metric],
        note,
        delta,
        definition_of(find(metric), hrefs[metric]),
        faint=row.value is None,
    )


def _whole(answer: Answer) -> Decimal:
    return Decimal(answer.total.value or 0)


def _end_of(key: str) -> date:
    """The day of a key, the last day of a month's."""
    if len(key) > 7:
        return date.fromisoformat(key)
    first = date.fromisoformat(f"{key}-01")
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _first_day(window: Window, zone: object) -> date:
    return window.start.astimezone(zone).date()  # type: ignore[arg-type]


def _last_day(window: Window, zone: object) -> date:
    return window.end.astimezone(zone).date()  # type: ignore[arg-type]

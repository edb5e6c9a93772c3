"""The flow picture: what becomes of impressions, stage by stage, channel by channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.html import escape
from django.utils.translation import gettext as _

from isthmus.web import formats
from isthmus.web.charts import strokes
from isthmus.web.charts.drawing import Drawing
from isthmus.web.charts.scales import apart, log_heights
from isthmus.web.pieces import DataTable

_WIDTH, _HEIGHT = 1168, 392
_LEFT, _RIGHT, _TOP = 150.0, 1016.0, 56.0
_NODE, _GAP = 7.0, 3.0
_TALLEST, _SHORTEST = 250.0, 54.0
_MIDDLE = _TOP + _TALLEST / 2
_SLOPE = 0.5


@dataclass(frozen=True)
class Stage:
    """A column: its name, its total, where the total opens, and what share of it came from the one before."""

    name: str
    total: float | None
    href: str = ""
    trade: str = "marketing"
    passed: str = ""  # the rate from the stage before, as text
    tone: str = ""
    note: str = ""
    total_text: str = ""  # instead of the total, for a column that is not a count


@dataclass(frozen=True)
class Lane:
    """A channel: its count at every stage (None where nothing is known), and where each opens."""

    name: str
    counts: Sequence[float | None]
    hrefs: Sequence[str]
    href: str
    start_text: str = ""
    end_strong: str = ""
    end_text: str = ""


@dataclass(frozen=True)
class _Band:
    lane: Lane
    tops: Sequence[float]
    heights: Sequence[float]


def flow(
    stages: Sequence[Stage],
    lanes: Sequence[Lane],
    *,
    label: str,
    crossing: int,
    crossing_text: str = "",
    start_note: str = "",
    end_note: str = "",
    table: DataTable | None = None,
) -> Drawing:
    """Bands from the first stage to the last, and a funnel of the totals for narrow places.

    `crossing` is the index of the first stage that sales answers for.
    """
    bands = _bands(stages, lanes)
    apart_by = (_RIGHT - _LEFT) / max(len(stages) - 1, 1)
    columns = [_LEFT + apart_by * index for index in range(len(stages))]
    parts = [
        _passage(_neck(columns, crossing)),
        _crossing(columns, crossing, crossing_text),
        *(_band(band, columns, stages, rank) for rank, band in _ranked(bands)),
        *(_nodes(band, columns, stages) for band in bands),
        *(_head(stage, x) for stage, x in zip(stages, columns, strict=True)),
        _rates(stages, columns),
        _starts(bands, start_note),
        _ends(bands, end_note),
    ]
    wide = strokes.svg(_WIDTH, _HEIGHT, parts, label=label, group=True, css="flow")
    return Drawing(wide, _funnel(stages, crossing, crossing_text), table)


def _bands(stages: Sequence[Stage], lanes: Sequence[Lane]) -> list[_Band]:
    totals = [sum(max(lane.counts[index] or 0, 0) for lane in lanes) for index in range(len(stages))]
    gaps = _GAP * max(len(lanes) - 1, 0)
    pairs = zip(stages, totals, strict=True)
    counted = [total if stage.total is not None else 0 for stage, total in pairs]
    heights = log_heights(counted, _SHORTEST, _TALLEST)
    for column, stage in enumerate(stages):
        # Money has no place on a scale of counts: its column is as tall as the one before it.
        if stage.total is None and totals[column] > 0 and column:
            heights[column] = heights[column - 1]
    tops: list[list[float]] = [[] for _lane in lanes]
    sizes: list[list[float]] = [[] for _lane in lanes]
    for column, total in enumerate(totals):
        y = _MIDDLE - (heights[column] + gaps) / 2
        for index, lane in enumerate(lanes):
            size = heights[column] * max(lane.counts[column] or 0, 0) / total if total else 0.0
            tops[index].append(y)
            sizes[index].append(size)
            y += size + _GAP
    return [_Band(lane, top, size) for lane, top, size in zip(lanes, tops, sizes, strict=True)]


def _ranked(bands: Sequence[_Band]) -> list[tuple[int, _Band]]:
    """The bands with how strong each is drawn: the one that ends with most, strongest."""
    order = sorted(range(len(bands)), key=lambda index: -bands[index].heights[-1])
    rank = {index: min(place + 1, 5) for place, index in enumerate(order)}
    return [(rank[index], band) for index, band in enumerate(bands)]


def _band(band: _Band, columns: Sequence[float], stages: Sequence[Stage], rank: int) -> str:
    upper = _edge([(x, top) for x, top in zip(columns, band.tops, strict=True)])
    bottoms = [top + size for top, size in zip(band.tops, band.heights, strict=True)]
    lower = _edge([(x, y) for x, y in zip(columns, bottoms, strict=True)], back=True)
    path = f'<path class="flow-band" data-rank="{rank}" d="{upper}{lower}Z"/>'
    counts = ", ".join(
        f"{stage.name} {formats.number(count)}"
        for stage, count in zip(stages, band.lane.counts, strict=True)
        if count is not None and stage.total is not None
    )
    return strokes.anchor(band.lane.href, path, f"{band.lane.name}: {counts}. {band.lane.end_text}")


def _edge(points: Sequence[strokes.Point], *, back: bool = False) -> str:
    """A line through the columns, level across each node and curved between them."""
    walked = list(reversed(points)) if back else list(points)
    near, far = (_NODE, 0.0) if back else (0.0, _NODE)
    x, y = walked[0]
    path = f"{'L' if back else 'M'}{x + near:.1f} {y:.1f}H{x + far:.1f}"
    for (x1, y1), (x2, y2) in pairwise(walked):
        start, end = x1 + far, x2 + near
        bend = start + (end - start) * _SLOPE
        path += f"C{bend:.1f} {y1:.1f} {bend:.1f} {y2:.1f} {end:.1f} {y2:.1f}H{x2 + far:.1f}"
    return path


def _nodes(band: _Band, columns: Sequence[float], stages: Sequence[Stage]) -> str:
    drawn = ""
    for index, stage in enumerate(stages):
        count = band.lane.counts[index]
        if not count or count < 0:
            continue
        node = strokes.rect(
            columns[index], band.tops[index], _NODE, max(band.heights[index], 0.75), "flow-node"
        )
        reach = strokes.rect(
            columns[index] - 10, band.tops[index], _NODE + 20, band.heights[index], "flow-reach"
        )
        figure = band.lane.end_text if stage.total is None else formats.number(count)
        label = f"{band.lane.name}, {stage.name}: {figure}"
        drawn += strokes.anchor(
            band.lane.hrefs[index], f"<title>{escape(label)}</title>{node}{reach}", label, focusable=False
        )
    return drawn


def _head(stage: Stage, x: float) -> str:
    figure = strokes.text(x + 4, 33, _total(stage), "t-strong t-lg t-mid")
    if stage.href:
        figure = strokes.anchor(stage.href, figure, f"{stage.name}: {_total(stage)}")
    return strokes.text(x + 4, 14, stage.name, "t-ink t-md t-mid") + figure


def _total(stage: Stage) -> str:
    return stage.total_text or formats.short_number(stage.total)


def _rates(stages: Sequence[Stage], columns: Sequence[float]) -> str:
    y = _TOP + _TALLEST + 40
    drawn = strokes.text(0, y, _("Goes on to the next step"))
    for index, stage in enumerate(stages[1:], start=1):
        x = (columns[index - 1] + columns[index] + _NODE) / 2
        tone = f" t-strong t-{stage.tone}" if stage.tone else " t-ink"
        drawn += strokes.text(x, y, stage.passed, f"t-mid t-md{tone}")
        if stage.note:
            drawn += strokes.text(x, y + 16, stage.note, f"t-mid{f' t-{stage.tone}' if stage.tone else ''}")
    return drawn


def _crossing(columns: Sequence[float], crossing: int, words: str) -> str:
    x, y = _neck(columns, crossing), _TOP + _TALLEST + 24
    named = strokes.text(x, y + 50, words, "t-crossing t-mid") if words else ""
    return strokes.line(x, 46, x, y, "s-crossing-line") + named


def _starts(bands: Sequence[_Band], note: str) -> str:
    middles = [band.tops[0] + band.heights[0] / 2 + 4 for band in bands]
    places = apart(middles, 17, _TOP + 8, _TOP + _TALLEST + 12)
    drawn = strokes.text(142, min(places, default=_TOP) - 20, note, "t-end") if note else ""
    for band, y in zip(bands, places, strict=True):
        drawn += strokes.text(104, y, strokes.shortened(band.lane.name, 104), "t-ink t-md t-end")
        drawn += strokes.text(142, y, band.lane.start_text, "t-strong t-end t-md")
    return drawn


def _ends(bands: Sequence[_Band], note: str) -> str:
    middles = [band.tops[-1] + band.heights[-1] / 2 for band in bands]
    places = apart(middles, 19, _TOP + 8, _TOP + _TALLEST + 8)
    centre = sum(places) / len(places) if places else 0
    wanted = sum(middles) / len(middles) if middles else 0
    places = [place + wanted - centre for place in places]
    x = _RIGHT + _NODE
    drawn = strokes.text(x + 20, min(places, default=_TOP) - 18, note) if note else ""
    for band, middle, place in zip(bands, middles, places, strict=True):
        if not band.lane.end_strong and not band.lane.end_text:
            continue
        drawn += f'<path class="s-lead" d="M{x + 2:.1f} {middle:.1f}L{x + 16:.1f} {place:.1f}"/>'
        drawn += (
            f'<text class="t-ink t-md" x="{x + 20:.1f}" y="{place + 4:.1f}">'
            f'<tspan class="t-strong">{escape(band.lane.end_strong)}</tspan>'
            f'<tspan dx="6">{escape(band.lane.end_text)}</tspan></text>'
        )
    return drawn


def _neck(columns: Sequence[float], crossing: int) -> float:
    """Where the trades meet: halfway between the stages on either side of the crossing."""
    return (columns[crossing - 1] + columns[crossing] + _NODE) / 2 if crossing else _LEFT


def _passage(neck: float) -> str:
    """The colours of the bands: warm up to the crossing, cool after it."""
    middle = min(max((neck - _LEFT) / (_RIGHT - _LEFT), 0.0), 1.0)
    before, after = f"{max(middle - 0.2, 0):.2f}", f"{min(middle + 0.18, 1):.2f}"
    stops = ((before, "marketing"), (f"{middle:.2f}", "crossing"), (after, "sales"))
    drawn = "".join(f'<stop offset="{at}" class="stop-{trade}"/>' for at, trade in stops)
    return (
        '<defs><linearGradient id="passage" gradientUnits="userSpaceOnUse" '
        f'x1="{_LEFT}" x2="{_RIGHT}" y1="0" y2="0">{drawn}</linearGradient></defs>'
    )


def _funnel(stages: Sequence[Stage], crossing: int, crossing_text: str) -> str:
    widths = log_heights([stage.total or 0 for stage in stages], 20, 100)
    for at, stage in enumerate(stages):
        if stage.total is None and at:
            widths[at] = widths[at - 1]
    rows = ""
    for index, (stage, width) in enumerate(zip(stages, widths, strict=True)):
        if index == crossing and crossing_text:
            rows += f'<li class="funnel-divide">{escape(crossing_text)}</li>'
        rows += _funnel_row(stage, width)
    return f'<ol class="funnel">{rows}</ol>'


def _funnel_row(stage: Stage, width: float) -> str:
    bar = strokes.rect(0, 0, width, 18, f"f-{stage.trade}")
    figure = str(escape(_total(stage)))
    if stage.href:
        figure = f'<a class="opens" href="{escape(stage.href)}">{figure}</a>'
    tone = f' data-tone="{stage.tone}"' if stage.tone else ""
    return (
        f"<li><span>{escape(stage.name)}</span>"
        f'<svg viewBox="0 0 100 18" preserveAspectRatio="none" aria-hidden="true">{bar}</svg>'
        f'<span class="funnel-count">{figure}</span>'
        f'<span class="funnel-rate"{tone}>{escape(stage.passed)}</span></li>'
    )

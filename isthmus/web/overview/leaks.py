"""Where leads leak: of the leads of a window, how many went how far, by channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.metrics.intervals import wilson
from isthmus.metrics.question import Answer, Row, Value
from isthmus.web import figures, formats
from isthmus.web.charts.drawing import Drawing
from isthmus.web.charts.flow import Lane, Stage, flow
from isthmus.web.explore.addresses import metric_address, rows_address, where_key
from isthmus.web.naming import channel_text
from isthmus.web.overview.asking import MEDIA, Answers
from isthmus.web.pieces import Cell, DataTable

MOST_LANES = 8
Groups = dict[str, dict[Any, Row]]  # metric -> channel -> its figure
STAGES = (
    ("impressions", gettext_lazy("Impressions"), "marketing"),
    ("engagements", gettext_lazy("Clicks"), "marketing"),
    ("leads", gettext_lazy("Leads"), "marketing"),
    ("mqls", gettext_lazy("Qualified"), "crossing"),
    ("accepted_leads", gettext_lazy("Accepted"), "crossing"),
    ("deals_opened", gettext_lazy("Deals"), "sales"),
    ("wins", gettext_lazy("Won"), "sales"),
    ("revenue", gettext_lazy("Paid"), "sales"),
)
COUNTED = ("leads", "mqls", "accepted_leads", "deals_opened", "wins")
# Behind the crossing, in order: the first of these that is drawn is where sales begins to answer.
CROSSING = ("accepted_leads", "deals_opened", "wins")
_STEPS = {
    ("leads", "mqls"): gettext_lazy("Before qualifying: %(share)s of leads qualified so far"),
    ("leads", "accepted_leads"): gettext_lazy("At the crossing: sales accepted %(share)s of leads"),
    ("mqls", "accepted_leads"): gettext_lazy("At the crossing: sales accepted %(share)s of qualified leads"),
    ("leads", "deals_opened"): gettext_lazy("At the crossing: %(share)s of leads became a deal"),
    ("mqls", "deals_opened"): gettext_lazy("At the crossing: %(share)s of qualified leads became a deal"),
    ("accepted_leads", "deals_opened"): gettext_lazy(
        "After the crossing: %(share)s of accepted leads became a deal"
    ),
    ("leads", "wins"): gettext_lazy("%(share)s of leads are won so far"),
    ("mqls", "wins"): gettext_lazy("%(share)s of qualified leads are won so far"),
    ("accepted_leads", "wins"): gettext_lazy("In selling: %(share)s of accepted leads are won so far"),
    ("deals_opened", "wins"): gettext_lazy("In selling: %(share)s of deals are won so far"),
}


@dataclass(frozen=True)
class Leaks:
    """The section: its finding, the flow picture, and what could not be shown."""

    finding: str
    chart: Drawing | None
    refusals: Sequence[str] = ()


@dataclass(frozen=True)
class Step:
    """From one stage to the next: how many of how many, and the same of the window before when as young."""

    earlier: str
    metric: str
    hits: int
    of: int
    before_hits: int = 0
    before_of: int = 0

    @property
    def share(self) -> float:
        """What goes on."""
        return self.hits / self.of if self.of else 0.0

    @property
    def share_before(self) -> float:
        """What went on then."""
        return self.before_hits / self.before_of if self.before_of else 0.0

    @property
    def way(self) -> str:
        """Up or down when the two ranges do not touch; empty otherwise, and where shares are no shares."""
        if not (0 < self.of >= self.hits and 0 < self.before_of >= self.before_hits):
            return ""
        low, high = wilson(self.hits, self.of)
        low_before, high_before = wilson(self.before_hits, self.before_of)
        if low is None or high is None or low_before is None or high_before is None:
            return ""
        return "up" if low > high_before else "down" if high < low_before else ""


def leaks(answers: Answers, kept: dict[str, str]) -> Leaks:
    """The section on leaks: from impressions to money paid, of the leads captured in the window."""
    told = [(metric, name, trade) for metric, name, trade in STAGES if _is_drawn(metric, answers)]
    refused = [answers.refusal(f"flow {metric}") for metric, _n, _t in STAGES]
    refusals = [str(refusal) for refusal in refused if refusal] + _left_out(answers)
    captured = answers.get("flow leads")
    if captured is None or not captured.total.value:
        return Leaks(_("No lead was captured in these days"), None, list(dict.fromkeys(refusals)))
    steps = _steps(answers)
    finding = _finding(list(steps.values()))
    stages = [_stage(metric, str(name), trade, answers, steps, kept) for metric, name, trade in told]
    lanes = _lanes([metric for metric, _n, _t in told], answers, kept)
    names = [metric for metric, _n, _t in told]
    crossing = next((names.index(metric) for metric in CROSSING if metric in names), 0)
    chart = flow(
        stages,
        lanes,
        label=finding,
        crossing=crossing,
        crossing_text=_("the crossing"),
        start_note=_("of %(stage)s") % {"stage": stages[0].name.lower()},
        end_note=_("of money paid") if lanes[0].end_text else "",
        table=_table(stages, lanes),
    )
    return Leaks(finding, chart, list(dict.fromkeys(refusals)))


def _is_drawn(metric: str, answers: Answers) -> bool:
    """What was not recorded, or advertising not for this territory, is left out: it is not nothing."""
    answer = answers.get(f"flow {metric}")
    if answer is None:
        return False
    return bool(answer.total.value) or (metric not in MEDIA and not _later(metric, answers))


def _later(metric: str, answers: Answers) -> Answer | None:
    """The first later step that leads did take: then they took this one too, recorded or not."""
    behind = COUNTED[COUNTED.index(metric) + 1 :] if metric in COUNTED else ()
    found = (answers.get(f"flow {name}") for name in behind)
    return next((answer for answer in found if answer is not None and answer.total.value), None)


def _left_out(answers: Answers) -> list[str]:
    """A sentence on each step that was not recorded although leads went on."""
    sentences = []
    for metric in COUNTED:
        answer, later = answers.get(f"flow {metric}"), _later(metric, answers)
        if answer is not None and not answer.total.value and later is not None:
            sentences.append(
                _("%(step)s: none is recorded of these leads, and yet %(later)s: %(count)s. It is not drawn.")
                % {
                    "step": answer.label,
                    "later": str(later.label).lower(),
                    "count": formats.number(later.total.value),
                }
            )
    return sentences


def _steps(answers: Answers) -> dict[str, Step]:
    steps = {}
    for earlier, metric in pairwise(metric for metric in COUNTED if _is_drawn(metric, answers)):
        now, of = answers.get(f"flow {metric}"), answers.get(f"flow {earlier}")
        if now is None or of is None or not of.total.value:
            continue
        then, then_of = answers.steady(f"cohort {metric}"), answers.steady(f"cohort {earlier}")
        if then is None or then_of is None or now.cut is not None or of.cut is not None:
            steps[metric] = Step(earlier, metric, _count(now), _count(of))
        else:
            steps[metric] = Step(earlier, metric, _count(now), _count(of), _count(then), _count(then_of))
    return steps


def _finding(steps: Sequence[Step]) -> str:
    """The step that fell most beyond noise; else the one that loses most."""
    if not steps:
        return _("No lead went on yet")
    fell = [step for step in steps if step.way == "down"]
    worst = (
        min(fell, key=lambda step: step.share - step.share_before)
        if fell
        else min(steps, key=lambda s: s.share)
    )
    sentence = str(_STEPS[worst.earlier, worst.metric]) % {"share": formats.percent(worst.share)}
    if fell:
        return _("%(sentence)s, down from %(share)s") % {
            "sentence": sentence,
            "share": formats.percent(worst.share_before),
        }
    if worst.before_of:
        return _("%(sentence)s, no clear change") % {"sentence": sentence}
    return sentence


def _stage(
    metric: str, name: str, trade: str, answers: Answers, steps: dict[str, Step], kept: dict[str, str]
) -> Stage:
    answer = answers.get(f"flow {metric}")
    assert answer is not None
    href = rows_address(metric, kept, anchor=_anchor(metric))
    if metric == "revenue":
        text = figures.write_short(answer.total.value, "money", answer.currency)
        return Stage(name, None, href, trade, total_text=text)
    step = steps.get(metric)
    passed, tone, note = _passed_of_media(metric, answers), "", ""
    if step is not None:
        passed = formats.percent(step.share)
        if step.way:
            tone = "bad" if step.way == "down" else "good"
            arrow = "▼" if step.way == "down" else "▲"
            note = _("%(arrow)s from %(share)s") % {
                "arrow": arrow,
                "share": formats.percent(step.share_before),
            }
    return Stage(name, float(answer.total.value or 0), href, trade, passed, tone, note)


def _passed_of_media(metric: str, answers: Answers) -> str:
    """Clicks per impression, and leads of channels with clicks per click: others have no part in either."""
    shown, clicked = answers.get("flow impressions"), answers.get("flow engagements")
    if metric == "engagements" and shown is not None and clicked is not None and shown.total.value:
        return formats.percent(float(clicked.total.value or 0) / float(shown.total.value))
    return ""


def _lanes(metrics: Sequence[str], answers: Answers, kept: dict[str, str]) -> list[Lane]:
    by_channel = {
        metric: {row.keys[0]: row for row in answer.rows}
        for metric in metrics
        if (answer := answers.get(f"flow {metric}")) is not None
    }
    names = {channel: channel_text(channel) for rows in by_channel.values() for channel in rows}

    def size(channel: Any) -> float:
        row = by_channel["leads"].get(channel)
        return float(row.value or 0) if row else 0.0

    order = sorted(names, key=size, reverse=True)
    return [
        _lane(channel, names[channel], metrics, by_channel, answers, kept) for channel in order[:MOST_LANES]
    ] + _rest(order[MOST_LANES:], metrics, by_channel, answers, kept)


def _lane(
    channel: object,
    name: str,
    metrics: Sequence[str],
    by_channel: Groups,
    answers: Answers,
    kept: dict[str, str],
) -> Lane:
    where = (where_key("channel", channel),)
    values = [_value(by_channel[metric].get(channel), metric) for metric in metrics]
    return _made(
        name,
        values,
        [rows_address(metric, kept, where=where, anchor=_anchor(metric)) for metric in metrics],
        metric_address("leads", kept, by=("campaign",), where=where),
        metrics,
        answers,
    )


def _rest(
    channels: Sequence[object],
    metrics: Sequence[str],
    by_channel: Groups,
    answers: Answers,
    kept: dict[str, str],
) -> list[Lane]:
    """All further channels as one band, so that nothing is left out."""
    if not channels:
        return []
    values = []
    for metric in metrics:
        known = [
            value
            for channel in channels
            if (value := _value(by_channel[metric].get(channel), metric)) is not None
        ]
        values.append(sum(known) if known else None)
    everything = [metric_address(metric, kept, by=("channel",), anchor=_anchor(metric)) for metric in metrics]
    return [_made(_("All others"), values, everything, everything[-1], metrics, answers)]


def _made(
    name: str,
    values: Sequence[float | None],
    hrefs: Sequence[str],
    href: str,
    metrics: Sequence[str],
    answers: Answers,
) -> Lane:
    first, last = answers.get(f"flow {metrics[0]}"), answers.get(f"flow {metrics[-1]}")
    if first is None or last is None:
        raise AssertionError("A lane was asked for without its answers.")
    paid = values[-1] if metrics[-1] == "revenue" else None
    if metrics[-1] == "revenue" and not last.total.value:
        return Lane(name, values, hrefs, href, _share(values[0], first.total.value))
    return Lane(
        name=name,
        counts=values,
        hrefs=hrefs,
        href=href,
        start_text=_share(values[0], first.total.value),
        end_strong=_share(values[-1], last.total.value),
        end_text="" if paid is None else figures.write(Decimal(str(paid)), "money", last.currency),
    )


def _table(stages: Sequence[Stage], lanes: Sequence[Lane]) -> DataTable:
    rows = [
        [
            Cell(lane.name, lane.href, num=False),
            *(
                Cell(lane.end_text if stage.total is None else formats.number(count), href if count else "")
                for stage, count, href in zip(stages, lane.counts, lane.hrefs, strict=True)
            ),
        ]
        for lane in lanes
    ]
    foot = [Cell(_("All"))] + [
        Cell(stage.total_text or formats.number(stage.total), stage.href) for stage in stages
    ]
    return DataTable([_("Channel"), *(stage.name for stage in stages)], rows, foot, _("Flow by channel"))


def _anchor(metric: str) -> str | None:
    return None if metric in ("impressions", "engagements", "leads") else "lead"


def _count(answer: Answer) -> int:
    return int(answer.total.value or 0)


def _value(row: Row | None, metric: str) -> float | None:
    """A channel that no advertising was recorded for is unknown there; elsewhere it had none."""
    if row is None or row.value is None:
        return None if metric in MEDIA else 0.0
    return float(row.value)


def _share(part: float | None, whole: Value) -> str:
    return formats.NOTHING if part is None or not whole else formats.percent(part / float(whole))

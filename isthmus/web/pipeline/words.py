"""What the page says of two days: findings, the steps between them, the totals of the stages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from isthmus.insight.movements import SIDEWAYS, SIGNS, Movement, Step, value_of
from isthmus.insight.past import Past, StageTotal
from isthmus.web import formats
from isthmus.web.charts import steps as steps_of
from isthmus.web.charts.drawing import Drawing
from isthmus.web.charts.steps import steps_chart
from isthmus.web.pieces import Cell, DataTable
from isthmus.web.pipeline.asked import AskedPage

MICROS = 1_000_000
NAMES: Mapping[Step, Any] = {
    Step.OPENED: gettext_lazy("New"),
    Step.REOPENED: gettext_lazy("Reopened"),
    Step.ARRIVED: gettext_lazy("From others"),
    Step.RAISED: gettext_lazy("Value raised"),
    Step.LOWERED: gettext_lazy("Value lowered"),
    Step.WON: gettext_lazy("Won"),
    Step.LOST: gettext_lazy("Lost"),
    Step.LEFT: gettext_lazy("To others"),
    Step.FORWARD: gettext_lazy("To a later stage"),
    Step.BACK: gettext_lazy("To an earlier stage"),
    Step.PUSHED: gettext_lazy("Expected close put off"),
    Step.PULLED: gettext_lazy("Expected close brought forward"),
}


@dataclass(frozen=True)
class Line:
    """One stage, or one way of moving: deals and what they are worth, with the address of their list."""

    name: str
    count: str
    value: str
    more: str
    href: str
    current: bool = False


class Words:
    """Sentences, tables and drawings about two pipelines and what happened between them."""

    def __init__(
        self, asked: AskedPage, past: Past, other: Past, steps: Sequence[Movement], base: str
    ) -> None:
        self.asked, self.past, self.base = asked, past, base
        self.earlier, self.later = sorted((past, other), key=lambda one: one.at)
        self.of: dict[Step, list[Movement]] = {step: [] for step in Step}
        for one in steps:
            self.of[one.step].append(one)

    def day(self, on: date) -> str:
        """A day as sentences name it."""
        return _("now") if on == self.asked.today else formats.day(on)

    @property
    def title(self) -> str:
        """The page's heading."""
        if self.past.on == self.asked.today:
            return _("Pipeline now")
        return _("Pipeline at the end of %(day)s") % {"day": formats.day(self.past.on)}

    @property
    def finding(self) -> str:
        """How much was open."""
        total = self.past.total
        if not total.count:
            return _("No deal was open")
        known = {"count": formats.number(total.count), "worth": formats.short_money(total.value, self.base)}
        return (
            ngettext(
                "%(count)s open deal, worth %(worth)s", "%(count)s open deals, worth %(worth)s", total.count
            )
            % known
        )

    def notes(self) -> list[str]:
        """What the sum leaves out, and what the chances of today would have made of it."""
        total, said = self.past.total, []
        if total.weighted:
            weighted = formats.money(total.weighted, self.base)
            said.append(_("Weighted with the chances that stages have today: %(sum)s.") % {"sum": weighted})
        if total.unvalued:
            said.append(
                ngettext(
                    "%(count)s deal had no value yet.", "%(count)s deals had no value yet.", total.unvalued
                )
                % {"count": formats.number(total.unvalued)}
            )
        if total.unrated:
            said.append(
                ngettext(
                    "%(count)s deal is in no sum: its currency had no rate then.",
                    "%(count)s deals are in no sum: their currencies had no rate then.",
                    total.unrated,
                )
                % {"count": formats.number(total.unrated)}
            )
        return said

    def became(self) -> str:
        """What became of the deals that were open on the earlier day."""
        ends = {one.deal_id: one.state for one in self.later.deals}
        fates = [ends.get(one.deal_id, "open") for one in self.earlier.open]
        if not fates or self.earlier.on == self.later.on:
            return ""
        counts = {name: formats.number(fates.count(name)) for name in ("won", "lost", "open")}
        if self.later.on == self.asked.today:
            return _("Since then: %(won)s won, %(lost)s lost, %(open)s still open.") % counts
        known = {**counts, "day": formats.day(self.later.on)}
        return _("By the end of %(day)s: %(won)s won, %(lost)s lost, %(open)s still open.") % known

    def stages(self) -> list[Line]:
        """The totals of the stages, each opening its deals."""
        several = len({one.stage.pipeline_id for one in self.past.stages if one.stage}) > 1
        chosen = self.asked.stage if self.asked.step is None else None
        return [
            Line(
                _stage_name(one, several),
                formats.number(one.count),
                formats.money(one.value, self.base),
                formats.money(one.weighted, self.base) if one.stage and one.stage.probability else "",
                self.asked.listing(stage=one.stage.pk if one.stage else 0),
                chosen == (one.stage.pk if one.stage else 0),
            )
            for one in self.past.stages
        ]

    @property
    def changed(self) -> str:
        """By how much the open pipeline grew or shrank."""
        before, now = self.earlier.total.value, self.later.total.value
        known = {
            "first": self.day(self.earlier.on),
            "last": self.day(self.later.on),
            "by": formats.short_money(abs(now - before), self.base),
            "now": formats.short_money(now, self.base),
        }
        if now > before:
            return _("From %(first)s to %(last)s the open pipeline grew by %(by)s, to %(now)s") % known
        if now < before:
            return _("From %(first)s to %(last)s the open pipeline shrank by %(by)s, to %(now)s") % known
        return _("The open pipeline is worth %(now)s on both days") % known

    def steps(self) -> Drawing:
        """From the earlier day to the later one, each step opening its deals."""
        values = {step: sign * sum(one.value for one in self.of[step]) for step, sign in SIGNS.items()}
        steps = [self._total(self.earlier)]
        steps += [
            steps_of.Step(
                str(NAMES[step]), value / MICROS, self._signed(value), _kind(step), self._href(step)
            )
            for step, value in values.items()
            if value
        ]
        steps.append(self._total(self.later))
        counts = [len(self.earlier.open), *(len(self.of[s]) for s, v in values.items() if v)]
        label = _("Open pipeline from %(first)s to %(last)s") % {
            "first": self.day(self.earlier.on),
            "last": self.day(self.later.on),
        }
        table = DataTable(
            [_("Step"), _("Deals"), _("Value")],
            [
                [Cell(step.name, step.href), Cell(formats.number(count)), Cell(step.text)]
                for step, count in zip(steps, [*counts, len(self.later.open)], strict=True)
            ],
            label=label,
        )
        return steps_chart(steps, label=label, table=table)

    def sideways(self) -> list[Line]:
        """What moved without being worth more or less: forward, back, put off, brought forward."""
        lines = []
        for step in SIDEWAYS:
            moved = self.of[step]
            if moved:
                days = sorted(one.days for one in moved)
                usual = formats.days(days[len(days) // 2]) if step in (Step.PUSHED, Step.PULLED) else ""
                lines.append(
                    Line(
                        str(NAMES[step]),
                        formats.number(len(moved)),
                        formats.money(sum(one.value for one in moved), self.base),
                        _("%(days)s in the middle") % {"days": usual} if usual else "",
                        self._href(step),
                        self.asked.step is step,
                    )
                )
        return lines

    @property
    def listed(self) -> str:
        """What the list holds."""
        step = self.asked.step
        if step is not None:
            return _("%(step)s, %(first)s to %(last)s") % {
                "step": NAMES[step],
                "first": self.day(self.earlier.on),
                "last": self.day(self.later.on),
            }
        stage = next(
            (one.stage.name for one in self.past.stages if one.stage and one.stage.pk == self.asked.stage), ""
        )
        if self.asked.stage == 0:
            stage = _("Stage not known")
        return stage or _("All that was open")

    def _total(self, past: Past) -> "steps_of.Step":
        value = sum(value_of(one) for one in past.open)
        text = formats.short_money(value, self.base)
        name = _("Now") if past.on == self.asked.today else formats.day(past.on)
        href = self.asked.listing() if past.on == self.asked.on else ""
        return steps_of.Step(name, value / MICROS, text, "total", href)

    def _signed(self, micros: int) -> str:
        return ("+" if micros > 0 else "−") + formats.short_money(abs(micros), self.base)

    def _href(self, step: Step) -> str:
        return self.asked.listing(step=step.value)


def _kind(step: Step) -> str:
    return "won" if step is Step.WON else "up" if SIGNS[step] > 0 else "down"


def _stage_name(total: StageTotal, several: bool) -> str:
    if total.stage is None:
        return _("Stage not known")
    return f"{total.stage.pipeline.name}: {total.stage.name}" if several else total.stage.name

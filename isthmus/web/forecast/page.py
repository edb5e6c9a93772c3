"""What the page Forecast says of one report, to one reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.core.actors import Actor, Scope
from isthmus.insight.models import ForecastReport
from isthmus.sales.targets.standing import Promise
from isthmus.web import formats
from isthmus.web.charts.drawing import Drawing
from isthmus.web.charts.ranked import Ranked, dots
from isthmus.web.charts.steps import Step, steps_chart
from isthmus.web.charts.tried import TriedPeriod, tried_chart
from isthmus.web.explore.addresses import rows_address
from isthmus.web.forecast.promised import Promised, period_of, promised_by, promises_of
from isthmus.web.pieces import Cell, DataTable
from isthmus.web.targets.showing import days_of
from isthmus.workspace.models import Team, User

MICROS = 1_000_000
Party = Mapping[str, Any]


@dataclass(frozen=True)
class Page:
    """The sections: each its finding and its chart; `parties` is empty for who sees only their own deals."""

    finding: str
    ranges: Drawing
    why: Sequence[str]
    changed: str
    changes: Drawing
    parties: Drawing | None
    past: str
    tried: Drawing | None
    warning: str
    won_rows: str


def page_of(report: ForecastReport, actor: Actor) -> Page | None:
    """The page as far as the actor sees deals; None where the report has nothing of theirs."""
    words = _Words(report)
    found = promises_of(report, actor)
    main = _main(report, actor)
    if main is None:
        return None
    best = _best(report)
    tried = report.says["tried"]
    return Page(
        finding=words.finding(main, best),
        ranges=words.ranges(main, tried, promised_by(main, found)),
        why=words.why(main, promised_by(main, found)),
        changed=words.changed(main["changes"]),
        changes=words.changes(main["changes"]),
        parties=words.parties(_others(report, actor), found),
        past=words.past(best),
        tried=words.tried(tried) if tried and main["of"] == "company" else None,
        warning=words.warning(best),
        won_rows=rows_address("won_value", days_of(period_of(report))),
    )


def _main(report: ForecastReport, actor: Actor) -> Party | None:
    """Whose forecast the reader's is: the company's, their team's, or their own."""
    scope = actor.scope("deals.view")
    wanted: list[tuple[str, Any]] = [("owner", actor.id)]
    if scope is Scope.ALL:
        wanted = [("company", None)]
    elif scope is Scope.TEAM:
        wanted = [*(("team", number) for number in sorted(actor.team_ids)), *wanted]
    parties = {(one["of"], one["id"]): one for one in report.says["parties"]}
    return next((parties[key] for key in wanted if key in parties), None)


def _others(report: ForecastReport, actor: Actor) -> list[tuple[str, Party]]:
    """The teams and sellers within the reader's reach, with their names; none for one's own forecast."""
    scope = actor.scope("deals.view")
    if scope is Scope.OWN or not actor.allows("metrics.leaderboard"):
        return []
    teams, users = Team.objects.all(), User.objects.all()
    if scope is not Scope.ALL:
        teams, users = teams.filter(pk__in=actor.team_ids), users.filter(team__in=actor.team_ids)
    names = {("team", pk): name for pk, name in teams.values_list("pk", "name")}
    names |= {("owner", pk): name for pk, name in users.values_list("pk", "name")}
    found = [
        (names[one["of"], one["id"]], one)
        for one in report.says["parties"]
        if (one["of"], one["id"]) in names and (one["open"] or one["won"] or one["high"])
    ]
    return sorted(found, key=lambda one: (one[1]["of"] != "team", -one[1]["middle"]))


def _best(report: ForecastReport) -> Any:
    from isthmus.analysis.backtesting import Tried, fared

    return fared([Tried(**one) for one in report.says["tried"]])


class _Words:
    """Sentences and drawings in the report's currency."""

    def __init__(self, report: ForecastReport) -> None:
        self.currency = report.currency
        self.length = report.length
        self.period = _named(report.period_start, report.length)

    def money(self, amount: float) -> str:
        return formats.short_money(round(amount) * MICROS, self.currency)

    def finding(self, main: Party, best: Any) -> str:
        """What to expect, by the model or, where it is no better, by the naive reckoning."""
        known = {"period": self.period, "won": self.money(main["won"])}
        if best.best == "last_period":
            return _("The model does no better than the period before: do not plan by its range") % known
        if best.best == "weighted":
            known["weighted"] = self.money(main["weighted"])
            return _("%(period)s by stages’ chances: %(weighted)s. The model does no better") % known
        known |= {name: self.money(main[name]) for name in ("low", "middle", "high")}
        return _("%(period)s brings %(low)s to %(high)s, with %(middle)s in the middle") % known

    def ranges(self, main: Party, tried: Sequence[Any], promised: Promised | None) -> Drawing:
        """Forecast, commitment, what is won and naive reckonings, on one scale: values of deals won."""
        rows = [
            Ranked(
                _("Forecast"),
                main["middle"],
                self.money(main["middle"]),
                low=main["low"],
                high=main["high"],
            ),
            *self._promised(promised),
            Ranked(_("Won so far"), main["won"], self.money(main["won"])),
            Ranked(_("By stages’ chances"), main["weighted"], self.money(main["weighted"]), faint=True),
        ]
        if tried and main["of"] == "company":
            last = tried[-1]["actual"]
            rows.append(Ranked(_("Period before"), last, self.money(last), faint=True))
        table = DataTable(
            [_("Reckoning"), _("Figure"), _("Lowest of ten"), _("Highest of ten")],
            [
                [Cell(row.name), Cell(row.text), Cell(self._edge(row.low)), Cell(self._edge(row.high))]
                for row in rows
            ],
            label=_("Forecast and other reckonings"),
        )
        return dots(
            rows, self.money, label=_("What %(period)s may bring") % {"period": self.period}, table=table
        )

    def _promised(self, promised: Promised | None) -> list[Ranked]:
        if promised is None:
            return []
        rows = [Ranked(_("Committed"), promised.amount, self.money(promised.amount))]
        if promised.adjusted is not None:
            rows.append(
                Ranked(_("As managers see it"), promised.adjusted, self.money(promised.adjusted), faint=True)
            )
        return rows

    def _edge(self, value: float | None) -> str:
        return self.money(value) if value is not None else formats.NOTHING

    def why(self, main: Party, promised: Promised | None) -> list[str]:
        """What the figure is made of, and who promised."""
        said = [
            _(
                "All of it, the commitment too, is the value of deals won in the period. What was paid is "
                "under Targets."
            ),
            _("Won already: %(won)s. From the %(open)s open deals: %(from_open)s of their %(value)s.")
            % {
                "won": self.money(main["won"]),
                "open": formats.number(main["open"]),
                "from_open": self.money(main["from_open"]),
                "value": self.money(main["open_value"]),
            },
            _("From deals that are not there yet: %(born)s.") % {"born": self.money(main["from_unborn"])},
        ]
        if promised is not None and main["of"] != "owner":
            count = promised.sellers
            committed = ngettext("%(count)s seller committed.", "%(count)s sellers committed.", count)
            said.append(committed % {"count": formats.number(count)})
        if "learned_from" in main:
            said.append(
                _("Learned from %(deals)s deals, %(wins)s of them won, by stage, age, value and owner.")
                % {"deals": formats.number(main["learned_from"]), "wins": formats.number(main["wins"])}
            )
        return said

    def changed(self, changes: Mapping[str, int]) -> str:
        by = (changes["now"] - changes["before"]) / MICROS
        known = {"by": self.money(abs(by)), "now": self.money(changes["now"] / MICROS)}
        if by > 0:
            return _("The open pipeline grew by %(by)s in a week, to %(now)s") % known
        if by < 0:
            return _("The open pipeline shrank by %(by)s in a week, to %(now)s") % known
        return _("The open pipeline stands at %(now)s, as a week ago") % known

    def changes(self, changes: Mapping[str, int]) -> Drawing:
        """From a week ago to now, step by step."""
        signed = [
            (_("A week ago"), changes["before"], "total"),
            (_("Opened"), changes["opened"], "up"),
            (_("Reopened"), changes["reopened"], "up"),
            (_("Value raised"), changes["up"], "up"),
            (_("Value lowered"), -changes["down"], "down"),
            (_("Won"), -changes["won"], "won"),
            (_("Lost"), -changes["lost"], "down"),
            (_("Now"), changes["now"], "total"),
        ]
        shown = [one for one in signed if one[1] or one[2] == "total"]
        steps = [Step(name, value / MICROS, self._signed(value, kind), kind) for name, value, kind in shown]
        table = DataTable(
            [_("Step"), _("Value")],
            [[Cell(step.name), Cell(step.text)] for step in steps],
            label=_("Open pipeline, from a week ago to now"),
        )
        return steps_chart(steps, label=_("Open pipeline, from a week ago to now"), table=table)

    def _signed(self, micros: int, kind: str) -> str:
        sign = "" if kind == "total" else "+" if micros > 0 else "−"
        return sign + self.money(abs(micros) / MICROS)

    def parties(self, others: Sequence[tuple[str, Party]], found: Mapping[int, Promise]) -> Drawing | None:
        """Teams, then sellers, each with the range of theirs."""
        if not others:
            return None
        rows = [
            Ranked(name, one["middle"], self.money(one["middle"]), low=one["low"], high=one["high"])
            for name, one in others
        ]
        table = DataTable(
            [
                _("Who"),
                _("Won so far"),
                _("Forecast"),
                _("Lowest of ten"),
                _("Highest of ten"),
                _("Committed"),
                _("Open deals"),
            ],
            [
                [
                    Cell(name),
                    Cell(self.money(one["won"])),
                    Cell(self.money(one["middle"])),
                    Cell(self.money(one["low"])),
                    Cell(self.money(one["high"])),
                    Cell(self._edge(promised.amount if (promised := promised_by(one, found)) else None)),
                    Cell(formats.number(one["open"])),
                ]
                for name, one in others
            ],
            label=_("Forecast by team and seller"),
        )
        return dots(rows, self.money, label=_("Forecast by team and seller"), table=table)

    def past(self, best: Any) -> str:
        if best.best == "none":
            return _("Too few past periods to judge the forecast by")
        known = {
            "inside": best.inside,
            "periods": best.periods,
            "error": self.money(best.error),
            "last": self.money(best.error_last_period),
            "weighted": self.money(best.error_weighted),
        }
        return (
            _(
                "What came lay inside the range in %(inside)s of %(periods)s past periods; the forecast was "
                "off by %(error)s on average, the period before by %(last)s, stages’ chances by %(weighted)s"
            )
            % known
        )

    def tried(self, tried: Sequence[Mapping[str, Any]]) -> Drawing:
        """Each past period: the range that was forecast at its start, and what came."""
        periods = [
            TriedPeriod(
                _named(_day(one["end"] - 1.5), self.length, short=True),
                one["low"], one["middle"], one["high"], one["actual"],
                self.money(one["actual"]),
            )
            for one in tried
        ]  # fmt: skip
        table = DataTable(
            [
                _("Period"), _("Lowest of ten"), _("Middle"), _("Highest of ten"), _("What came"),
                _("Period before"), _("By stages’ chances"),
            ],
            [
                [Cell(_named(_day(one["end"] - 1.5), self.length))]
                + [
                    Cell(self.money(one[name]))
                    for name in ("low", "middle", "high", "actual", "last_period", "weighted")
                ]
                for one in tried
            ],
            label=_("Forecasts made at the starts of past periods"),
        )  # fmt: skip
        return tried_chart(
            periods, self.money, label=_("Forecasts made at the starts of past periods"), table=table
        )

    def warning(self, best: Any) -> str:
        if best.best == "none":
            return _(
                "There is too little history to try the forecast on, so nothing says yet how good it is. "
                "Half a year of deals is needed, and six periods after it."
            )
        if best.best != "model":
            return _("On past periods a naive reckoning was nearer than the model. Plan by that one.")
        return ""


def _named(first: date, length: str, *, short: bool = False) -> str:
    if length == "quarter":
        return _("Q%(number)s %(year)s") % {"number": (first.month - 1) // 3 + 1, "year": first.year}
    name = str(MONTHS[first.month])
    return name[:3] if short else f"{name} {first.year}"


def _day(since_1970: float) -> date:
    return date.fromordinal(date(1970, 1, 1).toordinal() + int(since_1970))
